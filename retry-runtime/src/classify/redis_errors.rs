//! Classifies the errors of `redis`.

use core::error::Error;
use std::io;

use redis::{ErrorKind, RedisError, RetryMethod, ServerError, ServerErrorKind};

use super::Classify;
use super::known::in_chain;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for RedisError {
    fn classify(&self) -> ErrorClass {
        if self.is_connection_refusal() {
            // Includes a missing Unix socket.
            return io::Error::from(io::ErrorKind::ConnectionRefused).classify();
        }
        let dropped = || ErrorClass::from(self.is_connection_dropped());
        match self.kind() {
            ErrorKind::Io => match self.source() {
                Some(source) => in_chain(source).unwrap_or_else(dropped),
                None => dropped(),
            },
            ErrorKind::Server(_) | ErrorKind::Extension => answered(self),
            // The client asks for a new connection, but that has the same password and the same types.
            ErrorKind::AuthenticationFailed | ErrorKind::Parse => ErrorClass::Permanent,
            _ => by_method(self),
        }
    }
}

/// Classifies the server's answer to one command or to a pipeline.
fn answered(error: &RedisError) -> ErrorClass {
    if let Some(one) = error.source().and_then(|source| source.downcast_ref::<ServerError>()) {
        return one.classify();
    }
    // A pipeline, or an aborted transaction. The clone is cheap: it shares the errors.
    let Some(several) = error.clone().into_server_errors() else { return by_method(error) };
    let is_aborted = error.kind() == ErrorKind::Server(ServerErrorKind::ExecAbort);
    let class =
        several.iter().map(|(_, error)| error.classify()).reduce(|all, class| match (all, class) {
            (ErrorClass::Permanent, _) | (_, ErrorClass::Permanent) => ErrorClass::Permanent,
            (throttled @ ErrorClass::Throttled { .. }, _) => throttled,
            (_, class) => class,
        });
    match class {
        // The other commands of the pipeline were executed.
        Some(ErrorClass::Unsent) if !is_aborted => ErrorClass::Transient,
        class => class.unwrap_or(ErrorClass::Permanent),
    }
}

fn by_method(error: &RedisError) -> ErrorClass {
    ErrorClass::from(!matches!(error.retry_method(), RetryMethod::NoRetry))
}

/// An error answer. If it comes from the server itself, the server did not execute the command; a
/// script may answer with any code after it has written.
#[diagnostic::do_not_recommend]
impl Classify for ServerError {
    fn classify(&self) -> ErrorClass {
        match self.code() {
            // Temporary states: loading data, no master, a demoted master, too few replicas.
            "LOADING" | "MASTERDOWN" | "READONLY" | "NOREPLICAS" => ErrorClass::Unsent,
            "BUSY" if self.details().is_some_and(is_running) => ErrorClass::Unsent,
            // A cluster moves a slot, or has no master for it. Cluster clients report one error for
            // several commands, and another node may have executed some of them. `BUSY` with
            // another text than the server's comes from a script.
            "MOVED" | "ASK" | "TRYAGAIN" | "CLUSTERDOWN" | "BUSY" => ErrorClass::Transient,
            // A command that was waiting when the server became a replica, unlike one that `CLIENT
            // UNBLOCK` ended.
            "UNBLOCKED" if self.details().is_some_and(|text| text.starts_with("force unblock")) => {
                ErrorClass::Transient
            }
            // The only answer about load; it has no code of its own.
            "ERR" if self.details() == Some("max number of clients reached") => {
                ErrorClass::Throttled { retry_after: None }
            }
            _ => ErrorClass::Permanent,
        }
    }
}

/// Whether this is the server's own text for `BUSY`: "Redis is busy running a script. …", "Valkey is
/// busy running a module command."
fn is_running(details: &str) -> bool {
    ["Redis", "Valkey"].iter().any(|server| {
        details.strip_prefix(server).is_some_and(|rest| rest.starts_with(" is busy running a "))
    })
}

#[cfg(test)]
mod tests {
    use redis::{Value, parse_redis_value};

    use super::*;

    /// The error in an answer of the server.
    fn error(answer: &str) -> ServerError {
        match parse_redis_value(format!("-{answer}\r\n").as_bytes()) {
            Ok(Value::ServerError(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    // SPEC 5.8.2
    #[test]
    fn the_code_of_an_answer_gives_its_class() {
        let (unsent, transient) = (ErrorClass::Unsent, ErrorClass::Transient);
        let cases = [
            ("LOADING Redis is loading the dataset in memory", unsent),
            ("MASTERDOWN Link with MASTER is down", unsent),
            ("READONLY You can't write against a read only replica.", unsent),
            ("NOREPLICAS Not enough good replicas to write.", unsent),
            ("BUSY Redis is busy running a script. You can only call SCRIPT KILL.", unsent),
            ("BUSY Valkey is busy running a module command.", unsent),
            ("BUSY another server is busy running a script.", transient),
            ("BUSY Redis has much to do.", transient),
            ("MOVED 3999 127.0.0.1:6381", transient),
            ("ASK 3999 127.0.0.1:6381", transient),
            ("TRYAGAIN Multiple keys request during rehashing of slot", transient),
            ("CLUSTERDOWN The cluster is down", transient),
            ("UNBLOCKED force unblock from blocking operation, instance state changed", transient),
            ("UNBLOCKED client unblocked via CLIENT UNBLOCK", ErrorClass::Permanent),
            ("ERR max number of clients reached", ErrorClass::Throttled { retry_after: None }),
            ("ERR unknown command 'GTE'", ErrorClass::Permanent),
            ("WRONGTYPE Operation against a key holding the wrong kind of value", {
                ErrorClass::Permanent
            }),
        ];
        for (answer, expected) in cases {
            assert_eq!(error(answer).classify(), expected, "{answer}");
            assert_eq!(RedisError::from(error(answer)).classify(), expected, "{answer}");
        }
    }

    // SPEC 5.8.2
    #[test]
    fn a_failed_connection_has_the_class_of_its_error() {
        let cases = [
            (io::ErrorKind::ConnectionRefused, ErrorClass::Unsent),
            (io::ErrorKind::NotFound, ErrorClass::Unsent),
            (io::ErrorKind::ConnectionReset, ErrorClass::Transient),
            (io::ErrorKind::BrokenPipe, ErrorClass::Transient),
            (io::ErrorKind::TimedOut, ErrorClass::Transient),
            // The timeout of a socket that blocks.
            (io::ErrorKind::WouldBlock, ErrorClass::Transient),
            (io::ErrorKind::InvalidData, ErrorClass::Permanent),
            (io::ErrorKind::PermissionDenied, ErrorClass::Permanent),
        ];
        for (kind, expected) in cases {
            let error = RedisError::from(io::Error::from(kind));
            assert_eq!(error.classify(), expected, "{kind}");
        }
        for kind in [ErrorKind::AuthenticationFailed, ErrorKind::Parse, ErrorKind::Client] {
            let error = RedisError::from((kind, "refused"));
            assert_eq!(error.classify(), ErrorClass::Permanent, "{kind:?}");
        }
    }
}
