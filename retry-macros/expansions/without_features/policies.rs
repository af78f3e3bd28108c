async fn numbered(&self) -> io::Result<impl Display> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{policy as _, attempt as _, when as _};
        }
    }
    let __retry_policy = ::retry_kit::__private::policy(&Self::POLICY);
    let mut __retry_progress = ::retry_kit::__private::Memory::start();
    let mut __retry_previous = ::retry_kit::__private::Remembered::nothing();
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::framed(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            io::Result<_>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        #[allow(unused_variables)]
                        let attempt = ::retry_kit::__private::Remembered::before(
                            &__retry_previous,
                            ::retry_kit::__private::Memory::attempt(
                                &__retry_progress,
                                &__retry_policy,
                            ),
                        );
                        { self.get(attempt.previous()).await }
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
            #[allow(unused_variables)]
            let attempt = ::retry_kit::__private::Remembered::before(
                &__retry_previous,
                ::retry_kit::__private::Memory::attempt(
                    &__retry_progress,
                    &__retry_policy,
                ),
            );
            match {
                ::retry_kit::__private::next_step_by(
                    &mut __retry_progress,
                    &__retry_policy,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(
                        ::core::concat!(::core::module_path!(), "::numbered"),
                    ),
                    |__retry_error| match ::retry_kit::__private::word_of(
                        __retry_error,
                        |error| attempt.number() < 2 && error.is_busy(),
                    ) {
                        ::retry_kit::__private::ErrorClass::Transient => {
                            use ::retry_kit::__private::{ByClass as _, ByWord as _};
                            (&::retry_kit::__private::Retried(__retry_error))
                                .__retry_class()
                        }
                        __retry_class => __retry_class,
                    },
                )
            } {
                ::retry_kit::__private::NextStep::Success => break __retry_outcome,
                ::retry_kit::__private::NextStep::Retry(
                    __retry_cause,
                    __retry_wait,
                    __retry_class,
                ) => {
                    ::retry_kit::__private::Remembered::keep(
                        &mut __retry_previous,
                        ::retry_kit::__private::remember(
                            __retry_class,
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
                        ),
                    );
                    __retry_wait
                }
                ::retry_kit::__private::NextStep::Stop(..) => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn chosen(id: u8, timeout: Duration) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{policy as _, max as _, timeout as _};
        }
    }
    let __retry_policy = ::retry_kit::__private::copied(policy())
        .max_retries(2)
        .policy();
    let __retry_timeout = ::retry_kit::__private::timeout(timeout);
    let mut __retry_progress = ::retry_kit::__private::Memory::start();
    loop {
        let __retry_wait = {
            let __retry_outcome = {
                use ::retry_kit::__private::TimedOtherwise as _;
                ::retry_kit::__private::Timed(
                        (::retry_kit::__private::with_timeout)(
                                async {
                                    if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                        io::Result<u8>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    { get(id).await }
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
                                ::retry_kit::__private::Memory::attempt_timeout(
                                    &__retry_progress,
                                    &__retry_policy,
                                    __retry_timeout,
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
                &__retry_policy,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::chosen"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
fn spanned(pause: Duration) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{
                policy as _, span as _, name as _, attempt as _, reset_after as _,
            };
        }
    }
    let __retry_policy = ::retry_kit::__private::policy(&POLICY);
    let mut __retry_progress = ::retry_kit::__private::resetting_blocking(
        ::retry_kit::__private::Memory::start_blocking(),
        pause,
    );
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::in_span(
                &__retry_progress,
                "kit.spanned",
                ::core::option::Option::Some(::core::module_path!()),
                || ::retry_kit::__private::attempt(
                    || -> io::Result<u8> {
                        let attempt = ::retry_kit::__private::Memory::attempt(
                            &__retry_progress,
                            &__retry_policy,
                        );
                        { get(attempt.elapsed()) }
                    },
                    &{
                        use ::retry_kit::__private::Frame as _;
                        ::retry_kit::__private::Numbered::of(&__retry_progress)
                            .named("kit.spanned")
                            .until(
                                ::retry_kit::__private::Memory::end(
                                    &__retry_progress,
                                    &__retry_policy,
                                ),
                            )
                    },
                ),
            );
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__retry_policy,
                &__retry_outcome,
                "kit.spanned",
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
        ::retry_kit::__private::Resetting::begin_run(&mut __retry_progress);
    }
}
async fn fitting() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{fits as _, timeout as _, factor as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::deadline_within(
            ::retry_kit::__private::RetryPolicy::DEFAULT.factor(FACTOR),
            ::retry_kit::__private::Duration::from_secs(60),
        )
        .build();
    const _: () = ::retry_kit::__private::assert_fits(
        &__RETRY_POLICY,
        TIMEOUT,
        ::retry_kit::__private::Duration::from_secs(60),
    );
    let __retry_timeout = ::retry_kit::__private::timeout(TIMEOUT);
    let mut __retry_progress = ::retry_kit::__private::Memory::start();
    loop {
        let __retry_wait = {
            let __retry_outcome = {
                use ::retry_kit::__private::TimedOtherwise as _;
                ::retry_kit::__private::Timed(
                        (::retry_kit::__private::with_timeout)(
                                async {
                                    if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                        io::Result<u8>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    { get().await }
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
                                    __retry_timeout,
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
                ::core::concat!(::core::module_path!(), "::fitting"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
fn decorrelated() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::backoff as _;
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .backoff(::retry_kit::__private::Backoff::Decorrelated);
    let mut __retry_progress = ::retry_kit::__private::Memory::idle();
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
                ::core::concat!(::core::module_path!(), "::decorrelated"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
fn by_reference() -> Result<u8, Error> {
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
            let __retry_outcome = ::retry_kit::__private::attempt(
                || -> Result<u8, Error> { { get() } },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            match ::retry_kit::__private::next_wait_by(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::by_reference"),
                |__retry_error| match __retry_error {
                    &Error::Busy | &Closed => {
                        use ::retry_kit::__private::{ByClass as _, ByWord as _};
                        (&::retry_kit::__private::Retried(__retry_error)).__retry_class()
                    }
                    #[allow(unreachable_patterns)]
                    _ => {
                        let _ = (&Closed,);
                        ::retry_kit::__private::ErrorClass::Permanent
                    }
                },
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        ::retry_kit::__private::block(__retry_wait);
    }
}
fn paused() -> Result<u8, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{pause as _, max as _, cancel as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT
        .unlimited();
    let mut __retry_progress = ::retry_kit::__private::paused(
        ::retry_kit::__private::Memory::idle(),
        &PAUSE,
    );
    loop {
        match ::retry_kit::__private::gate(
            &mut __retry_progress,
            &__RETRY_POLICY,
            {
                use ::retry_kit::__private::{EndsLate as _, NeverLate as _};
                (&::retry_kit::__private::Unbegun::<Result<u8, Error>>::of_this_type())
                    .__retry_late()
            },
            "",
            ::core::option::Option::None,
        ) {
            ::retry_kit::__private::Gate::Open => {}
            ::retry_kit::__private::Gate::Shut(__retry_wait) => {
                ::retry_kit::__private::block(__retry_wait);
                continue;
            }
            ::retry_kit::__private::Gate::Late(__retry_outcome, __retry_error) => {
                break __retry_outcome(__retry_error);
            }
        }
        let __retry_outcome = ::retry_kit::__private::attempt(
            || -> Result<u8, Error> { { get() } },
            &::retry_kit::__private::Numbered::of(&__retry_progress),
        );
        let __retry_wait = match ::retry_kit::__private::next_wait(
            &mut __retry_progress,
            &__RETRY_POLICY,
            &__retry_outcome,
            ::core::concat!(::core::module_path!(), "::paused"),
        ) {
            ::core::option::Option::Some(__retry_wait) => __retry_wait,
            ::core::option::Option::None => break __retry_outcome,
        };
        if let ::core::option::Option::Some(__retry_passed) = ::retry_kit::__private::block_unless(
            __retry_wait,
            stopped(),
        ) {
            ::retry_kit::__private::Progressing::cancelled(
                &mut __retry_progress,
                __retry_wait,
                __retry_passed,
            );
            break __retry_outcome;
        }
    }
}
async fn indexed(&mut self, stopped: &Receiver) -> Result<u8, Error> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{policy as _, cancel as _, attempt as _, on_retry as _};
        }
    }
    let __retry_policy = ::retry_kit::__private::copied(self.policies[0]).policy();
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::start(),
    );
    let mut __retry_previous = ::retry_kit::__private::Remembered::nothing();
    loop {
        let __retry_outcome = ::retry_kit::__private::framed(
                async {
                    if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                        Result<u8, Error>,
                    > {
                        #[allow(unreachable_code)] return __retry_return;
                    }
                    {
                        use ::retry_kit::__private::{
                            BorrowExclusively as _, BorrowShared as _,
                        };
                        (*self).__retry_borrow();
                    }
                    #[allow(unused_variables)]
                    let attempt = ::retry_kit::__private::Remembered::before(
                        &__retry_previous,
                        ::retry_kit::__private::Watch::attempt(
                            &__retry_progress,
                            &__retry_policy,
                        ),
                    );
                    { self.get().await }
                },
                {
                    use ::retry_kit::__private::Frame as _;
                    ::retry_kit::__private::Numbered::of(&__retry_progress)
                        .until(
                            ::retry_kit::__private::Watch::end(
                                &__retry_progress,
                                &__retry_policy,
                            ),
                        )
                },
            )
            .await;
        let __retry_before = ::core::clone::Clone::clone(&__retry_previous);
        #[allow(unused_variables)]
        let attempt = ::retry_kit::__private::Remembered::before(
            &__retry_before,
            ::retry_kit::__private::Watch::attempt(&__retry_progress, &__retry_policy),
        );
        let __retry_wait = match {
            ::retry_kit::__private::next_step(
                &mut __retry_progress,
                &__retry_policy,
                &__retry_outcome,
                ::retry_kit::__private::Name::Known(
                    ::core::concat!(::core::module_path!(), "::indexed"),
                ),
            )
        } {
            ::retry_kit::__private::NextStep::Success => break __retry_outcome,
            ::retry_kit::__private::NextStep::Retry(
                __retry_cause,
                __retry_wait,
                __retry_class,
            ) => {
                ::retry_kit::__private::notify(
                    &::retry_kit::__private::Watch::event(
                        &__retry_progress,
                        ::core::concat!(::core::module_path!(), "::indexed"),
                        &__retry_policy,
                        __retry_cause,
                        __retry_wait,
                    ),
                    |event| log(event, attempt.previous()),
                );
                ::retry_kit::__private::Remembered::keep(
                    &mut __retry_previous,
                    ::retry_kit::__private::remember(
                        __retry_class,
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
                    ),
                );
                ::retry_kit::__private::Watch::granted(
                    &mut __retry_progress,
                    __retry_wait,
                )
            }
            ::retry_kit::__private::NextStep::Stop(..) => break __retry_outcome,
        };
        if let ::core::option::Option::Some(__retry_passed) = ::retry_kit::__private::unless_cancelled(
                __retry_wait,
                (::retry_kit::__private::sleep)(__retry_wait),
                stopped.recv(),
            )
            .await
        {
            ::retry_kit::__private::Progressing::cancelled(
                &mut __retry_progress,
                __retry_wait,
                __retry_passed,
            );
            break __retry_outcome;
        }
    }
}
async fn by_field(&self) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::policy as _;
        }
    }
    let __retry_policy = ::retry_kit::__private::policy(&self.policy);
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
                        { self.get().await }
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
                ::core::concat!(::core::module_path!(), "::by_field"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn by_call() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::policy as _;
        }
    }
    let __retry_policy = ::retry_kit::__private::policy(policy());
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
                        { get().await }
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
                ::core::concat!(::core::module_path!(), "::by_call"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn or_seven() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::fallback as _;
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::start(),
    );
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            io::Result<u8>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { get().await }
                    },
                    &__retry_progress,
                )
                .await;
            match {
                ::retry_kit::__private::next_step(
                    &mut __retry_progress,
                    &__RETRY_POLICY,
                    &__retry_outcome,
                    ::retry_kit::__private::Name::Known(
                        ::core::concat!(::core::module_path!(), "::or_seven"),
                    ),
                )
            } {
                ::retry_kit::__private::NextStep::Success => break __retry_outcome,
                ::retry_kit::__private::NextStep::Retry(_, __retry_wait, _) => {
                    ::retry_kit::__private::Watch::granted(
                        &mut __retry_progress,
                        __retry_wait,
                    )
                }
                ::retry_kit::__private::NextStep::Stop(_, __retry_reason) => {
                    break {
                        use ::retry_kit::__private::{
                            LastOtherwise as _, Later as _, NoSubstitute as _,
                        };
                        let __retry_give_up = ::retry_kit::__private::Watch::give_up(
                            &__retry_progress,
                            ::core::concat!(::core::module_path!(), "::or_seven"),
                            __retry_reason,
                        );
                        match ::retry_kit::__private::Last(__retry_outcome)
                            .__retry_fallback(&__retry_give_up, |_, _| 7)
                        {
                            ::retry_kit::__private::Fallback::Kept(__retry_outcome) => {
                                __retry_outcome
                            }
                            ::retry_kit::__private::Fallback::Asked(__retry_answer) => {
                                __retry_answer.__retry_answer().await
                            }
                        }
                    };
                }
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn fits_by_factor() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{fits as _, timeout as _, factor as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::deadline_within(
            ::retry_kit::__private::RetryPolicy::DEFAULT.factor(FACTOR),
            ::retry_kit::__private::Duration::from_secs(60),
        )
        .build();
    const _: () = ::retry_kit::__private::assert_fits(
        &__RETRY_POLICY,
        ::retry_kit::__private::Duration::from_secs(2),
        ::retry_kit::__private::Duration::from_secs(60),
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
                                        io::Result<u8>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    { get().await }
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
                ::core::concat!(::core::module_path!(), "::fits_by_factor"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn fits_constant() -> io::Result<u8> {
    #![allow(clippy::all)]
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
            LONGEST,
        )
        .build();
    const _: () = ::retry_kit::__private::assert_fits(
        &__RETRY_POLICY,
        ::retry_kit::__private::Duration::from_secs(2),
        LONGEST,
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
                                        io::Result<u8>,
                                    > {
                                        #[allow(unreachable_code)] return __retry_return;
                                    }
                                    { get().await }
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
                ::core::concat!(::core::module_path!(), "::fits_constant"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn run_time_values(attempts: u32, ratio: f64, codes: u16) -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{
                policy as _, attempts as _, jitter as _, status as _, delays as _,
            };
        }
    }
    let __retry_policy = ::retry_kit::__private::copied(P)
        .delays(DELAYS)
        .attempts(attempts)
        .jitter(::retry_kit::__private::symmetric_or_whole(ratio))
        .status(
            ::retry_kit::__private::with_statuses_of(
                ::retry_kit::__private::with_statuses_of(
                    ::retry_kit::__private::StatusSet::EMPTY
                        .union(::retry_kit::__private::StatusSet::DEFAULT),
                    500..=500,
                ),
                codes..=codes,
            ),
        )
        .policy();
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
                        { get().await }
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
                ::core::concat!(::core::module_path!(), "::run_time_values"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn constants() -> io::Result<u8> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{jitter as _, status as _, retry_after_cap as _, delays as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::from_delays({
            const __RETRY_DELAYS: &[::retry_kit::__private::Duration] = &[SECOND];
            __RETRY_DELAYS
        })
        .jitter(::retry_kit::__private::Jitter::additive(RATIO))
        .status(
            ::retry_kit::__private::StatusSet::EMPTY
                .with_range(kit::CODE..=kit::CODE)
                .with_range(500..=501),
        )
        .give_up_on_hint_over(LONGEST)
        .build();
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
                        { get().await }
                    },
                    &__retry_progress,
                )
                .await;
            match ::retry_kit::__private::next_wait(
                &mut __retry_progress,
                &__RETRY_POLICY,
                &__retry_outcome,
                ::core::concat!(::core::module_path!(), "::constants"),
            ) {
                ::core::option::Option::Some(__retry_wait) => __retry_wait,
                ::core::option::Option::None => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
async fn parenthesized() -> io::Result<Lines> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{until as _, on_retry as _};
        }
    }
    const __RETRY_POLICY: ::retry_kit::__private::RetryPolicy = ::retry_kit::__private::RetryPolicy::DEFAULT;
    let mut __retry_progress = ::retry_kit::__private::Watch::new(
        ::retry_kit::__private::Memory::start(),
    );
    loop {
        let __retry_wait = {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            io::Result<Lines>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { read().await }
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
                        ::core::concat!(::core::module_path!(), "::parenthesized"),
                    ),
                    |__retry_value| ::retry_kit::__private::unless_accepted(
                        __retry_value,
                        |lines, event| lines.is_whole(),
                    ),
                )
            } {
                ::retry_kit::__private::NextStep::Success => break __retry_outcome,
                ::retry_kit::__private::NextStep::Retry(
                    __retry_cause,
                    __retry_wait,
                    _,
                ) => {
                    ::retry_kit::__private::notify_with_value(
                        &::retry_kit::__private::Watch::event(
                            &__retry_progress,
                            ::core::concat!(::core::module_path!(), "::parenthesized"),
                            &__RETRY_POLICY,
                            __retry_cause,
                            __retry_wait,
                        ),
                        {
                            use ::retry_kit::__private::SeenWhole as _;
                            ::retry_kit::__private::Seen(&__retry_outcome)
                                .__retry_value()
                        },
                        (|event, lines| show(event, lines)),
                    );
                    ::retry_kit::__private::Watch::granted(
                        &mut __retry_progress,
                        __retry_wait,
                    )
                }
                ::retry_kit::__private::NextStep::Stop(..) => break __retry_outcome,
            }
        };
        (::retry_kit::__private::sleep)(__retry_wait).await;
    }
}
