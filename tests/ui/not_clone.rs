//! `clone` of what has no `Clone`: one error, at the name in the attribute.

use retry_kit::retry;

struct Token;

#[retry(clone(token))]
async fn spend(token: Token) -> std::io::Result<()> {
    drop(token);
    Ok(())
}

fn main() {}
