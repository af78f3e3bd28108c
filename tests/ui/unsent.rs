//! Mistakes in `repeat` and `key`.

use retry_kit::retry;

struct Client {
    key: String,
}

impl Client {
    #[retry(key = self.key)]
    async fn field(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(repeat = sometimes)]
async fn unknown_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(repeat = "unsend")]
async fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(repeat)]
async fn no_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(idempotent = false)]
async fn another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(repeat = unsent, on(_ if true))]
async fn pattern() -> std::io::Result<()> {
    Ok(())
}

#[retry(repeat = unsent, until = |value| *value > 1)]
async fn values() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(repeat = unsent, response, status(429), retry_after_cap = "1m")]
async fn responses() -> std::io::Result<()> {
    Ok(())
}

#[retry(key)]
async fn no_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(key = "key")]
async fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(key = key)]
async fn taken(key: &str) -> std::io::Result<()> {
    Ok(())
}

#[retry(key = it, attempt = it)]
async fn two_of_one_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(key = key)]
async fn moved() -> std::io::Result<()> {
    let text: String = key;
    Ok(())
}

fn main() {
    let client = Client { key: String::new() };
    let _ = (client.field(), &client.key, unknown_word(), misspelt(), no_word(), another_name());
    let _ = (pattern(), values(), responses(), no_name(), text(), taken(""), two_of_one_name());
    let _ = moved();
}
