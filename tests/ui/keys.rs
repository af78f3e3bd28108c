//! Unknown, misspelt, foreign, doubled and conflicting keys, all at once.

use retry_kit::retry;

#[retry(maxx = 3, colour = "red", bse = "1s")]
async fn unknown() -> std::io::Result<()> {
    Ok(())
}

#[retry(retries = 3)]
async fn retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, delay = "1s", max_delay = "5s", retry_on = MyError)]
async fn foreign() -> std::io::Result<()> {
    Ok(())
}

#[retry(times = 3, interval = "1s", max_retries = 3, retry_if = is_busy)]
async fn more_foreign() -> std::io::Result<()> {
    Ok(())
}

#[retry(tries = 3)]
async fn tries() -> std::io::Result<()> {
    Ok(())
}

#[retry(if = true)]
async fn keyword() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = 3, base = "1s", max = 4)]
async fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = 3, attempts = 4)]
async fn both_limits() -> std::io::Result<()> {
    Ok(())
}

#[retry(on(std::io::Error { .. }), when = |_| true, status(500))]
async fn both_choices() -> std::io::Result<()> {
    Ok(())
}

#[retry(max, on = 3, clone = x, base(1), status = 500, policy)]
async fn wrong_form() -> std::io::Result<()> {
    Ok(())
}

#[retry(Base = "1s", crate = "retry_kit", docs = 1)]
async fn capitals_and_quotes() -> std::io::Result<()> {
    Ok(())
}

// Each function is still there.
fn main() {
    let _ = (capitals_and_quotes(), more_foreign(), tries());
    let _ = (unknown(), retries(), foreign(), keyword());
    let _ = (twice(), both_limits(), both_choices(), wrong_form());
}
