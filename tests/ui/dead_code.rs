//! A function that nobody calls is still reported.

#![deny(dead_code)]

use retry_kit::retry;

#[retry]
async fn never_called() -> std::io::Result<()> {
    Ok(())
}

struct Client;

impl Client {
    #[retry]
    async fn nor_this(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Client;
}
