use retry_kit::retry;

#[retry(max = 3)]
async fn fetch() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = fetch();
}
