//! What is no list of options.

use retry_kit::retry;

#[retry(max = 3 base = "1s")]
async fn missing_comma() -> std::io::Result<()> {
    Ok(())
}

#[retry(max 3, base = "1s", capp = "2s")]
async fn missing_equals() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = , base = )]
async fn missing_values() -> std::io::Result<()> {
    Ok(())
}

#[retry(3, "1s")]
async fn no_keys() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = 3 +, base = "1 second")]
async fn half_an_expression() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = 3,, base = "1s")]
async fn two_commas() -> std::io::Result<()> {
    Ok(())
}

#[retry(when = |error|)]
async fn half_a_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(for = 3, where = "there")]
async fn keywords() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (half_a_closure(), keywords());
    let _ = (missing_comma(), missing_equals(), missing_values());
    let _ = (no_keys(), half_an_expression(), two_commas());
}
