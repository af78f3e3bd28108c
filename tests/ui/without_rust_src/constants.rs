//! Values that are checked when the policy is made: by the compiler, or at run time with
//! `policy`.

use std::time::Duration;

use retry_kit::retry;

const FIVE_MINUTES: Duration = Duration::from_secs(300);
const HALF: f64 = 0.5;
const NONE: &[Duration] = &[];

#[retry(base = FIVE_MINUTES)]
async fn base_above_the_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(factor = HALF)]
async fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(throttled(base = FIVE_MINUTES))]
async fn throttled_base_above_the_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(delays = NONE)]
async fn no_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(max = retries)]
async fn argument(retries: u32) -> std::io::Result<()> {
    Ok(())
}

#[retry(max = N)]
async fn const_generic<const N: u32>() -> std::io::Result<()> {
    Ok(())
}

struct Client {
    retries: u32,
}

impl Client {
    const RETRIES: u32 = 3;

    #[retry(max = self.retries)]
    async fn field(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(max = Self::RETRIES)]
    async fn associated(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {}
