//! Names in patterns of `on` that are not in scope: no binding that matches every error.

use retry_kit::retry;

#[derive(Clone, Copy, Debug)]
pub enum MyError {
    Timeout,
    Busy(u32),
}

#[retry(on(Timout))]
pub async fn variant() -> Result<(), MyError> {
    Ok(())
}

#[retry(on(MyError::Busy(LIMIT)))]
pub async fn constant() -> Result<(), MyError> {
    Ok(())
}

fn main() {}
