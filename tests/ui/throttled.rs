//! Mistakes in `throttled` and `delays`.

use std::time::Duration;

use retry_kit::retry;

#[retry(throttled)]
async fn no_parts() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled = "1s")]
async fn no_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(), max = 2)]
async fn empty() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(bsae = "1s", cap = "20s", cap = "30s"))]
async fn unknown_and_twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base = 1, cap = "20"))]
async fn without_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base))]
async fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base = "90s"))]
async fn above_the_policys_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(cap = "500ms"))]
async fn below_the_policys_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base = "5s", cap = "2s"))]
async fn above_its_own_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base = "5s"), repeat = unsent)]
async fn nothing_throttled_is_retried() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled_base = "5s")]
async fn by_its_setter() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttling = "5s")]
async fn by_another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base = wait))]
async fn of_the_call(wait: Duration) -> std::io::Result<()> {
    let _ = wait;
    Ok(())
}

#[retry(delays)]
async fn no_list() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = "100ms, 1s")]
async fn a_text() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays("100ms", "1s"))]
async fn in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = [])]
async fn no_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = ["100ms", 1, "1 sec"])]
async fn no_durations() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = ["1s"], base = "1s", factor = 2, cap = "1s", backoff = fixed, throttled(base = "1s"))]
async fn more_than_the_list() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = ["1s", wait])]
async fn delay_of_the_call(wait: Duration) -> std::io::Result<()> {
    let _ = wait;
    Ok(())
}

#[retry(policy = retry_kit::RetryPolicy::DEFAULT, delays = ["1s", wait])]
async fn delay_of_the_call_beside_a_policy(wait: Duration) -> std::io::Result<()> {
    let _ = wait;
    Ok(())
}

#[retry(intervals = ["1s", "2s"])]
async fn list_by_another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = ["1s", "20s"], timeout = "1s", fits = "20s")]
async fn too_long_a_list() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = ["1s", "20s"], jitter = none, deadline = "1s")]
async fn no_time_for_the_first() -> std::io::Result<()> {
    Ok(())
}

const ARRAY: [Duration; 1] = [Duration::from_secs(1)];

#[retry(delays = ARRAY)]
async fn an_array() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
