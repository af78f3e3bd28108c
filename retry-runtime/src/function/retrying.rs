//! The loop itself: as a future with a name, which is `Send` if its parts are, and for async
//! closures as an async block.

use core::any::type_name;
use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::options::{Accepting, Classifying, Ending, Hearing, Preparing, Sleeping};
use super::{Describe, Futures, Local, Retry, Settings};
use crate::attribute::{Judgement, Prepared, judge_values_with};
use crate::decision::Wait;
use crate::event::Cause;
use crate::policy::RetryPolicy;
use crate::progress::{Limit, Memory, Progressing, Watch};
use crate::telemetry::{Shown, shown, tell_retry, tell_stop};
use crate::timed_out::TimedOut;

/// What one call knows and is told, whatever its operation.
struct Call<E, W, U, H, G> {
    policy: RetryPolicy,
    /// The name where none was given: found after a failure, for it costs more than a call that succeeds.
    own_name: fn() -> &'static str,
    settings: Settings<E>,
    watch: Watch,
    when: W,
    until: U,
    on_retry: H,
    give_up: Option<G>,
}

impl<E, W, U, H: Hearing<E>, G: Ending<E>> Call<E, W, U, H, G> {
    /// Starts the clock, if anything depends on it.
    fn start(&mut self) {
        let Settings { timeout, budget, .. } = &self.settings;
        let memory = if timeout.is_some() || H::ASKS_THE_TIME || G::ASKS_THE_TIME {
            Memory::start()
        } else {
            Memory::of(&self.policy)
        };
        self.watch = match budget {
            Some(budget) => Watch::new(memory).budget(budget),
            None => Watch::new(memory),
        };
    }

    /// The limit of the attempt that begins now.
    fn limit(&self) -> Option<Limit> {
        let timeout = self.settings.timeout.as_ref()?;
        self.watch.limit(&self.policy, Some(timeout.duration))
    }

    /// The outcome of an attempt that may have been too late.
    fn in_time<T>(&self, outcome: Result<Result<T, E>, TimedOut>) -> Result<T, E> {
        outcome.unwrap_or_else(|timed_out| match &self.settings.timeout {
            Some(timeout) => Err((timeout.late)(timed_out)),
            None => unreachable!("an attempt without a timeout is never late"),
        })
    }

    /// The wait before the next attempt, or the outcome to return.
    fn after<T>(&mut self, outcome: Result<T, E>) -> Result<Wait, Result<T, E>>
    where
        W: Classifying<E>,
        U: Accepting<T>,
    {
        let Self { policy, own_name, settings, watch, when, until, on_retry, give_up } = self;
        let class = |error: &E| when.class(error);
        let refused = |value| until.refuse(value, policy);
        match judge_values_with(watch, policy, &outcome, class, refused) {
            Judgement::Success => Err(outcome),
            Judgement::Retry(cause, wait) => {
                let name = settings.name.get_or_insert_with(*own_name);
                on_retry.hear(&watch.event(name, policy, cause, wait));
                show(cause, settings.describe, |cause| {
                    tell_retry(watch, name, policy, cause, wait);
                });
                Ok(watch.granted(wait))
            }
            Judgement::Stop(cause, reason) => {
                let name = settings.name.get_or_insert_with(*own_name);
                show(cause, settings.describe, |cause| {
                    tell_stop(watch, name, policy, cause, reason);
                });
                Err(outcome.map_err(|error| match give_up.take() {
                    Some(give_up) => give_up.end(error, || watch.give_up(name, reason)),
                    None => error,
                }))
            }
        }
    }
}

/// Shows the cause of a failure to telemetry: an error as the user describes it, or by its type.
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

/// The operation, and what goes on around it.
type Parts<O, E, W, U, H, B, G, S> = (O, Call<E, W, U, H, G>, B, S);

impl<O, E, W, U, H, B, G, S> Retry<O, E, W, U, H, B, G, S> {
    fn into_parts(self) -> Parts<O, E, W, U, H, B, G, S> {
        let call = Call {
            policy: self.policy,
            own_name: name_of::<O>,
            settings: self.settings,
            watch: Watch::new(Memory::idle()),
            when: self.when,
            until: self.until,
            on_retry: self.on_retry,
            give_up: Some(self.give_up),
        };
        (self.operation, call, self.before_retry, self.sleep)
    }
}

/// The path of an operation; of a closure, that of the function it is in.
fn name_of<O>() -> &'static str {
    let name = type_name::<O>();
    let operation = name.split_once('<').and_then(|(_, inner)| inner.strip_suffix('>'));
    let mut name = operation.unwrap_or(name);
    // Not `trim_end_matches`, which prepares a search of its own for the text.
    while let Some(around) = name.strip_suffix("::{{closure}}") {
        name = around;
    }
    name
}

impl<F, Fut, T, E, W, U, H, B, G, S> IntoFuture for Retry<Futures<F>, E, W, U, H, B, G, S>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<E>,
    B: Preparing<E>,
    G: Ending<E>,
    S: Sleeping,
{
    type Output = Result<T, E>;
    type IntoFuture = Retrying<F, Fut, E, W, U, H, B, G, S>;

    fn into_future(self) -> Self::IntoFuture {
        let (Futures(operation), call, before_retry, sleep) = self.into_parts();
        Retrying { operation, call, before_retry, sleep, stage: Stage::Begin }
    }
}

pin_project! {
    /// The loop of a [`Retry`] around an operation that makes futures.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Retrying<F, Fut, E, W, U, H, B, G, S>
    where
        Fut: Future,
        B: Preparing<E>,
        S: Sleeping,
    {
        operation: F,
        call: Call<E, W, U, H, G>,
        before_retry: B,
        sleep: S,
        #[pin]
        stage: Stage<S::Limited<B::Preparation>, S::Limited<Fut>, S::Sleep>,
    }
}

pin_project! {
    #[project = StageProjection]
    enum Stage<P, A, W> {
        Begin,
        Preparing { #[pin] preparation: P, limit: Option<Limit> },
        Attempting { #[pin] attempt: A },
        Waiting { #[pin] wait: W },
        Over,
    }
}

impl<F, Fut, T, E, W, U, H, B, G, S> Future for Retrying<F, Fut, E, W, U, H, B, G, S>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<E>,
    B: Preparing<E>,
    G: Ending<E>,
    S: Sleeping,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let outcome = match this.stage.as_mut().project() {
                StageProjection::Begin => {
                    this.call.start();
                    let limit = this.call.limit();
                    let attempt = this.sleep.limited((this.operation)(), limit);
                    this.stage.set(Stage::Attempting { attempt });
                    continue;
                }
                StageProjection::Preparing { preparation, limit } => {
                    let limit = *limit;
                    let prepared = ready!(preparation.poll(context));
                    let prepared = this.call.in_time(prepared.map(Prepared::prepared));
                    match prepared {
                        Ok(()) => {
                            let limit = limit.map(Limit::rest);
                            let attempt = this.sleep.limited((this.operation)(), limit);
                            this.stage.set(Stage::Attempting { attempt });
                            continue;
                        }
                        Err(error) => Err(error),
                    }
                }
                StageProjection::Attempting { attempt } => {
                    let outcome = ready!(attempt.poll(context));
                    this.call.in_time(outcome)
                }
                StageProjection::Waiting { wait } => {
                    ready!(wait.poll(context));
                    let limit = this.call.limit();
                    let stage = if let Some(preparation) = this.before_retry.prepare() {
                        let preparation = this.sleep.limited(preparation, limit);
                        Stage::Preparing { preparation, limit }
                    } else {
                        Stage::Attempting { attempt: this.sleep.limited((this.operation)(), limit) }
                    };
                    this.stage.set(stage);
                    continue;
                }
                StageProjection::Over => panic!("a retry polled after it was over"),
            };
            // The attempt ends before hooks and waits begin.
            this.stage.set(Stage::Over);
            match this.call.after(outcome) {
                Ok(wait) => this.stage.set(Stage::Waiting { wait: this.sleep.sleep(wait) }),
                Err(outcome) => return Poll::Ready(outcome),
            }
        }
    }
}

impl<F, Fut, E, W, U, H, B, G, S> fmt::Debug for Retrying<F, Fut, E, W, U, H, B, G, S>
where
    Fut: Future,
    B: Preparing<E>,
    S: Sleeping,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { settings, own_name, .. } = &self.call;
        let name = settings.name.unwrap_or_else(own_name);
        f.debug_struct("Retrying").field("name", &name).finish_non_exhaustive()
    }
}

impl<'a, F, T, E, W, U, H, B, G, S> IntoFuture for Retry<Local<'a, F>, E, W, U, H, B, G, S>
where
    F: AsyncFnMut() -> Result<T, E> + 'a,
    T: 'a,
    E: 'a,
    W: Classifying<E> + 'a,
    U: Accepting<T> + 'a,
    H: Hearing<E> + 'a,
    B: Preparing<E> + 'a,
    G: Ending<E> + 'a,
    S: Sleeping + 'a,
{
    type Output = Result<T, E>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<T, E>> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let (Local { mut operation, .. }, mut call, mut before_retry, sleep) = self.into_parts();
        Box::pin(async move {
            call.start();
            loop {
                let wait = {
                    let limit = call.limit();
                    let is_retry = call.watch.retries() > 0;
                    let attempt = async {
                        if let (true, Some(preparation)) = (is_retry, before_retry.prepare()) {
                            preparation.await.prepared()?;
                        }
                        operation().await
                    };
                    let outcome = sleep.limited(attempt, limit).await;
                    match call.after(call.in_time(outcome)) {
                        Ok(wait) => wait,
                        Err(outcome) => return outcome,
                    }
                };
                sleep.sleep(wait).await;
            }
        })
    }
}
