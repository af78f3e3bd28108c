//! Unknown words for `backoff` and `jitter`.

use retry_kit::retry;

#[retry(backoff = exponental, jitter = ful)]
async fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = "fixed", jitter = 0.5)]
async fn no_words() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = additive(1.5))]
async fn ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = additive(-0.1))]
async fn negative_ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = additive())]
async fn no_ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(jitter = full(0.5))]
async fn unwanted_ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = decorrelated, jitter = full)]
async fn jitter_of_jitter() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (misspelt(), no_words(), ratio(), negative_ratio(), no_ratio());
    let _ = (unwanted_ratio(), jitter_of_jitter());
}
