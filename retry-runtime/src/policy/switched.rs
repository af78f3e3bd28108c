//! Whether a policy obeys the operator's switch.

/// Chooses whether a call obeys the operator's switch for the whole process,
/// [`set_enabled`](crate::set_enabled).
///
/// The switch protects servers from retries that do more harm than good. It reaches into every library of the
/// program, though, and for some loops the retry is the purpose: a connection that is made again for as long
/// as the program runs would be lost for good after a switch of ten seconds. So by default a policy without
/// a retry limit and without a deadline ignores the switch, and every other policy obeys it.
///
/// ```
/// use std::time::Duration;
///
/// use retry_kit::{RetryPolicy, Switch};
///
/// const RECONNECT: RetryPolicy = RetryPolicy::new().unlimited();
/// assert_eq!(RECONNECT.get_switch(), Switch::Ignore);
/// assert_eq!(RECONNECT.switch(Switch::Obey).get_switch(), Switch::Obey);
/// assert_eq!(RECONNECT.deadline(Duration::from_secs(30)).get_switch(), Switch::Obey);
/// assert_eq!(RetryPolicy::DEFAULT.get_switch(), Switch::Obey);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Switch {
    /// Return every failure at once while retries are switched off. The reason is
    /// [`StopReason::Disabled`](crate::StopReason::Disabled).
    #[default]
    Obey,
    /// Retry all the same.
    Ignore,
}
