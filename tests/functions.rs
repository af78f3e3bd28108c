//! Every kind of function that the attribute supports, with its calls and its value.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use retry_kit::retry;
use support::{Failure, PERMANENT, Script, TRANSIENT};

fn assert_send<F: Future + Send>(future: F) -> F {
    future
}

mod free {
    use super::{Arc, Debug, Display, Failure, Rc, Script, fmt, io, retry};

    #[retry]
    pub async fn references(script: &Script, text: &str) -> Result<usize, Failure> {
        script.call()?;
        Ok(text.len())
    }

    #[retry]
    pub async fn elided(script: &Script) -> Result<&Script, Failure> {
        script.call()?;
        Ok(script)
    }

    #[retry]
    pub async fn explicit<'a, 'b: 'a>(
        script: &'a Script,
        text: &'b str,
    ) -> Result<&'a str, Failure> {
        script.call()?;
        Ok(text)
    }

    #[retry]
    pub async fn generic<T, const N: usize>(
        script: &Script,
        items: [T; N],
    ) -> Result<String, Failure>
    where
        T: Debug + Send + Sync,
    {
        script.call()?;
        tokio::task::yield_now().await;
        Ok(format!("{items:?}"))
    }

    #[retry]
    pub async fn impl_argument(
        script: &Script,
        show: impl Display + Send + Sync,
    ) -> Result<String, Failure> {
        script.call()?;
        Ok(show.to_string())
    }

    #[retry]
    pub async fn impl_ok(script: &Script) -> Result<impl Iterator<Item = usize> + use<>, Failure> {
        let calls = script.call()?;
        Ok(0..calls)
    }

    #[retry]
    pub async fn pattern(
        script: &Script,
        (left, [first, ..]): (&str, [u32; 3]),
        Point { x, y: down }: Point,
    ) -> Result<String, Failure> {
        script.call()?;
        Ok(format!("{left} {first} {x} {down}"))
    }

    pub struct Point {
        pub x: i32,
        pub y: i32,
    }

    #[retry]
    pub async fn owned(script: &Script, text: String) -> Result<String, Failure> {
        script.call()?;
        Ok(text.clone())
    }

    #[retry]
    pub async fn exclusive(script: &Script, hits: &mut Vec<usize>) -> Result<usize, Failure> {
        let hits_of_this_attempt = hits;
        hits_of_this_attempt.push(script.calls());
        script.call()
    }

    #[retry]
    pub async fn boxed_error(
        script: &Script<io::Error>,
    ) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
        Ok(script.call()?)
    }

    #[retry]
    pub async fn alias(script: &Script<io::Error>) -> io::Result<usize> {
        script.call()
    }

    #[retry]
    pub async fn coerces(script: &Script) -> Result<Box<dyn Display + Send>, Failure> {
        script.call()?;
        Ok(Box::new(7))
    }

    #[retry]
    pub async fn infers(script: &Script) -> Result<Vec<u8>, Failure> {
        script.call()?;
        let list = "1 2 3".split(' ').map(|digit| digit.parse().unwrap_or_default()).collect();
        Ok(list)
    }

    #[retry]
    pub async unsafe fn unsafe_to_call(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry]
    pub async fn recursive(script: &Script, depth: u32) -> Result<u32, Failure> {
        if depth == 0 {
            script.call()?;
            return Ok(0);
        }
        Ok(1 + Box::pin(recursive(script, depth - 1)).await?)
    }

    #[retry]
    pub async fn conditional(
        script: &Script,
        #[cfg(any())] missing: &mut u32,
        #[cfg(not(any()))] present: &mut u32,
    ) -> Result<u32, Failure> {
        script.call()?;
        *present += 1;
        Ok(*present)
    }

    /// Inner attributes are the function's own.
    #[retry]
    pub async fn inner_attributes(script: &Script) -> Result<usize, Failure> {
        #![allow(unused_variables)]
        let unused = 1;
        script.call()
    }

    #[retry]
    pub async fn not_send(script: &Script, shared: Rc<u32>) -> Result<u32, Failure> {
        script.call()?;
        tokio::task::yield_now().await;
        Ok(*shared)
    }

    /// The error is not `Send`, and never lives across a wait.
    pub struct LocalError(pub Rc<u32>);

    impl retry_kit::Classify for LocalError {
        fn classify(&self) -> retry_kit::ErrorClass {
            true.into()
        }
    }

    impl fmt::Debug for LocalError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.0)
        }
    }

    #[retry]
    pub async fn local_error(script: &Script) -> Result<usize, LocalError> {
        script.call().map_err(|_| LocalError(Rc::new(1)))
    }

    #[retry]
    pub async fn shared_ownership(script: Arc<Script>) -> Result<usize, Failure> {
        tokio::task::yield_now().await;
        script.call()
    }

    #[derive(Debug, PartialEq, Eq)]
    pub struct InTheFuture;

    impl retry_kit::Classify for InTheFuture {
        fn classify(&self) -> retry_kit::ErrorClass {
            true.into()
        }
    }

    const fn is_any<const NOT: bool, T>(_: &T) -> bool {
        !NOT
    }

    #[retry(max = 1, base = "0s", when = is_any::<false, InTheFuture>)]
    pub fn no_future(script: &Script) -> Result<usize, InTheFuture> {
        script.call().map_err(|_| InTheFuture)
    }

    #[retry]
    pub async fn diverges(script: &Script) -> Result<usize, Failure> {
        script.call()?;
        panic!("a panic is no failure")
    }
}

// SPEC 3.1, 3.2
#[tokio::test(start_paused = true)]
async fn a_free_function_is_called_again_and_keeps_its_value() {
    macro_rules! twice {
        (|$script:ident| $call:expr, |$value:ident| $checked:expr, $expected:expr) => {{
            let script = Script::new([TRANSIENT]);
            let $script = &script;
            let $value = assert_send($call).await.unwrap();
            assert_eq!($checked, $expected);
            assert_eq!(script.calls(), 2);
        }};
        (|$script:ident| $call:expr, $expected:expr) => {
            twice!(|$script| $call, |value| value, $expected)
        };
    }
    twice!(|script| free::references(script, "four"), 4);
    twice!(|script| free::elided(script), |value| value.calls(), 2);
    twice!(|script| free::explicit(script, "text"), "text");
    twice!(|script| free::generic(script, [1, 2]), "[1, 2]");
    twice!(|script| free::impl_argument(script, 1.5), "1.5");
    twice!(|script| free::impl_ok(script), |value| value.count(), 2);
    let point = free::Point { x: 1, y: -1 };
    twice!(|script| free::pattern(script, ("a", [7, 8, 9]), point), "a 7 1 -1");
    twice!(|script| free::owned(script, "kept".into()), "kept");
    twice!(|script| free::coerces(script), |value| value.to_string(), "7");
    twice!(|script| free::infers(script), [1, 2, 3]);
    twice!(|script| unsafe { free::unsafe_to_call(script) }, 2);
    twice!(|script| free::recursive(script, 3), 3);
    twice!(|script| free::inner_attributes(script), 2);
    twice!(|script| free::local_error(script), 2);
    assert_eq!(free::no_future(&Script::new([TRANSIENT])), Ok(2));

    let mut hits = Vec::new();
    twice!(|script| free::exclusive(script, &mut hits), 2);
    assert_eq!(hits, [0, 1], "what an attempt does through `&mut` stays done");
    let mut present = 1;
    twice!(|script| free::conditional(script, &mut present), 2);

    let script = Arc::new(Script::new([TRANSIENT]));
    assert_eq!(assert_send(free::shared_ownership(script)).await, Ok(2));
    let script = Script::new([TRANSIENT]);
    assert_eq!(free::not_send(&script, Rc::new(3)).await, Ok(3));

    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    assert_eq!(free::alias(&Script::new([reset()])).await.unwrap(), 2);
    assert_eq!(free::boxed_error(&Script::new([reset()])).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "a panic is no failure")]
async fn a_panic_is_not_caught() {
    let _ = free::diverges(&Script::new([TRANSIENT])).await;
}

struct Service<T> {
    script: Script,
    item: T,
}

impl<T: Clone + Send + Sync> Service<T> {
    fn new(item: T) -> Self {
        Self { script: Script::new([TRANSIENT]), item }
    }

    #[retry]
    async fn by_reference(&self) -> Result<T, Failure> {
        self.script.call()?;
        Ok(self.item.clone())
    }

    #[retry]
    async fn lent(&self) -> Result<&T, Failure> {
        self.script.call()?;
        Ok(&self.item)
    }

    #[retry]
    async fn lent_opaquely(&mut self) -> Result<impl Iterator<Item = &T>, Failure> {
        self.script.call()?;
        Ok(std::iter::once(&self.item))
    }

    #[retry]
    async fn by_exclusive_reference(&mut self, item: T) -> Result<T, Failure> {
        self.item = item.clone();
        self.script.call()?;
        Ok(self.item.clone())
    }

    #[retry]
    async fn by_value(self) -> Result<T, Failure> {
        self.script.call()?;
        Ok(self.item.clone())
    }

    #[retry(share(self))]
    async fn by_mutable_value(mut self, item: T) -> Result<T, Failure> {
        self.script.call()?;
        self.item = item.clone();
        Ok(self.item.clone())
    }

    #[retry]
    async fn by_arc(self: Arc<Self>) -> Result<Self, Failure> {
        self.script.call()?;
        Ok(Self::new(self.item.clone()))
    }

    #[retry]
    async fn by_box(self: Box<Self>) -> Result<T, Failure> {
        self.script.call()?;
        Ok(self.item.clone())
    }

    #[retry(share(self))]
    async fn by_pin(mut self: Pin<&mut Self>) -> Result<T, Failure>
    where
        T: Unpin,
    {
        self.as_mut().script.call()?;
        Ok(self.item.clone())
    }

    #[retry]
    async fn associated(script: &Script, item: T) -> Result<Self, Failure> {
        script.call()?;
        Ok(Self::new(item.clone()))
    }
}

// SPEC 3.2
#[tokio::test(start_paused = true)]
async fn a_method_may_take_any_receiver() {
    let service = || Service::new(5);
    assert_eq!(assert_send(service().by_reference()).await, Ok(5));
    assert_eq!(assert_send(service().lent()).await, Ok(&5));
    assert_eq!(assert_send(service().by_exclusive_reference(6)).await, Ok(6));
    assert_eq!(service().lent_opaquely().await.unwrap().next(), Some(&5));
    assert_eq!(assert_send(service().by_value()).await, Ok(5));
    assert_eq!(assert_send(service().by_mutable_value(6)).await, Ok(6));
    assert_eq!(assert_send(Arc::new(service()).by_arc()).await.unwrap().item, 5);
    assert_eq!(assert_send(Box::new(service()).by_box()).await, Ok(5));
    assert_eq!(assert_send(Pin::new(&mut service()).by_pin()).await, Ok(5));
    let script = Script::new([TRANSIENT]);
    assert_eq!(assert_send(Service::associated(&script, 5)).await.unwrap().item, 5);
    assert_eq!(script.calls(), 2);
}

#[allow(async_fn_in_trait, reason = "used here alone")]
trait Store {
    fn script(&self) -> &Script;

    #[retry]
    async fn by_default(&self, key: &str) -> Result<usize, Failure> {
        self.script().call().map(|calls| calls + key.len())
    }

    async fn required(&mut self, hits: &mut u32) -> Result<usize, Failure>;
}

impl Store for Script {
    fn script(&self) -> &Script {
        self
    }

    #[retry(max = 2)]
    async fn required(&mut self, hits: &mut u32) -> Result<usize, Failure> {
        *hits += 1;
        self.call()
    }
}

// SPEC 3.2
#[tokio::test(start_paused = true)]
async fn the_attribute_works_on_default_methods_and_impls_of_a_trait() {
    assert_eq!(Script::new([TRANSIENT]).by_default("key").await, Ok(5));
    let mut hits = 0;
    assert_eq!(Script::new([TRANSIENT; 9]).required(&mut hits).await, Err(TRANSIENT));
    assert_eq!(hits, 3);
}

macro_rules! define {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($argument:ident: $ty:ty) -> $ret:ty $body:block) => {
        $(#[$attribute])*
        $visibility async fn $name(script: &Script, $argument: $ty) -> $ret {
            script.call()?;
            $body
        }
    };
}

define! {
    #[retry]
    fn from_a_macro(value: &mut u32) -> Result<u32, Failure> {
        // `value` came through `$ty`, which hides the `&mut` in an invisible group.
        let moved = value;
        *moved += 1;
        Ok(*moved)
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_may_come_from_a_macro() {
    let mut value = 1;
    assert_eq!(from_a_macro(&Script::new([TRANSIENT]), &mut value).await, Ok(2));
}

// SPEC 3.9 leaves a function without documentation alone; lints of the user go on.
#[retry]
#[deny(missing_docs, unused_variables, unused_mut, unreachable_code)]
#[must_use = "why else call it"]
async fn attributes_stay(script: &Script) -> Result<usize, Failure> {
    let mut calls = script.call()?;
    calls += 1;
    Ok(calls)
}

#[tokio::test(start_paused = true)]
async fn the_attributes_of_a_function_stay_on_it() {
    assert_eq!(attributes_stay(&Script::new([PERMANENT])).await, Err(PERMANENT));
    assert_eq!(attributes_stay(&Script::new([])).await, Ok(2));
}
