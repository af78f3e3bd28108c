//! `cancel` with a value that cannot end a wait.

use std::sync::atomic::{AtomicBool, Ordering};

use retry_kit::{RetryPolicy, retry};

static STOP: AtomicBool = AtomicBool::new(false);

#[retry(cancel)]
async fn nothing() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(cancel = STOP.load(Ordering::Relaxed))]
async fn no_future() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(cancel = || STOP.load(Ordering::Relaxed), give_up = |error, _| error)]
async fn closure_in_an_async_function() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(cancel = std::future::pending::<()>())]
fn future_in_a_blocking_function() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(cancel = || STOP.store(true, Ordering::Relaxed))]
fn no_bool() -> std::io::Result<u32> {
    Ok(3)
}

async fn function_form() {
    let get = || async { std::io::Result::Ok(1) };
    let _ = RetryPolicy::DEFAULT.retry(get).cancel(std::future::pending::<()>()).await;
}

#[derive(Debug)]
struct NotSend(*const u32);

#[retry(when = |_| true, cancel = std::future::pending::<()>())]
async fn not_send() -> Result<u32, NotSend> {
    Ok(3)
}

fn main() {
    fn send(_: impl Send) {}
    send(not_send());
}
