//! The class of a gRPC call that failed.

use core::error::Error;
use core::time::Duration;

use tonic::metadata::MetadataMap;
use tonic::{Code, ConnectError, Status, TimeoutExpired};

use super::Classify;
use super::connection::{class_of_connecting, is_rejected};
use super::known::in_chain;
use super::retry_info;
use crate::policy::ErrorClass;

/// | code | class |
/// |---|---|
/// | `Unavailable` | transient: [AIP-194] has it as the one code that is always retried. Unsent if no connection was made, or the server refused the call unread. Permanent if it is this side that does not accept the server's certificate |
/// | `ResourceExhausted` | throttled; permanent if a message is larger than its limit, which it stays |
/// | `DeadlineExceeded` | transient |
/// | `Cancelled`, `Unknown`, `Internal` | that of the source, if the failure was this side's, as when a connection breaks (unsent, where the server shuts down and has not processed the call) or a time limit of tonic's passes; transient if tonic says that the HTTP status was 429, 502, 503 or 504, as when a load balancer answers with a page of HTML; otherwise permanent |
/// | all others | permanent |
///
/// `DeadlineExceeded` is not retried by [AIP-194] and by gRPC's own retries, whose one deadline is
/// that of all attempts and has passed. Here each attempt is a call with a deadline of its own, and
/// one that took too long is transient as it is with every other client; the limit on all of them
/// is the key `deadline`. `Aborted` asks for a retry [at a higher level][codes], of the transaction
/// and not of the call: if that is what your function does, say so with `when = …`.
///
/// A server that sends [`grpc-retry-pushback-ms`][A6] along decides: a number of milliseconds makes
/// one of the codes above that are retried throttled, with that wait; a negative number, or
/// anything else, makes every code permanent. Of several values the last counts, as in gRPC for Java
/// and C++; the specification does not say. Without it the wait is that of a
/// [`google.rpc.RetryInfo`][RetryInfo] among the details of the status.
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
#[diagnostic::do_not_recommend]
impl Classify for Status {
    fn classify(&self) -> ErrorClass {
        let pushback = pushback(self.metadata());
        let class = class_of_code(self);
        if class == ErrorClass::Permanent || pushback == Some(Pushback::Stop) {
            return ErrorClass::Permanent;
        }
        let retry_after = match pushback {
            Some(Pushback::Wait(wait)) => Some(wait),
            _ => retry_info::delay(self.details()),
        };
        if retry_after.is_some() { ErrorClass::Throttled { retry_after } } else { class }
    }
}

#[diagnostic::do_not_recommend]
impl Classify for TimeoutExpired {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[diagnostic::do_not_recommend]
impl Classify for ConnectError {
    fn classify(&self) -> ErrorClass {
        class_of_connecting(&*self.0)
    }
}

#[diagnostic::do_not_recommend]
impl Classify for tonic::transport::Error {
    fn classify(&self) -> ErrorClass {
        in_chain(self).unwrap_or(ErrorClass::Permanent)
    }
}

fn class_of_code(status: &Status) -> ErrorClass {
    let source = status.source();
    match status.code() {
        Code::Unavailable => source.map_or(ErrorClass::Transient, class_of_unavailable),
        Code::ResourceExhausted if is_message_too_large(status.message()) => ErrorClass::Permanent,
        Code::ResourceExhausted => ErrorClass::Throttled { retry_after: None },
        Code::DeadlineExceeded => ErrorClass::Transient,
        // Only a status that was made on this side has a source.
        Code::Cancelled | Code::Unknown | Code::Internal => (source.and_then(in_chain))
            .unwrap_or_else(|| ErrorClass::from(is_from_a_balancer(status.message()))),
        _ => ErrorClass::Permanent,
    }
}

/// The class of a call for which this side found the server unavailable.
fn class_of_unavailable(source: &(dyn Error + 'static)) -> ErrorClass {
    if is_rejected(source) {
        return ErrorClass::Permanent;
    }
    match in_chain(source) {
        Some(ErrorClass::Unsent) => ErrorClass::Unsent,
        _ => ErrorClass::Transient,
    }
}

/// Whether tonic failed to read a response of one of the statuses that gRPC maps to `Unavailable`:
/// [http-grpc-status-mapping]. tonic maps them only where there is nothing to read, and else says the
/// status at the end of its message.
///
/// [http-grpc-status-mapping]: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
fn is_from_a_balancer(message: &str) -> bool {
    let (_, status) =
        message.rsplit_once("while receiving response with status: ").unwrap_or_default();
    let code = status.split(' ').next();
    code.is_some_and(|code| matches!(code, "429" | "502" | "503" | "504"))
}

/// Whether a side of the call refused a message for its size. Nothing but words tells these from a
/// server that has no quota left, as the libraries give both the same code.
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

fn pushback(metadata: &MetadataMap) -> Option<Pushback> {
    let value = metadata.get_all("grpc-retry-pushback-ms").iter().next_back()?.as_bytes();
    let millis = core::str::from_utf8(value).ok().and_then(|value| value.parse::<i32>().ok());
    let millis = millis.and_then(|millis| u64::try_from(millis).ok());
    Some(millis.map_or(Pushback::Stop, |millis| Pushback::Wait(Duration::from_millis(millis))))
}
