//! The loop for operations that block their thread.

use super::forever::{Forever, ended_by_a_guard};
use super::operation::Blocking;
use super::options::{
    Accepting, AnyValue, Blocks, CancelsBlocking, Classifying, End, Ending, ErrorsOwn, Hearing,
    NoFallback, NoPreparation, Quiet, Uncancelled, Unchanged,
};
use super::retry::{Retry, Setting};
use super::running::polled_after_the_end;
use super::settings::{NothingSet, Sets, SomethingSet};
use crate::call::RetryState;
use crate::expansion::{Failed, attempt, block};
use crate::policy::RetryPolicy;

/// A `Retry` of an operation that blocks, without options that take code.
type BlockingRetry<'b, F, T, E, X = NothingSet> = Retry<
    'b,
    Blocking<F, T>,
    E,
    ErrorsOwn,
    AnyValue,
    Quiet,
    NoPreparation,
    End<Unchanged, NoFallback>,
    Blocks,
    Uncancelled,
    X,
>;

impl RetryPolicy {
    /// Retries an operation that blocks, such as a read of a file or a call of a client that is not async.
    ///
    /// Set the options of [`Retry`], then [`call`](Retry::call). A wait blocks the thread; so do not use it in
    /// async code. There is no `timeout`, as a thread cannot be interrupted, and neither `before_retry` nor `sleep`.
    /// Without the error of `timeout`, a call whose deadline comes before the end of a `pause` waits until it is over.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// use retry_kit::RetryPolicy;
    ///
    /// static STOP: AtomicBool = AtomicBool::new(false);
    ///
    /// # let path = "Cargo.toml";
    /// let text = RetryPolicy::DEFAULT
    ///     .retry_blocking(|| std::fs::read_to_string(path))
    ///     .on_retry(|event| eprintln!("attempt {} failed", event.attempt()))
    ///     .cancel(|| STOP.load(Ordering::Relaxed))
    ///     .call()?;
    /// # drop(text);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn retry_blocking<'b, F, T, E>(&self, operation: F) -> BlockingRetry<'b, F, T, E>
    where
        F: FnMut() -> Result<T, E>,
    {
        Retry::new(self, Blocking::new(operation), Blocks)
    }
}

impl RetryState<'_> {
    /// Retries an operation that blocks from this state on; see [`retry`](Self::retry) and
    /// [`RetryPolicy::retry_blocking`].
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// let mut calls = 0;
    /// let operation = || {
    ///     calls += 1;
    ///     std::io::Result::Ok(calls)
    /// };
    /// assert_eq!(retries.retry_blocking(operation).call()?, 1);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn retry_blocking<F, T, E>(
        &mut self,
        operation: F,
    ) -> BlockingRetry<'_, F, T, E, SomethingSet>
    where
        F: FnMut() -> Result<T, E>,
    {
        let (options, carried) = self.taken_up();
        options.policy.retry_blocking(operation).taking_up(&options, carried)
    }
}

impl<F, T, E, W, U, H, G, K, X>
    Retry<'_, Blocking<F, T>, E, W, U, H, NoPreparation, G, Blocks, K, X>
where
    F: FnMut() -> Result<T, E>,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<T, E>,
    G: Ending<T, E>,
    K: CancelsBlocking,
    X: Sets,
{
    /// Makes the call of [`retry_blocking`](RetryPolicy::retry_blocking), and blocks the thread until it ends.
    ///
    /// # Errors
    ///
    /// The last error of the operation, or what `give_up` makes of it.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// let file = RetryPolicy::DEFAULT.retry_blocking(|| std::fs::File::open("/no/such/file")).call();
    /// assert_eq!(file.unwrap_err().kind(), std::io::ErrorKind::NotFound);
    /// ```
    pub fn call(self) -> Result<T, G::Error> {
        let Some(mut parts) = self.parts else { polled_after_the_end() };
        parts.start();
        loop {
            match parts.gate() {
                Ok(None) => {}
                Ok(Some(wait)) => {
                    block(wait);
                    continue;
                }
                Err(outcome) => return outcome,
            }
            parts.begin_attempt();
            let outcome = {
                let frame = parts.frame(None);
                let operation = &mut parts.operation.operation;
                parts.settings.in_span(&*parts.watch, || attempt(operation, &frame))
            };
            let Failed { outcome, kept, wait } = match parts.after(outcome) {
                Ok(failed) => failed,
                Err(outcome) => return outcome,
            };
            if let Some(passed) = parts.cancel.block(wait) {
                return parts.cancelled(Failed { outcome, kept, wait }, passed);
            }
        }
    }
}

impl<F, T, E, W, U, H>
    Forever<
        Setting<
            '_,
            Blocking<F, T>,
            E,
            W,
            U,
            H,
            NoPreparation,
            End<Unchanged, NoFallback>,
            Blocks,
            Uncancelled,
        >,
    >
where
    F: FnMut() -> Result<T, E>,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<T, E>,
{
    /// Makes the call of [`retry_blocking`](RetryPolicy::retry_blocking), and blocks the thread until it succeeds.
    ///
    /// ```
    /// use std::net::{TcpListener, TcpStream};
    /// use retry_kit::RetryPolicy;
    ///
    /// # let server = TcpListener::bind("127.0.0.1:0")?;
    /// # let address = server.local_addr()?;
    /// let connection: TcpStream =
    ///     RetryPolicy::DEFAULT.retry_blocking(|| TcpStream::connect(address)).forever().call();
    /// # drop(connection);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn call(self) -> T {
        self.retry.call().unwrap_or_else(|_| ended_by_a_guard())
    }
}
