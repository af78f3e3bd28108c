//! Tokio's timer, or our own if the call does not run in a tokio runtime.

use core::cell::Cell;
use core::future::Future;
use core::num::NonZeroU64;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::time::{Sleep, sleep, sleep_until};

use super::own::OwnTimer;
use crate::call::Instant;

pin_project! {
    /// Ready when its time has come.
    // Its fields cannot be documented: `pin_project!` allows only `pin` there.
    #[allow(missing_docs)]
    #[derive(Debug)]
    #[project = TimerProjection]
    #[must_use = "futures do nothing unless awaited"]
    pub enum Timer {
        Tokio { #[pin] sleep: Sleep },
        Own { timer: OwnTimer },
    }
}

impl Timer {
    #[inline]
    pub(in crate::expansion) fn after(duration: Duration) -> Self {
        match of_runtime(|| sleep(duration)) {
            Some(sleep) => Self::Tokio { sleep },
            None => Self::Own { timer: OwnTimer::after(duration) },
        }
    }

    #[inline]
    pub(in crate::expansion) fn until(end: Instant) -> Self {
        match of_runtime(|| sleep_until(end.into())) {
            Some(sleep) => Self::Tokio { sleep },
            None => Self::Own { timer: OwnTimer::until(end) },
        }
    }

    /// Whether the time has come, for a future that is polled beside another.
    // That may use up tokio's cooperative budget at every poll: then the sleep is never ready, but it still knows
    // that its time has come.
    #[inline]
    pub(in crate::expansion) fn poll_beside(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> bool {
        match self.project() {
            TimerProjection::Tokio { mut sleep } => {
                sleep.as_mut().poll(context).is_ready() || sleep.is_elapsed()
            }
            TimerProjection::Own { timer } => Pin::new(timer).poll(context).is_ready(),
        }
    }
}

impl Future for Timer {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            TimerProjection::Tokio { sleep } => sleep.poll(context),
            TimerProjection::Own { timer } => Pin::new(timer).poll(context),
        }
    }
}

/// Registers tokio's sleep with the runtime. Its first poll does so only if the task has budget left.
pub(in crate::expansion) fn register(timer: Pin<&mut Timer>) {
    if let TimerProjection::Tokio { sleep } = timer.project() {
        let end = sleep.deadline();
        sleep.reset(end);
    }
}

/// Returns tokio's sleep, if this thread is in a runtime that has a timer.
#[inline]
fn of_runtime(begin: impl FnOnce() -> Sleep) -> Option<Sleep> {
    let runtime = Handle::try_current().ok()?;
    if WITHOUT_TIMER.get().is_some_and(|id| id_of(&runtime) == Some(id)) {
        return None;
    }
    // A runtime tells that it was built without a timer only by this panic.
    let sleep = catch_unwind(AssertUnwindSafe(begin));
    sleep.inspect_err(|_| WITHOUT_TIMER.set(id_of(&runtime))).ok()
}

thread_local! {
    /// The last runtime that told this thread so: the panic prints a message, which one time is enough for.
    static WITHOUT_TIMER: Cell<Option<NonZeroU64>> = const { Cell::new(None) };
}

/// The number of a runtime, which tokio has since 1.49.
#[cold]
fn id_of(runtime: &Handle) -> Option<NonZeroU64> {
    runtime.id().to_string().parse().ok()
}

/// Answers for `Handle::id` where tokio is too old to have it.
trait WithoutId {
    #[allow(dead_code, reason = "the method of `Handle` comes first")]
    fn id(&self) -> &'static str {
        ""
    }
}

impl WithoutId for Handle {}
