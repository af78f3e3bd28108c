//! Functions in which no attempt can be found.

use std::future::Future;
use std::pin::Pin;

use retry_kit::retry;

async fn call() -> std::io::Result<()> {
    Ok(())
}

#[retry]
fn forwards() -> Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>> {
    Box::pin(call())
}

#[retry]
fn opaque() -> impl Future<Output = std::io::Result<()>> {
    call()
}

#[tokio::main]
#[retry]
async fn below_the_runtime() -> std::io::Result<()> {
    call().await
}

#[retry(max = 2, sleep = tokio::time::sleep)]
fn blocking() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
