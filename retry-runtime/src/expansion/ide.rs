//! The keys of the attribute, for editors that complete and explain what they can import.

#![allow(non_upper_case_globals, reason = "they are keys")]

/// `max = 3`: at most 3 retries, 4 calls. `max = forever`: no limit.
pub const max: u32 = 3;
/// `attempts = 4`: at most 4 calls, 3 retries.
pub const attempts: u32 = 4;
/// `base = "1s"`: the delay before the first retry, before jitter. A literal with units (ns, us,
/// ms, s, m, h, d) or an expression of type `Duration`.
pub const base: &str = "1s";
/// `factor = 2`: growth per retry of the exponential backoff, from 1.
pub const factor: f64 = 2.0;
/// `cap = "60s"`: the longest backoff, applied before jitter.
pub const cap: &str = "60s";
/// `backoff = exponential`, or `fixed`, `linear`, `fibonacci`, `decorrelated`: how the delay
/// grows.
pub const backoff: crate::Backoff = crate::Backoff::Exponential;
/// `jitter = additive`, or `additive(0.1)`, `full`, `equal`, `none`: how a wait is spread.
pub const jitter: crate::Jitter = crate::Jitter::additive(1.0);
/// `timeout = "5s"`, or an expression of type `Duration` or `Option<Duration>`: the longest an attempt
/// may take. Needs `From<TimedOut>` for the error.
pub const timeout: &str = "5s";
/// `deadline = "30s"`: no wait goes past this time, counted from the first poll.
pub const deadline: &str = "30s";
/// `fits = "30s"`: does not compile unless all attempts and waits fit into this time, and sets the
/// deadline.
pub const fits: &str = "30s";
/// `on(MyError::Busy | MyError::Timeout)`: retry the errors that match, and no others. May have an
/// `if` guard.
pub const on: () = ();
/// `when = |error| error.is_timeout()`: retry the errors of which a function or closure says so,
/// with a `bool` or an `ErrorClass`.
pub const when: () = ();
/// `until = |value| value.is_ready()`: also retry while a function or closure does not accept the
/// value.
pub const until: () = ();
/// `response`: a response whose status is worth a retry counts as a failure.
pub const response: () = ();
/// `status(429, 500..=599)`: the HTTP statuses worth a retry, in place of 429, 503 and 504.
pub const status: crate::StatusSet = crate::StatusSet::DEFAULT;
/// `retry_after_cap = "5m"`: the longest server hint obeyed.
pub const retry_after_cap: &str = "300s";
/// `budget`: retries only as long as enough calls succeed. `budget = &BUDGET`: one `RetryBudget` for
/// several functions.
pub const budget: () = ();
/// `on_retry = |event| …`: called with a `&RetryEvent` before each wait.
pub const on_retry: () = ();
/// `before_retry = self.reconnect()`: a future that is awaited before each attempt but the first.
pub const before_retry: () = ();
/// `give_up = |error, give_up| …`: the last word on the error that is returned.
pub const give_up: () = ();
/// `attempt = attempt`: binds an `Attempt` of this name in the body.
pub const attempt: () = ();
/// `clone(a, b)`: every attempt gets a clone of these arguments.
pub const clone: () = ();
/// `share(v)`: attempts see each other's changes of these `mut` arguments.
pub const share: () = ();
/// `policy = self.policy`: start from this `RetryPolicy` or `&RetryPolicy`; other keys override
/// it.
pub const policy: crate::RetryPolicy = crate::RetryPolicy::DEFAULT;
/// `name = "fetch"`: the name in events, in place of `module::function`.
pub const name: &str = "module::function";
/// `docs = false`: leave the function's documentation alone.
pub const docs: bool = true;
/// `sleep = my_runtime::sleep`: wait with another runtime's sleep.
pub const sleep: () = ();
