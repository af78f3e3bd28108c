//! Functions whose attempts cannot fail: one error each.

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

fn main() {}
