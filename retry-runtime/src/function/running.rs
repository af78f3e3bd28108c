//! The loop itself. For closures that return futures it is a future written by hand, so that it has a name
//! and is `Send` if its parts are. For async closures it is an async block.

use core::any::type_name;
use core::convert::identity;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};

use super::operation::{Begins, Futures, Local, Repeats, StageOf};
use super::options::{
    Accepting, Cancels, Classifying, Ending, Ends, Hearing, Hears, Preparing, Sleeping,
};
use super::retry::{Parts, Retry};
use super::settings::{Describe, Held, Sets, Settings, Timed};
use super::stage::{InTime, Stage, StageProjection};
use crate::call::{
    AttemptTimeout, Cause, Clock, Gate, Lends, Memory, Progressing, RetryBudget, StopReason,
    TimedOut, Wait, Watch,
};
use crate::expansion::{
    Alarmed, Failed, Frame, Kept, Named, NextStep, Numbered, Prepared, Until, cause_of, framed,
    kept, next_step_of_values_by, value_of,
};
use crate::policy::{ErrorClass, RetryPolicy};
use crate::telemetry::{
    Shown, Spanned, in_span, shown, spanned, tell_late, tell_paused, tell_retry, tell_stop,
    tell_success, unspanned,
};

/// Whether telemetry is on. Finding a name for the operation costs more than a retry.
const TELLS: bool = cfg!(any(feature = "tracing", feature = "metrics"));

impl<O, E, W, U, H, B, G, S, K, X> Parts<'_, O, E, W, U, H, B, G, S, K, X>
where
    O: Timed,
    H: Hears,
    G: Ends,
    X: Sets,
{
    /// Starts the clock, if an option needs it.
    pub(super) fn start(&mut self) {
        let has_timeout =
            self.settings.timeout.as_ref().is_some_and(|timeout| timeout.duration.is_some());
        let memory = if has_timeout || H::LISTENS || G::LISTENS {
            Memory::started()
        } else {
            Memory::started_for(&self.policy)
        };
        self.watch.begin(memory);
        if let Some(carried) = self.settings.carried() {
            self.watch.take_up(carried);
        }
    }

    /// Returns the wait for the pause that comes before the next attempt, if any, or the outcome of a call
    /// whose deadline comes first.
    pub(super) fn gate<T>(&mut self) -> Result<Option<Wait>, Result<T, G::Error>>
    where
        G: Ending<T, E>,
    {
        if !self.watch.has_pause() {
            return Ok(None);
        }
        let timeout = self.settings.timeout.as_ref().filter(|_| !self.settings.is_endless);
        let late = timeout.map(|timeout| timeout.late);
        match self.watch.gate(&self.policy, late) {
            Gate::Open => Ok(None),
            Gate::Shut(wait) => {
                if TELLS {
                    tell_paused(self.settings.name(), self.settings.target(), &self.policy, wait);
                }
                Ok(Some(wait))
            }
            Gate::Late(late, timed_out) => Err(self.late(late(timed_out), timed_out)),
        }
    }

    #[cold]
    fn late<T>(&mut self, error: E, timed_out: TimedOut) -> Result<T, G::Error>
    where
        G: Ending<T, E>,
    {
        let Self { policy, settings, watch, give_up, .. } = self;
        if TELLS {
            tell_late(watch, settings.name(), settings.target(), policy, timed_out);
        }
        let Some(give_up) = give_up.take() else { polled_after_the_end() };
        give_up.end(error, || watch.give_up_late(settings.name()))
    }

    /// Records that an attempt begins.
    pub(super) fn begin_attempt(&mut self) {
        self.watch.begin_attempt();
        self.watch.begin_run();
    }

    /// Returns the timeout of the attempt that begins now.
    fn attempt_timeout(&self) -> Option<AttemptTimeout> {
        let timeout = self.settings.timeout.as_ref()?;
        if self.settings.is_endless {
            // An attempt around the call may have ended without ending the call.
            return Some(AttemptTimeout::whole(O::Clock::now(), timeout.duration?));
        }
        self.watch.attempt_timeout(&self.policy, timeout.duration)
    }

    /// Returns what the calls inside the attempt learn about it.
    #[inline]
    pub(super) fn frame(&self, timeout: Option<AttemptTimeout>) -> Until<Named> {
        self.settings.frame(&self.policy, &self.watch, timeout)
    }

    /// Puts an attempt, or its preparation, into its scope and adds its timeout.
    fn in_time<A: Future>(&self, attempt: A, timeout: Option<AttemptTimeout>) -> InTime<X, S, A>
    where
        S: Sleeping,
    {
        let attempt = framed(self.settings.spanned(attempt, &*self.watch), self.frame(timeout));
        X::in_time(&self.sleep, attempt, timeout)
    }

    /// Returns the failure that a wait follows, or the outcome to return.
    #[allow(clippy::type_complexity, reason = "the names of two results would hide which is which")]
    pub(super) fn after<T>(
        &mut self,
        outcome: Result<T, E>,
    ) -> Result<Failed<Result<T, E>>, Result<T, G::Error>>
    where
        O: Repeats,
        W: Classifying<E>,
        U: Accepting<T>,
        H: Hearing<T, E>,
        G: Ending<T, E>,
    {
        let Self { policy, operation, settings, watch, when, until, on_retry, .. } = self;
        let class = |error: &E| when.class(error);
        let refused = |value| until.refuse(value, policy);
        let name = settings.name_or_finder();
        let final_policy;
        let policy = if operation.is_repeatable() {
            &*policy
        } else {
            final_policy = policy.without_repeat();
            &final_policy
        };
        let step = next_step_of_values_by(watch, policy, &outcome, name, class, refused);
        let (cause, wait) = match step {
            NextStep::Success => {
                if TELLS {
                    // The target is not looked for if nothing is told.
                    let target = (watch.retries() > 0).then(|| settings.target()).flatten();
                    tell_success(watch, settings.name_or_finder(), target, policy);
                }
                leave(settings, watch);
                return Err(Ok(value_of(outcome)));
            }
            NextStep::Retry(cause, wait, _) => (cause, wait),
            NextStep::Stop(cause, reason) => {
                let insisted = settings.is_endless.then(|| {
                    let class = match &outcome {
                        Err(error) => Some(when.class(error)),
                        Ok(value) => until.refuse::<E>(value, policy).map(|(_, class)| class),
                    };
                    watch.insist(policy, class.unwrap_or(ErrorClass::Transient), reason)
                });
                match insisted.unwrap_or(Err(reason)) {
                    Ok(wait) => (cause, wait),
                    Err(reason) => {
                        let kept = kept(cause);
                        return Err(self.ended(outcome, kept, reason));
                    }
                }
            }
        };
        if H::LISTENS {
            let event = watch.event(settings.name(), policy, cause, wait);
            on_retry.hear(&event, outcome.as_ref().ok());
        }
        if TELLS {
            show(cause, settings.describe, |cause| {
                tell_retry(watch, settings.name(), settings.target(), policy, cause, wait);
            });
        }
        let (kept, wait) = (kept(cause), watch.granted(wait));
        leave(settings, watch);
        Ok(Failed { outcome, kept, wait })
    }

    /// Begins the wait after a failure.
    fn wait<T>(&mut self, failed: Failed<Result<T, E>>) -> K::Wait<S::Sleep, Result<T, E>>
    where
        S: Sleeping,
        K: Cancels,
    {
        let sleep = self.sleep.sleep(failed.wait);
        self.cancel.wait(sleep, failed)
    }

    /// Returns the outcome of a call whose wait was ended after this part of it.
    #[cold]
    pub(super) fn cancelled<T>(
        &mut self,
        failed: Failed<Result<T, E>>,
        passed: Wait,
    ) -> Result<T, G::Error>
    where
        G: Ending<T, E>,
    {
        let Failed { outcome, kept, wait } = failed;
        let reason = self.watch.cancelled(wait, passed);
        self.ended(outcome, kept, reason)
    }

    /// Reports the end of the call, and returns its outcome.
    fn ended<T>(
        &mut self,
        outcome: Result<T, E>,
        kept: Kept,
        reason: StopReason,
    ) -> Result<T, G::Error>
    where
        G: Ending<T, E>,
    {
        let Self { policy, settings, watch, give_up, .. } = self;
        leave(settings, watch);
        if TELLS {
            show(cause_of(kept, &outcome), settings.describe, |cause| {
                tell_stop(watch, settings.name(), settings.target(), policy, cause, reason);
            });
        }
        outcome.or_else(|error| {
            let Some(give_up) = give_up.take() else { polled_after_the_end() };
            give_up.end(error, || watch.give_up(settings.name(), reason))
        })
    }
}

impl<E> Settings<E> {
    #[inline]
    fn frame(
        &self,
        policy: &RetryPolicy,
        watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
        timeout: Option<AttemptTimeout>,
    ) -> Until<Named> {
        let frame = Numbered::of(watch).with_name(self.name_or_finder());
        frame.until(watch.end(policy)).until(timeout.and_then(AttemptTimeout::end))
    }

    /// Puts an attempt into its span, if it has one.
    fn spanned<A>(&self, attempt: A, progress: &impl Progressing) -> Spanned<A> {
        if self.has_span {
            spanned(attempt, progress, self.name(), self.target())
        } else {
            unspanned(attempt)
        }
    }

    /// Makes an attempt that blocks in its span, if it has one.
    pub(super) fn in_span<R>(&self, progress: &impl Progressing, attempt: impl FnOnce() -> R) -> R {
        if self.has_span {
            in_span(progress, self.name(), self.target(), attempt)
        } else {
            attempt()
        }
    }

    /// Polls an attempt: ready with its outcome, through `result`, or with the error of its timeout.
    #[inline]
    fn poll_in_time<A: Alarmed, T>(
        &self,
        mut attempt: Pin<&mut A>,
        context: &mut Context<'_>,
        result: impl FnOnce(A::Output) -> Result<T, E>,
    ) -> Poll<Result<T, E>> {
        if let Poll::Ready(outcome) = attempt.as_mut().poll_attempt(context) {
            return Poll::Ready(result(outcome));
        }
        match &self.timeout {
            None => Poll::Pending,
            Some(timeout) => attempt.poll_alarm(context).map(|late| Err((timeout.late)(late))),
        }
    }
}

/// Writes the state of the call back to the `RetryState` that it came from, if any.
fn leave<E>(held: &mut impl Held<E>, watch: &Watch<impl Lends<RetryBudget>, impl Clock>) {
    if let Some(carried) = held.carried() {
        *carried = watch.left();
    }
}

/// Passes the cause of a failure to telemetry: an error by `describe`, or else by its type.
fn show<E>(cause: Cause<'_, E>, describe: Option<Describe<E>>, tell: impl FnOnce(Shown<'_>)) {
    struct Described<'a, E>(&'a E, Describe<E>);

    impl<E> fmt::Display for Described<'_, E> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            (self.1)(self.0, f)
        }
    }

    match (cause, describe) {
        (Cause::Error(error), Some(describe)) => {
            tell(Shown::Display(&Described(error, describe)));
        }
        (cause, _) => tell(shown(cause, |_| Shown::Type(type_name::<E>()))),
    }
}

impl<F, Fut, T, E, W, U, H, B, G, S, K, X> Future
    for Retry<'_, Futures<F, Fut>, E, W, U, H, B, G, S, K, X>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<T, E>,
    B: Preparing<E>,
    G: Ending<T, E>,
    S: Sleeping,
    K: Cancels,
    X: Sets,
{
    type Output = Result<T, G::Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Parts::poll_attempts(this.parts, this.stage, context)
    }
}

impl<O, E, W, U, H, B, G, S, K, X> Parts<'_, O, E, W, U, H, B, G, S, K, X>
where
    O: Timed,
    X: Sets,
{
    /// Polls the loop of an operation whose attempts are futures with a name. The parts are `None` once it has
    /// finished.
    pub(super) fn poll_attempts<T>(
        this: &mut Option<Self>,
        mut stage: Pin<&mut StageOf<O, B, S, K, X>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, G::Error>>
    where
        O: Begins<Attempt: Future<Output = Result<T, E>>>,
        W: Classifying<E>,
        U: Accepting<T>,
        H: Hearing<T, E>,
        B: Preparing<E>,
        G: Ending<T, E>,
        S: Sleeping,
        K: Cancels,
    {
        let Some(parts) = this else { polled_after_the_end() };
        loop {
            let begins = match stage.as_mut().project() {
                StageProjection::Begin => {
                    parts.start();
                    true
                }
                StageProjection::Waiting { wait } => {
                    if let Some((failed, passed)) = ready!(wait.poll(context)) {
                        stage.set(Stage::Begin);
                        let outcome = parts.cancelled(failed, passed);
                        *this = None;
                        return Poll::Ready(outcome);
                    }
                    true
                }
                StageProjection::Pausing { wait } => {
                    ready!(wait.poll(context));
                    true
                }
                StageProjection::Preparing { .. } | StageProjection::Attempting { .. } => false,
            };
            if begins {
                match parts.gate() {
                    Ok(None) => parts.begin_attempt(),
                    Ok(Some(wait)) => {
                        let wait = parts.sleep.sleep(wait);
                        stage.set(Stage::Pausing { wait });
                        continue;
                    }
                    Err(outcome) => {
                        *this = None;
                        return Poll::Ready(outcome);
                    }
                }
            }
            let (outcome, timeout) = match stage.as_mut().project() {
                StageProjection::Begin
                | StageProjection::Waiting { .. }
                | StageProjection::Pausing { .. } => {
                    let timeout = parts.attempt_timeout();
                    let is_retry = parts.watch.retries() > 0;
                    let preparation = is_retry.then(|| parts.before_retry.prepare()).flatten();
                    if let Some(preparation) = preparation {
                        let preparation = parts.in_time(preparation, timeout);
                        stage.set(Stage::Preparing { preparation, timeout });
                        continue;
                    }
                    (None, timeout)
                }
                StageProjection::Preparing { preparation, timeout } => {
                    let timeout = timeout.map(AttemptTimeout::rest);
                    let prepared = Prepared::prepared;
                    let prepared = parts.settings.poll_in_time(preparation, context, prepared);
                    (ready!(prepared).err().map(Err), timeout)
                }
                StageProjection::Attempting { attempt } => {
                    let outcome = parts.settings.poll_in_time(attempt, context, identity);
                    (Some(ready!(outcome)), None)
                }
            };
            let Some(outcome) = outcome else {
                let Parts { operation, policy, settings, watch, .. } = parts;
                let frame = || settings.frame(policy, watch, timeout);
                let attempt = operation.begin(policy, watch.retries(), frame);
                let attempt = parts.in_time(attempt, timeout);
                stage.set(Stage::Attempting { attempt });
                continue;
            };
            // Drop the attempt before hooks and waits begin.
            stage.set(Stage::Begin);
            match parts.after(outcome) {
                Ok(failed) => {
                    let wait = parts.wait(failed);
                    stage.set(Stage::Waiting { wait });
                }
                Err(outcome) => {
                    *this = None;
                    return Poll::Ready(outcome);
                }
            }
        }
    }
}

impl<'a, F, T, E, W, U, H, B, G, S, K, X> Future
    for Retry<'a, Local<'a, F, T, E>, E, W, U, H, B, G, S, K, X>
where
    F: AsyncFnMut() -> Result<T, E> + 'a,
    T: 'a,
    E: 'a,
    W: Classifying<E> + 'a,
    U: Accepting<T> + 'a,
    H: Hearing<T, E> + 'a,
    B: Preparing<E> + 'a,
    G: Ending<T, E> + 'a,
    S: Sleeping + 'a,
    K: Cancels + 'a,
    X: Sets + 'a,
{
    type Output = Result<T, G::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(parts) = this.parts.take() {
            this.stage.set(Some(Box::pin(run(parts))));
        }
        let Some(running) = this.stage.as_mut().get_mut() else { polled_after_the_end() };
        let outcome = ready!(running.as_mut().poll(context));
        this.stage.set(None);
        Poll::Ready(outcome)
    }
}

#[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
async fn run<F, T, E, W, U, H, B, G, S, K, X>(
    mut parts: Parts<'_, Local<'_, F, T, E>, E, W, U, H, B, G, S, K, X>,
) -> Result<T, G::Error>
where
    F: AsyncFnMut() -> Result<T, E>,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<T, E>,
    B: Preparing<E>,
    G: Ending<T, E>,
    S: Sleeping,
    K: Cancels,
    X: Sets,
{
    parts.start();
    loop {
        match parts.gate() {
            Ok(None) => {}
            Ok(Some(wait)) => {
                parts.sleep.sleep(wait).await;
                continue;
            }
            Err(outcome) => return outcome,
        }
        parts.begin_attempt();
        let wait = {
            let timeout = parts.attempt_timeout();
            let frame = parts.frame(timeout);
            let attempt = async {
                if parts.watch.retries() > 0 {
                    if let Some(preparation) = parts.before_retry.prepare() {
                        preparation.await.prepared()?;
                    }
                }
                (parts.operation.operation)().await
            };
            let outcome = {
                let attempt = framed(parts.settings.spanned(attempt, &*parts.watch), frame);
                let mut attempt = pin!(X::in_time(&parts.sleep, attempt, timeout));
                let settings = &*parts.settings;
                poll_fn(|context| settings.poll_in_time(attempt.as_mut(), context, identity)).await
            };
            match parts.after(outcome) {
                Ok(failed) => parts.wait(failed),
                Err(outcome) => return outcome,
            }
        };
        if let Some((failed, passed)) = wait.await {
            return parts.cancelled(failed, passed);
        }
    }
}

#[cold]
pub(super) fn polled_after_the_end() -> ! {
    panic!("`Retry` polled after completion")
}
