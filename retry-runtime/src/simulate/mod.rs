//! Outages in virtual time: what a policy does to a service, decided by the same code as in a program.

mod chance;
mod clock;
mod conditions;
mod engine;
mod events;
mod outage;
mod plot;
mod report;
mod service;
mod svg;

pub use self::outage::Outage;
pub use self::report::{OutageRun, OutageSlice};
