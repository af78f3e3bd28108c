//! `by_source` of a layer.

use core::error::Error;
use core::fmt;

use super::described::Describes;
use crate::classify::by_source;
use crate::function::Classifying;
use crate::policy::ErrorClass;
use crate::telemetry::{Shown, write_shown};

/// The option `by_source`.
///
/// ```
/// use retry_kit::service::{BySource, OwnClone};
/// use retry_kit::{RetryLayer, RetryPolicy, RetryService};
/// use tower::Layer;
///
/// type Client<V> = RetryService<V, OwnClone, BySource>;
///
/// fn client<V>(connection: V) -> Client<V> {
///     RetryLayer::new(RetryPolicy::DEFAULT).by_source().layer(connection)
/// }
/// # let _ = client(());
/// ```
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
