//! Functions that return a future, written by hand or rewritten by another attribute.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use async_recursion::async_recursion;
use async_trait::async_trait;
use futures_util::FutureExt;
use retry_kit::retry;
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds};

type Outcome = Result<usize, Failure>;
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

fn assert_send<F: Future + Send>(future: F) -> F {
    future
}

#[retry(jitter = none)]
fn boxed<'a>(script: &'a Script) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
    Box::pin(async move { script.call() })
}

#[retry(jitter = none)]
fn aliased(script: &Script) -> BoxFuture<'_, Outcome> {
    std::boxed::Box::pin(async move {
        let calls = script.call()?;
        Ok(calls)
    })
}

#[retry(jitter = none)]
fn boxed_by_method(script: &Script) -> BoxFuture<'_, Outcome> {
    async move { script.call() }.boxed()
}

#[retry(jitter = none)]
fn boxed_by_method_for_one_thread(
    script: &Script,
) -> futures_util::future::LocalBoxFuture<'_, Outcome> {
    async move {
        let calls = script.call()?;
        Ok(calls)
    }
    .boxed_local()
}

#[retry(jitter = none)]
fn opaque(script: &Script) -> impl Future<Output = Outcome> + Send {
    async move { script.call() }
}

#[retry(jitter = none)]
fn opaque_without_move(
    script: &Script,
) -> impl Future<Output = Result<impl Sized + use<>, Failure>> {
    async { script.call() }
}

#[retry(jitter = none)]
fn with_statements(
    script: &Script,
    prepared: &AtomicU32,
) -> impl Future<Output = Result<String, Failure>> {
    let text = prepared.fetch_add(1, Ordering::Relaxed).to_string();
    async move {
        script.call()?;
        Ok(text.clone())
    }
}

#[retry(jitter = none, clone(list))]
fn with_arguments<'a>(
    script: &'a Script,
    mut list: Vec<u32>,
    hits: &'a mut u32,
) -> BoxFuture<'a, Result<usize, Failure>> {
    Box::pin(async move {
        list.push(1);
        let moved = hits;
        *moved += 1;
        script.call()?;
        Ok(list.len())
    })
}

// SPEC 3.2
#[tokio::test(start_paused = true)]
async fn a_future_at_the_end_of_a_function_is_retried_inside() {
    let script = || Script::new([TRANSIENT; 2]);
    assert_eq!(assert_send(boxed(&script())).await, Ok(3));
    assert_eq!(assert_send(aliased(&script())).await, Ok(3));
    assert_eq!(assert_send(boxed_by_method(&script())).await, Ok(3));
    assert_eq!(boxed_by_method_for_one_thread(&script()).await, Ok(3));
    assert_eq!(assert_send(opaque(&script())).await, Ok(3));
    assert!(opaque_without_move(&script()).await.is_ok());

    let last = script();
    assert_eq!(boxed(&last).await, Ok(3));
    assert_eq!(last.waits(), seconds(&[1, 2]));

    let mut hits = 0;
    assert_eq!(assert_send(with_arguments(&script(), vec![], &mut hits)).await, Ok(1));
    assert_eq!(hits, 3);
}

/// A service in the shape of tower's: the future borrows nothing.
struct Service(std::sync::Arc<Script>);

impl Service {
    #[retry(jitter = none)]
    fn call(&mut self, extra: usize) -> BoxFuture<'static, Outcome> {
        let script = self.0.clone();
        Box::pin(async move { script.call().map(|calls| calls + extra) })
    }

    #[retry(jitter = none)]
    fn opaque(&mut self) -> impl Future<Output = Outcome> + Send + use<> {
        let this = self.0.clone();
        async move { this.call() }
    }
}

struct Wrapper<'a>(&'a mut u32);

#[retry(jitter = none)]
fn moved_before<'a>(script: &'a Script, hits: &'a mut u32) -> BoxFuture<'a, Outcome> {
    let wrapper = Wrapper(hits);
    Box::pin(async move {
        *wrapper.0 += 1;
        script.call()
    })
}

#[retry(jitter = none)]
fn shadowed_before(script: &Script, hits: &mut [u32]) -> impl Future<Output = Outcome> {
    let hits = hits.len();
    async move { script.call().map(|calls| calls + hits) }
}

#[retry(jitter = none)]
fn changed_before(script: &Script, mut list: Vec<u32>) -> impl Future<Output = Outcome> {
    list.push(1);
    let length = list.len();
    async move { script.call().map(|calls| calls + length) }
}

#[derive(Clone, Copy)]
struct Named<'a> {
    list: &'a str,
}

#[retry(jitter = none)]
fn a_field_of_that_name(
    script: &Script,
    named: Named<'_>,
    mut list: Vec<u32>,
) -> impl Future<Output = Result<String, Failure>> {
    list.push(1);
    let length = list.len();
    async move {
        let Named { list: text } = named;
        assert_eq!(text, named.list);
        let listed = length;
        script.call().map(|calls| format!("{text} {listed} {calls}"))
    }
}

#[retry(jitter = none, clone(list))]
fn changed_before_and_inside(script: &Script, mut list: Vec<u32>) -> impl Future<Output = Outcome> {
    list.push(1);
    async move {
        list.push(2);
        script.call().map(|_| list.len())
    }
}

type ScriptFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

#[retry(jitter = none)]
fn own_alias(script: &Script) -> ScriptFuture<'_, usize> {
    Box::pin(async move { script.call() })
}

macro_rules! define {
    ($name:ident, $outer:ident, $block:block) => {
        #[retry(jitter = none)]
        fn $name($outer: &Script) -> BoxFuture<'_, Outcome> $block
    };
    (async $name:ident, $script:ident, $block:block) => {
        #[retry(jitter = none)]
        fn $name($script: &Script) -> BoxFuture<'_, Outcome> {
            Box::pin(async move $block)
        }
    };
}
define!(from_a_block, script, { Box::pin(async move { script.call() }) });
define!(async from_an_async_block, script, { script.call() });

// SPEC 3.2: only what the attempt uses is a part of it.
#[tokio::test(start_paused = true)]
async fn a_future_by_hand_borrows_what_it_borrowed_without_the_attribute() {
    let script = || Script::new([TRANSIENT; 2]);
    assert_eq!(assert_send(Service(script().into()).call(1)).await, Ok(4));
    assert_eq!(assert_send(Service(script().into()).opaque()).await, Ok(3));
    let mut hits = 0;
    assert_eq!(moved_before(&script(), &mut hits).await, Ok(3));
    assert_eq!(hits, 3);
    assert_eq!(shadowed_before(&script(), &mut [0; 5]).await, Ok(8));
    assert_eq!(changed_before(&script(), vec![]).await, Ok(4));
    let named = Named { list: "a" };
    assert_eq!(a_field_of_that_name(&script(), named, vec![]).await, Ok("a 1 3".into()));
    assert_eq!(changed_before_and_inside(&script(), vec![0]).await, Ok(3));
    assert_eq!(own_alias(&script()).await, Ok(3));
    assert_eq!(from_a_block(&script()).await, Ok(3));
    assert_eq!(from_an_async_block(&script()).await, Ok(3));
}

// SPEC 3.2: what stands before the future is the call's, not the attempt's.
#[tokio::test(start_paused = true)]
async fn statements_before_the_future_run_once_and_immediately() {
    let (script, prepared) = (Script::new([TRANSIENT; 2]), AtomicU32::new(7));
    let future = with_statements(&script, &prepared);
    assert_eq!((prepared.load(Ordering::Relaxed), script.calls()), (8, 0));
    assert_eq!(future.await, Ok("7".into()));
    assert_eq!((prepared.load(Ordering::Relaxed), script.calls()), (8, 3));
}

#[async_trait]
trait Store {
    async fn by_reference(&self, key: &str) -> Result<usize, Failure>;
    async fn by_exclusive_reference(&mut self, hits: &mut u32, rest: &[u8]) -> Outcome;
    async fn owned(&self, text: String, mut list: Vec<u8>) -> Result<(String, usize), Failure>;
    async fn patterns(&self, pair: (u32, String), point: Point) -> Result<String, Failure>;
    async fn generic<T: Send + Sync + ToString>(&self, value: T) -> Result<String, Failure>;
    async fn by_value(self) -> Outcome
    where
        Self: Sized;
    async fn lent(&self) -> Result<&Script, Failure>;

    #[retry(jitter = none)]
    async fn by_default(&self, key: String) -> Outcome
    where
        Self: Sync,
    {
        self.by_reference(&key).await.map(|calls| calls + key.len())
    }
}

struct Point {
    x: i32,
    y: i32,
}

#[async_trait]
impl Store for Script {
    #[retry(jitter = none)]
    async fn by_reference(&self, key: &str) -> Result<usize, Failure> {
        tokio::task::yield_now().await;
        assert_eq!(key, "key");
        self.call()
    }

    #[retry(jitter = none)]
    async fn by_exclusive_reference(&mut self, hits: &mut u32, mut rest: &[u8]) -> Outcome {
        let moved = hits;
        *moved += u32::from(rest[0]);
        rest = &rest[1..];
        assert_eq!(rest.len(), 1);
        self.call()
    }

    #[retry(jitter = none, clone(list))]
    async fn owned(&self, text: String, mut list: Vec<u8>) -> Result<(String, usize), Failure> {
        list.push(1);
        self.call()?;
        Ok((text.clone(), list.len()))
    }

    #[retry(jitter = none, clone(name), share(y))]
    async fn patterns(
        &self,
        (number, mut name): (u32, String),
        Point { x, mut y }: Point,
    ) -> Result<String, Failure> {
        name.push('!');
        y += 1;
        self.call()?;
        Ok(format!("{number} {name} {x} {y}"))
    }

    #[retry(jitter = none)]
    async fn generic<T: Send + Sync + ToString>(&self, value: T) -> Result<String, Failure> {
        self.call()?;
        Ok(value.to_string())
    }

    #[retry(jitter = none)]
    async fn by_value(self) -> Outcome {
        self.call()
    }

    #[retry(jitter = none)]
    async fn lent(&self) -> Result<&Script, Failure> {
        self.call()?;
        Ok(self)
    }
}

struct Counter {
    script: Script,
    count: u32,
}

#[async_trait]
trait ByPolicy {
    async fn exclusive(&mut self, seen: &mut Vec<u32>) -> Result<u32, Failure>;
    async fn boxed(self: Box<Self>) -> Result<u32, Failure>;
    async fn shared(&self) -> Result<u32, Failure>;
    async fn shown(&mut self, log: &Mutex<Vec<String>>) -> Result<u32, Failure>;
}

#[async_trait]
impl ByPolicy for Counter {
    #[retry(policy = self.policy(), on_retry = |event| seen.push(event.attempt() + self.count))]
    async fn exclusive(&mut self, seen: &mut Vec<u32>) -> Result<u32, Failure> {
        self.count += 1;
        self.script.call()?;
        Ok(self.count)
    }

    #[retry(policy = self.policy(), when = |_| self.count == 0)]
    async fn boxed(self: Box<Self>) -> Result<u32, Failure> {
        self.script.call()?;
        Ok(self.count)
    }

    #[retry(
        policy = self.policy(),
        on_retry = |_| log.lock().unwrap().push(format!("{{self}} {self:?} {self} {self:>4} {0:?} {0:1$}", self, self.count as usize)),
    )]
    async fn shown(&mut self, log: &Mutex<Vec<String>>) -> Result<u32, Failure> {
        self.count += 1;
        self.script.call()?;
        Ok(self.count)
    }

    #[retry(policy = self.policy(), max = self.count + 2)]
    async fn shared(&self) -> Result<u32, Failure> {
        self.script.call()?;
        Ok(self.count)
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.count)
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.count.to_string())
    }
}

impl Counter {
    fn policy(&self) -> retry_kit::RetryPolicy {
        let _ = self.count;
        retry_kit::RetryPolicy::new().max_retries(2).jitter(retry_kit::Jitter::None)
    }
}

// SPEC 2.3, 3.2
#[tokio::test(start_paused = true)]
async fn the_attribute_may_use_self_under_async_trait() {
    let counter = || Counter { script: Script::new([TRANSIENT; 2]), count: 0 };
    let mut seen = Vec::new();
    assert_eq!(counter().exclusive(&mut seen).await, Ok(3));
    assert_eq!(seen, [2, 4]);
    assert_eq!(Box::new(counter()).boxed().await, Ok(0));
    assert_eq!(counter().shared().await, Ok(0));
    let log = Mutex::default();
    assert_eq!(counter().shown(&log).await, Ok(3));
    assert_eq!(log.into_inner().unwrap(), ["{self} #1 1    1 #1 1", "{self} #2 2    2 #2 2 "]);
}

#[async_trait]
trait Count {
    async fn count(&mut self) -> Result<u32, Failure>;
    async fn count_by_value(mut self: Box<Self>) -> Result<u32, Failure>;
}

#[async_trait]
impl Count for Counter {
    #[retry(jitter = none)]
    async fn count(&mut self) -> Result<u32, Failure> {
        self.count += 1;
        self.script.call()?;
        Ok(self.count)
    }

    #[retry(jitter = none, share(self))]
    async fn count_by_value(mut self: Box<Self>) -> Result<u32, Failure> {
        self.count += 1;
        self.script.call()?;
        Ok(self.count)
    }
}

// SPEC 3.2
#[tokio::test(start_paused = true)]
async fn a_method_under_async_trait_is_retried_inside_its_box() {
    let script = || Script::new([TRANSIENT; 2]);
    assert_eq!(assert_send(script().by_reference("key")).await, Ok(3));
    let mut hits = 0;
    let mut three = script();
    assert_eq!(assert_send(three.by_exclusive_reference(&mut hits, &[5, 6])).await, Ok(3));
    assert_eq!(hits, 15);
    assert_eq!(script().owned("text".into(), vec![]).await, Ok(("text".into(), 1)));
    let point = Point { x: 1, y: 2 };
    assert_eq!(script().patterns((4, "name".into()), point).await, Ok("4 name! 1 5".into()));
    assert_eq!(assert_send(script().generic(1.5)).await, Ok("1.5".into()));
    assert_eq!(script().by_value().await, Ok(3));
    assert_eq!(script().lent().await.map(Script::calls), Ok(3));
    assert_eq!(script().by_default("key".into()).await, Ok(6));

    let counter = || Counter { script: script(), count: 0 };
    assert_eq!(counter().count().await, Ok(3));
    assert_eq!(Box::new(counter()).count_by_value().await, Ok(3));

    let script = Script::new([PERMANENT]);
    assert_eq!(script.by_reference("key").await, Err(PERMANENT));
    assert_eq!(script.calls(), 1);
}

#[retry(jitter = none)]
#[async_recursion]
async fn recursion_below(script: &Script, depth: u32) -> Result<u32, Failure> {
    if depth > 0 {
        return Ok(1 + recursion_below(script, depth - 1).await?);
    }
    script.call()?;
    Ok(0)
}

#[async_recursion]
#[retry(jitter = none)]
async fn recursion_above(script: &Script, depth: u32) -> Result<u32, Failure> {
    if depth > 0 {
        return Ok(1 + recursion_above(script, depth - 1).await?);
    }
    script.call()?;
    Ok(0)
}

#[tokio::test(start_paused = true)]
async fn async_recursion_works_above_and_below() {
    for depth in [0, 3] {
        assert_eq!(recursion_below(&Script::new([TRANSIENT; 2]), depth).await, Ok(depth));
        assert_eq!(recursion_above(&Script::new([TRANSIENT; 2]), depth).await, Ok(depth));
    }
}

#[tracing::instrument(skip_all)]
#[retry(jitter = none)]
async fn span_per_attempt(script: &Script) -> Outcome {
    tracing::info!("attempt");
    script.call()
}

#[retry(jitter = none)]
#[tracing::instrument(skip_all)]
async fn span_per_call(script: &Script) -> Outcome {
    tracing::info!("attempt");
    script.call()
}

/// Counts the spans that were opened.
#[derive(Default)]
struct Spans(Mutex<Vec<&'static str>>);

impl tracing::Subscriber for &'static Spans {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let mut spans = self.0.lock().unwrap();
        spans.push(span.metadata().name());
        tracing::span::Id::from_u64(spans.len() as u64)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn retry_below_instrument_makes_a_span_per_attempt_and_above_it_one_per_call() {
    static SPANS: Spans = Spans(Mutex::new(Vec::new()));
    let _guard = tracing::subscriber::set_default(&SPANS);
    assert_eq!(span_per_attempt(&Script::new([TRANSIENT; 2])).await, Ok(3));
    assert_eq!(std::mem::take(&mut *SPANS.0.lock().unwrap()), ["span_per_attempt"; 3]);
    assert_eq!(span_per_call(&Script::new([TRANSIENT; 2])).await, Ok(3));
    assert_eq!(std::mem::take(&mut *SPANS.0.lock().unwrap()), ["span_per_call"]);
}

#[retry]
#[tokio::test(start_paused = true)]
async fn above_tokio_test() -> Result<(), Failure> {
    Ok(())
}
