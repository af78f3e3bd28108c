//! Whether a call retries inside an attempt of another one.

/// Chooses whether a call retries inside an attempt of another retried function.
///
/// Retries inside each other multiply: three functions with two retries each, each inside the one before,
/// make up to 27 calls, all of them while the server fails. With [`Once`](Self::Once) on the inner
/// ones, only the outermost retries, which makes 3 calls.
///
/// The default is [`Allow`](Self::Allow): a function retries as its attribute says, whoever calls it. The
/// outer function often does more than this one call, and then the inner retry is the cheap one. If a job
/// reads a hundred pages and the last one fails, a retry of the page is one request, and a retry of the job
/// a hundred.
///
/// ```
/// use retry_kit::retry;
///
/// #[retry(nested = once)]
/// async fn stock(item: u32) -> std::io::Result<u32> {
///     Ok(item)
/// }
///
/// /// Retries `stock` too, so that a failure of it leads to three more calls and not to fifteen.
/// #[retry]
/// async fn order(item: u32) -> std::io::Result<u32> {
///     stock(item).await
/// }
/// # let _ = order(1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Nested {
    /// Retry there too.
    #[default]
    Allow,
    /// Make one attempt there, and leave the retries to the other function. The reason is
    /// [`StopReason::Nested`](crate::StopReason::Nested). Outside of another attempt, retry.
    Once,
}
