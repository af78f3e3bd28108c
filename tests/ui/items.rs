//! Where the attribute cannot stand.

use retry_kit::retry;

#[retry]
struct Client;

#[retry(max = 3)]
pub mod inner {}

#[retry]
impl Client {}

#[retry]
const fn constant() -> Result<(), std::io::Error> {
    Ok(())
}

trait Fetch {
    #[retry]
    async fn fetch(&self) -> std::io::Result<()>;
}

#[retry(max = 3)]
#[retry(max = 1)]
async fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry]
async fn unit() -> () {}

#[retry(max = 3)]
const LIMIT: u32 = 3;

fn main() {
    let _ = (Client, constant(), LIMIT, twice(), unit());
}
