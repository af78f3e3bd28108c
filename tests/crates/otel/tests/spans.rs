//! The spans of attempts in OpenTelemetry's own exporter.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry::trace::{SpanId, TracerProvider as _};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use retry_kit::{Jitter, RetryPolicy, retry};
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

/// Runs in paused time, and returns the spans in the order of their ends.
fn spans(run: impl Future<Output = ()>) -> Vec<SpanData> {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().unwrap().block_on(run);
    });
    exporter.get_finished_spans().unwrap()
}

fn value<'s>(span: &'s SpanData, key: &str) -> Option<&'s Value> {
    let found = |attribute: &&KeyValue| attribute.key.as_str() == key;
    span.attributes.iter().find(found).map(|attribute| &attribute.value)
}

/// Fails twice, then succeeds; each attempt takes a second, with a span of its own inside.
async fn request(calls: &Cell<u32>) -> io::Result<u32> {
    calls.set(calls.get() + 1);
    let second = Duration::from_secs(1);
    tokio::time::sleep(second).instrument(tracing::info_span!("request")).await;
    if calls.get() < 3 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(calls.get()) }
}

#[retry(span, name = "shop::items", jitter = none)]
async fn by_attribute(calls: &Cell<u32>) -> io::Result<u32> {
    request(calls).await
}

#[retry(span, name = "shop::items", jitter = none, timeout = "5s", deadline = "1m")]
async fn in_time(calls: &Cell<u32>) -> io::Result<u32> {
    request(calls).await
}

async fn by_function(calls: &Cell<u32>) -> io::Result<u32> {
    let policy = RetryPolicy::new().jitter(Jitter::None);
    policy.retry(|| request(calls)).name("shop::items").span().await
}

async fn by_local_function(calls: &Cell<u32>) -> io::Result<u32> {
    let policy = RetryPolicy::new().jitter(Jitter::None);
    policy.retry_local(async || request(calls).await).name("shop::items").span().await
}

/// A form of the call, which borrows its count.
type Form = fn(&Cell<u32>) -> Pin<Box<dyn Future<Output = io::Result<u32>> + '_>>;

/// SPEC 7.3.6
#[test]
fn three_attempts_are_three_spans_under_one_call() {
    let forms: [Form; 4] = [
        |calls| Box::pin(by_attribute(calls)),
        |calls| Box::pin(in_time(calls)),
        |calls| Box::pin(by_function(calls)),
        |calls| Box::pin(by_local_function(calls)),
    ];
    for form in forms {
        let spans = spans(async {
            let calls = Cell::new(0);
            let call = async { assert_eq!(form(&calls).await.unwrap(), 3) };
            call.instrument(tracing::info_span!("call")).await;
        });
        let names: Vec<_> = spans.iter().map(|span| span.name.as_ref()).collect();
        let three = ["request", "attempt", "request", "attempt", "request", "attempt", "call"];
        assert_eq!(names, three);
        let call = spans[6].span_context.span_id();
        assert_eq!(spans[6].parent_span_id, SpanId::INVALID);
        for (resends, attempt) in [(None, 1), (Some(1), 3), (Some(2), 5)] {
            let attempt_span = &spans[attempt];
            assert_eq!(attempt_span.parent_span_id, call);
            assert_eq!(value(attempt_span, "name"), Some(&"shop::items".into()));
            let resend_count = value(attempt_span, "http.request.resend_count");
            assert_eq!(resend_count, resends.map(Value::I64).as_ref());
            assert_eq!(spans[attempt - 1].parent_span_id, attempt_span.span_context.span_id());
        }
    }
}

/// SPEC 7.3.6
#[test]
fn an_attempt_that_blocks_has_a_span_too() {
    #[retry(span, base = "1ms")]
    fn blocking(calls: &Cell<u32>) -> io::Result<u32> {
        calls.set(calls.get() + 1);
        if calls.get() < 2 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(calls.get()) }
    }

    let spans = spans(async { assert_eq!(blocking(&Cell::new(0)).unwrap(), 2) });
    let counts: Vec<_> =
        spans.iter().map(|span| value(span, "http.request.resend_count").cloned()).collect();
    assert_eq!(counts, [None, Some(Value::I64(1))]);
    assert_eq!(value(&spans[0], "name"), Some(&"spans::blocking".into()));
}

/// SPEC 7.3.6
#[test]
fn without_the_key_there_is_no_span() {
    #[retry(base = "1ms")]
    async fn plain() -> io::Result<()> {
        Ok(())
    }

    assert!(spans(async { plain().await.unwrap() }).is_empty());
}
