//! The decisions of a loop written by hand, which reports them if it has a name.

use core::error::Error;
use core::fmt::Display;

use super::shown::{News, Shown};
use super::{gave_up, recovered, retrying, succeeded_at_once, target_of, tell_paused};
use crate::call::{Cause, Decision, RetryState, StopReason, TimedOut, Wait};
use crate::classify::Classify;
use crate::policy::ErrorClass;

/// Whether anything is reported.
const TELLS: bool = cfg!(any(feature = "tracing", feature = "metrics"));

impl RetryState<'_> {
    /// Decides what to do after an attempt failed with an error of this class.
    ///
    /// With a [`name`](Self::name) it reports the decision, and shows the class in place of an error.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// assert!(matches!(retries.decide(ErrorClass::Transient), Decision::Retry(_)));
    /// ```
    #[must_use = "the caller must carry out the decision"]
    pub fn decide(&mut self, class: ErrorClass) -> Decision {
        let decision = self.decided_on_a_failure(class);
        if TELLS {
            self.tell(decision, || Shown::Display(&class));
        }
        decision
    }

    /// Decides what to do after an attempt failed with this error, by its own class.
    ///
    /// With a [`name`](Self::name) it reports the decision, the error and its sources, as an annotated function does.
    ///
    /// ```
    /// use retry_kit::{Decision, RetryPolicy, RetryState};
    ///
    /// # fn fetch(attempt: u32) -> std::io::Result<u32> {
    /// #     if attempt < 2 { Err(std::io::ErrorKind::ConnectionReset.into()) } else { Ok(7) }
    /// # }
    /// # fn example() -> std::io::Result<u32> {
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::fetch");
    /// loop {
    ///     match fetch(retries.retries()) {
    ///         Ok(value) => {
    ///             retries.succeeded();
    ///             return Ok(value);
    ///         }
    ///         Err(error) => match retries.decide_on(&error) {
    ///             Decision::Retry(wait) => std::thread::sleep(wait.duration()),
    ///             Decision::Stop(_) => return Err(error),
    ///         },
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use = "the caller must carry out the decision"]
    pub fn decide_on<E: Classify + Error>(&mut self, error: &E) -> Decision {
        let decision = self.decided_on_a_failure(error.classify());
        if TELLS {
            self.tell(decision, || Shown::Display(error).because(error.source()));
        }
        decision
    }

    /// Decides what to do after an attempt failed for this cause, which you classify.
    ///
    /// It is for values and statuses, for a class of your own, and for errors such as `anyhow::Error` that do not
    /// implement `Error`. With a [`name`](Self::name) it reports the decision and shows the cause.
    ///
    /// ```
    /// use retry_kit::{Cause, Decision, ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut polls = RetryState::new(&RetryPolicy::DEFAULT).name("shop::shipped");
    /// let decision = polls.decide_as(ErrorClass::Transient, Cause::<str>::Value);
    /// assert!(matches!(decision, Decision::Retry(_)));
    /// ```
    #[must_use = "the caller must carry out the decision"]
    pub fn decide_as<E: Display + ?Sized>(
        &mut self,
        class: ErrorClass,
        cause: Cause<'_, E>,
    ) -> Decision {
        let decision = self.decided_on_a_failure(class);
        if TELLS {
            match cause {
                Cause::Error(error) => self.tell(decision, || Shown::Display(&error)),
                Cause::Value => self.tell(decision, || Shown::Value),
                Cause::Status(code) => self.tell(decision, || Shown::Status(code)),
            }
        }
        decision
    }

    /// Returns how long to wait for the [`pause`](Self::pause) before the next attempt; `None` to begin it
    /// now.
    ///
    /// Ask again after the wait: the pause may have become longer. As with [`decide`](Self::decide), a
    /// returned wait counts as elapsed, whichever clock you sleep by.
    ///
    /// # Errors
    ///
    /// [`StopReason::Deadline`] if the wait would reach the deadline.
    ///
    /// ```
    /// use std::io;
    /// use std::thread::sleep;
    /// use retry_kit::{Classify, Decision, Pause, RetryPolicy, RetryState};
    ///
    /// static PAUSE: Pause = Pause::new();
    ///
    /// fn retried(fetch: impl Fn() -> io::Result<u32>) -> io::Result<u32> {
    ///     let mut retries = RetryState::new(&RetryPolicy::DEFAULT).pause(&PAUSE);
    ///     loop {
    ///         while let Some(wait) = retries.before_attempt().map_err(|_| io::ErrorKind::TimedOut)? {
    ///             sleep(wait.duration());
    ///         }
    ///         let error = match fetch() {
    ///             Ok(value) => return Ok(value),
    ///             Err(error) => error,
    ///         };
    ///         match retries.decide(error.classify()) {
    ///             Decision::Retry(wait) => sleep(wait.duration()),
    ///             Decision::Stop(_) => return Err(error),
    ///         }
    ///     }
    /// }
    /// assert_eq!(retried(|| Ok(7)).unwrap(), 7);
    /// ```
    pub fn before_attempt(&mut self) -> Result<Option<Wait>, StopReason> {
        let gate = self.gate();
        if let Some((name, target)) = self.reports_as().filter(|_| TELLS) {
            match gate {
                Ok(None) => {}
                Ok(Some(wait)) => tell_paused(name, target, self.policy(), self.told(wait)),
                Err(reason) => {
                    let late = TimedOut::new(self.elapsed().unwrap_or_default());
                    self.tell_as((name, target), Decision::Stop(reason), Shown::Display(&late));
                }
            }
        }
        gate
    }

    /// Reports that the last attempt succeeded, to the budget and, with a [`name`](Self::name), to logs, metrics and
    /// the recorder; ends the call.
    ///
    /// A success at the first attempt puts the refill back into the budget. A success after retries puts back the
    /// tokens that the last retry took.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryBudget, RetryPolicy, RetryState};
    ///
    /// let budget = RetryBudget::new(100, 10, 5, 1);
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).budget(&budget);
    /// let _ = retries.decide(ErrorClass::Transient);
    /// assert_eq!(budget.available(), 90);
    /// retries.succeeded();
    /// assert_eq!(budget.available(), 100);
    /// ```
    pub fn succeeded(mut self) {
        self.report_success();
        let Some(place) = self.reports_as().filter(|_| TELLS) else { return };
        if self.retries() == 0 {
            succeeded_at_once(place.0);
        } else {
            let (log, attempts) = (self.policy().get_log(), self.retries().saturating_add(1));
            recovered(place, log, attempts, self.waited(), self.elapsed());
        }
    }

    /// Reports a decision, if the call has a name.
    fn tell<'n>(&self, decision: Decision, cause: impl FnOnce() -> Shown<'n>) {
        if let Some(place) = self.reports_as() {
            self.tell_as(place, decision, cause());
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_as(
        &self,
        (name, target): (&'static str, Option<&'static str>),
        decision: Decision,
        cause: Shown<'_>,
    ) {
        let (target, log) = (target_of(name, target), self.policy().get_log());
        match decision {
            Decision::Retry(wait) => {
                let event = self.event(Cause::<str>::Value, wait);
                let (attempt, max) = (event.attempt(), event.max());
                let (waited, elapsed) = (event.waited(), event.elapsed());
                let news = News { name, target, log, attempt, max, cause, waited, elapsed };
                retrying(&news, event.wait(), event.is_from_server());
            }
            Decision::Stop(reason) => {
                let end = self.give_up(reason);
                let (attempt, waited, elapsed) = (end.attempts(), end.waited(), end.elapsed());
                let news = News { name, target, log, attempt, max: None, cause, waited, elapsed };
                gave_up(&news, reason);
            }
        }
    }
}
