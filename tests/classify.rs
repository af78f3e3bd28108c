//! What the errors of `std` and of unknown types say about themselves.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use retry_kit::{Classify, ErrorClass};

/// An error of a type that nobody knows, around another.
#[derive(Debug)]
struct Layer(Option<Box<dyn Error + Send + Sync>>);

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer")
    }
}

impl Error for Layer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_deref().map(|inner| inner as _)
    }
}

fn layers(depth: usize, inner: impl Error + Send + Sync + 'static) -> Box<dyn Error + Send + Sync> {
    (0..depth).fold(Box::new(inner), |inner, _| Box::new(Layer(Some(inner))))
}

// SPEC 5.4
#[test]
fn io_errors_are_transient_by_kind() {
    let transient = [
        ErrorKind::ConnectionRefused,
        ErrorKind::ConnectionReset,
        ErrorKind::ConnectionAborted,
        ErrorKind::NotConnected,
        ErrorKind::BrokenPipe,
        ErrorKind::TimedOut,
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::UnexpectedEof,
        ErrorKind::HostUnreachable,
        ErrorKind::NetworkUnreachable,
        ErrorKind::NetworkDown,
    ];
    let permanent = [
        ErrorKind::NotFound,
        ErrorKind::PermissionDenied,
        ErrorKind::AddrInUse,
        ErrorKind::AddrNotAvailable,
        ErrorKind::AlreadyExists,
        ErrorKind::InvalidInput,
        ErrorKind::InvalidData,
        ErrorKind::WriteZero,
        ErrorKind::StorageFull,
        ErrorKind::Unsupported,
        ErrorKind::OutOfMemory,
        ErrorKind::Other,
    ];
    for kind in transient {
        assert_eq!(io::Error::from(kind).classify(), ErrorClass::Transient, "{kind}");
    }
    for kind in permanent {
        assert_eq!(io::Error::from(kind).classify(), ErrorClass::Permanent, "{kind}");
    }
}

// SPEC 5.4
#[test]
fn an_io_error_that_wraps_another_is_looked_through() {
    let reset = || io::Error::from(ErrorKind::ConnectionReset);
    let denied = || io::Error::from(ErrorKind::PermissionDenied);
    let cases = [
        (io::Error::other(reset()), ErrorClass::Transient),
        (io::Error::other(io::Error::other(reset())), ErrorClass::Transient),
        (io::Error::other(layers(3, reset())), ErrorClass::Transient),
        (io::Error::new(ErrorKind::TimedOut, denied()), ErrorClass::Permanent),
        (io::Error::new(ErrorKind::TimedOut, "no type at all"), ErrorClass::Transient),
        (io::Error::new(ErrorKind::TimedOut, Layer(None)), ErrorClass::Transient),
        (io::Error::other(Layer(None)), ErrorClass::Permanent),
    ];
    for (error, class) in cases {
        assert_eq!(error.classify(), class, "{error:?}");
    }
}

// SPEC 5.4
#[test]
fn a_boxed_error_is_what_its_chain_is_known_to_be() {
    let reset = || io::Error::from(ErrorKind::ConnectionReset);
    let denied = || io::Error::from(ErrorKind::PermissionDenied);
    for depth in 0..4 {
        assert_eq!(layers(depth, reset()).classify(), ErrorClass::Transient, "depth {depth}");
        assert_eq!(layers(depth, denied()).classify(), ErrorClass::Permanent, "depth {depth}");
        assert_eq!(layers(depth, Layer(None)).classify(), ErrorClass::Permanent, "depth {depth}");
    }
    let borrowed = reset();
    let transient: [&dyn Classify; 5] = [
        &(Box::new(reset()) as Box<dyn Error>),
        &(Box::new(reset()) as Box<dyn Error + Send>),
        &(Box::new(reset()) as Box<dyn Error + Send + Sync>),
        &(Arc::new(reset()) as Arc<dyn Error + Send + Sync>),
        &Box::new(Arc::new(&borrowed)),
    ];
    for (index, error) in transient.iter().enumerate() {
        assert_eq!(error.classify(), ErrorClass::Transient, "{index}");
    }
}

// SPEC 5.4
#[cfg(feature = "tokio")]
#[tokio::test(start_paused = true)]
async fn an_elapsed_timeout_of_tokio_is_transient() {
    let pending = std::future::pending::<()>();
    let elapsed =
        tokio::time::timeout(std::time::Duration::from_secs(1), pending).await.unwrap_err();
    assert_eq!(elapsed.classify(), ErrorClass::Transient);
    assert_eq!(layers(2, elapsed).classify(), ErrorClass::Transient);
}

// SPEC 5.2
#[test]
fn a_bool_is_a_class() {
    assert_eq!(ErrorClass::from(true), ErrorClass::Transient);
    assert_eq!(ErrorClass::from(false), ErrorClass::Permanent);
}
