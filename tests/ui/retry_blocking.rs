//! What a blocking call has not.

use std::io::Result;
use std::time::Duration;

use retry_kit::RetryPolicy;

fn read() -> Result<u32> {
    Ok(1)
}

async fn stopped() {}

fn main() {
    let policy = RetryPolicy::DEFAULT;
    let _ = policy.retry_blocking(read).timeout(Duration::from_secs(1)).call();
    let _ = policy.retry_blocking(read).cancel(stopped).call();
    let _ = policy.retry_blocking(stopped).call();
    let _ = policy.retry(|| async { read() }).cancel(|| true);
    policy.retry_blocking(read);
}
