//! Pauses of the wrong type, and deadlines that may fall into one.

use retry_kit::{Classify, ErrorClass, Pause, RetryPolicy, retry};

static PAUSE: Pause = Pause::new();

struct Failure;

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[retry(pause = PAUSE)]
async fn by_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(pause = "60s")]
async fn a_duration() -> std::io::Result<()> {
    Ok(())
}

#[retry(pause(PAUSE))]
async fn in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(pause = &PAUSE, deadline = "30s")]
async fn no_conversion() -> Result<(), Failure> {
    Ok(())
}

#[retry(pause, deadline = "30s", give_up = |error, _| error)]
fn no_conversion_in_a_blocking_function() -> Result<(), Failure> {
    Ok(())
}

#[retry(pause = &PAUSE, timeout = "1s", max = 1, fits = "30s")]
async fn no_conversion_for_the_timeout_either() -> Result<(), Failure> {
    Ok(())
}

#[retry(pause = &PAUSE)]
async fn no_deadline() -> Result<(), Failure> {
    Ok(())
}

#[retry(policy = RetryPolicy::DEFAULT, pause = &PAUSE)]
async fn a_deadline_at_run_time() -> Result<(), Failure> {
    Ok(())
}

fn main() {
    let _ = RetryPolicy::DEFAULT.retry(|| async { Err::<(), _>(Failure) }).pause(PAUSE);
}
