//! Classifies failed connections: broken, or rejected by TLS or a proxy.

use core::error::Error;
use std::io;

use super::sources::{debug_begins, downcast, with_wrapped};
use crate::policy::ErrorClass;

/// Classifies a broken connection of `hyper`; `None` if the source of the error decides.
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
/// The cause decides, because hyper also cancels an upgrade after the server has answered. It is
/// one of two texts of hyper's, or the error that ended the connection while the request was
/// queued.
fn is_unbegun(error: &hyper::Error) -> bool {
    let says = |source: &(dyn Error + 'static)| {
        let words = source.to_string();
        words == "connection was not ready" || words == "connection closed"
    };
    error.is_canceled()
        && error.source().is_some_and(|source| source.is::<hyper::Error>() || says(source))
}

/// Whether the sources of this error come from the body that the client sends. The head of the
/// request has then been sent, whatever happened to the body.
pub(super) fn is_of_sent_body(error: &(dyn Error + 'static)) -> bool {
    downcast::<hyper::Error>(error).is_some_and(hyper::Error::is_user)
}

/// Whether an HTTP/2 server reports that it did not process the request (RFC 9113, sections 6.8 and
/// 8.7): it refused the stream, or shuts down without this stream. On `GOAWAY`, h2 ends only the
/// streams that the server excluded.
///
/// Not after a response head: a server that claims this then is wrong.
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

/// Whether an HTTP/2 server ended a response after its head, for any reason: it had accepted the
/// request. A server or proxy that breaks there may report `PROTOCOL_ERROR`.
///
/// hyper has no predicate for this kind, but its `Debug` begins with it.
fn is_cut_short(error: &hyper::Error) -> bool {
    let ended = (error.source())
        .and_then(|source| source.downcast_ref::<h2::Error>())
        .is_some_and(h2::Error::is_remote);
    ended && debug_begins(error, "hyper::Error(Body,")
}

/// Classifies hyper-util's error for a failure to connect, whose crate is not a dependency. It is a source of a
/// client's error, and `#[error(transparent)]` exposes it alone.
///
/// Its message is not enough, because any `String` may hold it. It is also recognised by the type's path at the
/// start of its `Debug`: a text that prints itself in both cannot match both.
pub(super) fn class_of_unnameable(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    is_failure_to_connect(error).then(|| class_of_connecting(error))
}

/// Whether this is hyper-util's error for a failure to connect.
pub(super) fn is_failure_to_connect(error: &(dyn Error + 'static)) -> bool {
    error.to_string() == "client error (Connect)"
        && debug_begins(error, "hyper_util::client::legacy::Error(Connect")
}

/// Classifies a failure to connect: without a connection, no part of the request was sent.
pub(super) fn class_of_connecting(error: &(dyn Error + 'static)) -> ErrorClass {
    if is_rejected(error) { ErrorClass::Permanent } else { ErrorClass::Unsent }
}

/// Whether a connection failed permanently: TLS rejected a certificate, or a proxy the credentials.
pub(super) fn is_rejected(source: &(dyn Error + 'static)) -> bool {
    is_rejected_by_tls(source) || with_wrapped(source).any(is_rejected_by_proxy)
}

/// Whether a proxy answered a tunnel request with 407, or rejected the SOCKS credentials.
///
/// For other answers the error does not contain the status. These errors are hyper-util's, recognised
/// like its error above.
fn is_rejected_by_proxy(error: &(dyn Error + 'static)) -> bool {
    let shows =
        |debug, words: &str| debug_begins(error, debug) && error.to_string().starts_with(words);
    shows("ProxyAuthRequired", "tunnel error: ") || shows("V5(Auth(", "SOCKS error: ")
}

/// Whether TLS rejected a certificate: rustls reports invalid data, the systems' libraries only a
/// message. A resolver's error does not count: its message may contain any host name.
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

/// Whether a TLS library's message is about a rejected certificate, whichever side rejected it. The
/// word "certificate" alone is not enough: it may be part of a host name.
fn says_rejected(words: &str) -> bool {
    const PHRASES: [&str; 19] = [
        // rustls
        "invalid peer certificate",
        // OpenSSL; "alert" precedes the server's verdict on the client
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

#[cfg(test)]
mod tests {
    use core::fmt;

    use super::*;

    /// An error with this `Debug` and this message.
    struct Shown(&'static str, &'static str);

    impl fmt::Debug for Shown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl fmt::Display for Shown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.1)
        }
    }

    impl Error for Shown {}

    // SPEC 8.1.4
    #[test]
    fn a_proxy_that_refuses_is_known_by_debug_and_message() {
        let cases = [
            ("ProxyAuthRequired", "tunnel error: proxy authorization required", true),
            ("V5(Auth(Failed))", "SOCKS error: credentials not accepted", true),
            ("ProxyAuthRequired", "proxy authorization required", false),
            ("TunnelUnsuccessful", "tunnel error: unsuccessful", false),
            ("V5(Command(ConnectionRefused))", "SOCKS error: connection refused", false),
            ("V5(Auth(Failed))", "tunnel error: credentials not accepted", false),
        ];
        for (debug, message, expected) in cases {
            assert_eq!(is_rejected(&Shown(debug, message)), expected, "{debug}: {message}");
        }
    }
}
