//! Timeouts, deadlines, and what does not fit.

use std::time::Duration;

use retry_kit::retry;

#[retry(timeout = "5s", fits = "30s")]
async fn too_much() -> std::io::Result<()> {
    Ok(())
}

#[retry(fits = "30s", timeout = "500ms", max = forever)]
async fn endless() -> std::io::Result<()> {
    Ok(())
}

#[retry(fits = "30s")]
async fn any_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(fits = "30s", timeout = "1s", policy = retry_kit::RetryPolicy::DEFAULT)]
async fn known_at_run_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(fits = "30s", timeout = limit)]
async fn known_at_the_call(limit: Duration) -> std::io::Result<()> {
    Ok(())
}

#[retry(deadline = "1s")]
async fn no_time_to_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(base = "2s", timeout = "10ms", fits = "1s", max = 1, jitter = none)]
async fn neither_fits_nor_waits() -> std::io::Result<()> {
    Ok(())
}

#[retry(timeout = "0s", deadline = 30, fits = "soon")]
async fn no_durations() -> std::io::Result<()> {
    Ok(())
}

#[retry(timeout, deadline("1m"))]
async fn no_values() -> std::io::Result<()> {
    Ok(())
}

#[retry(timeout = "5s", fits = "1m", before_retry = async {})]
fn blocking() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
