use retry_kit::RetryPolicy;

async fn fetch() -> std::io::Result<()> {
    Ok(())
}

async fn with_retries() -> std::io::Result<()> {
    RetryPolicy::DEFAULT.retry(fetch).await
}

fn main() {
    let _ = with_retries();
}
