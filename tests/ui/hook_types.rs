//! Hooks of the wrong type: one error each, at the user's code.

use retry_kit::{GiveUp, RetryBudget, RetryEvent, retry};

static BUDGET: RetryBudget = RetryBudget::standard();

#[retry(until = |value| value)]
async fn no_bool() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(until = |text: &str| text.is_empty())]
async fn another_value() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(before_retry = log("again"))]
async fn no_future() -> std::io::Result<()> {
    Ok(())
}

#[retry(before_retry = async { Ok::<(), String>(()) })]
async fn another_error() -> std::io::Result<()> {
    Ok(())
}

#[retry(give_up = |error: std::io::Error, _| error.to_string())]
async fn another_end() -> std::io::Result<()> {
    Ok(())
}

fn forgets(_: std::io::Error, _: &GiveUp) {}

#[retry(give_up = forgets)]
async fn no_error() -> std::io::Result<()> {
    Ok(())
}

#[retry(on_retry = |event| event.error().unwrap().no_such_method())]
async fn no_method() -> std::io::Result<()> {
    Ok(())
}

fn both(_: &RetryEvent<'_, std::io::Error>, _: Option<&u32>) {}

#[retry(until = |value| *value > 3, on_retry = both)]
async fn a_path_of_two_parameters() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(until = |value| *value > 3, on_retry = |_, value: Option<&str>| log(value.unwrap_or("")))]
async fn another_value_for_the_hook() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(budget = BUDGET)]
async fn by_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(response)]
async fn no_response() -> std::io::Result<String> {
    Ok(String::new())
}

fn log(_: &str) {}

fn main() {}
