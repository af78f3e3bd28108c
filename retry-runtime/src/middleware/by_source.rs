//! `by_source` of a layer.

use core::error::Error;
use core::fmt;

use super::described::Describes;
use crate::classify::by_source;
use crate::function::Classifying;
use crate::policy::ErrorClass;
use crate::telemetry::{Shown, write_shown};

/// `by_source`
#[derive(Clone, Copy, Debug)]
pub struct BySource;

#[diagnostic::do_not_recommend]
impl<E: Error + 'static> Classifying<E> for BySource {
    fn class(&self, error: &E) -> ErrorClass {
        by_source(error)
    }
}

impl<E: Error + 'static> Describes<E> for BySource {
    fn describe(error: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_shown(Shown::Display(error).because(error.source()), f)
    }
}
