//! Where the loop begins: the functions, and the same as methods of a policy.

use core::any::type_name;

use super::operation::{Futures, Local, MakeFuture};
use super::retry::Retry;
use crate::policy::RetryPolicy;

/// Calls `operation` until it succeeds or `policy` says that it is enough.
///
/// `operation` makes a new future for each attempt: an `async` block with shared borrows of what is
/// around it, or an async closure that borrows nothing exclusively. Options are builder methods of
/// what is returned, which is the future of the loop: it makes the same decisions as
/// [`#[retry]`](https://docs.rs/retry-kit/latest/retry_kit/attr.retry.html), and gives the value or
/// the last error as it was. Also as [`RetryPolicy::retry`].
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
pub fn retry_with_backoff<'b, F, Fut, T, E>(
    policy: &RetryPolicy,
    operation: F,
) -> Retry<'b, Futures<F, Fut>, E>
where
    F: MakeFuture<Fut>,
    Fut: Future<Output = Result<T, E>>,
{
    Retry::new(policy, Futures::new(operation), name_of::<F>)
}

/// [`retry_with_backoff`] for operations that borrow exclusively what is around them.
///
/// Takes an async closure, which may change what it captures. Its future is not `Send`
/// (rust-lang/rust#138207), and each call allocates once.
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
    Retry::new(policy, Local::new(operation), name_of::<F>)
}

impl RetryPolicy {
    /// Calls `operation` under this policy, see [`retry_with_backoff`].
    pub fn retry<'b, F, Fut, T, E>(&self, operation: F) -> Retry<'b, Futures<F, Fut>, E>
    where
        F: MakeFuture<Fut>,
        Fut: Future<Output = Result<T, E>>,
    {
        retry_with_backoff(self, operation)
    }

    /// Calls an `operation` that borrows exclusively, see [`retry_with_backoff_local`].
    pub fn retry_local<'a, 'b, F, T, E>(&self, operation: F) -> Retry<'b, Local<'a, F, T, E>, E>
    where
        F: AsyncFnMut() -> Result<T, E> + 'a,
        T: 'a,
        E: 'a,
    {
        retry_with_backoff_local(self, operation)
    }
}

/// The path of an operation without what is generic in it; of a closure, that of the function it is
/// in. Where there is no path, as of a box, `retry`.
fn name_of<F>() -> &'static str {
    let name = type_name::<F>();
    let path = name.split("::{{closure}}").next().unwrap_or(name);
    let path = path.split('<').next().unwrap_or(path);
    let is_path = path.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    if is_path && !path.starts_with("alloc::") { path } else { "retry" }
}
