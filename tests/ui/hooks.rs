//! Mistakes in the keys that take code, as far as the attribute sees them.

use retry_kit::{RetryBudget, retry};

static BUDGET: RetryBudget = RetryBudget::standard();

#[retry(attempt = 3, response = true, budget(BUDGET), until, give_up)]
async fn wrong_form() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt = self, until = |_| true, response)]
async fn both() -> std::io::Result<()> {
    Ok(())
}

#[retry(notify = log, attempt_timeout = "5s", max_elapsed = "1m", untill = |_| true)]
async fn foreign() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt = mut attempt)]
async fn changing() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempt = id)]
async fn shadowing(id: u32) -> std::io::Result<u32> {
    Ok(id)
}

fn main() {
    let _ = (changing(), shadowing(1));
    let _ = (wrong_form(), both(), foreign());
}
