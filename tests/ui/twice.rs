//! Two attributes on one function: one error, in either order, by any name.

use retry_kit::{retry, retry as again};

#[again]
#[retry]
async fn renamed_first() -> Result<(), std::io::Error> {
    Ok(())
}

#[retry]
#[again(max = 2)]
async fn renamed_last() -> Result<(), std::io::Error> {
    Ok(())
}

#[again]
#[again]
fn both_renamed(text: &str) -> Result<usize, std::io::Error> {
    Ok(text.len())
}

#[again]
async fn around() -> Result<(), std::io::Error> {
    #[retry]
    async fn inside() -> Result<(), std::io::Error> {
        Ok(())
    }
    inside().await
}

fn main() {
    let _ = (renamed_first(), renamed_last(), both_renamed(""), around());
}
