//! Patterns of `on` that match everything or are none.

use retry_kit::retry;

#[derive(Debug)]
enum MyError {
    Timeout,
    Busy(u32),
}

#[retry(on(_))]
async fn wildcard() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(error))]
async fn binding() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(MyError::Timeout | _))]
async fn alternative() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(MyError::Timeout, MyError::Busy(_)))]
async fn list() -> Result<(), MyError> {
    Ok(())
}

#[retry(on())]
async fn empty() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(MyError::Timeout |))]
async fn half() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(MyError::Missing))]
async fn no_variant() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(MyError::Timeout), clone(x))]
async fn another_mistake() -> Result<(), MyError> {
    Ok(())
}

fn main() {}
