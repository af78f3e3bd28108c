//! Classifies failed gRPC calls.

use core::error::Error;
use core::time::Duration;

#[cfg(all(feature = "middleware", feature = "tonic"))]
use tonic::{Status as AnyStatus, metadata::MetadataMap};
#[cfg(all(feature = "middleware", not(feature = "tonic")))]
use tonic_0_13::{Status as AnyStatus, metadata::MetadataMap};

use super::Classify;
use super::connection::{class_of_connecting, is_rejected};
use super::known::in_chain;
use super::retry_info;
use crate::policy::ErrorClass;

/// Classifies the errors of one version of `tonic`; the documentation is that of the class of a status.
macro_rules! classify_errors_of {
    ($tonic:ident, $(#[$documentation:meta])+) => {
        $(#[$documentation])+
        #[diagnostic::do_not_recommend]
        impl Classify for $tonic::Status {
            fn classify(&self) -> ErrorClass {
                let pushbacks = self.metadata().get_all("grpc-retry-pushback-ms");
                let pushback = pushbacks.iter().next_back().map(|value| value.as_bytes());
                let failed = Failed {
                    code: self.code().into(),
                    message: self.message(),
                    details: self.details(),
                    source: self.source(),
                };
                failed.class(pushback)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Classify for $tonic::TimeoutExpired {
            fn classify(&self) -> ErrorClass {
                ErrorClass::Transient
            }
        }

        #[diagnostic::do_not_recommend]
        impl Classify for $tonic::ConnectError {
            fn classify(&self) -> ErrorClass {
                class_of_connecting(&*self.0)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Classify for $tonic::transport::Error {
            fn classify(&self) -> ErrorClass {
                in_chain(self).unwrap_or(ErrorClass::Permanent)
            }
        }
    };
}

#[cfg(feature = "tonic")]
classify_errors_of! {
    tonic,
    /// | code | class |
    /// |---|---|
    /// | `Unavailable` | transient: the one code that [AIP-194] always retries. Unsent if no connection was established, or the server refused the call unread. Permanent if the certificate or the proxy credentials were rejected |
    /// | `ResourceExhausted` | throttled; permanent if a message exceeds its size limit |
    /// | `DeadlineExceeded` | transient |
    /// | `Cancelled`, `Unknown`, `Internal` | the class of the source, if the client failed: a connection broke (unsent if the server shut down without processing the call) or a timeout of tonic's passed. Transient if tonic reports HTTP status 429, 502, 503 or 504, as for a load balancer's HTML page. Otherwise permanent |
    /// | all others | permanent |
    ///
    /// [AIP-194] and gRPC's own retries do not retry `DeadlineExceeded`, because their one deadline
    /// covers all attempts and has passed. Here each attempt is a gRPC call with its own deadline, so an
    /// attempt that is too slow is transient, as with every other client; the key `deadline` limits all attempts
    /// together. `Aborted` asks for a retry [at a higher level][codes]: of the transaction, not of the
    /// call. If your function is the whole transaction, choose it with `when = …`.
    ///
    /// The server can override this with [`grpc-retry-pushback-ms`][A6]. A number of milliseconds makes
    /// the retryable codes above throttled, with that wait. A negative number, or anything else, makes
    /// every code permanent. The last of several values counts, as in gRPC for Java and C++; the
    /// specification leaves this open. Without pushback, the wait comes from a
    /// [`google.rpc.RetryInfo`][RetryInfo] in the details of the status.
    ///
    /// ```
    /// # #[cfg(feature = "tonic")] {
    /// use std::time::Duration;
    /// use retry_kit::{Classify, ErrorClass};
    /// use tonic::Status;
    ///
    /// let mut status = Status::unavailable("restarting");
    /// assert_eq!(status.classify(), ErrorClass::Transient);
    ///
    /// status.metadata_mut().insert("grpc-retry-pushback-ms", "250".parse()?);
    /// let retry_after = Some(Duration::from_millis(250));
    /// assert_eq!(status.classify(), ErrorClass::Throttled { retry_after });
    ///
    /// status.metadata_mut().insert("grpc-retry-pushback-ms", "-1".parse()?);
    /// assert_eq!(status.classify(), ErrorClass::Permanent);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [AIP-194]: https://google.aip.dev/194
    /// [codes]: https://grpc.io/docs/guides/status-codes/
    /// [A6]: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
    /// [RetryInfo]: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
}

#[cfg(feature = "tonic-0_13")]
classify_errors_of! {
    tonic_0_13,
    /// The same as for the `Status` of tonic 0.14.
}

// The codes that are not always permanent, by their numbers in gRPC.
const CANCELLED: i32 = 1;
const UNKNOWN: i32 = 2;
const DEADLINE_EXCEEDED: i32 = 4;
const RESOURCE_EXHAUSTED: i32 = 8;
const INTERNAL: i32 = 13;
const UNAVAILABLE: i32 = 14;

/// The status of a call, of any version of `tonic`.
struct Failed<'a> {
    code: i32,
    message: &'a str,
    details: &'a [u8],
    source: Option<&'a (dyn Error + 'static)>,
}

impl Failed<'_> {
    fn class(&self, pushback: Option<&[u8]>) -> ErrorClass {
        let pushback = pushback.map(Pushback::parse);
        let class = self.class_of_code();
        if class == ErrorClass::Permanent || pushback == Some(Pushback::Stop) {
            return ErrorClass::Permanent;
        }
        let retry_after = match pushback {
            Some(Pushback::Wait(wait)) => Some(wait),
            _ => retry_info::delay(self.details),
        };
        if retry_after.is_some() { ErrorClass::Throttled { retry_after } } else { class }
    }

    fn class_of_code(&self) -> ErrorClass {
        let Self { message, source, .. } = *self;
        match self.code {
            UNAVAILABLE => source.map_or(ErrorClass::Transient, class_of_unavailable),
            RESOURCE_EXHAUSTED if is_message_too_large(message) => ErrorClass::Permanent,
            RESOURCE_EXHAUSTED => ErrorClass::Throttled { retry_after: None },
            DEADLINE_EXCEEDED => ErrorClass::Transient,
            // Only a status created by the client has a source.
            CANCELLED | UNKNOWN | INTERNAL => (source.and_then(in_chain))
                .unwrap_or_else(|| ErrorClass::from(is_from_a_balancer(message))),
            _ => ErrorClass::Permanent,
        }
    }
}

/// Classifies a call for which the client itself found the server unavailable.
fn class_of_unavailable(source: &(dyn Error + 'static)) -> ErrorClass {
    if is_rejected(source) {
        return ErrorClass::Permanent;
    }
    match in_chain(source) {
        Some(ErrorClass::Unsent) => ErrorClass::Unsent,
        _ => ErrorClass::Transient,
    }
}

/// Whether tonic failed to read a response with a status that gRPC maps to `Unavailable`:
/// [http-grpc-status-mapping]. tonic maps these only if the response is empty; otherwise its message
/// ends with the status.
///
/// [http-grpc-status-mapping]: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
fn is_from_a_balancer(message: &str) -> bool {
    let (_, status) =
        message.rsplit_once("while receiving response with status: ").unwrap_or_default();
    let code = status.split(' ').next();
    code.is_some_and(|code| matches!(code, "429" | "502" | "503" | "504"))
}

/// Classifies the head of a response of gRPC that has failed; `None` for any other. A server that
/// fails before its first message sends the status there, in place of the trailers.
#[cfg(feature = "middleware")]
pub(crate) fn grpc_answer(headers: &http::HeaderMap) -> Option<ErrorClass> {
    const DETAILS: &str = "grpc-status-details-bin";
    if !is_grpc(headers) || headers.get("grpc-status")?.as_bytes() == b"0" {
        return None;
    }
    let mut metadata = MetadataMap::from_headers(headers.clone());
    // `from_header_map` panics on details that are not base64.
    let is_readable = metadata.get_bin(DETAILS).is_none_or(|details| details.to_bytes().is_ok());
    if !is_readable {
        metadata.remove_bin(DETAILS);
    }
    AnyStatus::from_header_map(metadata.as_ref()).map(|status| status.classify())
}

/// Whether a request or response is one of gRPC.
#[cfg(feature = "middleware")]
pub(crate) fn is_grpc(headers: &http::HeaderMap) -> bool {
    let content = headers.get(http::header::CONTENT_TYPE);
    content.is_some_and(|content| content.as_bytes().starts_with(b"application/grpc"))
}

/// Whether client or server refused a message for its size. The libraries use the same code for an
/// exhausted quota, so only the wording distinguishes the two.
fn is_message_too_large(message: &str) -> bool {
    const PHRASES: [&str; 9] = [
        // grpc-go (rpc_util.go, stream.go) and gRPC Core, which is C++ (message_size_filter.cc),
        // Python, Ruby and PHP: "Received message larger than max (… vs. …)", "trying to send …"
        "message larger than max",
        // grpc-go
        "message after decompression larger than max",
        // grpc-java (MessageDeframer, MessageFramer)
        "gRPC message exceeds maximum size",
        "message too large ",
        // grpc-node (decoder.ts, max-message-size-filter.ts)
        "message with a size larger than",
        "message that decompresses to a size larger than",
        // grpc-dotnet (PipeExtensions, StreamExtensions)
        "message exceeds the maximum configured message size",
        // tonic (decode.rs, encode.rs); its usual limit gives `OutOfRange`
        "exceeded while decompressing message",
        "Cannot return body with more than 4GB of data",
    ];
    PHRASES.iter().any(|phrase| message.contains(phrase))
}

#[derive(PartialEq)]
enum Pushback {
    Wait(Duration),
    Stop,
}

impl Pushback {
    fn parse(value: &[u8]) -> Self {
        let millis = core::str::from_utf8(value).ok().and_then(|value| value.parse::<i32>().ok());
        let millis = millis.and_then(|millis| u64::try_from(millis).ok());
        millis.map_or(Self::Stop, |millis| Self::Wait(Duration::from_millis(millis)))
    }
}

#[cfg(all(test, feature = "middleware"))]
mod tests {
    use http::HeaderMap;

    use super::*;

    // SPEC 11.1.5
    #[test]
    fn the_head_of_a_response_is_an_answer_of_grpc_if_it_has_the_type_and_a_status() {
        let cases = [
            (Some("application/grpc"), Some("14"), Some(ErrorClass::Transient)),
            (Some("application/grpc"), Some("3"), Some(ErrorClass::Permanent)),
            (Some("application/grpc"), Some("0"), None),
            (Some("application/grpc"), None, None),
            (Some("application/json"), Some("14"), None),
            (None, Some("14"), None),
        ];
        for (content, status, expected) in cases {
            let mut headers = HeaderMap::new();
            let fields = [("content-type", content), ("grpc-status", status)];
            for (name, value) in fields {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            assert_eq!(grpc_answer(&headers), expected, "{content:?} {status:?}");
        }
    }
}
