//! Where random numbers come from: a generator for each thread, or one with a seed.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// A source of uniform 64-bit numbers, asked only when a draw is really needed.
pub(crate) trait Random {
    fn next_u64(&mut self) -> u64;

    /// A uniform number from 0 to `most`, both included.
    ///
    /// One 64-bit draw scaled to the range; no value is favoured by more than `most` / 2⁶⁴, and
    /// ranges beyond 64 bits are hit in 2⁶⁴ even steps.
    fn up_to(&mut self, most: u128) -> u128 {
        let draw = u128::from(self.next_u64());
        let count = most.saturating_add(1);
        let (high, low) = (count >> 64, count & u128::from(u64::MAX));
        // `high` is below 2³² for every duration, so this cannot overflow.
        if high == 0 { (draw * low) >> 64 } else { draw * high + ((draw * low) >> 64) }
    }

    /// [`up_to`](Self::up_to) for a `most` below `u64::MAX`.
    fn up_to_short(&mut self, most: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(most + 1)) >> 64) as u64
    }
}

/// A generator, chosen at run time: the decision is compiled once.
pub(crate) enum Source<'a> {
    /// The thread's own, seeded from the system at the first draw.
    Thread,
    Seeded(&'a mut SeededRandom),
}

thread_local! {
    static GENERATOR: RefCell<Option<SmallRng>> = const { RefCell::new(None) };
}

impl Random for Source<'_> {
    #[inline]
    fn next_u64(&mut self) -> u64 {
        match self {
            Self::Thread => GENERATOR.with_borrow_mut(|generator| match generator {
                Some(generator) => generator.next_u64(),
                None => generator.insert(from_system()).next_u64(),
            }),
            Self::Seeded(random) => random.next_u64(),
        }
    }
}

/// By way of std's hash maps, which the system seeds in each thread anew, without failing: jitter
/// needs no more than that.
#[cold]
#[inline(never)]
fn from_system() -> SmallRng {
    SmallRng::seed_from_u64(RandomState::new().hash_one(0_u8))
}

/// A generator that gives the same numbers for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct SeededRandom(SmallRng);

impl SeededRandom {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }
}

impl Random for SeededRandom {
    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u64);

    impl Random for Always {
        fn next_u64(&mut self) -> u64 {
            self.0
        }
    }

    #[test]
    fn both_ends_of_a_range_can_be_drawn_and_nothing_beyond() {
        let longest = core::time::Duration::MAX.as_nanos();
        for most in [0, 1, 2, 1_000_000_000, u128::from(u64::MAX) - 1] {
            assert_eq!(Always(0).up_to(most), 0);
            assert_eq!(Always(u64::MAX).up_to(most), most, "0..={most}");
        }
        for most in [u128::from(u64::MAX), u128::from(u64::MAX) + 1, longest, 2 * longest] {
            assert_eq!(Always(0).up_to(most), 0);
            let drawn = Always(u64::MAX).up_to(most);
            assert!(drawn <= most && most - drawn <= most >> 63, "{drawn} of 0..={most}");
        }
    }

    // SPEC 4.13
    #[test]
    fn threads_do_not_draw_the_same_numbers() {
        let draw = || [Source::Thread.next_u64(), Source::Thread.next_u64()];
        let here = draw();
        let there = std::thread::spawn(draw).join();
        assert_ne!(Some(here), there.ok());
    }

    #[test]
    fn a_seed_repeats_its_numbers() {
        let draw = |seed| {
            let mut random = SeededRandom::new(seed);
            [random.next_u64(), random.next_u64()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
