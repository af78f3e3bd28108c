//! Functions whose attempts cannot fail: one error each, also where telemetry asks for the error.

use retry_kit::retry;

#[retry]
async fn nothing() {}

#[retry]
async fn number() -> u32 {
    7
}

type Page = Option<String>;

#[retry(when = |_| true)]
async fn alias() -> Page {
    None
}

// Whatever else the attribute asks for.

#[retry(timeout = "5s")]
async fn timeout() -> u32 {
    7
}

#[retry(when = |_: &u32| true, timeout = "5s", sleep = |_| async {})]
async fn timeout_by_another_sleep() -> Option<u32> {
    None
}

#[retry(on_retry = |event| println!("{}", event.name()))]
async fn on_retry() -> u32 {
    7
}

#[retry(on_retry = |event, value| println!("{} {value:?}", event.name()))]
async fn on_retry_with_a_value() -> u32 {
    7
}

#[retry(fallback = |error, _| error.to_string())]
async fn fallback() -> u32 {
    7
}

#[retry(attempt = attempt)]
async fn previous() -> u32 {
    attempt.previous().map_or(7, |previous| previous.text().len() as u32)
}

#[retry(give_up = |error, _| error)]
async fn give_up() -> u32 {
    7
}

#[retry(before_retry = async { Ok(()) })]
async fn before_retry() -> u32 {
    7
}

#[retry(response)]
async fn response() -> u32 {
    7
}

#[retry(
    until = |value| value.is_some(),
    timeout = "5s",
    on_retry = |event| println!("{}", event.name()),
    before_retry = async {},
    give_up = |error, _| error,
)]
async fn everything() -> Page {
    None
}

#[retry(until = |value| *value > 3, give_up = |error, _| error)]
fn blocking() -> u32 {
    7
}

#[retry(pause)]
async fn pause() -> u32 {
    7
}

#[retry(pause, deadline = "1m")]
async fn pause_and_deadline() -> u32 {
    7
}

#[retry(pause, deadline = "1m", give_up = |error, _| error)]
async fn pause_and_the_last_word() -> u32 {
    7
}

fn main() {}
