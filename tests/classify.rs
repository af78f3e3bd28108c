//! The classes of errors of `std` and of unknown types.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use retry_kit::{Classify, ErrorClass, Mark, by_source, chain};

/// An error of an unknown type that wraps another.
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
fn io_errors_are_transient_unsent_or_permanent_by_kind() {
    let transient = [
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
        ErrorKind::StaleNetworkFileHandle,
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
    let refused = io::Error::from(ErrorKind::ConnectionRefused);
    assert_eq!(refused.classify(), ErrorClass::Unsent);
    for kind in permanent {
        assert_eq!(io::Error::from(kind).classify(), ErrorClass::Permanent, "{kind}");
    }
}

// SPEC 5.4.1.1
#[cfg(target_os = "linux")]
#[test]
fn a_temporary_os_error_is_transient_or_unsent() {
    let transient = [
        libc::EADDRNOTAVAIL,
        libc::EAGAIN,
        libc::ECONNABORTED,
        libc::ECONNRESET,
        libc::EHOSTDOWN,
        libc::EHOSTUNREACH,
        libc::EINTR,
        libc::EMFILE,
        libc::ENETDOWN,
        libc::ENETRESET,
        libc::ENETUNREACH,
        libc::ENFILE,
        libc::ENOBUFS,
        libc::ENOTCONN,
        libc::EPIPE,
        libc::ESTALE,
        libc::ETIMEDOUT,
    ];
    let permanent = [libc::EACCES, libc::EADDRINUSE, libc::EINVAL, libc::ENOENT, libc::ENOSPC];
    for (codes, class) in [
        (&transient[..], ErrorClass::Transient),
        (&permanent, ErrorClass::Permanent),
        (&[libc::ECONNREFUSED], ErrorClass::Unsent),
    ] {
        for code in codes {
            let error = io::Error::from_raw_os_error(*code);
            assert_eq!(error.classify(), class, "{error}");
            let wrapped = io::Error::new(error.kind(), error);
            assert_eq!(layers(1, wrapped).classify(), class, "{code}");
        }
    }
}

// SPEC 5.4.1.1: an address that is reserved for documentation, and so not this machine's.
#[test]
fn an_address_that_is_not_available_is_transient() {
    let error = std::net::TcpListener::bind("192.0.2.1:0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrNotAvailable);
    assert_eq!(error.classify(), ErrorClass::Transient, "{error}");
}

// SPEC 5.5
#[test]
fn by_source_does_not_see_a_status_that_an_error_holds_itself() {
    #[derive(Debug, thiserror::Error)]
    #[error("the server answered {status}")]
    struct Answered {
        status: u16,
        source: Option<io::Error>,
    }

    let reset = io::Error::from(ErrorKind::ConnectionReset);
    let cases = [(None, ErrorClass::Permanent), (Some(reset), ErrorClass::Transient)];
    for (source, class) in cases {
        assert_eq!(by_source(&Answered { status: 503, source }), class);
    }
}

// SPEC 5.4.1.2: labels have at most 63 letters, so the system's resolver sends no query.
#[test]
fn a_name_that_std_cannot_resolve_is_unsent() {
    let name = format!("{}.invalid", "x".repeat(64));
    let failure = || std::net::TcpStream::connect((&*name, 80)).unwrap_err();
    let error = failure();
    assert_eq!(error.classify(), ErrorClass::Unsent, "{error:?}");
    let shown = io::Error::new(error.kind(), format!("connecting to the database: {error}"));
    assert_eq!(shown.classify(), ErrorClass::Unsent, "{shown:?}");
    assert_eq!(layers(2, failure()).classify(), ErrorClass::Unsent);
    assert_eq!(io::Error::other(failure()).classify(), ErrorClass::Unsent);

    let words = error.to_string();
    assert_eq!(io::Error::other(words.clone()).classify(), ErrorClass::Permanent, "words alone");
    let other = io::Error::new(error.kind(), "no device");
    assert_eq!(other.classify(), ErrorClass::Permanent, "the kind alone");
    // The caller gave no address, so a retry has none either.
    let empty = std::net::TcpStream::connect(&[][..]).unwrap_err();
    assert_eq!(empty.classify(), ErrorClass::Permanent, "{empty:?}");
}

// SPEC 5.4.1.2
#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_name_that_tokio_cannot_resolve_is_unsent() {
    let name = format!("{}.invalid", "x".repeat(64));
    let error = tokio::net::TcpStream::connect((&*name, 80)).await.unwrap_err();
    assert_eq!(error.classify(), ErrorClass::Unsent, "{error:?}");
}

// SPEC 5.4
#[test]
fn an_io_error_has_the_class_of_the_known_error_it_wraps() {
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
fn a_boxed_error_has_the_class_of_its_first_known_source() {
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

// SPEC 5.4: what an error is made small or `Clone` with.
#[test]
fn a_known_error_in_an_arc_or_a_box_is_found_in_a_chain() {
    let reset = || io::Error::from(ErrorKind::ConnectionReset);
    let boxed: [Box<dyn Error + Send + Sync>; 3] = [
        Box::new(Arc::new(reset())),
        Box::new(Box::new(reset())),
        Box::new(Layer(Some(Box::new(Arc::new(reset()))))),
    ];
    for error in boxed {
        assert_eq!(error.classify(), ErrorClass::Transient, "{error:?}");
    }
}

/// An error that shares its source, like the errors of clients that are `Clone`.
#[derive(Debug)]
struct Sharing<T: ?Sized>(Arc<T>);

impl<T: ?Sized> fmt::Display for Sharing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("shared")
    }
}

impl<T: Error + ?Sized + 'static> Error for Sharing<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The `Arc` itself, not its content: as `thiserror` does for `#[source]`.
        Some(&self.0)
    }
}

/// An error with a source in a box that it gives away whole.
#[derive(Debug)]
struct Boxing<T>(Box<T>);

impl<T> fmt::Display for Boxing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("boxed")
    }
}

impl<T: Error + 'static> Error for Boxing<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

// SPEC 5.4.2
#[test]
fn a_type_erased_error_in_an_arc_is_looked_through() {
    let reset = || io::Error::from(ErrorKind::ConnectionReset);
    let denied = || io::Error::from(ErrorKind::PermissionDenied);
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(reset());
    let nested: Arc<dyn Error + Send + Sync> = Arc::new(Sharing(shared.clone()));
    let local: Arc<dyn Error> = Arc::new(reset());
    let sent: Arc<dyn Error + Send> = Arc::new(reset());
    let synced: Arc<dyn Error + Sync> = Arc::new(reset());
    let known = Arc::new(reset());
    let mut transient: Vec<Box<dyn Error>> = vec![
        Box::new(Sharing(nested)),
        Box::new(Boxing(Box::new(reset()))),
        Box::new(Sharing(Arc::new(Box::new(reset())))),
    ];
    macro_rules! in_every_pointer {
        ($($error:ident),+) => {$(transient.extend([
            Box::new($error.clone()) as Box<dyn Error>,
            Box::new(Box::new($error.clone())),
            Box::new(Arc::new($error.clone())),
            Box::new(Sharing($error.clone())),
            Box::new(Sharing(Arc::new($error.clone()))),
            Box::new(Boxing(Box::new($error.clone()))),
        ]);)+};
    }
    in_every_pointer!(shared, local, sent, synced, known);
    transient.push(Box::new(Sharing(Arc::new(Box::new(shared.clone())))));
    for (index, error) in transient.iter().enumerate() {
        assert_eq!(error.classify(), ErrorClass::Transient, "{index}: {error:?}");
    }
    assert_eq!(io::Error::other(shared.clone()).classify(), ErrorClass::Transient);
    assert_eq!(by_source(&Sharing(shared.clone())), ErrorClass::Transient);
    assert_eq!(chain::<Own>(&(Box::new(Sharing(shared)) as Box<dyn Error>)), ErrorClass::Transient);

    let busy = ErrorClass::Throttled { retry_after: None };
    let own: Arc<dyn Error + Send + Sync> = Arc::new(Own(busy));
    assert_eq!(chain::<Own>(&(Box::new(Sharing(own)) as Box<dyn Error>)), busy);
    let denied: Arc<dyn Error + Send + Sync> = Arc::new(denied());
    assert_eq!(by_source(&Sharing(denied)), ErrorClass::Permanent);
    let unknown: Arc<dyn Error + Send + Sync> = Arc::new(Layer(None));
    assert_eq!(by_source(&Sharing(unknown)), ErrorClass::Permanent);
    // An `Rc` is not an error, but a function may return one.
    let counted: std::rc::Rc<dyn Error> = std::rc::Rc::new(reset());
    assert_eq!(counted.classify(), ErrorClass::Transient);
    assert_eq!(chain::<Own>(&counted), ErrorClass::Transient);
}

// SPEC 5.4: the words of reqwest's timeout, of hyper-util's error, and of a server of HTTP/2.
#[test]
fn a_message_alone_does_not_classify_an_error() {
    #[derive(Debug)]
    struct Worded(&'static str);

    impl fmt::Display for Worded {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Worded {}

    /// Prints the same in `Debug` and `Display`, like a context of `anyhow`.
    struct Plain(&'static str);

    impl fmt::Debug for Plain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl fmt::Display for Plain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Plain {}

    for words in [
        "operation timed out",
        "TimedOut",
        "request timed out",
        "Elapsed(())",
        "client error (Connect)",
        "hyper_util::client::legacy::Error(Connect",
        "hyper_util::client::legacy::Error(Connect, refused)",
        "stream error received: refused stream before processing any application logic",
    ] {
        let text: Box<dyn Error + Send + Sync> = words.into();
        assert_eq!(text.classify(), ErrorClass::Permanent, "{words}");
        assert_eq!(io::Error::other(words).classify(), ErrorClass::Permanent, "{words}");
        assert_eq!(by_source(&Layer(Some(text))), ErrorClass::Permanent, "{words}");
        assert_eq!(by_source(&Worded(words)), ErrorClass::Permanent, "{words}");
        assert_eq!(by_source(&Plain(words)), ErrorClass::Permanent, "{words}");
    }
}

// SPEC 5.5
#[test]
fn chain_accepts_a_reference_to_any_type_erased_error() {
    let error = io::Error::from(ErrorKind::ConnectionReset);
    let plain: &(dyn Error + 'static) = &error;
    let sent: &(dyn Error + Send + Sync + 'static) = &error;
    assert_eq!(chain::<Own>(plain), ErrorClass::Transient);
    assert_eq!(chain::<Own>(sent), ErrorClass::Transient);
    assert_eq!(chain::<Own>(&plain), ErrorClass::Transient);
}

// SPEC 5.2
#[test]
fn a_bool_is_a_class() {
    assert_eq!(ErrorClass::from(true), ErrorClass::Transient);
    assert_eq!(ErrorClass::from(false), ErrorClass::Permanent);
}

/// An error of the user's.
#[derive(Debug)]
struct Own(ErrorClass);

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("own")
    }
}

impl Error for Own {}

impl Classify for Own {
    fn classify(&self) -> ErrorClass {
        self.0
    }
}

// SPEC 5.5
#[test]
fn chain_finds_the_users_type_besides_known_types() {
    let busy = ErrorClass::Throttled { retry_after: None };
    for depth in 0..4 {
        let error = layers(depth, Own(busy));
        assert_eq!(chain::<Own>(&error), busy, "depth {depth}");
        assert_eq!(error.classify(), ErrorClass::Permanent, "nobody else knows it");
        let known = layers(depth, io::Error::from(ErrorKind::TimedOut));
        assert_eq!(chain::<Own>(&known), ErrorClass::Transient, "depth {depth}");
        assert_eq!(chain::<Own>(&layers(depth, Layer(None))), ErrorClass::Permanent);
    }
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(Own(busy));
    assert_eq!(chain::<Own>(&shared), busy);
    let by_reference: &(dyn Error + Send) = &Own(busy);
    assert_eq!(chain::<Own>(&by_reference), busy);
    assert_eq!(chain::<Own>(&(Box::new(Own(busy)) as Box<dyn Error>)), busy);
}

// SPEC 5.5
#[test]
fn an_error_of_an_unknown_type_has_the_class_of_its_first_known_source() {
    let reset = || io::Error::from(ErrorKind::ConnectionReset);
    for depth in 0..3 {
        assert_eq!(by_source(&Layer(Some(layers(depth, reset())))), ErrorClass::Transient);
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(by_source(&Layer(Some(layers(depth, denied)))), ErrorClass::Permanent);
        let marked = layers(depth, Layer(None).transient());
        assert_eq!(by_source(&Layer(Some(marked))), ErrorClass::Transient);
    }
    assert_eq!(by_source(&Layer(None)), ErrorClass::Permanent);
    assert_eq!(by_source(&reset()), ErrorClass::Transient);
}

// SPEC 5.5
#[cfg(all(feature = "macros", feature = "tokio"))]
#[tokio::test(start_paused = true)]
async fn a_function_with_a_wrapper_error_is_retried_by_source() {
    #[retry_kit::retry(max = 2, when = by_source)]
    async fn fetch(calls: &mut u32) -> Result<(), Layer> {
        *calls += 1;
        let kind =
            if *calls < 2 { ErrorKind::ConnectionReset } else { ErrorKind::PermissionDenied };
        Err(Layer(Some(io::Error::from(kind).into())))
    }

    let mut calls = 0;
    fetch(&mut calls).await.unwrap_err();
    assert_eq!(calls, 2);
}

// SPEC 5.5
#[test]
fn a_mark_decides_for_any_error_and_shows_it_unchanged() {
    let denied = io::Error::from(ErrorKind::PermissionDenied);
    let shown = (denied.to_string(), format!("{denied:?}"));
    let marked = denied.transient();
    assert_eq!((marked.to_string(), format!("{marked:?}")), shown);
    assert_eq!(marked.classify(), ErrorClass::Transient);
    let above = Layer(Some("the inner one".into())).transient();
    assert_eq!(above.source().map(ToString::to_string).as_deref(), Some("the inner one"));
    assert!(marked.get_ref().downcast_ref::<io::Error>().is_some());
    for depth in 0..3 {
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert_eq!(layers(depth, denied.transient()).classify(), ErrorClass::Transient);
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        assert_eq!(layers(depth, reset.permanent()).classify(), ErrorClass::Permanent);
        assert_eq!(layers(depth, "no slot".unsent()).classify(), ErrorClass::Unsent);
    }
    let text: Box<dyn Error + Send + Sync> = "any text".transient().into();
    assert_eq!(text.classify(), ErrorClass::Transient);
    let inner = "any text".permanent().into_inner();
    assert_eq!(inner.to_string(), "any text");
    // The wrapped error may be known, also inside an `io::Error`.
    assert_eq!(io::Error::other("text".transient()).classify(), ErrorClass::Transient);
}

// SPEC 5.4, 5.5
#[cfg(feature = "anyhow")]
#[test]
fn an_anyhow_error_has_the_class_of_its_first_known_source() {
    use anyhow::Context as _;

    let reset = || Err::<(), _>(io::Error::from(ErrorKind::ConnectionReset));
    let error = reset().context("reading").context("loading").unwrap_err();
    assert_eq!(error.classify(), ErrorClass::Transient);
    assert_eq!(anyhow::anyhow!("unknown").classify(), ErrorClass::Permanent);
    assert_eq!(anyhow::Error::new("soon".transient()).classify(), ErrorClass::Transient);
    assert_eq!(anyhow::anyhow!("unknown").transient().classify(), ErrorClass::Transient);
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(io::Error::from(ErrorKind::TimedOut));
    let error = anyhow::Error::new(shared.clone()).context("reading");
    assert_eq!(error.classify(), ErrorClass::Transient);
    assert_eq!(anyhow::Error::new(Sharing(shared)).classify(), ErrorClass::Transient);
    let boxed: Box<dyn Error + Send + Sync> = io::Error::from(ErrorKind::TimedOut).into();
    let error = anyhow::anyhow!(boxed);
    assert_eq!(error.classify(), ErrorClass::Transient);
    assert_eq!(chain::<Own>(&error), ErrorClass::Transient);
    assert_eq!(error.context("reading").context("loading").classify(), ErrorClass::Transient);
    let busy = ErrorClass::Throttled { retry_after: None };
    let own = Err::<(), _>(Own(busy)).context("storing").unwrap_err();
    assert_eq!(chain::<Own>(&own), busy);
    assert_eq!(own.classify(), ErrorClass::Permanent);
}
