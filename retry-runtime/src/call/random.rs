//! Sources of random numbers: a generator for each thread, or one with a seed.

use std::cell::RefCell;

// Not `SmallRng`, whose numbers for a seed depend on the width of a pointer.
use rand::rngs::Xoshiro256PlusPlus as Generator;
use rand::{Rng, SeedableRng};

use super::entropy::random_bits;
use crate::policy::range::Range;

/// A source of uniform 64-bit numbers.
pub(crate) trait Random {
    fn next_u64(&mut self) -> u64;

    /// A uniform number from the range; draws nothing if there is no choice.
    #[inline]
    fn within(&mut self, range: Range) -> u64 {
        if range.is_single() { range.shortest } else { range.at(self.next_u64()) }
    }
}

/// A generator, chosen at run time so that the decision is compiled once.
pub(crate) enum Source<'a> {
    /// The thread's own, seeded from the system at the first draw.
    Thread,
    Seeded(&'a mut SeededRandom),
    /// Always this number: 0 for the shortest wait of each range, `u64::MAX` for the longest.
    #[cfg(feature = "recorder")]
    Always(u64),
}

thread_local! {
    static GENERATOR: RefCell<Option<Generator>> = const { RefCell::new(None) };
}

/// A wait from the range; `None` before the first draw of this thread. Calls no function, so that its
/// caller saves no registers.
#[inline]
pub(crate) fn ready_within(range: Range) -> Option<u64> {
    if range.is_single() { Some(range.shortest) } else { Some(range.at(ready_u64()?)) }
}

/// A number from this thread's generator; `None` before the first draw.
#[inline]
fn ready_u64() -> Option<u64> {
    GENERATOR.with(|generator| Some(Random::next_u64(generator.try_borrow_mut().ok()?.as_mut()?)))
}

/// Seeds this thread's generator, and draws its first number.
#[cold]
#[inline(never)]
fn first_u64() -> u64 {
    GENERATOR.with_borrow_mut(|generator| Random::next_u64(generator.insert(from_system())))
}

impl Random for Generator {
    #[inline]
    fn next_u64(&mut self) -> u64 {
        Rng::next_u64(self)
    }
}

impl Random for Source<'_> {
    #[inline]
    fn next_u64(&mut self) -> u64 {
        match self {
            Self::Thread => ready_u64().unwrap_or_else(first_u64),
            Self::Seeded(random) => random.next_u64(),
            #[cfg(feature = "recorder")]
            Self::Always(number) => *number,
        }
    }
}

/// Seeds a generator from the system.
#[cold]
#[inline(never)]
fn from_system() -> Generator {
    let [seed, _] = random_bits();
    Generator::seed_from_u64(seed)
}

/// Gives this thread a generator with a seed until it is dropped.
#[cfg(feature = "simulate")]
pub(super) struct SeededThread(Option<Generator>);

#[cfg(feature = "simulate")]
impl SeededThread {
    pub(super) fn new(seed: u64) -> Self {
        Self(GENERATOR.replace(Some(Generator::seed_from_u64(seed))))
    }
}

#[cfg(feature = "simulate")]
impl Drop for SeededThread {
    fn drop(&mut self) {
        GENERATOR.set(self.0.take());
    }
}

/// A generator that gives the same numbers for the same seed, on every platform.
#[derive(Clone, Debug)]
pub(crate) struct SeededRandom(Generator);

impl SeededRandom {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Generator::seed_from_u64(seed))
    }
}

impl Random for SeededRandom {
    fn next_u64(&mut self) -> u64 {
        Random::next_u64(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Jitter;

    struct Always(u64);

    impl Random for Always {
        fn next_u64(&mut self) -> u64 {
            self.0
        }
    }

    #[test]
    fn both_ends_of_a_range_can_be_drawn_and_nothing_beyond() {
        let widths = [0, 1, 2, 1_000_000_000, u64::MAX - 1, u64::MAX];
        for (shortest, width) in [0, 7].into_iter().flat_map(|s| widths.map(|width| (s, width))) {
            let range = Range { shortest, longest: u64::saturating_add(shortest, width) };
            assert_eq!(Always(0).within(range), range.shortest, "{range:?}");
            assert_eq!(Always(u64::MAX).within(range), range.longest, "{range:?}");
        }
    }

    // SPEC 4.4
    #[test]
    fn every_kind_of_jitter_stays_in_its_range_and_keeps_its_mean() {
        const DRAWS: u32 = 100_000;
        let tenth = Jitter::additive(0.1);
        let whole = Jitter::additive(1.0);
        // Kind, backoff, shortest, longest, mean.
        let cases: [(Jitter, u64, u64, u64, f64); 8] = [
            (whole, 1_000_000_000, 1_000_000_000, 2_000_000_000, 1.5e9),
            (tenth, 1_000_000_000, 1_000_000_000, 1_100_000_000, 1.05e9),
            (Jitter::Full, 1_000_000_000, 0, 1_000_000_000, 0.5e9),
            (Jitter::Equal, 1_000_000_000, 500_000_000, 1_000_000_000, 0.75e9),
            (Jitter::None, 1_000_000_000, 1_000_000_000, 1_000_000_000, 1e9),
            // Three values only: an off-by-one at either end moves this mean.
            (Jitter::Full, 2, 0, 2, 1.0),
            (Jitter::Full, 1 << 62, 0, 1 << 62, 2.305_843_009_213_694e18),
            (whole, 1 << 62, 1 << 62, 1 << 63, 6.917_529_027_641_082e18),
        ];
        for (jitter, backoff, shortest, longest, mean) in cases {
            let mut random = SeededRandom::new(1);
            let mut sum = 0.0;
            let (mut least, mut most) = (u64::MAX, 0);
            for _ in 0..DRAWS {
                let wait = random.within(jitter.range(backoff));
                assert!((shortest..=longest).contains(&wait), "{jitter} of {backoff}: {wait}");
                (least, most) = (least.min(wait), most.max(wait));
                #[expect(clippy::cast_precision_loss, reason = "a mean to 1 %")]
                let wait = wait as f64;
                sum += wait / f64::from(DRAWS);
            }
            assert!((sum / mean - 1.0).abs() < 0.01, "{jitter} of {backoff}: mean {sum}");
            let unused = (longest - shortest) / 1_000;
            assert!(
                least - shortest <= unused && longest - most <= unused,
                "{jitter} of {backoff}"
            );
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
