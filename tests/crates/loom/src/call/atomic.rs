//! Atomics of loom that can be made in a `const fn`, as those of a budget in a `static` are.

use std::fmt;
use std::sync::OnceLock;

pub(crate) use loom::sync::atomic::Ordering;

macro_rules! atomic {
    ($name:ident, $number:ty) => {
        /// Enters loom's model when it is first used.
        pub(crate) struct $name {
            first: $number,
            watched: OnceLock<loom::sync::atomic::$name>,
        }

        impl $name {
            pub(crate) const fn new(first: $number) -> Self {
                Self { first, watched: OnceLock::new() }
            }

            fn watched(&self) -> &loom::sync::atomic::$name {
                self.watched.get_or_init(|| loom::sync::atomic::$name::new(self.first))
            }

            pub(crate) fn load(&self, order: Ordering) -> $number {
                self.watched().load(order)
            }

            pub(crate) fn fetch_max(&self, number: $number, order: Ordering) -> $number {
                self.watched().fetch_max(number, order)
            }

            pub(crate) fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                next: impl FnMut($number) -> Option<$number>,
            ) -> Result<$number, $number> {
                self.watched().fetch_update(set, fetch, next)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

atomic!(AtomicU32, u32);
atomic!(AtomicU64, u64);
