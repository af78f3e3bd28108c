//! An argument moved out by the first attempt: one error, at the move.

use retry_kit::retry;

async fn send(body: Vec<u8>) -> std::io::Result<()> {
    drop(body);
    Ok(())
}

#[retry]
async fn upload(body: Vec<u8>) -> std::io::Result<()> {
    send(body).await
}

fn main() {}
