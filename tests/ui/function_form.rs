//! An async closure that changes what it captures, where it cannot.

use retry_kit::{RetryPolicy, retry_with_backoff};

fn main() {
    let mut calls = 0;
    let _ = RetryPolicy::DEFAULT.retry(async || {
        calls += 1;
        std::io::Result::Ok(calls)
    });
    let _ = retry_with_backoff(&RetryPolicy::DEFAULT, async || {
        calls += 1;
        std::io::Result::Ok(calls)
    });
}
