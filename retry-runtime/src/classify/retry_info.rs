//! Reads the delay of a `google.rpc.RetryInfo` in the details of a status.
//!
//! Parsed by hand: four messages with six fields do not justify a protobuf library.

use core::time::Duration;

/// Returns the delay that the details, a `google.rpc.Status`, ask for; zero if it is negative. Parsing
/// stops at malformed input.
pub(super) fn delay(details: &[u8]) -> Option<Duration> {
    let any = messages(details, 3).find(|any| is_retry_info(any))?;
    let retry_info = messages(any, 2).last()?;
    let delay = messages(retry_info, 1).last()?;
    let (seconds, nanos) = (integer(delay, 1), integer(delay, 2));
    if seconds < 0 || nanos < 0 {
        return Some(Duration::ZERO);
    }
    let nanos = u32::try_from(nanos).unwrap_or(u32::MAX).min(999_999_999);
    Some(Duration::new(seconds.unsigned_abs(), nanos))
}

fn is_retry_info(any: &[u8]) -> bool {
    let name = messages(any, 1).last().and_then(|url| url.rsplit(|&byte| byte == b'/').next());
    name == Some(b"google.rpc.RetryInfo")
}

/// The contents of the fields with this number: messages, strings or bytes.
fn messages(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).filter_map(move |field| match field {
        (key, Value::Bytes(bytes)) if key == number => Some(bytes),
        _ => None,
    })
}

/// The last field with this number wins, as in every protobuf reader; a missing one is zero.
fn integer(message: &[u8], number: u64) -> i64 {
    let values = fields(message).filter_map(|field| match field {
        (key, Value::Varint(value)) if key == number => Some(value),
        _ => None,
    });
    i64::from_ne_bytes(values.last().unwrap_or(0).to_ne_bytes())
}

enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    Fixed,
}

fn fields(mut rest: &[u8]) -> impl Iterator<Item = (u64, Value<'_>)> {
    core::iter::from_fn(move || {
        let key = varint(&mut rest)?;
        let value = match key & 7 {
            0 => Value::Varint(varint(&mut rest)?),
            1 => take(&mut rest, 8).map(|_| Value::Fixed)?,
            2 => {
                let length = varint(&mut rest)?;
                Value::Bytes(take(&mut rest, usize::try_from(length).ok()?)?)
            }
            5 => take(&mut rest, 4).map(|_| Value::Fixed)?,
            _ => return None,
        };
        Some((key >> 3, value))
    })
    .fuse()
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    // Ten groups of seven bits; every protobuf reader drops the bits beyond 64.
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests;
