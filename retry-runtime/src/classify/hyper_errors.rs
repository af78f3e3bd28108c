//! The classes of `hyper`'s errors, which clients pass on as a source of their own.

use core::error::Error;
use std::io;

use super::ErrorClass;
use super::chain::{downcast, with_wrapped};

/// What `hyper` says of a connection that broke; nothing of errors whose source knows better.
pub(super) fn class(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    let error = downcast::<hyper::Error>(error)?;
    let broke = error.is_incomplete_message()
        || error.is_closed()
        || error.is_canceled()
        || error.is_timeout()
        || error.source().is_some_and(is_sent_away);
    broke.then_some(ErrorClass::Transient)
}

/// Whether a server ended an HTTP/2 stream or connection for reasons of its own: it shuts down, has
/// too much to do, or broke. Known by its words, because only with `h2` as a dependency, in the
/// version that hyper has, could it be known by type.
fn is_sent_away(error: &(dyn Error + 'static)) -> bool {
    const REASONS: [&str; 4] = [
        "not a result of an error",
        "refused stream before processing any application logic",
        "detected excessive load generating behavior",
        "unexpected internal error encountered",
    ];
    let words = error.to_string();
    let reason = (words.strip_prefix("stream error received: "))
        .or_else(|| words.strip_prefix("connection error received: "));
    // The words of the server may follow.
    reason.is_some_and(|reason| REASONS.iter().any(|known| reason.starts_with(known)))
}

/// Whether a connection failed because the two sides do not agree on who they are: rustls reports
/// that as invalid data, and the libraries of the systems say so in words alone.
pub(super) fn is_rejected_by_tls(source: &(dyn Error + 'static)) -> bool {
    with_wrapped(source).any(|error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.kind() == io::ErrorKind::InvalidData,
        None => error.to_string().contains("certificate"),
    })
}
