//! An error type without a class: one error, under the return type.

use retry_kit::retry;

#[derive(Debug)]
struct MyError;

#[retry]
async fn fetch(url: &str) -> Result<String, MyError> {
    Ok(url.to_owned())
}

#[retry]
async fn text(url: &str) -> Result<String, String> {
    Ok(url.to_owned())
}

fn main() {}
