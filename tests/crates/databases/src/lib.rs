//! Holds only tests, and the examples of the guide's page on databases.

#[cfg(doctest)]
#[doc = include_str!("../../../../src/guide/databases.md")]
struct Guide;
