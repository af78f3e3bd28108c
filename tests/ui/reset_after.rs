//! `reset_after` that cannot be meant.

use retry_kit::{RetryPolicy, retry};

#[retry(reset_after = "0s")]
async fn always() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(reset_after = "60s", timeout = "5s")]
async fn never() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(reset_after = "60s", timeout = "2m", fits = "10m")]
async fn no_worst_case() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(reset_after = 60)]
async fn no_unit() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(reset_after)]
async fn no_value() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(reset_after = healthy)]
fn no_duration(healthy: u64) -> std::io::Result<u32> {
    Ok(3)
}

async fn function_form() {
    let get = || async { std::io::Result::Ok(1) };
    let _ = RetryPolicy::DEFAULT.retry(get).reset_after(60).await;
}

fn main() {}
