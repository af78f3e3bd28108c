//! `RetryLayer`: services of tower under a policy.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::{Ready, ready};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use retry_kit::service::{CloneWith, HttpUntil, OnRetry, ResponseFuture, SleepWith, When};
use retry_kit::{
    Decision, ErrorClass, Pause, RetryBudget, RetryEvent, RetryLayer, RetryPolicy, RetryService,
    RetryableResponse, StopReason, current_attempt, remaining, testing,
};
use tokio::time::Instant;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

type BoxError = Box<dyn Error + Send + Sync>;

const SECOND: Duration = Duration::from_secs(1);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A policy whose waits are 1, 2, 4 … seconds.
const fn exact() -> RetryPolicy {
    RetryPolicy::new().jitter(retry_kit::Jitter::None)
}

/// What a service does with a call.
type Answer = io::Result<Response<u32>>;

/// A service that panics when it is called without being ready, and is ready only at the second look.
#[derive(Debug)]
struct Strict {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<String>>>,
    looks: u32,
}

impl Strict {
    fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Arc::new(Mutex::new(answers.into_iter().collect()));
        Self { answers, requests: Arc::default(), looks: 0 }
    }

    /// The same answers, for another series of calls.
    fn fresh(&self) -> Self {
        let answers = self.answers.lock().unwrap();
        Self::answering(answers.iter().map(|answer| {
            let answer = answer.as_ref().map_err(io::Error::kind)?;
            Ok(answer.clone())
        }))
    }

    fn requests(&self) -> Arc<Mutex<Vec<String>>> {
        Arc::clone(&self.requests)
    }
}

/// A clone is not ready.
impl Clone for Strict {
    fn clone(&self) -> Self {
        let (answers, requests) = (Arc::clone(&self.answers), Arc::clone(&self.requests));
        Self { answers, requests, looks: 0 }
    }
}

impl<B: ToString> Service<Request<B>> for Strict {
    type Response = Response<u32>;
    type Error = io::Error;
    type Future = Ready<Answer>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.looks += 1;
        if self.looks < 2 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(self.looks >= 2, "called before it was ready");
        self.looks = 0;
        self.requests.lock().unwrap().push(request.into_body().to_string());
        ready(self.answers.lock().unwrap().pop_front().expect("no further call"))
    }
}

#[allow(clippy::unnecessary_wraps, reason = "an answer, as an error is")]
fn status(code: u16) -> Answer {
    Ok(Response::builder().status(code).body(u32::from(code)).unwrap())
}

#[allow(clippy::unnecessary_wraps, reason = "an answer, as an error is")]
fn status_with(code: u16, header: &str, value: &str) -> Answer {
    Ok(Response::builder().status(code).header(header, value).body(u32::from(code)).unwrap())
}

fn failed(kind: io::ErrorKind) -> Answer {
    Err(kind.into())
}

async fn sent<S>(service: S, request: Request<&'static str>) -> Result<StatusCode, S::Error>
where
    S: Service<Request<&'static str>, Response = Response<u32>>,
{
    Ok(service.oneshot(request).await?.status())
}

// SPEC 11.1.1
#[tokio::test(start_paused = true)]
async fn a_service_is_called_only_when_it_is_ready() {
    let inner = Strict::answering([
        failed(io::ErrorKind::ConnectionReset),
        status(503),
        failed(io::ErrorKind::ConnectionRefused),
        status(200),
        status(503),
        status(200),
    ]);
    let requests = inner.requests();
    let mut service = RetryLayer::new(exact()).layer(inner);
    for waits in [7, 1] {
        let begin = Instant::now();
        ServiceExt::<Request<&str>>::ready(&mut service).await.unwrap();
        let response = service.call(Request::new("order")).await.unwrap();
        assert_eq!((response.status(), begin.elapsed()), (StatusCode::OK, seconds(waits)));
    }
    assert_eq!(*requests.lock().unwrap(), ["order"; 6]);
}

// SPEC 11.1, 8.2
#[tokio::test(start_paused = true)]
async fn answers_and_errors_are_retried_by_their_class() {
    type Case = (&'static str, Vec<Answer>, Result<u16, io::ErrorKind>, &'static [u64]);

    let date = "Fri, 31 Dec 1999 23:59:00 GMT";
    let hinted = || {
        let response = Response::builder().status(429).header("date", date);
        Ok(response.header("retry-after", "Fri, 31 Dec 1999 23:59:07 GMT").body(429).unwrap())
    };
    let cases: [Case; 10] = [
        ("a success", vec![status(204)], Ok(204), &[]),
        ("a status in the set", vec![status(503), status(200)], Ok(200), &[1]),
        ("a status outside", vec![status(500)], Ok(500), &[]),
        ("the last response", vec![status(503), status(504), status(503)], Ok(503), &[1, 2]),
        ("a hint", vec![status_with(503, "retry-after", "9"), status(200)], Ok(200), &[9]),
        ("a date", vec![hinted(), status(200)], Ok(200), &[7]),
        (
            "a server that wants it",
            vec![status_with(500, "x-should-retry", "true"), status(200)],
            Ok(200),
            &[1],
        ),
        ("a server that refuses", vec![status_with(503, "x-should-retry", "false")], Ok(503), &[]),
        (
            "a broken connection",
            vec![failed(io::ErrorKind::ConnectionReset), status(200)],
            Ok(200),
            &[1],
        ),
        (
            "a permanent error",
            vec![failed(io::ErrorKind::PermissionDenied)],
            Err(io::ErrorKind::PermissionDenied),
            &[],
        ),
    ];
    for (what, answers, outcome, waits) in cases {
        let guard = testing::no_wait();
        let inner = Strict::answering(answers);
        let rest = Arc::clone(&inner.answers);
        let service = RetryLayer::new(exact().max_retries(2)).layer(inner);
        let got = sent(service, Request::new("order")).await;
        assert_eq!(got.map(|s| s.as_u16()).map_err(|e| e.kind()), outcome, "{what}");
        let expected: Vec<Duration> = waits.iter().copied().map(seconds).collect();
        assert_eq!(guard.waits(), expected, "{what}");
        assert!(rest.lock().unwrap().is_empty(), "{what}");
    }
}

// SPEC 11.1.3
#[tokio::test(start_paused = true)]
async fn a_request_may_bring_its_own_policy() {
    let cases = [
        (None, 2, Err(io::ErrorKind::ConnectionReset)),
        (Some(RetryPolicy::OFF), 1, Err(io::ErrorKind::ConnectionReset)),
        (Some(exact().max_retries(3)), 4, Ok(StatusCode::OK)),
    ];
    for (own, attempts, outcome) in cases {
        let reset = || failed(io::ErrorKind::ConnectionReset);
        let inner = Strict::answering([reset(), reset(), reset(), status(200)]);
        let requests = inner.requests();
        let service = RetryLayer::new(exact().max_retries(1)).layer(inner);
        let mut request = Request::new("order");
        if let Some(own) = own {
            request.extensions_mut().insert(own);
        }
        let got = sent(service, request).await;
        assert_eq!(got.map_err(|error| error.kind()), outcome);
        assert_eq!(requests.lock().unwrap().len(), attempts);
    }
}

/// A body that is not `Clone`.
struct Body(&'static str);

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn unless_streamed(copies: &AtomicU32, request: &Request<Body>) -> Option<Request<Body>> {
    copies.fetch_add(1, Relaxed);
    (request.body().0 != "stream").then(|| Request::new(Body(request.body().0)))
}

// SPEC 11.1.2
#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_cloned_is_sent_once() {
    let cases = [
        // The request, the answers, the attempts, the copies, and why the call gave up.
        ("text", vec![503, 200], 2, 2, None),
        ("text", vec![503, 503, 503], 3, 2, Some(StopReason::Exhausted)),
        ("stream", vec![503], 1, 1, Some(StopReason::NotRepeatable)),
        ("stream", vec![404], 1, 1, None),
        ("stream", vec![200], 1, 1, None),
    ];
    for (body, answers, attempts, copies, reason) in cases {
        let guard = testing::no_wait();
        let last = *answers.last().unwrap();
        let inner = Strict::answering(answers.into_iter().map(status));
        let requests = inner.requests();
        let copied = AtomicU32::new(0);
        let layer = RetryLayer::new(exact().max_retries(2))
            .clone_with(|request: &Request<Body>| unless_streamed(&copied, request));
        let response = layer.layer(inner).oneshot(Request::new(Body(body))).await.unwrap();
        assert_eq!(response.status().as_u16(), last, "{body}");
        assert_eq!(*requests.lock().unwrap(), vec![body; attempts]);
        assert_eq!(copied.load(Relaxed), copies, "{body} {last}");
        let stopped = guard.decisions().iter().find_map(|recorded| match recorded.decision {
            Decision::Stop(reason) => Some(reason),
            Decision::Retry(_) => None,
        });
        assert_eq!(stopped, reason, "{body} {last}");
    }
}

// SPEC 11.1.2
#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_repeated_is_not_sent_again_even_if_unsent() {
    let cases = [
        (exact(), io::ErrorKind::ConnectionRefused, StopReason::NotRepeatable),
        (exact(), io::ErrorKind::PermissionDenied, StopReason::Permanent),
        (RetryPolicy::OFF, io::ErrorKind::ConnectionRefused, StopReason::Exhausted),
        (
            exact().repeat(retry_kit::Repeat::Unsent),
            io::ErrorKind::ConnectionRefused,
            StopReason::NotRepeatable,
        ),
        (
            exact().repeat(retry_kit::Repeat::Unsent),
            io::ErrorKind::ConnectionReset,
            StopReason::MayBeProcessed,
        ),
        (exact().unlimited(), io::ErrorKind::ConnectionReset, StopReason::NotRepeatable),
        // Neither the deadline nor the budget is asked.
        (exact().deadline(SECOND), io::ErrorKind::ConnectionReset, StopReason::NotRepeatable),
    ];
    for (policy, kind, reason) in cases {
        let guard = testing::no_wait();
        let inner = Strict::answering([failed(kind)]);
        let layer = RetryLayer::new(policy).clone_with(|_: &Request<Body>| None);
        let error = layer.layer(inner).oneshot(Request::new(Body("once"))).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        let decisions: Vec<_> = guard.decisions().iter().map(|one| one.decision).collect();
        assert_eq!(decisions, [Decision::Stop(reason)], "{policy} {kind}");
    }
}

// SPEC 11.1.2, 4.12
#[tokio::test(start_paused = true)]
async fn what_forbids_every_retry_is_the_reason_rather_than_the_request() {
    static BUDGET: RetryBudget = RetryBudget::new(20, 10, 10, 1);
    static PAUSE: Pause = Pause::new();

    let busy = || status_with(429, "retry-after", "50");
    let layer = |policy| {
        let layer = RetryLayer::new(policy).budget(&BUDGET).pause(&PAUSE);
        layer.name("streams").clone_with(|_: &Request<Body>| None)
    };
    let once = exact().nested(retry_kit::Nested::Once);
    let nested = async |answer: Answer| {
        let inner = layer(once).layer(Strict::answering([answer]));
        let outer = exact().max_retries(0).retry(|| inner.clone().oneshot(stream()));
        outer.await.unwrap().status()
    };
    let stopped = |guard: &testing::NoWait| {
        let decisions = guard.decisions();
        decisions.iter().map(|one| one.decision).collect::<Vec<_>>()
    };

    let guard = testing::no_wait().disabled();
    layer(exact()).layer(Strict::answering([busy()])).oneshot(stream()).await.unwrap();
    assert_eq!(stopped(&guard), [Decision::Stop(StopReason::Disabled)]);
    assert_eq!(PAUSE.remaining(), None, "an operator switched the retries off");
    drop(guard);

    let guard = testing::no_wait();
    assert_eq!(nested(status(503)).await, 503);
    assert_eq!(stopped(&guard), [Decision::Stop(StopReason::Nested)]);
    drop(guard);

    let guard = testing::no_wait().max_attempts(1);
    layer(exact()).layer(Strict::answering([status(503)])).oneshot(stream()).await.unwrap();
    assert_eq!(stopped(&guard), [Decision::Stop(StopReason::Exhausted)]);
    drop(guard);

    let guard = testing::no_wait();
    let strict = exact().give_up_on_hint_over(seconds(9));
    layer(strict).layer(Strict::answering([busy()])).oneshot(stream()).await.unwrap();
    assert_eq!(stopped(&guard), [Decision::Stop(StopReason::NotRepeatable)]);
    assert_eq!(BUDGET.available(), 20);
}

fn stream() -> Request<Body> {
    Request::new(Body("stream"))
}

// SPEC 11.1
#[tokio::test(start_paused = true)]
async fn until_takes_the_place_of_the_statuses() {
    fn is_ready(response: &Response<u32>) -> Result<(), ErrorClass> {
        match response.status() {
            StatusCode::ACCEPTED => Err(ErrorClass::Transient),
            status if status.is_success() => Ok(()),
            _ => Err(response.class()),
        }
    }

    let not_accepted = |response: &Response<u32>| response.status() != StatusCode::ACCEPTED;
    let plain = RetryLayer::new(exact().max_retries(2)).until(not_accepted);
    let classed = RetryLayer::new(exact().max_retries(2)).until(is_ready);
    let hinted = || status_with(503, "retry-after", "9");
    let cases: [(Vec<Answer>, u64, u16, u64, u16); 5] = [
        // The answers, then for each layer the seconds waited and the status.
        (vec![status(202), status(200)], 1, 200, 1, 200),
        (vec![status(202), status(202), status(202)], 3, 202, 3, 202),
        (vec![status(503), status(200)], 0, 503, 1, 200),
        (vec![hinted(), status(202), status(200)], 0, 503, 11, 200),
        (vec![status(404)], 0, 404, 0, 404),
    ];
    for (answers, plain_waits, plain_status, classed_waits, classed_status) in cases {
        let shown = format!("{answers:?}");
        let answers = Strict::answering(answers);
        let (one, other) = (plain.clone().layer(answers.fresh()), classed.clone().layer(answers));
        let begin = Instant::now();
        assert_eq!(sent(one, Request::new("report")).await.unwrap(), plain_status, "{shown}");
        assert_eq!(begin.elapsed(), seconds(plain_waits), "{shown}");
        let begin = Instant::now();
        assert_eq!(sent(other, Request::new("report")).await.unwrap(), classed_status, "{shown}");
        assert_eq!(begin.elapsed(), seconds(classed_waits), "{shown}");
    }
}

// SPEC 11.1.3
#[tokio::test(start_paused = true)]
async fn a_request_may_bring_its_own_policy_also_beside_until() {
    let inner = Strict::answering([status(202), status(200)]);
    let requests = inner.requests();
    let service = RetryLayer::new(exact())
        .until(|response: &Response<u32>| response.status() != StatusCode::ACCEPTED)
        .layer(inner);
    let mut request = Request::new("report");
    request.extensions_mut().insert(RetryPolicy::OFF);
    assert_eq!(sent(service, request).await.unwrap(), 202);
    assert_eq!(requests.lock().unwrap().len(), 1);
}

// SPEC 11.1.4, 7.8
#[tokio::test(start_paused = true)]
async fn a_service_sees_the_attempt_around_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let in_service = Arc::clone(&seen);
    let inner = service_fn(move |_: u32| {
        let early = current_attempt();
        let seen = Arc::clone(&in_service);
        async move {
            tokio::task::yield_now().await;
            seen.lock().unwrap().push((early, current_attempt(), remaining()));
            Err::<u32, _>(io::Error::from(io::ErrorKind::TimedOut))
        }
    });
    let policy = exact().max_retries(1).deadline(seconds(30));
    let service = RetryLayer::without_http(policy).layer(inner);
    service.oneshot(1).await.unwrap_err();
    let expected = [(Some(1), Some(1), Some(seconds(30))), (Some(2), Some(2), Some(seconds(29)))];
    assert_eq!(*seen.lock().unwrap(), expected);
    assert_eq!(current_attempt(), None);
}

// SPEC 11.1, 5.4.3
#[tokio::test(start_paused = true)]
async fn a_layer_below_applies_to_each_attempt_and_its_boxed_error_is_classified() {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let slow_once = service_fn(move |number: u32| {
        let is_first = counted.fetch_add(1, Relaxed) == 0;
        async move {
            tokio::time::sleep(seconds(if is_first { 60 } else { 1 })).await;
            Ok::<_, BoxError>(number)
        }
    });
    let service = ServiceBuilder::new()
        .layer(RetryLayer::without_http(exact()))
        .timeout(seconds(5))
        .service(slow_once);
    let begin = Instant::now();
    assert_eq!(service.oneshot(7).await.unwrap(), 7);
    assert_eq!((begin.elapsed(), calls.load(Relaxed)), (seconds(5 + 1 + 1), 2));

    let broken = service_fn(|_: u32| {
        let reset: BoxError = io::Error::from(io::ErrorKind::ConnectionReset).into();
        ready(Err::<u32, _>(reset))
    });
    let service = RetryLayer::without_http(exact().max_retries(2)).layer(broken);
    let begin = Instant::now();
    service.oneshot(7).await.unwrap_err();
    assert_eq!(begin.elapsed(), seconds(1 + 2));
}

// SPEC 11.1
#[tokio::test(start_paused = true)]
async fn values_hooks_and_classes_are_the_users() {
    let numbers = Arc::new(AtomicU32::new(0));
    let next = Arc::clone(&numbers);
    let count = service_fn(move |step: u32| {
        let number = next.fetch_add(step, Relaxed) + step;
        ready(Ok::<_, Infallible>(number))
    });
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&events);
    let layer = RetryLayer::without_http(exact())
        .name("counter")
        .until(|number: &u32| *number >= 3)
        .on_retry(move |event: &RetryEvent<'_, Infallible>| {
            heard.lock().unwrap().push((event.name(), event.attempt(), event.wait()));
        });
    assert_eq!(layer.layer(count).oneshot(1).await.unwrap(), 3);
    let expected = [("counter", 1, SECOND), ("counter", 2, seconds(2))];
    assert_eq!(*events.lock().unwrap(), expected);
}

#[derive(Debug, thiserror::Error)]
#[error("the client failed")]
struct Wrapped(#[source] io::Error);

// SPEC 11.1, 5.5
#[tokio::test(start_paused = true)]
async fn a_wrapper_is_classified_by_its_source() {
    for (kind, attempts) in
        [(io::ErrorKind::ConnectionReset, 4), (io::ErrorKind::PermissionDenied, 1)]
    {
        let calls = AtomicU32::new(0);
        let inner = service_fn(|()| {
            calls.fetch_add(1, Relaxed);
            ready(Err::<(), _>(Wrapped(kind.into())))
        });
        let service = RetryLayer::without_http(exact()).by_source().layer(inner);
        service.oneshot(()).await.unwrap_err();
        assert_eq!(calls.load(Relaxed), attempts);
    }
}

// SPEC 11.1, 7.1, 7.6
#[tokio::test(start_paused = true)]
async fn calls_share_a_budget_and_a_pause() {
    static BUDGET: RetryBudget = RetryBudget::new(20, 10, 10, 1);
    static PAUSE: Pause = Pause::new();

    let unavailable = || Strict::answering((0..4).map(|_| status(503)));
    let layer = RetryLayer::new(exact()).budget(&BUDGET).pause(&PAUSE);
    let begin = Instant::now();
    let (one, other) = (layer.layer(unavailable()), layer.layer(unavailable()));
    assert_eq!(sent(one, Request::new("order")).await.unwrap(), 503);
    assert_eq!((begin.elapsed(), BUDGET.available()), (seconds(1 + 2), 0));
    assert_eq!(sent(other, Request::new("order")).await.unwrap(), 503);
    assert_eq!(begin.elapsed(), seconds(3));

    let busy = Strict::answering([status_with(429, "retry-after", "50")]);
    assert_eq!(sent(layer.layer(busy), Request::new("order")).await.unwrap(), 429);
    let begin = Instant::now();
    let fine = Strict::answering([status(200)]);
    assert_eq!(sent(layer.layer(fine), Request::new("order")).await.unwrap(), 200);
    assert_eq!((begin.elapsed(), BUDGET.available()), (seconds(50), 1));
}

// SPEC 11.1.7
#[tokio::test(start_paused = true)]
async fn a_budget_and_a_pause_made_at_run_time_last_as_long_as_they_are_used() {
    let (budget, pause) = (Arc::new(RetryBudget::new(20, 10, 10, 1)), Arc::new(Pause::new()));
    let layer = RetryLayer::new(exact())
        .shared_budget(Arc::clone(&budget))
        .shared_pause(Some(Arc::clone(&pause)));
    let unavailable = Strict::answering((0..4).map(|_| status(503)));
    let begin = Instant::now();
    assert_eq!(sent(layer.layer(unavailable), Request::new("order")).await.unwrap(), 503);
    assert_eq!((begin.elapsed(), budget.available()), (seconds(1 + 2), 0));

    let busy = Strict::answering([status_with(429, "retry-after", "50")]);
    assert_eq!(sent(layer.layer(busy), Request::new("order")).await.unwrap(), 429);
    assert_eq!(pause.remaining(), Some(seconds(50)));

    // The calls hold them, not the layer.
    let fine = Strict::answering([status(200)]);
    let mut service = layer.layer(fine);
    ServiceExt::<Request<&str>>::ready(&mut service).await.unwrap();
    let call = service.call(Request::new("order"));
    drop((layer, service));
    assert_eq!((Arc::strong_count(&budget), Arc::strong_count(&pause)), (2, 2));
    let begin = Instant::now();
    assert_eq!(call.await.unwrap().status(), 200);
    assert_eq!((begin.elapsed(), budget.available()), (seconds(50), 1));
    assert_eq!((Arc::strong_count(&budget), Arc::strong_count(&pause)), (1, 1));
}

// SPEC 11.1.7
#[tokio::test(start_paused = true)]
async fn of_two_budgets_the_last_one_counts() {
    static EMPTY: RetryBudget = RetryBudget::new(0, 1, 1, 1);
    static FULL: RetryBudget = RetryBudget::standard();
    const LAYER: RetryLayer =
        RetryLayer::new(exact().max_retries(1)).budget(&EMPTY).name("constant");

    let full = || Arc::new(RetryBudget::standard());
    let empty = || Arc::new(RetryBudget::new(0, 1, 1, 1));
    let cases = [
        (LAYER, 1),
        (LAYER.budget(&FULL), 2),
        (LAYER.shared_budget(full()), 2),
        (LAYER.shared_budget(None), 2),
        (LAYER.shared_budget(full()).budget(&EMPTY), 1),
        (LAYER.shared_budget(empty()).budget(&FULL), 2),
    ];
    for (case, (layer, attempts)) in cases.into_iter().enumerate() {
        let inner = Strict::answering([status(503), status(503)]);
        let requests = inner.requests();
        assert_eq!(sent(layer.clone().layer(inner), Request::new("order")).await.unwrap(), 503);
        assert_eq!(requests.lock().unwrap().len(), attempts, "case {case}");
    }
}

// SPEC 7.1.1
#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_tokens_back_to_a_budget_made_at_run_time() {
    let budget = Arc::new(RetryBudget::new(20, 10, 10, 1));
    let layer = RetryLayer::new(exact()).shared_budget(Arc::clone(&budget));
    let service = layer.layer(Strict::answering([status(503), status(200)]));
    drop(layer);
    let call = sent(service, Request::new("order"));
    let (took, call) = (Arc::clone(&budget), tokio::spawn(call));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(took.available(), 10);
    call.abort();
    call.await.unwrap_err();
    assert_eq!(budget.available(), 20);
}

// SPEC 7.1.1
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_gives_its_tokens_back() {
    static BUDGET: RetryBudget = RetryBudget::new(20, 10, 10, 1);

    let inner = Strict::answering([status(503), status(200)]);
    let requests = inner.requests();
    let service = RetryLayer::new(exact()).budget(&BUDGET).layer(inner);
    let call = sent(service, Request::new("order"));
    tokio::time::timeout(Duration::from_millis(500), call).await.unwrap_err();
    assert_eq!((BUDGET.available(), requests.lock().unwrap().len()), (20, 1));
}

// SPEC 11.1.1
#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_ready_fails_the_attempt() {
    /// Fails to get ready once.
    #[derive(Clone)]
    struct Shaky(Arc<AtomicU32>);

    impl Service<u32> for Shaky {
        type Response = u32;
        type Error = io::Error;
        type Future = Ready<io::Result<u32>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            match self.0.fetch_add(1, Relaxed) {
                1 => Poll::Ready(Err(io::ErrorKind::ConnectionRefused.into())),
                _ => Poll::Ready(Ok(())),
            }
        }

        fn call(&mut self, number: u32) -> Self::Future {
            let looks = self.0.load(Relaxed);
            ready(if looks < 2 { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(number) })
        }
    }

    let begin = Instant::now();
    let looks = Arc::new(AtomicU32::new(0));
    let service = RetryLayer::without_http(exact()).layer(Shaky(Arc::clone(&looks)));
    assert_eq!(service.oneshot(7).await.unwrap(), 7);
    assert_eq!((looks.load(Relaxed), begin.elapsed()), (3, seconds(1 + 2)));
}

// SPEC 11.1.1
#[tokio::test(start_paused = true)]
async fn the_mock_of_tower_test_sees_each_attempt() {
    let layer = RetryLayer::without_http(exact());
    let (mut service, mut handle) = tower_test::mock::spawn_layer::<u32, u32, _>(layer);
    handle.allow(0);
    assert!(service.poll_ready().is_pending());
    handle.allow(1);
    assert!(service.poll_ready().is_ready());

    let mut response = tokio_test_task(service.call(7));
    assert!(response.poll().is_pending());
    let (request, send) = handle.next_request().await.unwrap();
    assert_eq!(request, 7);
    send.send_error(io::Error::from(io::ErrorKind::ConnectionReset));
    assert!(response.poll().is_pending());
    tokio::time::advance(SECOND).await;

    // The wait is over, but the service is not ready.
    assert!(response.poll().is_pending());
    assert!(handle.poll_request().is_pending());
    handle.allow(1);
    assert!(response.poll().is_pending());
    let (request, send) = handle.next_request().await.unwrap();
    assert_eq!(request, 7);
    send.send_response(8);
    let Poll::Ready(Ok(answer)) = response.poll() else { panic!("no answer") };
    assert_eq!(answer, 8);
}

/// A future that a test polls.
struct Task<F>(std::pin::Pin<Box<F>>);

impl<F: Future> Task<F> {
    fn poll(&mut self) -> Poll<F::Output> {
        self.0.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop()))
    }
}

fn tokio_test_task<F: Future>(future: F) -> Task<F> {
    Task(Box::pin(future))
}

// SPEC 11.1
#[tokio::test]
async fn a_retried_service_is_clone_and_send_and_can_be_named() {
    fn sent<T: Send + Sync + Clone + 'static>(value: T) -> T {
        value
    }
    struct Api {
        http: RetryService<Strict>,
    }

    let api = Api { http: RetryLayer::new(exact()).layer(Strict::answering([status(200)])) };
    let mut http = sent(api.http);
    ServiceExt::<Request<&str>>::ready(&mut http).await.unwrap();
    let response = tokio::spawn(http.call(Request::new("order"))).await.unwrap().unwrap();
    assert_eq!(response.status(), 200);
}

// SPEC 11.1.8
#[tokio::test(start_paused = true)]
async fn a_service_with_every_option_and_its_future_can_be_named() {
    type Copy = fn(&Request<Body>) -> Option<Request<Body>>;
    type Class = fn(&io::Error) -> ErrorClass;
    type Accepts = fn(&Response<u32>) -> bool;
    type Hook = fn(&RetryEvent<'_, io::Error>);
    type Sleep = fn(Duration) -> Ready<()>;

    type Retried = RetryService<
        Strict,
        CloneWith<Copy>,
        When<Class>,
        HttpUntil<Accepts>,
        OnRetry<Hook>,
        SleepWith<Sleep>,
    >;
    type Sending = ResponseFuture<
        Strict,
        Request<Body>,
        CloneWith<Copy>,
        When<Class>,
        HttpUntil<Accepts>,
        OnRetry<Hook>,
        SleepWith<Sleep>,
    >;

    struct Api {
        http: Retried,
    }

    static HEARD: AtomicU32 = AtomicU32::new(0);
    let copy: Copy = |request| Some(Request::new(Body(request.body().0)));
    let class: Class = |_| ErrorClass::Transient;
    let accepts: Accepts = |response| response.status() != StatusCode::ACCEPTED;
    let hook: Hook = |_| {
        HEARD.fetch_add(1, Relaxed);
    };
    let sleep: Sleep = |_| ready(());
    let layer = RetryLayer::new(exact())
        .clone_with(copy)
        .when(class)
        .until(accepts)
        .on_retry(hook)
        .sleep(sleep);
    let answers = [status(202), failed(io::ErrorKind::PermissionDenied), status(503)];
    let mut api = Api { http: layer.layer(Strict::answering(answers)) };
    ServiceExt::<Request<Body>>::ready(&mut api.http).await.unwrap();
    let sending: Sending = api.http.call(stream());
    assert!(format!("{sending:?}").contains("ResponseFuture"));
    assert_eq!(tokio::spawn(sending).await.unwrap().unwrap().status(), 503);
    assert_eq!(HEARD.load(Relaxed), 2);
}

// SPEC 4.13.1
#[tokio::test(start_paused = true)]
async fn a_layer_waits_with_the_sleep_it_is_given() {
    static SLEPT: Mutex<Vec<Duration>> = Mutex::new(Vec::new());
    let layer = RetryLayer::new(exact()).sleep(|wait| {
        SLEPT.lock().unwrap().push(wait);
        ready(())
    });
    let service = layer.layer(Strict::answering([status(503), status(503), status(200)]));
    assert_eq!(sent(service, Request::new("order")).await.unwrap(), 200);
    assert_eq!(*SLEPT.lock().unwrap(), [SECOND, seconds(2)]);
}

// SPEC 7.7
#[tokio::test(start_paused = true)]
async fn a_layer_inside_another_can_leave_the_retries_to_it() {
    let inner = Strict::answering([status(503), status(503), status(200)]);
    let requests = inner.requests();
    let once = exact().nested(retry_kit::Nested::Once);
    let service = ServiceBuilder::new()
        .layer(RetryLayer::new(exact()))
        .layer(RetryLayer::new(once))
        .service(inner);
    assert_eq!(sent(service, Request::new("order")).await.unwrap(), 200);
    assert_eq!(requests.lock().unwrap().len(), 3);
}

#[test]
fn a_layer_and_its_service_show_policy_and_name() {
    let layer = RetryLayer::new(RetryPolicy::OFF).name("billing");
    for shown in [format!("{layer:?}"), format!("{:?}", layer.layer("client"))] {
        assert!(shown.contains("billing") && shown.contains("RetryPolicy"), "{shown}");
    }
}

// SPEC 11.1.4: an attempt is over before its wait begins.
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_retry_lets_others_pass() {
    let limited = ServiceBuilder::new().concurrency_limit(1).service(Strict::answering([
        status(503),
        status(200),
        status(200),
    ]));
    let retried = RetryLayer::new(exact()).layer(limited.clone());
    let begin = Instant::now();
    let waiting = tokio::spawn(retried.oneshot(Request::new("waits")));
    tokio::time::sleep(Duration::from_millis(1)).await;
    limited.oneshot(Request::new("passes")).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::from_millis(1));
    waiting.await.unwrap().unwrap();
    assert_eq!(begin.elapsed(), SECOND);
}

// SPEC 11.1.1: a call that waits for a pause keeps no place under a limit.
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_pause_lets_others_pass() {
    static PAUSE: Pause = Pause::new();
    let limited = ServiceBuilder::new()
        .concurrency_limit(1)
        .service(Strict::answering([status(200), status(200)]));
    let paused = RetryLayer::new(exact()).pause(&PAUSE).layer(limited.clone());
    let begin = Instant::now();
    PAUSE.hold(seconds(60));

    let waiting = tokio::spawn(paused.oneshot(Request::new("waits")));
    tokio::task::yield_now().await;
    limited.oneshot(Request::new("passes")).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::ZERO);
    waiting.await.unwrap().unwrap();
    assert!(begin.elapsed() >= seconds(60));
}
