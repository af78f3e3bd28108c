async fn by_pattern(id: u64) -> Result<u8, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::on as _;
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
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
                        { get(id).await }
                    },
                    &__retry_progress,
                )
                .await;
            match ::retry_kit::__private::next_wait_by(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::by_pattern"),
                |__retry_error| match __retry_error {
                    Error::Busy(code) | Error::Slow { code } if *code > 7 => {
                        use ::retry_kit::__private::{ByClass as _, ByWord as _};
                        (&::retry_kit::__private::Retried(__retry_error)).__retry_class()
                    }
                    #[allow(unreachable_patterns)]
                    _ => ::retry_kit::__private::ErrorClass::Permanent,
                },
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
fn by_closure(id: u64) -> Result<u8, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::when as _;
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> Result<u8, Error> { { get(id) } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match ::retry_kit::__private::next_wait_by(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::by_closure"),
                |__retry_error| match ::retry_kit::__private::word_of(
                    __retry_error,
                    |error| error.is_temporary(),
                ) {
                    ::retry_kit::__private::ErrorClass::Transient => {
                        use ::retry_kit::__private::{ByClass as _, ByWord as _};
                        (&::retry_kit::__private::Retried(__retry_error)).__retry_class()
                    }
                    __retry_class => __retry_class,
                },
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
async fn until_done(id: u64) -> Job {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::until as _;
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            Job,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { job(id).await }
                    },
                    &__retry_progress,
                )
                .await;
            match {
                use ::retry_kit::__private::SeenWhole as _;
                let __retry_seen = &::retry_kit::__private::Seen(&__retry_outcome)
                    .__retry_seen();
                ::retry_kit::__private::next_step_of_values(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    *__retry_seen,
                    ::retry_kit::__private::Name::Known(
                        ::core::concat!(::core::module_path!(), "::until_done"),
                    ),
                    |__retry_value| ::retry_kit::__private::unless_accepted(
                        __retry_value,
                        |job| job.is_done(),
                    ),
                )
            } {
                ::retry_kit::__private::NextStep::Success => break __retry_outcome,
                ::retry_kit::__private::NextStep::Retry(_, __retry_wait, _) => {
                    __retry_wait
                }
                ::retry_kit::__private::NextStep::Stop(..) => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn until_done_or_error(id: u64) -> Result<Job, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{until as _, when as _, throttled as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .throttled_base(::retry_kit::__private::Duration::from_secs(5))
        .throttled_cap(::retry_kit::__private::Duration::from_secs(120));
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            Result<Job, Error>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { job(id).await }
                    },
                    &__retry_progress,
                )
                .await;
            match {
                ::retry_kit::__private::next_step_of_values_by(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(
                        ::core::concat!(::core::module_path!(), "::until_done_or_error"),
                    ),
                    |__retry_error| match ::retry_kit::__private::word_of(
                        __retry_error,
                        is_temporary,
                    ) {
                        ::retry_kit::__private::ErrorClass::Transient => {
                            use ::retry_kit::__private::{ByClass as _, ByWord as _};
                            (&::retry_kit::__private::Retried(__retry_error))
                                .__retry_class()
                        }
                        __retry_class => __retry_class,
                    },
                    |__retry_value| ::retry_kit::__private::unless_accepted(
                        __retry_value,
                        Job::is_done,
                    ),
                )
            } {
                ::retry_kit::__private::NextStep::Success => break __retry_outcome,
                ::retry_kit::__private::NextStep::Retry(_, __retry_wait, _) => {
                    __retry_wait
                }
                ::retry_kit::__private::NextStep::Stop(..) => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn respond(request: &Request) -> reqwest::Result<Response> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{response as _, retry_after_cap as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .give_up_on_hint_over(::retry_kit::__private::Duration::from_secs(60));
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            reqwest::Result<Response>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { send(request).await }
                    },
                    &__retry_progress,
                )
                .await;
            match {
                ::retry_kit::__private::next_step_of_values(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(
                        ::core::concat!(::core::module_path!(), "::respond"),
                    ),
                    |__retry_value| ::retry_kit::__private::unless_retried(
                        __retry_value,
                        &__RETRY_POLICY,
                    ),
                )
            } {
                ::retry_kit::__private::NextStep::Success => break __retry_outcome,
                ::retry_kit::__private::NextStep::Retry(_, __retry_wait, _) => {
                    __retry_wait
                }
                ::retry_kit::__private::NextStep::Stop(..) => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn pay(order: &Order) -> Result<Receipt, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{repeat as _, jitter as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .repeat(::retry_kit::__private::Repeat::Unsent)
        .jitter(
            ::retry_kit::__private::Jitter::Absolute(
                ::retry_kit::__private::Duration::new(0, 500000000),
            ),
        );
    let mut __retry_progress = ::retry_kit::__private::Counter::idle();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            Result<Receipt, Error>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { send(order).await }
                    },
                    &__retry_progress,
                )
                .await;
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::pay"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
