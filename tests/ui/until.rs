//! `until` that cannot answer, or stands beside keys that need an error: one error each.

use retry_kit::{ErrorClass, RetryPolicy, retry};

type Page = Option<String>;

#[retry(until = |_| ErrorClass::Transient)]
async fn no_way_to_accept() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(until = |page| page.as_ref())]
async fn neither_bool_nor_class() -> Page {
    None
}

struct Unclassified;

#[retry(until = |value| *value > 3)]
async fn unclassified() -> Result<u32, Unclassified> {
    Ok(3)
}

#[retry(until = |page| page.is_some(), when = |_: &u32| true)]
async fn when() -> Page {
    None
}

#[retry(until = |page| page.is_some(), timeout = "5s")]
async fn timeout() -> Page {
    None
}

#[retry(until = |page| page.is_some(), give_up = |error, _| error)]
fn give_up() -> Page {
    None
}

#[retry(until = |page| page.is_some(), before_retry = async { Err::<(), _>(String::new()) })]
async fn before_retry() -> Page {
    None
}

fn function_form() {
    let get = || async { std::io::Result::Ok(3) };
    let _ = RetryPolicy::DEFAULT.retry(get).until(|_| ErrorClass::Transient);
}

fn main() {}
