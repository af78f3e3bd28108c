//! Reads one value of `Retry-After`: by hand with parsers for numbers or for dates, and with ours, which
//! finds out which it is.

use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use retry_kit::RetryAfter;

use crate::Script;
use crate::turn::Counted;

const SECONDS: &str = "120";
const IMF_FIXDATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const RFC_850: &str = "Sunday, 06-Nov-94 08:49:37 GMT";
const ASCTIME: &str = "Sun Nov  6 08:49:37 1994";

fn times<T>(script: &Script, value: &str, read: impl Fn(&str) -> T) {
    for _ in 0..script.failures.load(Ordering::Relaxed) {
        black_box(read(black_box(value)));
    }
}

fn ours(script: &Script, value: &str) {
    times(script, value, |value| RetryAfter::parse_at(value, SystemTime::UNIX_EPOCH).ok());
}

fn date_by_hand(script: &Script, value: &str) {
    times(script, value, httpdate::parse_http_date);
}

pub const COUNTED: &[Counted] = &[
    ("seconds", "loop", |script| times(script, SECONDS, str::parse::<u64>)),
    ("seconds", "attribute", |script| ours(script, SECONDS)),
    ("imf-fixdate", "loop", |script| date_by_hand(script, IMF_FIXDATE)),
    ("imf-fixdate", "attribute", |script| ours(script, IMF_FIXDATE)),
    ("rfc-850", "loop", |script| date_by_hand(script, RFC_850)),
    ("rfc-850", "attribute", |script| ours(script, RFC_850)),
    ("asctime", "loop", |script| date_by_hand(script, ASCTIME)),
    ("asctime", "attribute", |script| ours(script, ASCTIME)),
];
