//! Reads one value of `Retry-After`.

use std::cell::Cell;
use std::hint::black_box;
use std::time::SystemTime;

use retry_kit::RetryAfter;

use crate::Counted;

const SECONDS: &str = "120";
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

fn times<T>(failures: &Cell<u32>, value: &str, read: impl Fn(&str) -> T) {
    for _ in 0..failures.get() {
        black_box(read(black_box(value)));
    }
}

fn strict(value: &str) -> Option<RetryAfter> {
    RetryAfter::parse_at(value, SystemTime::UNIX_EPOCH).ok()
}

pub const COUNTED: &[Counted] = &[
    ("retry-kit, seconds", |failures| times(failures, SECONDS, strict)),
    ("retry-kit, a date", |failures| times(failures, DATE, strict)),
];
