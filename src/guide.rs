//! The guide: one page per subject, in reading order; every example is compiled.
//!
//! | read | to learn |
//! |---|---|
//! | [Getting started](getting_started) | the first retried function, and what it does |
//! | [Every key](keys) | meaning, default, example, and the same code by hand |
//! | [Which errors](errors) | how to say what is retried: classes, patterns, predicates, values |
//! | [How long it waits](waits) | backoff, jitter, cap, and pictures of schedules |
//! | [HTTP](http) | statuses, `Retry-After`, rate limits, requests that must not repeat |
//! | [gRPC](grpc) | codes, pushback, streams |
//! | [Databases](databases) | SQLSTATE, transactions, pools, Redis |
//! | [Limits in time](time) | timeout, deadline, and a worst case checked by the compiler |
//! | [Calls inside calls](nested) | retries that multiply, the time left, the number of the attempt |
//! | [Budgets and storms](budgets) | keeping retries from making an outage worse; one pause for all calls |
//! | [Outages](outages) | pictures of what jitter, backoff, budgets and pauses do to a service that fails |
//! | [Who else retries](who_else_retries) | clients that retry by themselves, and how to switch that off |
//! | [Hooks, logs, metrics](observing) | how to see what was retried and why a call gave up |
//! | [Every site](sites) | all retries in a program, from its binary: list, lint, diff |
//! | [Flight recorder](recorder) | the last decisions of a program, and the outcome under another policy |
//! | [Testing](testing) | tests that do not sleep |
//! | [Configuration](configuration) | a policy from a file, a field, an argument |
//! | [Other runtimes](runtimes) | smol, async-io, the web; without async |
//! | [Middleware](middleware) | retries around a client: layers of tower, `reqwest-middleware` |
//! | [In a library](libraries) | a policy in your API, no runtime in your tree, the switch |
//! | [Recipes](recipes) | complete answers to common tasks |
//! | [Coming from](coming_from) | backon, tenacity, Polly and others, side by side |
//! | [Troubleshooting](troubleshooting) | each compile error with its fix |
//! | [Limits](limits) | what the approach cannot do |
//! | [Questions](faq) | attempts or retries? why 1 to 2 s? why not 500? |

#[doc = include_str!("guide/getting_started.md")]
pub mod getting_started {}

#[doc = include_str!("guide/keys.md")]
pub mod keys {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/waits.md")]
#[doc = include_str!("guide/waits/additive.svg")]
#[doc = include_str!("guide/waits/full.svg")]
#[doc = include_str!("guide/waits/equal.svg")]
#[doc = include_str!("guide/waits/linear.svg")]
#[doc = include_str!("guide/waits/fibonacci.svg")]
#[doc = include_str!("guide/waits/decorrelated.svg")]
pub mod waits {}

#[doc = include_str!("guide/http.md")]
pub mod http {}

#[doc = include_str!("guide/grpc.md")]
pub mod grpc {}

// Its examples need clients that are no dependencies here: `tests/crates/databases` compiles them.
#[cfg_attr(not(doctest), doc = include_str!("guide/databases.md"))]
pub mod databases {}

#[doc = include_str!("guide/time.md")]
pub mod time {}

#[doc = include_str!("guide/nested.md")]
pub mod nested {}

#[doc = include_str!("guide/budgets.md")]
pub mod budgets {}

#[doc = include_str!("guide/outages.md")]
#[doc = include_str!("guide/outages/contention.svg")]
#[doc = include_str!("guide/outages/collapse.md")]
#[doc = include_str!("guide/outages/collapse.svg")]
#[doc = include_str!("guide/outages/after_failure.md")]
#[doc = include_str!("guide/outages/after_failure.svg")]
#[doc = include_str!("guide/outages/after_hint.md")]
#[doc = include_str!("guide/outages/after_hint.svg")]
pub mod outages {}

#[doc = include_str!("guide/who_else_retries.md")]
pub mod who_else_retries {}

#[doc = include_str!("guide/observing.md")]
pub mod observing {}

#[doc = include_str!("guide/sites.md")]
pub mod sites {}

// Its examples use the feature.
#[cfg_attr(any(not(doctest), feature = "recorder"), doc = include_str!("guide/recorder.md"))]
pub mod recorder {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}

#[doc = include_str!("guide/configuration.md")]
pub mod configuration {}

// Its examples need runtimes that are no dependencies here: `tests/crates/runtimes` compiles them.
#[cfg_attr(not(doctest), doc = include_str!("guide/runtimes.md"))]
pub mod runtimes {}

#[doc = include_str!("guide/middleware.md")]
pub mod middleware {}

#[doc = include_str!("guide/libraries.md")]
pub mod libraries {}

#[doc = include_str!("guide/limits.md")]
pub mod limits {}

#[doc = include_str!("guide/faq.md")]
pub mod faq {}

#[doc = include_str!("guide/recipes.md")]
pub mod recipes {}

#[doc = include_str!("guide/coming_from.md")]
pub mod coming_from {}

#[doc = include_str!("guide/troubleshooting.md")]
pub mod troubleshooting {}
