async fn post(
    body: Vec<u8>,
    mut hits: u32,
    (url, _): (Url, u8),
    _: &str,
) -> Result<u8, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{clone as _, share as _, key as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let key = ::retry_kit::__private::IdempotencyKey::new();
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
                                Result<u8, Error>,
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
                            {
                                hits += 1;
                                send(url, body, key).await
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
                ::core::concat!(::core::module_path!(), "::post"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
#[allow(clippy::needless_pass_by_value)]
fn send<T: Into<Message>>(
    sender: Sender<T>,
    Point { x, ref y }: Point,
    text: impl AsRef<str>,
) -> io::Result<()>
where
    T: Clone,
{
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use crate::kit::__private::ide::*;
            use self::clone as _;
        }
    }
    const __RETRY_POLICY: crate::kit::__private::RetryPolicy = crate::kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = crate::kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = {
                #[allow(
                    clippy::no_effect_underscore_binding,
                    clippy::shadow_same,
                    clippy::used_underscore_binding
                )]
                let sender = ::core::clone::Clone::clone(&sender);
                crate::kit::__private::attempt(
                    || -> io::Result<()> {
                        #[allow(
                            clippy::no_effect_underscore_binding,
                            clippy::shadow_same,
                            clippy::used_underscore_binding
                        )]
                        #[allow(unused_variables)]
                        let sender = sender;
                        { sender.send(text) }
                    },
                    &crate::kit::__private::Numbered::of(&__retry_progress),
                )
            };
            match crate::kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::send"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        crate::kit::__private::block(__retry_wait);
    }
}
async fn borrowed<'a>(&'a self, text: &'a str) -> anyhow::Result<&'a str> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{fits as _, timeout as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::deadline_within(
        ::retry_kit::__private::RetryPolicy::DEFAULT,
        ::retry_kit::__private::Duration::from_secs(30),
    );
    let mut __retry_progress = ::retry_kit::__private::Memory::start();
    loop {
        let __retry_wait = {
            let __retry_outcome = {
                use ::retry_kit::__private::TimedOtherwise as _;
                ::retry_kit::__private::Timed(
                        (::retry_kit::__private::with_timeout)(
                                async {
                                    if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                        anyhow::Result<&'a str>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    { self.find(text).await }
                                },
                                {
                                    use ::retry_kit::__private::Frame as _;
                                    ::retry_kit::__private::Numbered::of(&__retry_progress)
                                        .until(
                                            ::retry_kit::__private::Memory::end(
                                                &__retry_progress,
                                                &__RETRY_POLICY,
                                            ),
                                        )
                                },
                                ::retry_kit::__private::Memory::attempt_timeout(
                                    &__retry_progress,
                                    &__RETRY_POLICY,
                                    ::core::option::Option::Some(
                                        ::retry_kit::__private::Duration::from_secs(2),
                                    ),
                                ),
                            )
                            .await,
                    )
                    .__retry_in_time(|__retry_error| ::retry_kit::__private::late(
                        __retry_error,
                    ))
            };
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
}
async fn owned(mut self, id: u8) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::clone as _;
        }
    }
    let __retry_self = self;
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = {
                #[allow(unused_assignments, clippy::assigning_clones)]
                {
                    self = ::core::clone::Clone::clone(&__retry_self);
                }
                ::retry_kit::__private::scoped(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                io::Result<u8>,
                            > {
                                let __retry_moved = self;
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            { self.take(id).await }
                        },
                        &__retry_progress,
                    )
                    .await
            };
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::owned"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn exclusive(&mut self, list: &mut Vec<u8>, text: &str) -> io::Result<usize> {
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
                let list = &mut *list;
                ::retry_kit::__private::scoped(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                io::Result<usize>,
                            > {
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            {
                                use ::retry_kit::__private::{
                                    BorrowExclusively as _, BorrowShared as _,
                                };
                                (*self).__retry_borrow();
                            }
                            #[allow(
                                clippy::no_effect_underscore_binding,
                                clippy::shadow_same,
                                clippy::used_underscore_binding
                            )]
                            let list = list;
                            #[allow(
                                clippy::no_effect_underscore_binding,
                                clippy::shadow_same,
                                clippy::used_underscore_binding
                            )]
                            let mut text = text;
                            {
                                text = text.trim();
                                self.read(list, text).await
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
                ::core::concat!(::core::module_path!(), "::exclusive"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn changing(mut config: Config) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{policy as _, share as _};
        }
    }
    let __retry_policy = ::retry_kit::__private::copied(config.policy).policy();
    let mut __retry_progress = ::retry_kit::__private::Memory::of(&__retry_policy);
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::framed(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            io::Result<u8>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { get(&mut config).await }
                    },
                    {
                        use ::retry_kit::__private::Frame as _;
                        ::retry_kit::__private::Numbered::of(&__retry_progress)
                            .until(
                                ::retry_kit::__private::Memory::end(
                                    &__retry_progress,
                                    &__retry_policy,
                                ),
                            )
                    },
                )
                .await;
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__retry_policy,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::changing"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn exclusive_config(config: &mut Config) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::policy as _;
        }
    }
    let __retry_policy = ::retry_kit::__private::copied(config.policy).policy();
    let mut __retry_progress = ::retry_kit::__private::Memory::of(&__retry_policy);
    loop {
        let __retry_wait = {
            let __retry_outcome = {
                #[allow(
                    clippy::no_effect_underscore_binding,
                    clippy::shadow_same,
                    clippy::used_underscore_binding
                )]
                let config = &mut *config;
                ::retry_kit::__private::framed(
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
                            #[allow(unused_variables)]
                            let config = config;
                            { get(config).await }
                        },
                        {
                            use ::retry_kit::__private::Frame as _;
                            ::retry_kit::__private::Numbered::of(&__retry_progress)
                                .until(
                                    ::retry_kit::__private::Memory::end(
                                        &__retry_progress,
                                        &__retry_policy,
                                    ),
                                )
                        },
                    )
                    .await
            };
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__retry_policy,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::exclusive_config"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn by_ref(ref mut list: Vec<u8>) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::clone as _;
        }
    }
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
                let list = ::core::clone::Clone::clone(&*list);
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
                            #[allow(unused_variables)]
                            let mut list = list;
                            #[allow(
                                clippy::no_effect_underscore_binding,
                                clippy::shadow_same,
                                clippy::used_underscore_binding
                            )]
                            let list = &mut list;
                            { get(list).await }
                        },
                        &__retry_progress,
                    )
                    .await
            };
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::by_ref"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
