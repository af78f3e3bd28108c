/// Fetches a page.
pub async fn fetch(client: &Client, url: &str) -> Result<String, FetchError> {
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    const __RETRY_NAME: &'static ::core::primitive::str = {
        const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
            policy: ::core::option::Option::Some(
                ::retry_kit::__private::Known::with(
                    __RETRY_POLICY,
                    [
                        ::core::option::Option::Some(14000000000u64),
                        ::core::option::Option::Some(903000000000u64),
                    ],
                ),
            ),
            expression: "",
            timeout: ::core::option::Option::None,
            flags: 0,
            path: ::core::concat!(::core::module_path!(), "::fetch"),
            name: ::core::concat!(::core::module_path!(), "::fetch"),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
        };
        const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
            .record();
        __RETRY_SITE.name_in(&__RETRY_RECORD)
    };
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::idle(),
    );
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
            match {
                ::retry_kit::__private::next_step(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(__RETRY_NAME),
                )
            } {
                ::retry_kit::__private::NextStep::Success => {
                    ::retry_kit::__private::tell_success(
                        &__retry_progress,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                    );
                    break __retry_outcome;
                }
                ::retry_kit::__private::NextStep::Retry(
                    __retry_cause,
                    __retry_wait,
                    _,
                ) => {
                    ::retry_kit::__private::tell_retry(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_wait,
                    );
                    ::retry_kit::__private::Watch::granted(
                        &mut __retry_progress,
                        __retry_wait,
                    )
                }
                ::retry_kit::__private::NextStep::Stop(
                    __retry_cause,
                    __retry_reason,
                ) => {
                    ::retry_kit::__private::tell_stop(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_reason,
                    );
                    break __retry_outcome;
                }
            }
        };
        ({
            use ::retry_kit::__private::default_timer::*;
            {
                use crate::*;
                __retry_sleep
            }
        })(__retry_wait)
            .await;
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
    const __RETRY_NAME: &'static ::core::primitive::str = {
        const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
            policy: ::core::option::Option::Some(
                ::retry_kit::__private::Known::with(
                    __RETRY_POLICY,
                    [
                        ::core::option::Option::Some(7750000000u64),
                        ::core::option::Option::Some(1501250000000u64),
                    ],
                ),
            ),
            expression: "",
            timeout: ::core::option::Option::None,
            flags: 16384,
            path: ::core::concat!(::core::module_path!(), "::read"),
            name: ::core::concat!(::core::module_path!(), "::read"),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
        };
        const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
            .record();
        __RETRY_SITE.name_in(&__RETRY_RECORD)
    };
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::idle(),
    );
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<[u8; N]> { { read_exactly(path) } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match {
                ::retry_kit::__private::next_step(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(__RETRY_NAME),
                )
            } {
                ::retry_kit::__private::NextStep::Success => {
                    ::retry_kit::__private::tell_success(
                        &__retry_progress,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                    );
                    break __retry_outcome;
                }
                ::retry_kit::__private::NextStep::Retry(
                    __retry_cause,
                    __retry_wait,
                    _,
                ) => {
                    ::retry_kit::__private::tell_retry(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_wait,
                    );
                    ::retry_kit::__private::Watch::granted(
                        &mut __retry_progress,
                        __retry_wait,
                    )
                }
                ::retry_kit::__private::NextStep::Stop(
                    __retry_cause,
                    __retry_reason,
                ) => {
                    ::retry_kit::__private::tell_stop(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_reason,
                    );
                    break __retry_outcome;
                }
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
        const __RETRY_NAME: &'static ::core::primitive::str = {
            const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
                policy: ::core::option::Option::Some(
                    ::retry_kit::__private::Known::of(__RETRY_POLICY),
                ),
                expression: "",
                timeout: ::core::option::Option::None,
                flags: 0,
                path: ::core::concat!(::core::module_path!(), "::later"),
                name: ::core::concat!(::core::module_path!(), "::later"),
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
            };
            const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
                .record();
            __RETRY_SITE.name_in(&__RETRY_RECORD)
        };
        let mut __retry_progress = ::retry_kit::__private::Watch::new(
            ::retry_kit::__private::Memory::start(),
        );
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
                                    ::retry_kit::__private::Watch::end(
                                        &__retry_progress,
                                        &__RETRY_POLICY,
                                    ),
                                )
                        },
                    )
                    .await;
                match {
                    ::retry_kit::__private::next_step(
                        &mut __retry_progress,
                        &__RETRY_POLICY,
                        &__retry_outcome,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                    )
                } {
                    ::retry_kit::__private::NextStep::Success => {
                        ::retry_kit::__private::tell_success(
                            &__retry_progress,
                            ::retry_kit::__private::Name::Known(__RETRY_NAME),
                            ::core::option::Option::None,
                            &__RETRY_POLICY,
                        );
                        break __retry_outcome;
                    }
                    ::retry_kit::__private::NextStep::Retry(
                        __retry_cause,
                        __retry_wait,
                        _,
                    ) => {
                        ::retry_kit::__private::tell_retry(
                            &__retry_progress,
                            __RETRY_NAME,
                            ::core::option::Option::None,
                            &__RETRY_POLICY,
                            ::retry_kit::__private::shown(
                                __retry_cause,
                                |__retry_error| {
                                    use ::retry_kit::__private::{
                                        ShownByDisplay as _, ShownByType as _,
                                    };
                                    use ::retry_kit::__private::{
                                        SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                    };
                                    (&&::retry_kit::__private::Telling(__retry_error))
                                        .__retry_shown()
                                        .because(
                                            (&&::retry_kit::__private::Telling(__retry_error))
                                                .__retry_source(),
                                        )
                                },
                            ),
                            __retry_wait,
                        );
                        ::retry_kit::__private::Watch::granted(
                            &mut __retry_progress,
                            __retry_wait,
                        )
                    }
                    ::retry_kit::__private::NextStep::Stop(
                        __retry_cause,
                        __retry_reason,
                    ) => {
                        ::retry_kit::__private::tell_stop(
                            &__retry_progress,
                            __RETRY_NAME,
                            ::core::option::Option::None,
                            &__RETRY_POLICY,
                            ::retry_kit::__private::shown(
                                __retry_cause,
                                |__retry_error| {
                                    use ::retry_kit::__private::{
                                        ShownByDisplay as _, ShownByType as _,
                                    };
                                    use ::retry_kit::__private::{
                                        SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                    };
                                    (&&::retry_kit::__private::Telling(__retry_error))
                                        .__retry_shown()
                                        .because(
                                            (&&::retry_kit::__private::Telling(__retry_error))
                                                .__retry_source(),
                                        )
                                },
                            ),
                            __retry_reason,
                        );
                        break __retry_outcome;
                    }
                }
            };
            ({
                use ::retry_kit::__private::default_timer::*;
                {
                    use crate::*;
                    __retry_sleep
                }
            })(__retry_wait)
                .await;
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
        const __RETRY_NAME: &'static ::core::primitive::str = {
            const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
                policy: ::core::option::Option::Some(
                    ::retry_kit::__private::Known::with(
                        __RETRY_POLICY,
                        [
                            ::core::option::Option::Some(2020000000u64),
                            ::core::option::Option::Some(600020000000u64),
                        ],
                    ),
                ),
                expression: "",
                timeout: ::core::option::Option::None,
                flags: 0,
                path: ::core::concat!(::core::module_path!(), "::boxed"),
                name: ::core::concat!(::core::module_path!(), "::boxed"),
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
            };
            const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
                .record();
            __RETRY_SITE.name_in(&__RETRY_RECORD)
        };
        let mut __retry_progress = ::retry_kit::__private::Watch::new(
            ::retry_kit::__private::Memory::idle(),
        );
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
                match {
                    ::retry_kit::__private::next_step(
                        &mut __retry_progress,
                        &__RETRY_POLICY,
                        &__retry_outcome,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                    )
                } {
                    ::retry_kit::__private::NextStep::Success => {
                        ::retry_kit::__private::tell_success(
                            &__retry_progress,
                            ::retry_kit::__private::Name::Known(__RETRY_NAME),
                            ::core::option::Option::Some("billing"),
                            &__RETRY_POLICY,
                        );
                        break __retry_outcome;
                    }
                    ::retry_kit::__private::NextStep::Retry(
                        __retry_cause,
                        __retry_wait,
                        _,
                    ) => {
                        ::retry_kit::__private::tell_retry(
                            &__retry_progress,
                            __RETRY_NAME,
                            ::core::option::Option::Some("billing"),
                            &__RETRY_POLICY,
                            ::retry_kit::__private::shown(
                                __retry_cause,
                                |__retry_error| {
                                    use ::retry_kit::__private::{
                                        ShownByDisplay as _, ShownByType as _,
                                    };
                                    use ::retry_kit::__private::{
                                        SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                    };
                                    (&&::retry_kit::__private::Telling(__retry_error))
                                        .__retry_shown()
                                        .because(
                                            (&&::retry_kit::__private::Telling(__retry_error))
                                                .__retry_source(),
                                        )
                                },
                            ),
                            __retry_wait,
                        );
                        ::retry_kit::__private::Watch::granted(
                            &mut __retry_progress,
                            __retry_wait,
                        )
                    }
                    ::retry_kit::__private::NextStep::Stop(
                        __retry_cause,
                        __retry_reason,
                    ) => {
                        ::retry_kit::__private::tell_stop(
                            &__retry_progress,
                            __RETRY_NAME,
                            ::core::option::Option::Some("billing"),
                            &__RETRY_POLICY,
                            ::retry_kit::__private::shown(
                                __retry_cause,
                                |__retry_error| {
                                    use ::retry_kit::__private::{
                                        ShownByDisplay as _, ShownByType as _,
                                    };
                                    use ::retry_kit::__private::{
                                        SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                    };
                                    (&&::retry_kit::__private::Telling(__retry_error))
                                        .__retry_shown()
                                        .because(
                                            (&&::retry_kit::__private::Telling(__retry_error))
                                                .__retry_source(),
                                        )
                                },
                            ),
                            __retry_reason,
                        );
                        break __retry_outcome;
                    }
                }
            };
            ({
                use ::retry_kit::__private::default_timer::*;
                {
                    use crate::*;
                    __retry_sleep
                }
            })(__retry_wait)
                .await;
        }
    })
}
fn with_an_inner_attribute() -> io::Result<u8> {
    #![allow(clippy::all)]
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    const __RETRY_NAME: &'static ::core::primitive::str = {
        const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
            policy: ::core::option::Option::Some(
                ::retry_kit::__private::Known::with(
                    __RETRY_POLICY,
                    [
                        ::core::option::Option::Some(14000000000u64),
                        ::core::option::Option::Some(903000000000u64),
                    ],
                ),
            ),
            expression: "",
            timeout: ::core::option::Option::None,
            flags: 16384,
            path: ::core::concat!(::core::module_path!(), "::with_an_inner_attribute"),
            name: ::core::concat!(::core::module_path!(), "::with_an_inner_attribute"),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
        };
        const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
            .record();
        __RETRY_SITE.name_in(&__RETRY_RECORD)
    };
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::idle(),
    );
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<u8> { { get() } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match {
                ::retry_kit::__private::next_step(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(__RETRY_NAME),
                )
            } {
                ::retry_kit::__private::NextStep::Success => {
                    ::retry_kit::__private::tell_success(
                        &__retry_progress,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                    );
                    break __retry_outcome;
                }
                ::retry_kit::__private::NextStep::Retry(
                    __retry_cause,
                    __retry_wait,
                    _,
                ) => {
                    ::retry_kit::__private::tell_retry(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_wait,
                    );
                    ::retry_kit::__private::Watch::granted(
                        &mut __retry_progress,
                        __retry_wait,
                    )
                }
                ::retry_kit::__private::NextStep::Stop(
                    __retry_cause,
                    __retry_reason,
                ) => {
                    ::retry_kit::__private::tell_stop(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_reason,
                    );
                    break __retry_outcome;
                }
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
    const __RETRY_NAME: &'static ::core::primitive::str = {
        const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
            policy: ::core::option::Option::Some(
                ::retry_kit::__private::Known::of(__RETRY_POLICY),
            ),
            expression: "",
            timeout: ::core::option::Option::None,
            flags: 16384,
            path: ::core::concat!(::core::module_path!(), "::limited"),
            name: ::core::concat!(::core::module_path!(), "::limited"),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
        };
        const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
            .record();
        __RETRY_SITE.name_in(&__RETRY_RECORD)
    };
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::idle(),
    );
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> io::Result<u8> { { get() } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match {
                ::retry_kit::__private::next_step(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(__RETRY_NAME),
                )
            } {
                ::retry_kit::__private::NextStep::Success => {
                    ::retry_kit::__private::tell_success(
                        &__retry_progress,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                    );
                    break __retry_outcome;
                }
                ::retry_kit::__private::NextStep::Retry(
                    __retry_cause,
                    __retry_wait,
                    _,
                ) => {
                    ::retry_kit::__private::tell_retry(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_wait,
                    );
                    ::retry_kit::__private::Watch::granted(
                        &mut __retry_progress,
                        __retry_wait,
                    )
                }
                ::retry_kit::__private::NextStep::Stop(
                    __retry_cause,
                    __retry_reason,
                ) => {
                    ::retry_kit::__private::tell_stop(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        ::retry_kit::__private::shown(
                            __retry_cause,
                            |__retry_error| {
                                use ::retry_kit::__private::{
                                    ShownByDisplay as _, ShownByType as _,
                                };
                                use ::retry_kit::__private::{
                                    SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _,
                                };
                                (&&::retry_kit::__private::Telling(__retry_error))
                                    .__retry_shown()
                                    .because(
                                        (&&::retry_kit::__private::Telling(__retry_error))
                                            .__retry_source(),
                                    )
                            },
                        ),
                        __retry_reason,
                    );
                    break __retry_outcome;
                }
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
