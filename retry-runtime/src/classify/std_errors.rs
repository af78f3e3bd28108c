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
        use io::ErrorKind as Kind;

        // `source()` of an `io::Error` skips the error it wraps.
        if let Some(class) = self.get_ref().and_then(|wrapped| in_chain(wrapped)) {
            return class;
        }
        if name_resolution::is_failure(self) {
            return ErrorClass::Unsent;
        }
        // Without a stream, no part of the request was sent. A connected UDP socket reports the
        // same kind about an earlier datagram, and the two cannot be distinguished.
        if self.kind() == Kind::ConnectionRefused {
            return ErrorClass::Unsent;
        }
        let passes = matches!(
            self.kind(),
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
        );
        ErrorClass::from(passes || os_errors::passes(self))
    }
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
