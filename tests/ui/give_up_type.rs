//! `give_up` that names another error than the function's.

use retry_kit::{Classify, retry};

#[derive(Debug)]
struct Public;

#[derive(Debug, Classify)]
#[classify(transient)]
struct Inner;

// The error that `give_up` returns is not that of the function.
#[retry(give_up = |error: Inner, _| error)]
async fn unchanged() -> Result<(), Public> {
    Err(Inner)
}

#[retry(give_up = |_: Public, _| Inner)]
async fn without_a_class() -> Result<(), Inner> {
    Err(Public)
}

#[retry(give_up = |_: Inner, _| Public)]
async fn no_result() -> u32 {
    1
}

fn main() {}
