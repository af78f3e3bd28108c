//! Names that are sites of the program; `cargo-retry/tests` reads the records.

use std::io;

use retry_kit::{Cause, Classify, Decision, RetryPolicy, RetryState, site};

const POLICY: RetryPolicy = RetryPolicy::new().max_retries(2);
static SHARED: RetryPolicy = POLICY;
const NAME: &str = site!("orders.place", POLICY);

// SPEC 14.2.2, with and without the feature.
#[test]
fn a_site_is_its_name_in_constants_too() {
    const PREFIXED: &str = site!(concat!("orders", ".follow"));
    assert_eq!(
        [NAME, PREFIXED, site!("a", &POLICY), site!("b", SHARED)],
        ["orders.place", "orders.follow", "a", "b"]
    );
}

// SPEC 14.2.2
#[test]
fn the_events_of_a_loop_have_the_name_of_its_site() {
    let mut retries = RetryState::new(&POLICY).name(site!("orders.place", POLICY));
    let error = io::Error::from(io::ErrorKind::ConnectionReset);
    let Decision::Retry(wait) = retries.decide(error.classify()) else {
        panic!("a lost connection is retried");
    };
    assert_eq!(retries.event(Cause::Error(&error), wait).name(), "orders.place");
}
