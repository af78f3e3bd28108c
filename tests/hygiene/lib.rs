//! The expansion in a crate where common names have other meanings (SPEC 1.6). Compiled once for each
//! edition.

#![no_implicit_prelude]
#![allow(dead_code, non_upper_case_globals, non_camel_case_types, unused_imports)]

use ::retry_kit::retry;
use ::std::cell::Cell;
use ::std::io::{Error, ErrorKind};

mod core {}
mod std {}
mod retry_kit {}

struct Result;
struct Option;
struct Ok;
struct Err;
struct Some;
struct None;
struct Box;
struct Send;
struct Future;
struct Duration;
struct Clone;
trait Into {}
trait Iterator {}
struct bool;
struct u32_;

/// Constants, statics and types by the names that the expansion binds.
mod names {
    pub const __retry_policy: () = ();
    pub const __retry_progress: () = ();
    pub const __retry_outcome: () = ();
    pub const __retry_wait: () = ();
    pub const __retry_cause: () = ();
    pub const __retry_reason: () = ();
    pub const __retry_kept: () = ();
    pub const __retry_passed: () = ();
    pub const __retry_timeout: () = ();
    pub const __retry_value: () = ();
    pub static __RETRY_BUDGET: () = ();
    pub const wait: () = ();
    pub const outcome: () = ();
    pub const error: () = ();
    pub static policy: () = ();
    pub static delay: () = ();
    pub struct progress;
    pub struct state;
}

type Outcome<T> = ::std::result::Result<T, Error>;

fn call(calls: &Cell<u32>) -> Outcome<u32> {
    calls.set(calls.get() + 1);
    if calls.get() < 3 {
        ::std::result::Result::Err(Error::new(ErrorKind::ConnectionReset, "reset"))
    } else {
        ::std::result::Result::Ok(calls.get())
    }
}

#[retry(jitter = none)]
async fn bare(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

#[retry(
    attempts = 4, base = "10ms", factor = 1.5, cap = "1s", backoff = exponential,
    jitter = additive(0.5), status(429, 500..=599), retry_after_cap = "1m", name = "hygienic",
    when = |error| ::std::matches!(error.kind(), ErrorKind::ConnectionReset),
    on_retry = |event| __seen.set(event.attempt()),
    sleep = |_| ::std::future::ready(()), deadline = "1h", timeout = "1m", fits = "2h",
    until = |_| true, budget, pause, before_retry = ::std::future::ready(()), attempt = __attempt,
    give_up = |error, _| error, cancel = ::std::future::pending::<()>(),
)]
async fn every_key(calls: &Cell<u32>, __seen: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

#[retry(
    jitter = none, on_retry = |_, _value| {}, fallback = |error, _| ::std::result::Result::Err(error),
    attempt = __attempt, until = |_| ::std::option::Option::None,
)]
async fn values(calls: &Cell<u32>) -> Outcome<u32> {
    let _ = __attempt.previous();
    call(calls)
}

#[retry(
    base = "0s", on_retry = |_, _value| {}, attempt = __attempt, pause, deadline = "1h",
    until = |value| value.is_some(),
)]
fn any_type(calls: &Cell<u32>) -> ::std::option::Option<u32> {
    let _ = __attempt.previous();
    call(calls).ok()
}

#[retry(jitter = none, before_retry = ::std::future::ready(()), until = |value| value.is_some())]
async fn any_type_and_async(calls: &Cell<u32>) -> ::std::option::Option<u32> {
    call(calls).ok()
}

#[retry(max = 2, base = "0s", fallback = |_, _| 3, when = |_| calls.get() < 3)]
fn blocking_with_a_fallback(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

#[retry(max = 1, base = "0s", fallback = |_, _| async { call(calls) }, policy = ::retry_kit::RetryPolicy::DEFAULT)]
async fn fallback_in_a_future(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

#[retry(pause, deadline = "1h", give_up = |error, _| error)]
async fn paused_in_time(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

#[retry(policy = ::retry_kit::RetryPolicy::DEFAULT, pause)]
fn paused_and_blocking(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

#[retry(
    policy = ::retry_kit::RetryPolicy::DEFAULT, on(_error if true), clone(list), jitter = none,
    reset_after = "1h",
)]
async fn other_keys(
    calls: &Cell<u32>,
    mut list: ::std::vec::Vec<u32>,
    hits: &mut u32,
) -> Outcome<u32> {
    list.push(1);
    *hits += 1;
    call(calls)
}

/// Arguments with the names that the expansion binds.
#[retry(jitter = none, on_retry = |event| __retry_wait.set(event.attempt()))]
async fn names_of_arguments(
    __retry_outcome: &Cell<u32>,
    __retry_wait: &Cell<u32>,
    __retry_progress: u32,
    wait: u32,
    outcome: u32,
) -> Outcome<u32> {
    let result = call(__retry_outcome)?;
    ::std::result::Result::Ok(result + __retry_progress + wait + outcome)
}

#[retry(jitter = none)]
async fn use_in_the_body(calls: &Cell<u32>) -> Outcome<u32> {
    use crate::names::*;
    type Result<T> = ::std::option::Option<T>;
    let _: Result<()> = ::std::option::Option::Some(wait);
    call(calls)
}

#[retry(jitter = none)]
async fn inner_attributes(calls: &Cell<u32>) -> Outcome<u32> {
    #![allow(unused_variables)]
    //! Documentation inside.
    let unused = ();
    call(calls)
}

#[retry(base = "0s")]
fn blocking(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

/// A trait that everything implements, with methods by the names that the expansion calls.
trait Blanket {
    fn class(&self) -> ::std::primitive::u8 {
        1
    }
    fn duration(self) -> ::std::primitive::u8
    where
        Self: ::std::marker::Sized,
    {
        1
    }
    fn failure(&self) {}
    fn build(&self) {}
    fn max_retries(self, _: ::std::primitive::u8)
    where
        Self: ::std::marker::Sized,
    {
    }
}

impl<T: ?::std::marker::Sized> Blanket for T {}

#[retry(max = 1 + 2, jitter = none, on(error if error.kind() == ErrorKind::ConnectionReset))]
async fn beside_a_blanket_trait(calls: &Cell<u32>) -> Outcome<u32> {
    call(calls)
}

struct Receiver;

impl Receiver {
    #[retry(jitter = none)]
    async fn method(&self, calls: &Cell<u32>) -> Outcome<u32> {
        call(calls)
    }

    #[retry(jitter = none)]
    async unsafe fn not_safe(&mut self, calls: &Cell<u32>) -> Outcome<u32> {
        call(calls)
    }
}

#[cfg(test)]
mod tests {
    use ::std::cell::Cell;

    #[test]
    fn every_function_is_retried() {
        let mut runtime = ::tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(retry_every_function());
    }

    async fn retry_every_function() {
        macro_rules! thrice {
            (|$calls:ident| $call:expr, $expected:expr) => {{
                let $calls = &Cell::new(0);
                ::std::assert_eq!($call.unwrap(), $expected);
                ::std::assert_eq!($calls.get(), 3);
            }};
        }
        thrice!(|calls| super::bare(calls).await, 3);
        let seen = Cell::new(0);
        thrice!(|calls| super::every_key(calls, &seen).await, 3);
        ::std::assert_eq!(seen.get(), 2);
        thrice!(|calls| super::values(calls).await, 3);
        thrice!(|calls| super::any_type(calls), 3);
        thrice!(|calls| super::any_type_and_async(calls).await, 3);
        thrice!(|calls| super::blocking_with_a_fallback(calls), 3);
        thrice!(|calls| super::fallback_in_a_future(calls).await, 3);
        let mut hits = 0;
        thrice!(|calls| super::other_keys(calls, ::std::vec![], &mut hits).await, 3);
        ::std::assert_eq!(hits, 3);
        let attempt = Cell::new(0);
        thrice!(|calls| super::names_of_arguments(calls, &attempt, 10, 20, 30).await, 63);
        ::std::assert_eq!(attempt.get(), 2);
        thrice!(|calls| super::use_in_the_body(calls).await, 3);
        thrice!(|calls| super::inner_attributes(calls).await, 3);
        thrice!(|calls| super::blocking(calls), 3);
        thrice!(|calls| super::beside_a_blanket_trait(calls).await, 3);
        thrice!(|calls| super::Receiver.method(calls).await, 3);
        let mut receiver = super::Receiver;
        thrice!(|calls| unsafe { receiver.not_safe(calls) }.await, 3);
    }
}
