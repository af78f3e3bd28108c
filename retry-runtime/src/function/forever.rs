//! A loop that ends only with a success, and so returns no `Result`.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use super::operation::Operation;
use super::options::{Accepting, Classifying, End, NoFallback, Uncancelled, Unchanged};
use super::retry::{Parts, Retry, Setting};
use super::settings::Settable;
use crate::call::Cause;
use crate::policy::{ErrorClass, Nested, Repeat, RetryPolicy, Switch};

pin_project! {
    /// A retry loop that ends only with a success; returned by [`Retry::forever`].
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn connect() -> std::io::Result<u32> { Ok(1) }
    /// fn handle() -> impl Future<Output = u32> + Send {
    ///     RetryPolicy::DEFAULT.retry(connect).forever()
    /// }
    /// # let _ = handle();
    /// ```
    #[must_use = "does nothing unless awaited, or called if it blocks"]
    #[derive(Debug)]
    pub struct Forever<R> {
        #[pin]
        pub(super) retry: R,
    }
}

impl<R: Future<Output = Result<T, E>>, T, E> Future for Forever<R> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.project().retry.poll(context).map(|outcome| match outcome {
            Ok(value) => value,
            Err(_) => ended_by_a_guard(),
        })
    }
}

#[cold]
pub(super) fn ended_by_a_guard() -> ! {
    panic!(
        "a call with `forever` reached the limit of the test's `no_wait()`, and has no error to return"
    )
}

/// `when` or `until` of a call that retries every failure.
#[derive(Clone, Copy, Debug)]
pub struct Insisting<D> {
    decides: D,
    policy: RetryPolicy,
}

impl<D> Insisting<D> {
    /// The class by which a failure of this class is retried.
    fn insist(&self, class: ErrorClass) -> ErrorClass {
        match class {
            ErrorClass::Status { code, retry_after }
                if !self.policy.retries_status(code, retry_after) =>
            {
                retry_after.map_or(ErrorClass::Transient, |_| ErrorClass::Throttled { retry_after })
            }
            ErrorClass::Permanent => ErrorClass::Transient,
            class => class,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<E, W: Classifying<E>> Classifying<E> for Insisting<W> {
    fn class(&self, error: &E) -> ErrorClass {
        self.insist(self.decides.class(error))
    }
}

#[diagnostic::do_not_recommend]
impl<T, U: Accepting<T>> Accepting<T> for Insisting<U> {
    fn refuse<'a, E>(
        &self,
        value: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)> {
        let (cause, class) = self.decides.refuse(value, policy)?;
        Some((cause, self.insist(class)))
    }
}

/// The loop of a call that retries every failure.
type Insistent<'b, O, E, W, U, H, B, S> =
    Setting<'b, O, E, Insisting<W>, Insisting<U>, H, B, End<Unchanged, NoFallback>, S, Uncancelled>;

impl<'b, O, E, W, U, H, B, S, X>
    Retry<'b, O, E, W, U, H, B, End<Unchanged, NoFallback>, S, Uncancelled, X>
where
    O: Operation<B, S, Uncancelled>,
    X: Settable,
{
    /// Retries every failure until the operation succeeds; the call returns the value, and no `Result`.
    ///
    /// The policy says how long to wait, and nothing else ends the call: neither its retry limit, deadline and
    /// statuses, nor a permanent error, an exhausted budget or an operator. Server hints are obeyed up to the
    /// policy's `retry_after_cap`. To stop it, drop the future. Give it an [`on_retry`](Self::on_retry), or the
    /// feature `tracing`: a mistake such as a wrong password is retried, too.
    ///
    /// Under [`testing::no_wait`](crate::testing::no_wait) with a limit, a call that reaches the limit panics.
    ///
    /// Set it last, without `give_up`, `fallback` and `cancel`. A call that blocks is then made with
    /// [`call`](Forever::call), and cannot be stopped.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # struct Handle;
    /// # async fn connect() -> std::io::Result<Handle> { Ok(Handle) }
    /// # async fn example() {
    /// let handle: Handle = RetryPolicy::DEFAULT
    ///     .retry(connect)
    ///     .on_retry(|event| eprintln!("still not connected: {}", event.cause()))
    ///     .forever()
    ///     .await;
    /// # drop(handle);
    /// # }
    /// ```
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    pub fn forever(self) -> Forever<Insistent<'b, O, E, W, U, H, B, S>> {
        let endless = self.set(|kept, _| kept.settings.is_endless = true);
        let parts = endless.parts.map(|parts| {
            let policy = parts
                .policy
                .unlimited()
                .deadline(Duration::MAX)
                .retry_after_cap(parts.policy.get_retry_after_cap())
                .repeat(Repeat::All)
                .nested(Nested::Allow)
                .switch(Switch::Ignore);
            Parts {
                policy,
                when: Insisting { decides: parts.when, policy },
                until: Insisting { decides: parts.until, policy },
                operation: parts.operation,
                settings: parts.settings,
                watch: parts.watch,
                on_retry: parts.on_retry,
                before_retry: parts.before_retry,
                give_up: parts.give_up,
                sleep: parts.sleep,
                cancel: parts.cancel,
            }
        });
        Forever { retry: Retry::of(parts) }
    }
}
