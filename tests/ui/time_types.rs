//! Timeouts and deadlines that only the compiler sees through.

use std::time::Duration;

use retry_kit::{Classify, ErrorClass, RetryPolicy, retry};

struct Failure;

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[retry(timeout = "5s")]
async fn no_conversion() -> Result<(), Failure> {
    Ok(())
}

#[retry(timeout = 5)]
async fn no_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(timeout = seconds)]
async fn a_number(seconds: u64) -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = RetryPolicy::DEFAULT.retry(|| async { Err::<(), _>(Failure) }).timeout(Duration::MAX);
}
