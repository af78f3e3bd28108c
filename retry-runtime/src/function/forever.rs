//! A loop that ends only with a success, and so returns no `Result`.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use super::operation::Operation;
use super::options::{End, NoFallback, Uncancelled, Unchanged};
use super::retry::Retry;
use crate::policy::{Nested, Repeat, Switch};

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
    #[must_use = "futures do nothing unless awaited"]
    #[derive(Debug)]
    pub struct Forever<R> {
        #[pin]
        retry: R,
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
fn ended_by_a_guard() -> ! {
    panic!(
        "a call with `forever` reached the limit of the test's `no_wait()`, and has no error to return"
    )
}

impl<O, E, W, U, H, B, S> Retry<'_, O, E, W, U, H, B, End<Unchanged, NoFallback>, S, Uncancelled>
where
    O: Operation<B, S, Uncancelled>,
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
    /// Set it last, without `give_up`, `fallback` and `cancel`.
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
    pub fn forever(mut self) -> Forever<Self> {
        if let Some(parts) = &mut self.parts {
            parts.policy = parts
                .policy
                .unlimited()
                .deadline(Duration::MAX)
                .retry_after_cap(parts.policy.get_retry_after_cap())
                .repeat(Repeat::All)
                .nested(Nested::Allow)
                .switch(Switch::Ignore);
            parts.settings.is_endless = true;
        }
        Forever { retry: self }
    }
}
