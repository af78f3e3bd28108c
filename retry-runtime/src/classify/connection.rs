//! What the libraries say of a connection that broke, or that TLS refused.

use core::error::Error;
use std::io;

use super::sources::{debug_begins, downcast, with_wrapped};
use crate::policy::ErrorClass;

/// What `hyper` says of a connection that broke; nothing of errors whose source knows better.
pub(super) fn class(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    let error = downcast::<hyper::Error>(error)?;
    if is_unbegun(error) || is_refused(error) {
        return Some(ErrorClass::Unsent);
    }
    let broke = error.is_canceled()
        || error.is_incomplete_message()
        || error.is_closed()
        || error.is_timeout()
        || is_cut_short(error);
    broke.then_some(ErrorClass::Transient)
}

/// Whether hyper canceled a request that it had not begun to send.
///
/// By what it gives as the cause, since it also cancels an upgrade, after the server has answered: two
/// texts of its own, or the error that ended the connection while the request was in the queue.
fn is_unbegun(error: &hyper::Error) -> bool {
    let says = |source: &(dyn Error + 'static)| {
        let words = source.to_string();
        words == "connection was not ready" || words == "connection closed"
    };
    error.is_canceled()
        && error.source().is_some_and(|source| source.is::<hyper::Error>() || says(source))
}

/// Whether what is below this error in a chain is of the body that the client sends: the head of the
/// request is then on its way, whatever befell the body.
pub(super) fn is_of_sent_body(error: &(dyn Error + 'static)) -> bool {
    downcast::<hyper::Error>(error).is_some_and(hyper::Error::is_user)
}

/// Whether a server of HTTP/2 says that it did not process the request (RFC 9113, sections 6.8 and 8.7):
/// it refused the stream, or shuts down and has seen none as late as this one. h2 ends with a `GOAWAY`
/// only the streams that it excludes.
///
/// Not below a response, where a server that says so is wrong.
fn is_refused(error: &hyper::Error) -> bool {
    let ended = (error.source())
        .and_then(|source| source.downcast_ref::<h2::Error>())
        .filter(|error| error.is_remote());
    let is_refused = ended.is_some_and(|error| match error.reason() {
        Some(h2::Reason::REFUSED_STREAM) => error.is_reset(),
        Some(h2::Reason::NO_ERROR) => error.is_go_away(),
        _ => false,
    });
    is_refused && debug_begins(error, "hyper::Error(Http2,")
}

/// Whether a server of HTTP/2 ended a response after its head had arrived, for whatever reason: it had
/// accepted the request. A server or proxy that breaks there may call it a `PROTOCOL_ERROR`.
///
/// hyper has no predicate for the kind, which is the first thing in its `Debug`.
fn is_cut_short(error: &hyper::Error) -> bool {
    let ended = (error.source())
        .and_then(|source| source.downcast_ref::<h2::Error>())
        .is_some_and(h2::Error::is_remote);
    ended && debug_begins(error, "hyper::Error(Body,")
}

/// The class of two errors that cannot be downcast, because their types are private or of a crate that
/// is no dependency. They come to light where `#[error(transparent)]` passes over the error of the
/// client, whose source they are.
///
/// Their words alone do not classify them: any `String` may hold these. reqwest's timeout is recognised
/// as a type without a field, so that its words are its type's, and hyper-util's error by its words and
/// the path of its type, with which its `Debug` begins. The two differ: a text, which may show itself as
/// it is in both, cannot be both.
pub(super) fn class_of_unnameable(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    // Below `reqwest::Error`.
    let is_timeout = size_of_val(error) == 0
        && debug_begins(error, "TimedOut")
        && error.to_string() == "operation timed out";
    if is_timeout {
        return Some(ErrorClass::Transient);
    }
    is_failure_to_connect(error).then(|| class_of_connecting(error))
}

/// Whether this is hyper-util's error where it could not connect.
pub(super) fn is_failure_to_connect(error: &(dyn Error + 'static)) -> bool {
    error.to_string() == "client error (Connect)"
        && debug_begins(error, "hyper_util::client::legacy::Error(Connect")
}

/// The class of a failure to connect: nothing of the request is sent before there is a connection.
pub(super) fn class_of_connecting(error: &(dyn Error + 'static)) -> ErrorClass {
    if is_rejected(error) { ErrorClass::Permanent } else { ErrorClass::Unsent }
}

/// Whether a connection failed for a reason that stays: the two sides do not agree on who they are, or
/// a proxy wants other credentials.
pub(super) fn is_rejected(source: &(dyn Error + 'static)) -> bool {
    is_rejected_by_tls(source) || with_wrapped(source).any(is_rejected_by_proxy)
}

/// Whether a proxy answered a request for a tunnel with 407, or refused the credentials for SOCKS.
///
/// The error of another answer does not tell its status. These are hyper-util's, recognised like its
/// error above.
fn is_rejected_by_proxy(error: &(dyn Error + 'static)) -> bool {
    let shows =
        |debug, words: &str| debug_begins(error, debug) && error.to_string().starts_with(words);
    shows("ProxyAuthRequired", "tunnel error: ") || shows("V5(Auth(", "SOCKS error: ")
}

/// Whether a connection failed because the two sides do not agree on who they are: rustls reports
/// that as invalid data, and the libraries of the systems say so in words alone. What a resolver
/// says is none of that, whatever the host is called.
fn is_rejected_by_tls(source: &(dyn Error + 'static)) -> bool {
    with_wrapped(source)
        .map_while(|error| {
            let is_invalid_data = (error.downcast_ref::<io::Error>())
                .is_some_and(|error| error.kind() == io::ErrorKind::InvalidData);
            let words = error.to_string();
            (words != "dns error").then(|| is_invalid_data || says_rejected(&words))
        })
        .any(|is_rejected| is_rejected)
}

/// Whether these are the words of a TLS library about a certificate, whichever side refused it. Not
/// the word "certificate" by itself: it may be part of a host's name.
fn says_rejected(words: &str) -> bool {
    const PHRASES: [&str; 19] = [
        // rustls
        "invalid peer certificate",
        // OpenSSL; what follows "alert" is the server's opinion of the client
        "certificate verify failed",
        "alert bad certificate",
        "alert certificate",
        "alert unsupported certificate",
        "alert unknown ca",
        // Secure Transport
        "invalid certificate chain",
        "bad certificate format",
        "certificate was not trusted",
        "certificate is not trusted",
        "certificate name does not match",
        "certificate is expired",
        "expired certificate",
        // SChannel
        "certificate chain was issued by",
        "certificate chain processed",
        "certificate's cn name does not match",
        "certificate is not within its validity period",
        "received certificate has expired",
        "target principal name is incorrect",
    ];
    let words = words.to_ascii_lowercase();
    PHRASES.iter().any(|phrase| words.contains(phrase))
}
