//! What to write instead, in the user's own values.

use std::io;
use std::io::ErrorKind;
use std::time::Duration;

use retry_kit::retry;

const TRIES: u32 = 5;

#[retry(max_attempts = 3)]
async fn attempts() -> io::Result<()> {
    Ok(())
}

#[retry(max_attempt = TRIES, initial_delay = Duration::from_millis(20))]
async fn expressions() -> io::Result<()> {
    Ok(())
}

#[retry(max-retries = 7, initial-delay = "20ms", retry-after-cap = "1m")]
async fn hyphens() -> io::Result<()> {
    Ok(())
}

#[retry(max_retry = infinite, delay = 5, max_delay = "5 s")]
async fn values_of_another_kind() -> io::Result<()> {
    Ok(())
}

#[retry(max_retries = "three", multiplier = "1.5", max_interval = "soon")]
async fn unfit_values() -> io::Result<()> {
    Ok(())
}

#[retry(mxa = 3, bsae = "1s", cpa = "5s", whne = |_| true)]
async fn exchanged_letters() -> io::Result<()> {
    Ok(())
}

#[retry(max_retries(5), strategy = constant, statuses = [429, 500..=599], with_jitter = false)]
async fn other_forms() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on(io::Error { .. }), retry_if = |error: &io::Error| error.kind() == ErrorKind::TimedOut)]
async fn choices() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = MyError, before_sleep = log, status_forcelist = "429, 5xx", retry_budget)]
async fn more_choices() -> io::Result<()> {
    Ok(())
}

#[retry(exponential, full, forever)]
async fn values_without_keys() -> io::Result<()> {
    Ok(())
}

#[retry(max = infinite, backoff = constant, jitter = true)]
async fn words_of_others() -> io::Result<()> {
    Ok(())
}

#[retry(jitter = false, backoff = Backoff::Fixed)]
async fn paths() -> io::Result<()> {
    Ok(())
}

#[retry(jitter = Jitter::Full, backoff = exponential(2))]
async fn more_paths() -> io::Result<()> {
    Ok(())
}

#[retry(base = "1 second", cap = "2 minutes")]
async fn units() -> io::Result<()> {
    Ok(())
}

#[retry(status("5xx", "429, 503", "busy"))]
async fn quoted_statuses() -> io::Result<()> {
    Ok(())
}

#[retry(status(5xx, 4XX, 7xx))]
async fn unquoted_statuses() -> io::Result<()> {
    Ok(())
}

#[retry(status(429 | 42 | 503))]
async fn no_status() -> io::Result<()> {
    Ok(())
}

#[retry(status(transcient, "default, 408"))]
async fn named_statuses() -> io::Result<()> {
    Ok(())
}

#[retry(transient, give_up_on_hint_over = "2m")]
async fn more_values_without_keys() -> io::Result<()> {
    Ok(())
}

#[retry(status = transient, retry_after_cap = give_up)]
async fn words_without_parentheses() -> io::Result<()> {
    Ok(())
}

#[retry(status = 503, retry_after_cap = give_up(300))]
async fn numbers() -> io::Result<()> {
    Ok(())
}

#[retry(on(io::ErrorKind::TimedOut))]
async fn kind() -> io::Result<()> {
    Ok(())
}

#[retry(on(ErrorKind::TimedOut | ErrorKind::ConnectionReset))]
async fn kinds() -> io::Result<()> {
    Ok(())
}

#[retry(before_retry = || async { reconnect().await })]
async fn closure() -> io::Result<()> {
    Ok(())
}

#[retry(before_retry = async move || reconnect().await)]
async fn async_closure() -> io::Result<()> {
    Ok(())
}

async fn reconnect() {}

#[retry(adjust = |error, wait| error.retry_after)]
async fn adjusted() -> std::io::Result<()> {
    Ok(())
}

#[retry(stop = stop_after_attempt(3))]
async fn stopped() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (adjusted(), stopped());
    let _ = (attempts(), expressions(), hyphens(), values_of_another_kind(), unfit_values());
    let _ = (exchanged_letters(), other_forms(), choices(), more_choices(), values_without_keys());
    let _ = (words_of_others(), paths(), more_paths(), units(), quoted_statuses(), no_status());
    let _ = (kind(), kinds(), closure(), async_closure(), named_statuses(), unquoted_statuses());
    let _ = (more_values_without_keys(), words_without_parentheses(), numbers());
}
