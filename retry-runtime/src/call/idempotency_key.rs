//! A key by which a server recognises repeated requests.

use core::fmt;
use core::str::FromStr;

use super::entropy::random_bits;
use crate::policy::ParseError;

/// Identifies one call, so that a server recognises its attempts; `key = name` binds it in the body.
///
/// The key is drawn at the first poll. It is the same in every attempt of a call, and different in each
/// call. Send it with the request, and the server does the work once, however often the request arrives.
///
/// ```
/// use retry_kit::retry;
/// # async fn post(_: &str, _: (&str, String)) -> std::io::Result<()> { Ok(()) }
///
/// #[retry(max = 3, key = key)]
/// async fn pay(invoice: &str) -> std::io::Result<()> {
///     post(invoice, ("idempotency-key", key.to_string())).await
/// }
/// ```
///
/// # Text
///
/// [`Display`](fmt::Display) writes a version 4 UUID in lower case, the form that services ask for:
/// `8e03978e-40d5-43e8-bc93-6894a57f9324`. 122 of its 128 bits are random; the other six mark the kind of
/// UUID. [`FromStr`] reads it back.
///
/// Stripe, Adyen, Square and Google's `request_id` take this text without quotes. The [draft of the
/// `Idempotency-Key` header][draft] requires quotes, as for any string of a structured field:
///
/// ```
/// # let key = retry_kit::IdempotencyKey::from_bytes([7; 16]);
/// let value = format!("\"{key}\"");
/// # assert_eq!(value, "\"07070707-0707-4707-8707-070707070707\"");
/// ```
///
/// # Without the attribute
///
/// In a loop of your own, or with [`retry_with_backoff`](crate::retry_with_backoff), make the key
/// before the first attempt:
///
/// ```
/// use retry_kit::{IdempotencyKey, RetryPolicy};
/// # async fn post(_: IdempotencyKey) -> std::io::Result<()> { Ok(()) }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let key = IdempotencyKey::new();
/// RetryPolicy::DEFAULT.retry(|| post(key)).await.unwrap();
/// # }
/// ```
///
/// A key lasts for one call. If the work must happen once even across a restart of the process, store
/// the key with the work, and send the stored key.
///
/// # Randomness
///
/// The bits come from a secret of the thread, which [`RandomState`](std::hash::RandomState) gets from the
/// operating system when the thread first needs it. The process id and the time are mixed in. Keys tell
/// calls apart; they are not secrets. If you fork a process, or copy a virtual machine with its memory,
/// while threads run, pass your own bytes to [`from_bytes`](IdempotencyKey::from_bytes). Under
/// [`testing::no_wait`](crate::testing::no_wait) keys stay random: a test can compare them, but not
/// predict them.
///
/// [draft]: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
#[cfg_attr(feature = "serde", doc = "\n# Storing\n\nA key serializes as its text.")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey([u8; 16]);

impl IdempotencyKey {
    /// Draws a new key.
    ///
    /// ```
    /// use retry_kit::IdempotencyKey;
    ///
    /// assert_ne!(IdempotencyKey::new(), IdempotencyKey::new());
    /// ```
    #[expect(clippy::new_without_default, reason = "a default is the same each time")]
    #[must_use]
    pub fn new() -> Self {
        let [high, low] = random_bits();
        Self::from_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
    }

    /// Makes a key from your own random bytes; six bits are set to mark a version 4 UUID.
    ///
    /// ```
    /// use retry_kit::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::from_bytes([0xff; 16]);
    /// assert_eq!(key.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    /// ```
    #[must_use]
    pub const fn from_bytes(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// Returns the bytes of the UUID.
    ///
    /// ```
    /// use retry_kit::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::new();
    /// assert_eq!(IdempotencyKey::from_bytes(key.to_bytes()), key);
    /// ```
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// Writes a UUID in lower case: `8e03978e-40d5-43e8-bc93-6894a57f9324`.
impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if HYPHENS.contains(&index) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// The bytes with a hyphen in front of them.
const HYPHENS: [usize; 4] = [4, 6, 8, 10];

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({self})")
    }
}

/// Reads the output of [`Display`](fmt::Display), in upper or lower case.
///
/// ```
/// use retry_kit::IdempotencyKey;
///
/// let text = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/// assert_eq!(text.parse::<IdempotencyKey>()?.to_string(), text);
/// assert!("order 12".parse::<IdempotencyKey>().is_err());
/// # Ok::<(), retry_kit::ParseError>(())
/// ```
impl FromStr for IdempotencyKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let is_hyphen = |index: usize| [8, 13, 18, 23].contains(&index);
        let mut digits = text.char_indices().filter(|(index, _)| !is_hyphen(*index));
        let has_hyphens = || text.match_indices('-').map(|(index, _)| index).eq([8, 13, 18, 23]);
        let number = digits.try_fold(0_u128, |number, (_, digit)| {
            Some(number << 4 | u128::from(digit.to_digit(16)?))
        });
        let bytes = number.filter(|_| text.len() == 36 && has_hyphens()).map(u128::to_be_bytes);
        (bytes.filter(|bytes| Self::from_bytes(*bytes).0 == *bytes))
            .map(Self)
            .ok_or_else(|| ParseError::new("an idempotency key is a UUID of version 4"))
    }
}

/// Writes the text of the key (feature `serde`).
#[cfg(feature = "serde")]
impl serde::Serialize for IdempotencyKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads the text of a key (feature `serde`).
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for IdempotencyKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = IdempotencyKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a UUID of version 4")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<IdempotencyKey, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    // SPEC 4.15
    #[test]
    fn no_two_keys_are_alike_in_any_thread() {
        const KEYS: usize = 10_000;
        let draw = || (0..KEYS).map(|_| IdempotencyKey::new()).collect::<Vec<_>>();
        let threads = [(); 4].map(|()| std::thread::spawn(draw));
        let keys = threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default());
        assert_eq!(keys.collect::<HashSet<_>>().len(), 4 * KEYS);
    }

    // SPEC 4.15
    #[test]
    fn all_bits_but_six_are_random() {
        let fixed = 0x0000_0000_0000_f000_c000_0000_0000_0000_u128;
        let (mut ones, mut zeros) = (0, 0);
        for _ in 0..200 {
            let bits = u128::from_be_bytes(IdempotencyKey::new().to_bytes());
            (ones, zeros) = (ones | bits, zeros | !bits);
        }
        assert_eq!(ones & zeros, !fixed);
    }

    // SPEC 4.15
    #[test]
    fn only_a_uuid_of_version_4_is_read() {
        let text = "8e03978e-40d5-43e8-bc93-6894a57f9324";
        let shown = |text: &str| text.parse::<IdempotencyKey>().map(|key| key.to_string());
        assert_eq!(shown(text).as_deref(), Ok(text));
        assert_eq!(shown(&text.to_uppercase()).as_deref(), Ok(text));
        for wrong in [
            "",
            "8e03978e40d543e8bc936894a57f9324",
            "8e03978e-40d5-13e8-bc93-6894a57f9324",
            "8e03978e-40d5-43e8-0c93-6894a57f9324",
            "8e03978e-40d5-43e8-bc93-6894a57f932",
            "8e03978e-40d5-43e8-bc93-6894a57f93245",
            "8e03978e-40d5-43e8-bc936-894a57f9324",
            "8e03978e-40d5-43e8-bc93-6894a57f932g",
            "{8e03978e-40d5-43e8-bc93-6894a57f932",
            "8e03978\u{e9}-40d5-43e8-bc93-6894a57f932",
        ] {
            assert!(wrong.parse::<IdempotencyKey>().is_err(), "{wrong}");
        }
    }
}
