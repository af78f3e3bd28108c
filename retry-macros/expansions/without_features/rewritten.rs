fn read<'life1, 'async_trait>(
    self,
    body: Vec<u8>,
    text: &'life1 mut String,
) -> ::core::pin::Pin<
    Box<dyn ::core::future::Future<Output = io::Result<u8>> + Send + 'async_trait>,
>
where
    'life1: 'async_trait,
    Self: 'async_trait,
{
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::clone as _;
        }
    }
    Box::pin(async move {
        if let ::core::option::Option::Some(__ret) = ::core::option::Option::None::<
            io::Result<u8>,
        > {
            #[allow(unreachable_code)] return __ret;
        }
        let __self = self;
        let body = body;
        let __ret: io::Result<u8> = {
            const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
            let mut __retry_progress = ::retry_kit::__private::Counter::idle();
            loop {
                let __retry_wait = {
                    let __retry_outcome = {
                        #[allow(
                            clippy::no_effect_underscore_binding,
                            clippy::shadow_same,
                            clippy::used_underscore_binding
                        )]
                        let __self = ::core::clone::Clone::clone(&__self);
                        #[allow(
                            clippy::no_effect_underscore_binding,
                            clippy::shadow_same,
                            clippy::used_underscore_binding
                        )]
                        let text = &mut *text;
                        #[allow(
                            clippy::no_effect_underscore_binding,
                            clippy::shadow_same,
                            clippy::used_underscore_binding
                        )]
                        let body = ::core::clone::Clone::clone(&body);
                        ::retry_kit::__private::scoped(
                                async {
                                    if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                        io::Result<u8>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    #[allow(
                                        clippy::no_effect_underscore_binding,
                                        clippy::shadow_same,
                                        clippy::used_underscore_binding
                                    )]
                                    let __self = __self;
                                    #[allow(
                                        clippy::no_effect_underscore_binding,
                                        clippy::shadow_same,
                                        clippy::used_underscore_binding
                                    )]
                                    let text = text;
                                    #[allow(
                                        clippy::no_effect_underscore_binding,
                                        clippy::shadow_same,
                                        clippy::used_underscore_binding
                                    )]
                                    #[allow(unused_variables)]
                                    let mut body = body;
                                    {
                                        body.push(1);
                                        let first = body[0];
                                        __self.send(body, text, first).await
                                    }
                                },
                                &__retry_progress,
                            )
                            .await
                    };
                    match ::retry_kit::__private::next_wait(
                        &mut __retry_progress,
                        &__RETRY_POLICY,
                        &__retry_outcome,
                        ::core::concat!(::core::module_path!(), "::read"),
                    ) {
                        ::core::option::Option::Some(__retry_wait) => __retry_wait,
                        ::core::option::Option::None => break __retry_outcome,
                    }
                };
                (::retry_kit::__private::sleep)(__retry_wait).await;
            }
        };
        #[allow(unreachable_code)] __ret
    })
}
fn borrowed<'life0, 'async_trait>(
    &'life0 mut self,
    count: u8,
) -> Pin<Box<dyn Future<Output = io::Result<u8>> + Send + 'async_trait>> {
    Box::pin(async move {
        let mut __self = self;
        let count = count;
        let __ret: io::Result<u8> = {
            const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
            let mut __retry_progress = ::retry_kit::__private::Counter::idle();
            loop {
                let __retry_wait = {
                    let __retry_outcome = ::retry_kit::__private::scoped(
                            async {
                                if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                    io::Result<u8>,
                                > {
                                    #[allow(unreachable_code)] return __retry_return;
                                }
                                {
                                    use ::retry_kit::__private::{
                                        BorrowExclusively as _, BorrowShared as _,
                                    };
                                    (*__self).__retry_borrow();
                                }
                                { __self.send(count).await }
                            },
                            &__retry_progress,
                        )
                        .await;
                    match ::retry_kit::__private::next_wait(
                        &mut __retry_progress,
                        &__RETRY_POLICY,
                        &__retry_outcome,
                        ::core::concat!(::core::module_path!(), "::borrowed"),
                    ) {
                        ::core::option::Option::Some(__retry_wait) => __retry_wait,
                        ::core::option::Option::None => break __retry_outcome,
                    }
                };
                (::retry_kit::__private::sleep)(__retry_wait).await;
            }
        };
        __ret
    })
}
fn boxed(url: String) -> BoxFuture<'static, io::Result<u8>> {
    let url = url.to_lowercase();
    async move {
        const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
        let mut __retry_progress = ::retry_kit::__private::Counter::idle();
        loop {
            let __retry_wait = {
                let __retry_outcome = ::retry_kit::__private::scoped(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                io::Result<u8>,
                            > {
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            { get(&url).await }
                        },
                        &__retry_progress,
                    )
                    .await;
                match ::retry_kit::__private::next_wait(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::core::concat!(::core::module_path!(), "::boxed"),
                ) {
                    ::core::option::Option::Some(__retry_wait) => __retry_wait,
                    ::core::option::Option::None => break __retry_outcome,
                }
            };
            (::retry_kit::__private::sleep)(__retry_wait).await;
        }
    }
        .boxed()
}
fn boxed_local(url: String) -> LocalBoxFuture<'static, io::Result<u8>> {
    async {
        const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
        let mut __retry_progress = ::retry_kit::__private::Counter::idle();
        loop {
            let __retry_wait = {
                let __retry_outcome = ::retry_kit::__private::scoped(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                io::Result<u8>,
                            > {
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            { get(&url).await }
                        },
                        &__retry_progress,
                    )
                    .await;
                match ::retry_kit::__private::next_wait(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::core::concat!(::core::module_path!(), "::boxed_local"),
                ) {
                    ::core::option::Option::Some(__retry_wait) => __retry_wait,
                    ::core::option::Option::None => break __retry_outcome,
                }
            };
            (::retry_kit::__private::sleep)(__retry_wait).await;
        }
    }
        .boxed_local()
}
fn pinned(url: String) -> Pin<Box<dyn Future<Output = io::Result<u8>>>> {
    Box::pin(async move {
        const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
        let mut __retry_progress = ::retry_kit::__private::Counter::idle();
        loop {
            let __retry_wait = {
                let __retry_outcome = ::retry_kit::__private::scoped(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                io::Result<u8>,
                            > {
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            { get(&url).await }
                        },
                        &__retry_progress,
                    )
                    .await;
                match ::retry_kit::__private::next_wait(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::core::concat!(::core::module_path!(), "::pinned"),
                ) {
                    ::core::option::Option::Some(__retry_wait) => __retry_wait,
                    ::core::option::Option::None => break __retry_outcome,
                }
            };
            (::retry_kit::__private::sleep)(__retry_wait).await;
        }
    })
}
fn blocks(url: String) -> io::Result<Pinned> {
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<Pinned> { { Pinned::new(url).boxed() } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::blocks"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
fn typed<'async_trait>(
    body: Vec<u8>,
) -> Pin<
    Box<
        dyn Future<
            Output = io::Result<Box<dyn Iterator<Item = (u8, ())>>>,
        > + Send + 'async_trait,
    >,
> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::clone as _;
        }
    }
    Box::pin(async move {
        let body: Vec<u8> = (body);
        let __ret: io::Result<Box<dyn Iterator<Item = (u8, ())>>> = {
            const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
            let mut __retry_progress = ::retry_kit::__private::Counter::idle();
            loop {
                let __retry_wait = {
                    let __retry_outcome = {
                        #[allow(
                            clippy::no_effect_underscore_binding,
                            clippy::shadow_same,
                            clippy::used_underscore_binding
                        )]
                        let body = ::core::clone::Clone::clone(&body);
                        ::retry_kit::__private::scoped(
                                async {
                                    if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                        io::Result<Box<dyn Iterator<Item = (u8, ())>>>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    #[allow(
                                        clippy::no_effect_underscore_binding,
                                        clippy::shadow_same,
                                        clippy::used_underscore_binding
                                    )]
                                    #[allow(unused_variables)]
                                    let mut body = body;
                                    { send(body).await }
                                },
                                &__retry_progress,
                            )
                            .await
                    };
                    match ::retry_kit::__private::next_wait(
                        &mut __retry_progress,
                        &__RETRY_POLICY,
                        &__retry_outcome,
                        ::core::concat!(::core::module_path!(), "::typed"),
                    ) {
                        ::core::option::Option::Some(__retry_wait) => __retry_wait,
                        ::core::option::Option::None => break __retry_outcome,
                    }
                };
                (::retry_kit::__private::sleep)(__retry_wait).await;
            }
        };
        __ret
    })
}
