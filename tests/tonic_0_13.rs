//! The feature `tonic-0_13`: what holds for tonic 0.14 holds for tonic 0.13.

// In place of the crates of these names, in all tests below.
extern crate tonic_0_13 as tonic;
extern crate tonic_types_0_13 as tonic_types;

#[path = "grpc.rs"]
mod same_as_today;
