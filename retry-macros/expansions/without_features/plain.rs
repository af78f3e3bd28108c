/// Fetches a page.
pub async fn fetch(client: &Client, url: &str) -> Result<String, FetchError> {
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            Result<String, FetchError>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { client.get(url).await }
                    },
                    &__retry_progress,
                )
                .await;
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::fetch"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
pub(crate) fn read<const N: usize>(path: &Path) -> io::Result<[u8; N]> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{max as _, base as _, jitter as _, status as _, docs as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .max_retries(5)
        .base_delay(::retry_kit::__private::Duration::new(0, 250000000))
        .jitter(::retry_kit::__private::Jitter::Full)
        .status(
            ::retry_kit::__private::StatusSet::EMPTY
                .with_range(429..=429)
                .with_range(500..=503),
        );
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<[u8; N]> { { read_exactly(path) } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
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
        ::retry_kit::__private::block(__retry_wait);
    }
}
fn later(url: String) -> impl Future<Output = io::Result<u8>> + Send {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{
                attempts as _, factor as _, backoff as _, deadline as _, nested as _,
            };
        }
    }
    async move {
        const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
            .max_retries(::retry_kit::__private::retries_of(LIMIT))
            .factor(1.5)
            .backoff(::retry_kit::__private::Backoff::Decorrelated)
            .deadline(::retry_kit::__private::Duration::from_secs(30))
            .nested(::retry_kit::__private::Nested::Once)
            .build();
        let mut __retry_progress = ::retry_kit::__private::Memory::start();
        loop {
            let __retry_wait = {
                let __retry_outcome = ::retry_kit::__private::framed(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                io::Result<u8>,
                            > {
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            { get(&url).await }
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
                    )
                    .await;
                match ::retry_kit::__private::next_wait(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::core::concat!(::core::module_path!(), "::later"),
                ) {
                    ::core::option::Option::Some(__retry_wait) => __retry_wait,
                    ::core::option::Option::None => break __retry_outcome,
                }
            };
            (::retry_kit::__private::sleep)(__retry_wait).await;
        }
    }
}
fn boxed<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<u8, Error>> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{delays as _, log as _, target as _, switch as _};
        }
    }
    let url = self.absolute(url);
    Box::pin(async move {
        const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::from_delays({
                const __RETRY_DELAYS: &[::retry_kit::__private::Duration] = &[
                    ::retry_kit::__private::Duration::new(0, 10000000),
                    ::retry_kit::__private::Duration::from_secs(1),
                ];
                __RETRY_DELAYS
            })
            .log(::retry_kit::__private::Log::Debug)
            .switch(::retry_kit::__private::Switch::Ignore);
        let mut __retry_progress = ::retry_kit::__private::Counter::idle();
        loop {
            let __retry_wait = {
                let __retry_outcome = ::retry_kit::__private::scoped(
                        async {
                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                Result<u8, Error>,
                            > {
                                #[allow(unreachable_code)] return __retry_return;
                            }
                            { self.get(url).await }
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
    })
}
fn with_an_inner_attribute() -> io::Result<u8> {
    #![allow(clippy::all)]
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<u8> { { get() } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::with_an_inner_attribute"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
fn limited() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::max as _;
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .max_retries(LIMIT)
        .build();
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<u8> { { get() } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::limited"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
