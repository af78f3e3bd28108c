//! The classes of the errors of `redis`.

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
            // Also a Unix socket that is not there.
            return io::Error::from(io::ErrorKind::ConnectionRefused).classify();
        }
        let dropped = || ErrorClass::from(self.is_connection_dropped());
        match self.kind() {
            ErrorKind::Io if self.is_timeout() => ErrorClass::Transient,
            ErrorKind::Io => match self.source() {
                Some(source) => in_chain(source).unwrap_or_else(dropped),
                None => dropped(),
            },
            ErrorKind::Server(_) | ErrorKind::Extension => answered(self),
            // A new connection, which the client asks for, has the same password and the same types.
            ErrorKind::AuthenticationFailed | ErrorKind::Parse => ErrorClass::Permanent,
            _ => by_method(self),
        }
    }
}

/// The class of what the server answered, to one command or to several.
fn answered(error: &RedisError) -> ErrorClass {
    if let Some(one) = error.source().and_then(|source| source.downcast_ref::<ServerError>()) {
        return one.classify();
    }
    // The errors of a pipeline, or those that aborted a transaction; the clone shares them.
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

/// The answer to a command that the server did not execute.
#[diagnostic::do_not_recommend]
impl Classify for ServerError {
    fn classify(&self) -> ErrorClass {
        match self.code() {
            // A state that a server leaves by itself: it moves a slot, loads its data, runs a script,
            // has no master, is no master any more, or has too few replicas.
            "MOVED" | "ASK" | "TRYAGAIN" | "CLUSTERDOWN" | "LOADING" | "BUSY" | "MASTERDOWN"
            | "READONLY" | "NOREPLICAS" => ErrorClass::Unsent,
            // The one answer about load, which has no code of its own.
            "ERR" if self.details() == Some("max number of clients reached") => {
                ErrorClass::Throttled { retry_after: None }
            }
            _ => ErrorClass::Permanent,
        }
    }
}
