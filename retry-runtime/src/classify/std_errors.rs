//! Classifies the errors of std and tokio.
//!
//! `do_not_recommend` keeps the list of these types out of the message for a type without a class:
//! the notes of that message are more useful.

use core::convert::Infallible;
use core::error::Error;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use super::known::in_chain;
use super::{Classify, name_resolution, os_errors};
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl<T: Classify + ?Sized> Classify for &T {
    fn classify(&self) -> ErrorClass {
        T::classify(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Classify + ?Sized> Classify for Box<T> {
    fn classify(&self) -> ErrorClass {
        T::classify(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Classify + ?Sized> Classify for Arc<T> {
    fn classify(&self) -> ErrorClass {
        T::classify(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Classify + ?Sized> Classify for Rc<T> {
    fn classify(&self) -> ErrorClass {
        T::classify(self)
    }
}

#[diagnostic::do_not_recommend]
impl Classify for Infallible {
    fn classify(&self) -> ErrorClass {
        match *self {}
    }
}

#[diagnostic::do_not_recommend]
impl Classify for io::Error {
    fn classify(&self) -> ErrorClass {
        // `source()` of an `io::Error` skips the error it wraps.
        if let Some(class) = self.get_ref().and_then(|wrapped| in_chain(wrapped)) {
            return class;
        }
        if name_resolution::is_failure(self) {
            return ErrorClass::Unsent;
        }
        // Without a stream, no part of the request was sent. A connected UDP socket reports the
        // same kind about an earlier datagram, and the two cannot be distinguished.
        if self.kind() == io::ErrorKind::ConnectionRefused || os_errors::is_refused(self) {
            return ErrorClass::Unsent;
        }
        ErrorClass::from(passes(self.kind()) || os_errors::passes(self))
    }
}

/// Whether an error of this kind is transient.
fn passes(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;

    matches!(
        kind,
        Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::NotConnected
            | Kind::BrokenPipe
            | Kind::TimedOut
            | Kind::Interrupted
            | Kind::WouldBlock
            | Kind::UnexpectedEof
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
            | Kind::StaleNetworkFileHandle
    )
}

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl Classify for tokio::time::error::Elapsed {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[diagnostic::do_not_recommend]
impl Classify for dyn Error {
    fn classify(&self) -> ErrorClass {
        in_chain(self).unwrap_or(ErrorClass::Permanent)
    }
}

#[diagnostic::do_not_recommend]
impl Classify for dyn Error + Send {
    fn classify(&self) -> ErrorClass {
        in_chain(self).unwrap_or(ErrorClass::Permanent)
    }
}

#[diagnostic::do_not_recommend]
impl Classify for dyn Error + Send + Sync {
    fn classify(&self) -> ErrorClass {
        in_chain(self).unwrap_or(ErrorClass::Permanent)
    }
}

#[cfg(test)]
mod tests {
    use io::ErrorKind as Kind;

    use super::os_errors::{WINDOWS, WINDOWS_REFUSED, WINDOWS_UNRESOLVED};
    use super::*;

    /// What Windows reports, with the kind that std gives it there, `None` where it has no stable one:
    /// `decode_error_kind` in `library/std/src/sys/io/error/windows.rs` of Rust 1.95. The numbers are those
    /// of windows-sys 0.61.2.
    const ON_WINDOWS: &[(&str, i32, Option<Kind>, ErrorClass)] = &[
        ("WSAECONNREFUSED", 10061, Some(Kind::ConnectionRefused), ErrorClass::Unsent),
        ("ERROR_CONNECTION_REFUSED", 1225, None, ErrorClass::Unsent),
        ("WSAHOST_NOT_FOUND", 11001, None, ErrorClass::Unsent),
        ("WSATRY_AGAIN", 11002, None, ErrorClass::Unsent),
        ("WSANO_RECOVERY", 11003, None, ErrorClass::Unsent),
        ("WSANO_DATA", 11004, None, ErrorClass::Unsent),
        ("WSAECONNRESET", 10054, Some(Kind::ConnectionReset), ErrorClass::Transient),
        ("WSAECONNABORTED", 10053, Some(Kind::ConnectionAborted), ErrorClass::Transient),
        ("WSAENOTCONN", 10057, Some(Kind::NotConnected), ErrorClass::Transient),
        ("WSAESHUTDOWN", 10058, Some(Kind::BrokenPipe), ErrorClass::Transient),
        ("WSAETIMEDOUT", 10060, Some(Kind::TimedOut), ErrorClass::Transient),
        ("WSAEWOULDBLOCK", 10035, Some(Kind::WouldBlock), ErrorClass::Transient),
        ("WSAEHOSTUNREACH", 10065, Some(Kind::HostUnreachable), ErrorClass::Transient),
        ("WSAENETUNREACH", 10051, Some(Kind::NetworkUnreachable), ErrorClass::Transient),
        ("WSAENETDOWN", 10050, Some(Kind::NetworkDown), ErrorClass::Transient),
        ("WSAENETRESET", 10052, None, ErrorClass::Transient),
        ("WSAENOBUFS", 10055, None, ErrorClass::Transient),
        ("WSAEMFILE", 10024, None, ErrorClass::Transient),
        ("WSAEHOSTDOWN", 10064, None, ErrorClass::Transient),
        ("WSAEADDRNOTAVAIL", 10049, Some(Kind::AddrNotAvailable), ErrorClass::Transient),
        ("ERROR_NETNAME_DELETED", 64, None, ErrorClass::Transient),
        ("ERROR_CONNECTION_ABORTED", 1236, None, ErrorClass::Transient),
        ("ERROR_PORT_UNREACHABLE", 1234, None, ErrorClass::Transient),
        ("ERROR_HOST_DOWN", 1256, None, ErrorClass::Transient),
        ("ERROR_HOST_UNREACHABLE", 1232, Some(Kind::HostUnreachable), ErrorClass::Transient),
        ("ERROR_NETWORK_UNREACHABLE", 1231, Some(Kind::NetworkUnreachable), ErrorClass::Transient),
        ("ERROR_SEM_TIMEOUT", 121, Some(Kind::TimedOut), ErrorClass::Transient),
        ("ERROR_OPERATION_ABORTED", 995, Some(Kind::TimedOut), ErrorClass::Transient),
        ("ERROR_BROKEN_PIPE", 109, Some(Kind::BrokenPipe), ErrorClass::Transient),
        ("ERROR_NO_DATA", 232, Some(Kind::BrokenPipe), ErrorClass::Transient),
        ("ERROR_PIPE_BUSY", 231, None, ErrorClass::Transient),
        ("ERROR_TOO_MANY_OPEN_FILES", 4, None, ErrorClass::Transient),
        ("ERROR_FILE_NOT_FOUND", 2, Some(Kind::NotFound), ErrorClass::Permanent),
        ("ERROR_ACCESS_DENIED", 5, Some(Kind::PermissionDenied), ErrorClass::Permanent),
        ("ERROR_DISK_FULL", 112, Some(Kind::StorageFull), ErrorClass::Permanent),
        ("WSAEACCES", 10013, Some(Kind::PermissionDenied), ErrorClass::Permanent),
        ("WSAEADDRINUSE", 10048, Some(Kind::AddrInUse), ErrorClass::Permanent),
        ("WSAEINVAL", 10022, Some(Kind::InvalidInput), ErrorClass::Permanent),
    ];

    // SPEC 5.4.1, 5.4.1.1, 5.4.1.2
    #[test]
    fn what_windows_reports_has_the_class_of_the_table() {
        for &(name, code, kind, class) in ON_WINDOWS {
            let is_unsent = kind == Some(Kind::ConnectionRefused)
                || WINDOWS_REFUSED.contains(&code)
                || WINDOWS_UNRESOLVED.contains(&code);
            let is_transient = kind.is_some_and(passes)
                || kind == Some(Kind::AddrNotAvailable)
                || WINDOWS.contains(&code);
            let found = if is_unsent { ErrorClass::Unsent } else { is_transient.into() };
            assert_eq!(found, class, "{name}");
            #[cfg(windows)]
            assert_eq!(io::Error::from_raw_os_error(code).classify(), class, "{name}");
        }
    }
}
