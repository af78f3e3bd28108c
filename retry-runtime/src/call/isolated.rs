//! Runs calls that nothing on their thread takes part in.

use super::name::Name;
use super::observer::{Observer, observer, set_observer};
use super::random::SeededThread;
use super::scope::Place;

/// Restores the guard of a test.
struct Suspended(Option<&'static Observer>);

impl Drop for Suspended {
    fn drop(&mut self) {
        set_observer(self.0);
    }
}

/// Runs calls whose random numbers depend only on `seed`, outside of all attempts and without the guard of a
/// test.
pub(crate) fn isolated<R>(seed: u64, calls: impl FnOnce() -> R) -> R {
    let _suspended = Suspended(observer());
    set_observer(None);
    let _seeded = SeededThread::new(seed);
    Place { number: 0, name: Name::Known(""), end: None }.within(calls)
}
