//! The entry points of the function form: two functions, and the same as methods of a policy.

use super::operation::{Futures, Local, MakeFuture};
use super::options::{
    AnyValue, End, ErrorsOwn, NoFallback, NoPreparation, Quiet, RuntimesOwn, Uncancelled, Unchanged,
};
use super::retry::{Retry, Setting};
use crate::call::RetryState;
use crate::policy::RetryPolicy;

/// Retries `operation` until it succeeds or `policy` gives up.
///
/// `operation` makes a new future for each attempt: it is a closure with an `async` block, or an async
/// closure. It cannot borrow what it captures mutably. To mutate what it captures, use [`retry_with_backoff_local`].
///
/// The returned [`Retry`] is a future with builder methods for its options. It makes the same
/// decisions as [`#[retry]`](https://docs.rs/retry-kit/latest/retry_kit/attr.retry.html), and
/// returns the value or the last error unchanged. [`RetryPolicy::retry`] is the same as a method.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{RetryPolicy, retry_with_backoff};
///
/// # async fn get(url: &str) -> std::io::Result<String> { Ok(url.into()) }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let url = String::from("https://example.com");
/// let policy = RetryPolicy::new().max_retries(5).deadline(Duration::from_secs(30));
///
/// let page = retry_with_backoff(&policy, || get(&url)).await?;
///
/// let other = policy
///     .retry(|| async { get(&url).await })
///     .timeout(Duration::from_secs(5))
///     .when(|error| error.kind() == std::io::ErrorKind::ConnectionReset)
///     .on_retry(|event| eprintln!("attempt {} failed", event.attempt()))
///     .await?;
/// # assert_eq!(page, other);
/// # Ok(())
/// # }
/// ```
#[inline]
pub fn retry_with_backoff<'b, F, Fut, T, E>(
    policy: &RetryPolicy,
    operation: F,
) -> Retry<'b, Futures<F, Fut>, E>
where
    F: MakeFuture<Fut>,
    Fut: Future<Output = Result<T, E>>,
{
    Retry::new(policy, Futures::new(operation), RuntimesOwn)
}

/// Retries an async closure that mutates what it captures.
///
/// Otherwise the same as [`retry_with_backoff`]. The future is not `Send` (rust-lang/rust#138207), and
/// each call allocates once.
///
/// ```
/// use retry_kit::{RetryPolicy, retry_with_backoff_local};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut lines = Vec::new();
/// let outcome = retry_with_backoff_local(&RetryPolicy::DEFAULT, async || {
///     lines.push("called");
///     std::io::Result::Ok(lines.len())
/// });
/// assert_eq!(outcome.await.unwrap(), 1);
/// # }
/// ```
pub fn retry_with_backoff_local<'a, 'b, F, T, E>(
    policy: &RetryPolicy,
    operation: F,
) -> Retry<'b, Local<'a, F, T, E>, E>
where
    F: AsyncFnMut() -> Result<T, E> + 'a,
    T: 'a,
    E: 'a,
{
    Retry::new(policy, Local::new(operation), RuntimesOwn)
}

/// A `Retry` with the options of a state.
type RetryOfState<'b, O, E> = Setting<
    'b,
    O,
    E,
    ErrorsOwn,
    AnyValue,
    Quiet,
    NoPreparation,
    End<Unchanged, NoFallback>,
    RuntimesOwn,
    Uncancelled,
>;

impl RetryPolicy {
    /// Retries `operation` under this policy, see [`retry_with_backoff`].
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get(url: &str) -> std::io::Result<String> { Ok(url.into()) }
    /// # async fn example() -> std::io::Result<()> {
    /// let page = RetryPolicy::new().max_retries(5).retry(|| get("https://example.com")).await?;
    /// # drop(page);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn retry<'b, F, Fut, T, E>(&self, operation: F) -> Retry<'b, Futures<F, Fut>, E>
    where
        F: MakeFuture<Fut>,
        Fut: Future<Output = Result<T, E>>,
    {
        retry_with_backoff(self, operation)
    }

    /// Retries an async closure that mutates what it captures, see [`retry_with_backoff_local`].
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let mut calls = 0;
    /// let operation = async || {
    ///     calls += 1;
    ///     std::io::Result::Ok(calls)
    /// };
    /// assert_eq!(RetryPolicy::DEFAULT.retry_local(operation).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry_local<'a, 'b, F, T, E>(&self, operation: F) -> Retry<'b, Local<'a, F, T, E>, E>
    where
        F: AsyncFnMut() -> Result<T, E> + 'a,
        T: 'a,
        E: 'a,
    {
        retry_with_backoff_local(self, operation)
    }
}

impl RetryState<'_> {
    /// Retries `operation` from this state on, with its policy and options, and leaves the count in it.
    ///
    /// The retries before count towards the limit and the backoff, the time before towards the deadline, and the
    /// first attempt of the loop is an attempt after that many retries. The state is as the loop left it, also if
    /// you drop its future. The loop reports its own end, so do not call [`succeeded`](Self::succeeded) as well. It
    /// draws from the random numbers of the thread, also if the state is seeded.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use retry_kit::{Decision, RetryPolicy, RetryState};
    ///
    /// # async fn connect() -> std::io::Result<u32> { Ok(1) }
    /// # async fn serve(connection: u32) -> std::io::Result<()> { Ok(()) }
    /// # async fn example() -> std::io::Result<()> {
    /// // Ten retries in all, of the connection and of what it serves, unless it served for a minute.
    /// let policy = RetryPolicy::new().max_retries(10);
    /// let mut reconnects = RetryState::new(&policy).name("feed::connect");
    /// loop {
    ///     let connection = reconnects.retry(connect).await?;
    ///     let begin = Instant::now();
    ///     let Err(error) = serve(connection).await else { return Ok(()) };
    ///     if begin.elapsed() >= Duration::from_secs(60) {
    ///         reconnects.reset();
    ///     }
    ///     match reconnects.decide_on(&error) {
    ///         Decision::Retry(wait) => tokio::time::sleep(wait.duration()).await,
    ///         Decision::Stop(_) => return Err(error),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn retry<F, Fut, T, E>(&mut self, operation: F) -> RetryOfState<'_, Futures<F, Fut>, E>
    where
        F: MakeFuture<Fut>,
        Fut: Future<Output = Result<T, E>>,
    {
        let (options, carried) = self.taken_up();
        retry_with_backoff(&options.policy, operation).taking_up(&options, carried)
    }

    /// Retries an async closure that mutates what it captures from this state on; see [`retry`](Self::retry) and
    /// [`retry_with_backoff_local`].
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState};
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// let mut calls = 0;
    /// let operation = async || {
    ///     calls += 1;
    ///     std::io::Result::Ok(calls)
    /// };
    /// assert_eq!(retries.retry_local(operation).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry_local<'a, F, T, E>(
        &mut self,
        operation: F,
    ) -> RetryOfState<'_, Local<'a, F, T, E>, E>
    where
        F: AsyncFnMut() -> Result<T, E> + 'a,
        T: 'a,
        E: 'a,
    {
        let (options, carried) = self.taken_up();
        retry_with_backoff_local(&options.policy, operation).taking_up(&options, carried)
    }
}
