//! The default timer, by the names that `default_sleep!` may shadow in the root of a crate.

pub use super::sleep::sleep as __retry_sleep;
pub use super::timeout::with_timeout as __retry_with_timeout;

/// Sets the sleep of all functions with `#[retry]` in a crate that have none of their own.
///
/// Call it in the root of the crate, `src/lib.rs` or `src/main.rs`; anywhere else it does not compile. It takes
/// what the key `sleep` takes, a function or closure from a [`Duration`](core::time::Duration) to a future. The
/// expression is evaluated for each wait, and for each attempt with a `timeout`.
///
/// It holds for this crate alone: other crates of the program wait as before. It does not reach
/// [`RetryPolicy::retry`](crate::RetryPolicy::retry) and the layers, which have `.sleep(…)`.
///
/// ```standalone_crate
/// use std::io;
/// use std::time::Duration;
/// use retry_kit::retry;
///
/// retry_kit::default_sleep!(|wait| async move { println!("waiting {wait:?}") });
///
/// #[retry(base = "1m", jitter = none)]
/// async fn fetch() -> io::Result<u32> {
///     match retry_kit::current_attempt() {
///         Some(1) => Err(io::ErrorKind::ConnectionReset.into()),
///         _ => Ok(7),
///     }
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> io::Result<()> {
///     assert_eq!(fetch().await?, 7);
///     Ok(())
/// }
/// ```
///
/// Not in a module:
///
/// ```compile_fail
/// mod api {
///     retry_kit::default_sleep!(|wait| async move { println!("waiting {wait:?}") });
/// }
/// ```
#[macro_export]
macro_rules! default_sleep {
    ($sleep:expr $(,)?) => {
        const _: () = $crate::__private::default_timer::assert_root(::core::module_path!());

        #[allow(dead_code)]
        fn __retry_sleep(
            wait: $crate::Wait,
        ) -> impl ::core::future::Future<Output = ()> + use<> {
            $crate::__private::nap($sleep, wait)
        }

        #[allow(dead_code)]
        fn __retry_with_timeout<A, F>(
            attempt: A,
            frame: F,
            timeout: ::core::option::Option<$crate::__private::AttemptTimeout>,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<A::Output, $crate::TimedOut>,
        >
        where
            A: ::core::future::Future,
            F: $crate::__private::Frame,
        {
            $crate::__private::race(attempt, frame, timeout, $sleep)
        }
    };
}

/// Does not compile in a constant unless the path is that of the root of a crate.
///
/// # Panics
///
/// If the path is that of another module.
pub const fn assert_root(path: &str) {
    let mut bytes = path.as_bytes();
    while let [byte, rest @ ..] = bytes {
        assert!(
            *byte != b':',
            "`default_sleep!` works only in the root of the crate: `src/lib.rs` or `src/main.rs`"
        );
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 4.13.2
    #[test]
    #[should_panic(expected = "`default_sleep!` works only in the root of the crate")]
    fn a_timer_outside_the_root_does_not_compile() {
        assert_root("shop");
        assert_root("shop::orders");
    }
}
