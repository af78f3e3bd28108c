//! Parses the attribute's arguments and the function.

pub(crate) mod advice;
pub(crate) mod arguments;
pub(crate) mod function;
pub(crate) mod future_type;
pub(crate) mod literals;
pub(crate) mod options;
pub(crate) mod parameters;
pub(crate) mod pattern;
pub(crate) mod policy;
pub(crate) mod runtime;
pub(crate) mod shape;
