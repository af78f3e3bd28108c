//! What does not fit by constants.

use std::time::Duration;

use retry_kit::retry;

const TIMEOUT: Duration = Duration::from_millis(2500);
const DEADLINE: Duration = Duration::from_millis(1);

#[retry(timeout = TIMEOUT, fits = "20s")]
async fn too_much() -> std::io::Result<()> {
    Ok(())
}

#[retry(deadline = DEADLINE)]
async fn no_time_to_wait() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
