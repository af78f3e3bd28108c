//! The name of a closure, a loop or a layer, as a site of the program.

use crate::policy::RetryPolicy;

/// Makes the name of a closure, a loop or a layer a site of the program, which
/// [`cargo retry`](https://docs.rs/retry-kit/latest/retry_kit/guide/sites/) lists.
///
/// An annotated function is a site by itself. Everything else is listed only by this: pass the result to a method
/// `name`. With a second argument, a constant [`RetryPolicy`](crate::RetryPolicy) or a reference to one, the list shows
/// its numbers; take care that it is the policy that is used.
///
/// Returns the name, a `&'static str`, in a constant, too. Without the feature `sites` nothing else remains of it.
///
/// ```
/// use retry_kit::{RetryPolicy, RetryState, site};
///
/// # async fn ping(host: &str) -> std::io::Result<()> { Ok(()) }
/// const POLICY: RetryPolicy = RetryPolicy::new().max_retries(5);
///
/// # async fn example(host: &str) -> std::io::Result<()> {
/// POLICY.retry(|| ping(host)).name(site!("monitor.ping", POLICY)).await?;
///
/// let policy: RetryPolicy = "max = 2".parse().unwrap();
/// let retries = RetryState::new(&policy).name(site!("monitor.probe"));
/// # let _ = retries;
/// # Ok(())
/// # }
/// assert_eq!(site!("monitor.ping", POLICY), "monitor.ping");
/// ```
#[macro_export]
macro_rules! site {
    ($name:expr $(,)?) => {
        $crate::__retry_site!($name, ::core::option::Option::None)
    };
    ($name:expr, $policy:expr $(,)?) => {
        $crate::__retry_site!(
            $name,
            ::core::option::Option::Some($crate::__private::known_policy(&$policy))
        )
    };
}

#[cfg(feature = "sites")]
#[doc(hidden)]
#[macro_export]
macro_rules! __retry_site {
    ($name:expr, $policy:expr) => {{
        const __RETRY_SITE: $crate::__private::Site = $crate::__private::Site {
            policy: match $policy {
                ::core::option::Option::None => ::core::option::Option::None,
                ::core::option::Option::Some(__retry_policy) => {
                    ::core::option::Option::Some($crate::__private::Known::of(__retry_policy))
                }
            },
            expression: "",
            timeout: ::core::option::Option::None,
            flags: $crate::__private::site::NAMED,
            path: ::core::module_path!(),
            name: $name,
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
        };
        const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] =
            __RETRY_SITE.record();
        const __RETRY_NAME: &'static ::core::primitive::str = __RETRY_SITE.name_in(&__RETRY_RECORD);
        __RETRY_NAME
    }};
}

// The policy is checked all the same: another crate of the program may switch the feature on.
#[cfg(not(feature = "sites"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __retry_site {
    ($name:expr, $policy:expr) => {{
        const _: ::core::option::Option<$crate::RetryPolicy> = $policy;
        const __RETRY_NAME: &'static ::core::primitive::str = $name;
        __RETRY_NAME
    }};
}

/// The policy of a constant, which may be a reference.
pub const fn known_policy(policy: &RetryPolicy) -> RetryPolicy {
    *policy
}
