//! Calls that wait with the timers of other runtimes.

use std::io;
use std::time::{Duration, Instant};

use retry_kit::{Attempt, retry};

fn until_third(attempt: Attempt) -> io::Result<u32> {
    if attempt.number() < 3 {
        Err(io::ErrorKind::ConnectionReset.into())
    } else {
        Ok(attempt.number())
    }
}

#[retry(max = 2, base = "10ms", jitter = none, attempt = attempt)]
async fn with_none() -> io::Result<u32> {
    until_third(attempt)
}

#[retry(max = 2, base = "10ms", jitter = none, attempt = attempt, sleep = |wait| async move { smol::Timer::after(wait).await; })]
async fn with_smol() -> io::Result<u32> {
    until_third(attempt)
}

#[retry(max = 2, base = "10ms", jitter = none, attempt = attempt, sleep = |wait| async move { async_io::Timer::after(wait).await; })]
async fn with_async_io() -> io::Result<u32> {
    until_third(attempt)
}

#[retry(max = 2, base = "10ms", jitter = none, attempt = attempt, sleep = futures_timer::Delay::new)]
async fn with_futures_timer() -> io::Result<u32> {
    until_third(attempt)
}

#[retry(max = 2, base = "10ms", jitter = none, attempt = attempt, sleep = |wait| embassy_time::Timer::after(wait.try_into().unwrap_or(embassy_time::Duration::MAX)))]
async fn with_embassy() -> io::Result<u32> {
    until_third(attempt)
}

type Call = fn() -> io::Result<u32>;

// SPEC 4.13.1, 9.5
#[test]
fn a_call_waits_on_the_timer_of_any_runtime() {
    let calls: [(&str, Call); 5] = [
        ("its own", || smol::block_on(with_none())),
        ("smol", || smol::block_on(with_smol())),
        ("async-io", || async_io::block_on(with_async_io())),
        ("futures-timer", || smol::block_on(with_futures_timer())),
        ("embassy", || smol::block_on(with_embassy())),
    ];
    for (name, call) in calls {
        let begin = Instant::now();
        assert_eq!(call().unwrap(), 3, "{name}");
        // The clock of a timer may be a little ahead of the system's.
        assert!(begin.elapsed() >= Duration::from_millis(29), "{name}");
    }
}
