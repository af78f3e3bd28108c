//! A subscription that outlives the restarts of its server: five retries in a row are too many, but not
//! five in all.
//!
//! `subscription.rs` has the retried function; `server.rs` sends an event every 20 ms and restarts. Run it
//! with
//!
//! ```sh
//! cargo run --example subscription
//! ```
//!
//! It ends by itself, when the server has restarted six times and says that there are no more events. The
//! times are short, so that you need not wait: a real subscription has `reset_after = "60s"`.

mod server;
mod subscription;

use std::process::ExitCode;
use std::time::Duration;

use retry_kit::RetryPolicy;
use server::{Plan, Server};
use subscription::Subscription;

const PLAN: Plan = Plan {
    restarts: 6,
    up: Duration::from_millis(600),
    down: Duration::from_millis(200),
    pace: Duration::from_millis(20),
};

const FIVE_IN_A_ROW: RetryPolicy = RetryPolicy::new()
    .max_retries(5)
    .base_delay(Duration::from_millis(50))
    .max_delay(Duration::from_millis(200))
    .build();

#[tokio::main]
async fn main() -> std::io::Result<ExitCode> {
    let server = Server::start(PLAN).await?;
    let subscription = Subscription {
        address: server.address(),
        policy: FIVE_IN_A_ROW,
        healthy: Duration::from_millis(150),
    };
    let mut events = 0;
    let outcome = subscription.run(&mut |_| events += 1).await;
    println!("{events} events, and the server restarted {} times", server.restarts());
    Ok(match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("the subscription ended: {error}");
            ExitCode::FAILURE
        }
    })
}
