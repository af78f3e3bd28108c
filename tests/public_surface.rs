//! Every public type can be named, and has the traits that its users expect.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use retry_kit::testing::{NoWait, Recorded};
use retry_kit::{
    Attempt, Backoff, Cause, Decision, Delays, DrawnWaits, ErrorClass, GiveUp, IdempotencyKey,
    Jitter, Log, Marked, Nested, ParseError, Pause, PolicyError, Previous, Ratio, Repeat,
    RetryAfter, RetryAfterError, RetryBudget, RetryEvent, RetryPolicy, RetryState, StatusSet,
    StopReason, Switch, TimedOut, Wait,
};

fn everywhere<T: Debug + Send + Sync + Unpin>() {}
fn debug<T: Debug>() {}
fn value<T: Clone + Copy + PartialEq + Eq>() {}
fn hashed<T: Hash>() {}
fn shown<T: Display>() {}
fn error<T: Error + Send + Sync + 'static>() {}
fn words<T: Display + FromStr<Err = ParseError> + Default>() {}
fn cloned<T: Clone>() {}

macro_rules! each {
    ($($check:ident: $($type:ty),+;)+) => { $($($check::<$type>();)+)+ };
}

#[test]
fn every_public_type_has_the_traits_that_users_expect() {
    type Event = RetryEvent<'static, std::io::Error>;
    type Because = Cause<'static, std::io::Error>;
    type Running = Attempt<'static>;
    each! {
        everywhere: Running, Backoff, Because, Decision, Delays, DrawnWaits, ErrorClass, GiveUp, IdempotencyKey, Jitter, Log, Marked,
            Nested, Switch, ParseError, Pause, PolicyError, Previous, Ratio, Recorded, Repeat, RetryAfter, RetryAfterError, RetryBudget,
            Event, RetryPolicy, RetryState, StatusSet, StopReason, TimedOut, Wait;
        value: Backoff, Decision, ErrorClass, IdempotencyKey, Jitter, Log, Nested, Switch, PolicyError, Ratio, Recorded, Repeat,
            RetryAfter, RetryAfterError, RetryPolicy, StatusSet, StopReason, TimedOut, Wait;
        hashed: Backoff, ErrorClass, IdempotencyKey, Jitter, Log, Nested, Switch, Ratio, Repeat, RetryAfter, RetryPolicy, StatusSet, StopReason,
            TimedOut;
        shown: ErrorClass, IdempotencyKey, Previous, Ratio, RetryPolicy, StopReason;
        words: Backoff, Jitter, Log, Nested, Repeat, StatusSet, Switch;
        error: Marked, ParseError, PolicyError, RetryAfterError, TimedOut;
        cloned: Running, Because, Delays, DrawnWaits, GiveUp, Previous, RetryState;
    }
    // A guard belongs to its thread.
    debug::<NoWait>();
    #[cfg(feature = "reqwest")]
    {
        everywhere::<retry_kit::HttpError>();
        error::<retry_kit::HttpError>();
    }
    #[cfg(feature = "recorder")]
    {
        use retry_kit::recorder::{
            InvalidRecording, Record, RecordedSite, Recording, Replay, Step, Tally,
        };
        each! {
            everywhere: InvalidRecording, Record, RecordedSite, Recording, Replay, Step, Tally;
            value: Record, Step;
            hashed: Record;
            error: InvalidRecording;
            cloned: RecordedSite, Recording, Replay, Tally;
        }
    }
    #[cfg(feature = "reqwest-middleware")]
    {
        everywhere::<retry_kit::RetryMiddleware>();
        cloned::<retry_kit::RetryMiddleware>();
    }
    #[cfg(feature = "tower")]
    {
        use retry_kit::service::{
            AnyValue, BySource, CloneWith, ErrorsOwn, Http, HttpUntil, OnRetry, OwnClone, Quiet,
            RuntimesOwn, SleepWith, Until, When,
        };

        everywhere::<retry_kit::RetryLayer>();
        everywhere::<retry_kit::RetryService<()>>();
        cloned::<retry_kit::RetryLayer>();
        cloned::<retry_kit::RetryService<()>>();
        each! {
            everywhere: AnyValue, BySource, CloneWith<()>, ErrorsOwn, Http, HttpUntil<()>, OnRetry<()>,
                OwnClone, Quiet, RuntimesOwn, SleepWith<()>, Until<()>, When<()>;
            cloned: AnyValue, BySource, CloneWith<()>, ErrorsOwn, Http, HttpUntil<()>, OnRetry<()>,
                OwnClone, Quiet, RuntimesOwn, SleepWith<()>, Until<()>, When<()>;
        }
    }
    #[cfg(feature = "http")]
    {
        everywhere::<retry_kit::ServerHint>();
        value::<retry_kit::ServerHint>();
    }
}

/// The future of the function form, by what a caller says of it.
#[cfg(feature = "tokio")]
#[test]
fn the_function_form_is_returned_as_a_future_that_needs_no_name() {
    fn ping(host: &str) -> impl Future<Output = std::io::Result<usize>> + Send {
        RetryPolicy::DEFAULT.retry(move || async move { Ok(host.len()) })
    }
    fn sent<T: Send>(_: T) {}
    sent(ping("localhost"));
}

#[test]
fn this_test_names_every_public_type() {
    let facade = include_str!("../src/lib.rs");
    let here = include_str!("public_surface.rs");
    let exported = facade.split("pub use retry_runtime::").skip(1).flat_map(|item| {
        let item = item.split(';').next().unwrap_or_default();
        item.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned)
    });
    let types: Vec<String> = exported.filter(|name| name.starts_with(char::is_uppercase)).collect();
    assert!(types.len() > 20, "{types:?}");
    // Traits have no values, and the type of the function form needs no name.
    let others =
        ["Classify", "InChain", "Mark", "CheckStatus", "Forever", "Retry", "RetryableResponse"];
    for name in types.iter().filter(|name| !others.contains(&name.as_str())) {
        let is_named = here.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
        assert!(is_named, "{name} is not named");
    }
}
