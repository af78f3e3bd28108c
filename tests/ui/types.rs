//! Values of the wrong type: the compiler's words, at the user's value.

use retry_kit::{RetryPolicy, retry};

#[retry(max = "three".len())]
async fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = 2 * 5)]
async fn duration() -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = "default")]
async fn policy() -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = Some(RetryPolicy::DEFAULT), max = 3)]
async fn optional_policy() -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = RetryPolicy::DEFAULT, max = "three".trim(), deadline = Some(3), jitter = 2 * 3)]
async fn beside_a_policy() -> std::io::Result<()> {
    Ok(())
}

#[retry(when = |error| error.is_busy())]
async fn method() -> std::io::Result<()> {
    Ok(())
}

#[retry(when = |_| "yes")]
async fn class() -> std::io::Result<()> {
    Ok(())
}

#[retry(name = 3)]
async fn name() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
