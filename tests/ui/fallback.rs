//! Fallbacks that cannot take the place of an error: one mistake each.

use retry_kit::{RetryPolicy, retry};

#[retry(fallback = |_, _| "cached")]
async fn another_type() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(fallback = |_, _| async { "cached" })]
async fn future_of_another_type() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(fallback = |_, _| async { 3 })]
fn future_in_a_blocking_function() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(fallback = |error, _| error)]
async fn the_error() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(fallback = |_| 3)]
async fn one_parameter() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(fallback = 3)]
async fn no_function() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(fallback = |error, _| error.len())]
async fn no_result() -> Option<u32> {
    Some(3)
}

#[retry(until = |value| value.is_some(), fallback = |_, _| Some(3))]
fn no_result_but_until() -> Option<u32> {
    Some(3)
}

fn function_form() {
    let get = || async { std::io::Result::Ok(3_u32) };
    let _ = RetryPolicy::DEFAULT.retry(get).fallback(|_, _| "cached");
}

fn main() {}
