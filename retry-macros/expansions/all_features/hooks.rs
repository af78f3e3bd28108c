impl Client {
    pub async fn order(&mut self, items: &[Item]) -> Result<Receipt, Error> {
        #[allow(unexpected_cfgs, unused_imports)]
        {
            #[cfg(rust_analyzer)]
            mod hints {
                use ::retry_kit::__private::ide::*;
                use self::{
                    policy as _, max as _, name as _, timeout as _, budget as _,
                    pause as _, attempt as _, on_retry as _, before_retry as _,
                    give_up as _, span as _,
                };
            }
        }
        let __retry_policy = ::retry_kit::__private::copied(self.policy)
            .max_retries(2)
            .policy();
        const __RETRY_NAME: &'static ::core::primitive::str = {
            const __RETRY_SITE: ::retry_kit::__private::Site = ::retry_kit::__private::Site {
                policy: ::core::option::Option::None,
                expression: "self.policy",
                timeout: ::core::option::Option::None,
                flags: 50,
                path: ::core::concat!(::core::module_path!(), "::order"),
                name: "shop.order",
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
            };
            const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
                .record();
            __RETRY_SITE.name_in(&__RETRY_RECORD)
        };
        let __retry_timeout = ::retry_kit::__private::timeout(self.timeout);
        let mut __retry_progress = ::retry_kit::__private::paused(
            ::retry_kit::__private::budgeted(
                ::retry_kit::__private::Watch::new(
                    ::retry_kit::__private::Memory::start(),
                ),
                &self.budget,
            ),
            &self.pause,
        );
        loop {
            match ::retry_kit::__private::gate(
                &mut __retry_progress,
                &__retry_policy,
                {
                    use ::retry_kit::__private::{EndsLate as _, NeverLate as _};
                    (&::retry_kit::__private::Unbegun::<
                        Result<Receipt, Error>,
                    >::of_this_type())
                        .__retry_late()
                },
                __RETRY_NAME,
                ::core::option::Option::Some(::core::module_path!()),
            ) {
                ::retry_kit::__private::Gate::Open => {}
                ::retry_kit::__private::Gate::Shut(__retry_wait) => {
                    ({
                        use ::retry_kit::__private::default_timer::*;
                        {
                            use crate::*;
                            __retry_sleep
                        }
                    })(__retry_wait)
                        .await;
                    continue;
                }
                ::retry_kit::__private::Gate::Late(__retry_outcome, __retry_error) => {
                    ::retry_kit::__private::tell_late(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::Some(::core::module_path!()),
                        &__retry_policy,
                        __retry_error,
                    );
                    break {
                        use ::retry_kit::__private::EndedOtherwise as _;
                        ::retry_kit::__private::Ended(__retry_outcome(__retry_error))
                            .__retry_last_word(
                                || ::retry_kit::__private::Watch::give_up_late(
                                    &__retry_progress,
                                    __RETRY_NAME,
                                ),
                                |error, end| error.after(end),
                            )
                    };
                }
            }
            ::retry_kit::__private::Watch::begin_attempt(&mut __retry_progress);
            let __retry_wait = {
                let __retry_outcome = {
                    use ::retry_kit::__private::TimedOtherwise as _;
                    ::retry_kit::__private::Timed(
                            ({
                                use ::retry_kit::__private::default_timer::*;
                                {
                                    use crate::*;
                                    __retry_with_timeout
                                }
                            })(
                                    ::retry_kit::__private::spanned(
                                        async {
                                            if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                                Result<Receipt, Error>,
                                            > {
                                                #[allow(unreachable_code)] return __retry_return;
                                            }
                                            {
                                                use ::retry_kit::__private::{
                                                    BorrowExclusively as _, BorrowShared as _,
                                                };
                                                (*self).__retry_borrow();
                                            }
                                            let attempt = ::retry_kit::__private::Watch::attempt(
                                                &__retry_progress,
                                                &__retry_policy,
                                            );
                                            if ::retry_kit::__private::Progressing::retries(
                                                &__retry_progress,
                                            ) > 0
                                            {
                                                if let ::core::result::Result::Err(__retry_error) = ::retry_kit::__private::prepared(
                                                    (self.reconnect()).await,
                                                ) {
                                                    return {
                                                        use ::retry_kit::__private::UnbegunOtherwise as _;
                                                        ::retry_kit::__private::Unbegun::<
                                                            Result<Receipt, Error>,
                                                        >::of_this_type()
                                                            .__retry_failed(__retry_error)
                                                    };
                                                }
                                            }
                                            { self.send(items, attempt.number()).await }
                                        },
                                        &__retry_progress,
                                        __RETRY_NAME,
                                        ::core::option::Option::Some(::core::module_path!()),
                                    ),
                                    {
                                        use ::retry_kit::__private::Frame as _;
                                        ::retry_kit::__private::Numbered::of(&__retry_progress)
                                            .named(__RETRY_NAME)
                                            .until(
                                                ::retry_kit::__private::Watch::end(
                                                    &__retry_progress,
                                                    &__retry_policy,
                                                ),
                                            )
                                    },
                                    ::retry_kit::__private::Paused::attempt_timeout(
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
                match {
                    ::retry_kit::__private::next_step(
                        &mut __retry_progress,
                        &__retry_policy,
                        &__retry_outcome,
                        ::retry_kit::__private::Name::Known(__RETRY_NAME),
                    )
                } {
                    ::retry_kit::__private::NextStep::Success => {
                        ::retry_kit::__private::tell_success(
                            &__retry_progress,
                            ::retry_kit::__private::Name::Known(__RETRY_NAME),
                            ::core::option::Option::Some(::core::module_path!()),
                            &__retry_policy,
                        );
                        break __retry_outcome;
                    }
                    ::retry_kit::__private::NextStep::Retry(
                        __retry_cause,
                        __retry_wait,
                        _,
                    ) => {
                        ::retry_kit::__private::notify(
                            &::retry_kit::__private::Watch::event(
                                &__retry_progress,
                                __RETRY_NAME,
                                &__retry_policy,
                                __retry_cause,
                                __retry_wait,
                            ),
                            |event| log(event),
                        );
                        ::retry_kit::__private::tell_retry(
                            &__retry_progress,
                            __RETRY_NAME,
                            ::core::option::Option::Some(::core::module_path!()),
                            &__retry_policy,
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
                            ::core::option::Option::Some(::core::module_path!()),
                            &__retry_policy,
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
                        break {
                            use ::retry_kit::__private::EndedOtherwise as _;
                            ::retry_kit::__private::Ended(__retry_outcome)
                                .__retry_last_word(
                                    || ::retry_kit::__private::Watch::give_up(
                                        &__retry_progress,
                                        __RETRY_NAME,
                                        __retry_reason,
                                    ),
                                    |error, end| error.after(end),
                                )
                        };
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
    async fn prices(&self, token: &Token) -> Result<Prices, Error> {
        #[allow(unexpected_cfgs, unused_imports)]
        {
            #[cfg(rust_analyzer)]
            mod hints {
                use ::retry_kit::__private::ide::*;
                use self::{budget as _, cancel as _, fallback as _, reset_after as _};
            }
        }
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
                flags: 6216,
                path: ::core::concat!(::core::module_path!(), "::prices"),
                name: ::core::concat!(::core::module_path!(), "::prices"),
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
            };
            const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
                .record();
            __RETRY_SITE.name_in(&__RETRY_RECORD)
        };
        let mut __retry_progress = ::retry_kit::__private::resetting(
            ::retry_kit::__private::budgeted(
                ::retry_kit::__private::Watch::new(
                    ::retry_kit::__private::Memory::start(),
                ),
                {
                    static __RETRY_BUDGET: ::retry_kit::__private::RetryBudget = ::retry_kit::__private::RetryBudget::standard();
                    &__RETRY_BUDGET
                },
            ),
            ::retry_kit::__private::Duration::from_secs(60),
        );
        loop {
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            Result<Prices, Error>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { self.get("prices").await }
                    },
                    &__retry_progress,
                )
                .await;
            let __retry_wait = match {
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
                    ::core::result::Result::Ok((
                        ::retry_kit::__private::kept(__retry_cause),
                        ::retry_kit::__private::Watch::granted(
                            &mut __retry_progress,
                            __retry_wait,
                        ),
                    ))
                }
                ::retry_kit::__private::NextStep::Stop(__retry_cause, __retry_reason) => {
                    ::core::result::Result::Err((
                        ::retry_kit::__private::kept(__retry_cause),
                        __retry_reason,
                    ))
                }
            };
            let __retry_reason = match __retry_wait {
                ::core::result::Result::Ok((__retry_kept, __retry_wait)) => {
                    match ::retry_kit::__private::unless_cancelled(
                            __retry_wait,
                            ({
                                use ::retry_kit::__private::default_timer::*;
                                {
                                    use crate::*;
                                    __retry_sleep
                                }
                            })(__retry_wait),
                            token.cancelled(),
                        )
                        .await
                    {
                        ::core::option::Option::Some(__retry_passed) => {
                            ::core::option::Option::Some((
                                __retry_kept,
                                ::retry_kit::__private::Progressing::cancelled(
                                    &mut __retry_progress,
                                    __retry_wait,
                                    __retry_passed,
                                ),
                            ))
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    }
                }
                ::core::result::Result::Err(__retry_reason) => {
                    ::core::option::Option::Some(__retry_reason)
                }
            };
            if let ::core::option::Option::Some((__retry_kept, __retry_reason)) = __retry_reason {
                let __retry_cause = {
                    ::retry_kit::__private::cause_of(__retry_kept, &__retry_outcome)
                };
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
                break {
                    use ::retry_kit::__private::{
                        LastOtherwise as _, Later as _, NoSubstitute as _,
                    };
                    let __retry_give_up = ::retry_kit::__private::Watch::give_up(
                        &__retry_progress,
                        __RETRY_NAME,
                        __retry_reason,
                    );
                    match ::retry_kit::__private::Last(__retry_outcome)
                        .__retry_fallback(&__retry_give_up, |_, _| Ok(cached()))
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
            ::retry_kit::__private::Watch::begin_attempt(&mut __retry_progress);
            ::retry_kit::__private::Resetting::begin_run(&mut __retry_progress);
        }
    }
    fn stock(&self) -> Result<u32, Error> {
        #[allow(unexpected_cfgs, unused_imports)]
        {
            #[cfg(rust_analyzer)]
            mod hints {
                use ::retry_kit::__private::ide::*;
                use self::{cancel as _, fallback as _, pause as _, give_up as _};
            }
        }
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
                flags: 20576,
                path: ::core::concat!(::core::module_path!(), "::stock"),
                name: ::core::concat!(::core::module_path!(), "::stock"),
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
            };
            const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] = __RETRY_SITE
                .record();
            __RETRY_SITE.name_in(&__RETRY_RECORD)
        };
        let mut __retry_progress = ::retry_kit::__private::paused(
            ::retry_kit::__private::Watch::new(
                ::retry_kit::__private::Memory::start_blocking(),
            ),
            {
                static __RETRY_PAUSE: ::retry_kit::__private::Pause = ::retry_kit::__private::Pause::new();
                &__RETRY_PAUSE
            },
        );
        loop {
            match ::retry_kit::__private::gate(
                &mut __retry_progress,
                &__RETRY_POLICY,
                {
                    use ::retry_kit::__private::{EndsLate as _, NeverLate as _};
                    (&{
                        use ::retry_kit::__private::ReturnedOtherwise as _;
                        ::retry_kit::__private::Returned::<
                            Result<u32, Error>,
                        >::of_this_type()
                            .__retry_unbegun::<Inner>()
                    })
                        .__retry_late()
                },
                __RETRY_NAME,
                ::core::option::Option::None,
            ) {
                ::retry_kit::__private::Gate::Open => {}
                ::retry_kit::__private::Gate::Shut(__retry_wait) => {
                    ::retry_kit::__private::block(__retry_wait);
                    continue;
                }
                ::retry_kit::__private::Gate::Late(__retry_outcome, __retry_error) => {
                    ::retry_kit::__private::tell_late(
                        &__retry_progress,
                        __RETRY_NAME,
                        ::core::option::Option::None,
                        &__RETRY_POLICY,
                        __retry_error,
                    );
                    break {
                        use ::retry_kit::__private::{
                            LastOtherwise as _, Later as _, NoSubstitute as _,
                        };
                        let __retry_give_up = ::retry_kit::__private::Watch::give_up_late(
                            &__retry_progress,
                            __RETRY_NAME,
                        );
                        match ::retry_kit::__private::Last({
                                use ::retry_kit::__private::ReturnedOtherwise as _;
                                ::retry_kit::__private::Returned::<
                                    Result<u32, Error>,
                                >::of_this_type()
                                    .__retry_last_word(
                                        __retry_outcome(__retry_error),
                                        || ::retry_kit::__private::Watch::give_up_late(
                                            &__retry_progress,
                                            __RETRY_NAME,
                                        ),
                                        |error: Inner, _| Error::from(error),
                                    )
                            })
                            .__retry_fallback(&__retry_give_up, |_, _| 7)
                        {
                            ::retry_kit::__private::Fallback::Kept(__retry_outcome) => {
                                __retry_outcome
                            }
                            ::retry_kit::__private::Fallback::Asked(__retry_answer) => {
                                __retry_answer.__retry_answer_now()
                            }
                        }
                    };
                }
            }
            let __retry_outcome = ::retry_kit::__private::attempt(
                || {
                    if let ::core::option::Option::Some(__retry_return) = {
                        use ::retry_kit::__private::ReturnedOtherwise as _;
                        ::retry_kit::__private::Returned::<
                            Result<u32, Error>,
                        >::of_this_type()
                            .__retry_none::<Inner>()
                    } {
                        #[allow(unreachable_code)] return __retry_return;
                    }
                    { self.get("stock") }
                },
                &::retry_kit::__private::Numbered::of(&__retry_progress),
            );
            let __retry_wait = match {
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
                    break {
                        use ::retry_kit::__private::ReturnedOtherwise as _;
                        ::retry_kit::__private::Returned::<
                            Result<u32, Error>,
                        >::of_this_type()
                            .__retry_success(__retry_outcome)
                    };
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
                    ::core::result::Result::Ok((
                        ::retry_kit::__private::kept(__retry_cause),
                        ::retry_kit::__private::Watch::granted(
                            &mut __retry_progress,
                            __retry_wait,
                        ),
                    ))
                }
                ::retry_kit::__private::NextStep::Stop(__retry_cause, __retry_reason) => {
                    ::core::result::Result::Err((
                        ::retry_kit::__private::kept(__retry_cause),
                        __retry_reason,
                    ))
                }
            };
            let __retry_reason = match __retry_wait {
                ::core::result::Result::Ok((__retry_kept, __retry_wait)) => {
                    match ::retry_kit::__private::block_unless(__retry_wait, stopped) {
                        ::core::option::Option::Some(__retry_passed) => {
                            ::core::option::Option::Some((
                                __retry_kept,
                                ::retry_kit::__private::Progressing::cancelled(
                                    &mut __retry_progress,
                                    __retry_wait,
                                    __retry_passed,
                                ),
                            ))
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    }
                }
                ::core::result::Result::Err(__retry_reason) => {
                    ::core::option::Option::Some(__retry_reason)
                }
            };
            if let ::core::option::Option::Some((__retry_kept, __retry_reason)) = __retry_reason {
                let __retry_cause = {
                    ::retry_kit::__private::cause_of(__retry_kept, &__retry_outcome)
                };
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
                break {
                    use ::retry_kit::__private::{
                        LastOtherwise as _, Later as _, NoSubstitute as _,
                    };
                    let __retry_give_up = ::retry_kit::__private::Watch::give_up(
                        &__retry_progress,
                        __RETRY_NAME,
                        __retry_reason,
                    );
                    match ::retry_kit::__private::Last({
                            use ::retry_kit::__private::ReturnedOtherwise as _;
                            ::retry_kit::__private::Returned::<
                                Result<u32, Error>,
                            >::of_this_type()
                                .__retry_last_word(
                                    __retry_outcome,
                                    || ::retry_kit::__private::Watch::give_up(
                                        &__retry_progress,
                                        __RETRY_NAME,
                                        __retry_reason,
                                    ),
                                    |error: Inner, _| Error::from(error),
                                )
                        })
                        .__retry_fallback(&__retry_give_up, |_, _| 7)
                    {
                        ::retry_kit::__private::Fallback::Kept(__retry_outcome) => {
                            __retry_outcome
                        }
                        ::retry_kit::__private::Fallback::Asked(__retry_answer) => {
                            __retry_answer.__retry_answer_now()
                        }
                    }
                };
            }
        }
    }
}
async fn lines(path: &Path) -> io::Result<Lines> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{until as _, on_retry as _};
        }
    }
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
            flags: 128,
            path: ::core::concat!(::core::module_path!(), "::lines"),
            name: ::core::concat!(::core::module_path!(), "::lines"),
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
            let __retry_outcome = ::retry_kit::__private::scoped(
                    async {
                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                            io::Result<Lines>,
                        > {
                            #[allow(unreachable_code)] return __retry_return;
                        }
                        { read(path).await }
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
                    ::retry_kit::__private::Name::Known(__RETRY_NAME),
                    |__retry_value| ::retry_kit::__private::unless_accepted(
                        __retry_value,
                        |lines, event| lines.is_whole(),
                    ),
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
                    ::retry_kit::__private::notify_with_value(
                        &::retry_kit::__private::Watch::event(
                            &__retry_progress,
                            __RETRY_NAME,
                            &__RETRY_POLICY,
                            __retry_cause,
                            __retry_wait,
                        ),
                        {
                            use ::retry_kit::__private::SeenWhole as _;
                            ::retry_kit::__private::Seen(&__retry_outcome)
                                .__retry_value()
                        },
                        |event, lines| show(event, lines),
                    );
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
async fn elsewhere(path: &Path) -> io::Result<Lines> {
    #[allow(unexpected_cfgs, unused_imports)]
    {
        #[cfg(rust_analyzer)]
        mod hints {
            use ::retry_kit::__private::ide::*;
            use self::{sleep as _, span as _, timeout as _, on_retry as _};
        }
    }
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
            timeout: ::core::option::Option::Some(
                ::retry_kit::__private::Duration::from_secs(1),
            ),
            flags: 0,
            path: ::core::concat!(::core::module_path!(), "::elsewhere"),
            name: ::core::concat!(::core::module_path!(), "::elsewhere"),
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
            let __retry_outcome = {
                use ::retry_kit::__private::TimedOtherwise as _;
                ::retry_kit::__private::Timed(
                        ::retry_kit::__private::race(
                                ::retry_kit::__private::spanned(
                                    async {
                                        if let ::core::option::Option::Some(__retry_return) = ::core::option::Option::None::<
                                            io::Result<Lines>,
                                        > {
                                            #[allow(unreachable_code)] return __retry_return;
                                        }
                                        { read(path).await }
                                    },
                                    &__retry_progress,
                                    __RETRY_NAME,
                                    ::core::option::Option::None,
                                ),
                                ::retry_kit::__private::Numbered::of(&__retry_progress)
                                    .named(__RETRY_NAME),
                                ::retry_kit::__private::Watch::attempt_timeout(
                                    &__retry_progress,
                                    &__RETRY_POLICY,
                                    ::core::option::Option::Some(
                                        ::retry_kit::__private::Duration::from_secs(1),
                                    ),
                                ),
                                async_io_sleep,
                            )
                            .await,
                    )
                    .__retry_in_time(|__retry_error| ::retry_kit::__private::late(
                        __retry_error,
                    ))
            };
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
                    ::retry_kit::__private::notify(
                        &::retry_kit::__private::Watch::event(
                            &__retry_progress,
                            __RETRY_NAME,
                            &__RETRY_POLICY,
                            __retry_cause,
                            __retry_wait,
                        ),
                        log,
                    );
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
        ::retry_kit::__private::nap(async_io_sleep, __retry_wait).await;
    }
}
