//! Tests the example `subscription` at its server, in real time.

#[path = "../subscription/server.rs"]
mod server;
#[path = "../subscription/subscription.rs"]
mod subscription;

use std::io;
use std::time::Duration;

use retry_kit::{Jitter, RetryPolicy};
use server::{Plan, Server};
use subscription::Subscription;

const PLAN: Plan = Plan {
    restarts: 4,
    up: Duration::from_millis(400),
    down: Duration::from_millis(60),
    pace: Duration::from_millis(10),
};

async fn subscribed(
    policy: RetryPolicy,
    healthy: Duration,
) -> (io::Result<()>, Vec<String>, Server) {
    let server = Server::start(PLAN).await.unwrap();
    let subscription = Subscription { address: server.address(), policy, healthy };
    let mut events = Vec::new();
    let outcome = subscription.run(&mut |event| events.push(event.to_owned())).await;
    (outcome, events, server)
}

// SPEC 4.19
#[tokio::test]
async fn a_subscription_outlives_more_restarts_than_it_has_retries() {
    // One retry more than a restart needs, on a machine that is not overloaded, and fewer than four do.
    let policy = RetryPolicy::new().max_retries(3).base_delay(Duration::from_millis(40));
    let (outcome, events, server) = subscribed(policy, Duration::from_millis(50)).await;
    outcome.unwrap();
    assert_eq!(server.restarts(), 4);
    // Each connection begins with the first event.
    assert!(events.iter().filter(|event| *event == "event 0").count() >= 5, "{events:?}");
}

// SPEC 4.19
#[tokio::test]
async fn without_healthy_attempts_the_same_policy_ends() {
    let policy = RetryPolicy::new().base_delay(Duration::from_millis(40)).jitter(Jitter::None);
    let (outcome, _, server) = subscribed(policy, Duration::from_secs(60)).await;
    assert!(outcome.is_err());
    assert!(server.restarts() < 4);
}
