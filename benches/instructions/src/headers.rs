//! Reads one value of `Retry-After`: with parsers for numbers or for dates, and with ours, which
//! decides.

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
    ("str::parse, seconds", |failures| times(failures, SECONDS, str::parse::<u64>)),
    ("retry-kit, seconds", |failures| times(failures, SECONDS, strict)),
    ("httpdate, a date", |failures| {
        times(failures, DATE, httpdate::parse_http_date);
    }),
    ("retry-kit, a date", |failures| times(failures, DATE, strict)),
];
