//! Holds only tests, and the examples of the guide's page on other runtimes.

#[cfg(doctest)]
#[doc = include_str!("../../../../src/guide/runtimes.md")]
struct Guide;
