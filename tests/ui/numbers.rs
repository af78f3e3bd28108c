//! Numbers that make no sense.

use retry_kit::retry;

#[retry(max = 0)]
async fn no_retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(attempts = 0)]
async fn no_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = -1)]
async fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = 4294967296)]
async fn too_many() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = 2.5, factor = 0.5)]
async fn fractions() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = "3", factor = "2")]
async fn strings() -> std::io::Result<()> {
    Ok(())
}

#[retry(factor = 2, backoff = fixed)]
async fn fixed_growth() -> std::io::Result<()> {
    Ok(())
}

#[retry(factor = -2)]
async fn negative_growth() -> std::io::Result<()> {
    Ok(())
}

#[retry(status(99, 600, 504..=500, 500.., 429..503, "503"))]
async fn statuses() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (no_retries(), no_attempts(), negative(), too_many(), fractions());
    let _ = (strings(), fixed_growth(), negative_growth(), statuses());
}
