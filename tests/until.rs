//! The key `until`: what it may return, and the types of functions it works on.

#![cfg(all(feature = "macros", feature = "tokio"))]
#![allow(clippy::redundant_closure_for_method_calls, reason = "the types of closures are inferred")]

mod support;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::task::Poll;
use std::time::Duration;

use retry_kit::{Cause, Decision, ErrorClass, RetryEvent, RetryPolicy, StopReason, retry, testing};
use support::{Failure, Script, TRANSIENT, seconds};

/// A job that says how it stands, and when to ask again.
#[derive(Clone, Debug, PartialEq)]
enum Job {
    Queued,
    AskIn(u64),
    Failed,
    Done,
}

fn class(job: &Job) -> Option<ErrorClass> {
    match job {
        Job::Queued => Some(ErrorClass::Transient),
        Job::AskIn(seconds) => {
            Some(ErrorClass::Throttled { retry_after: Some(Duration::from_secs(*seconds)) })
        }
        Job::Failed => Some(ErrorClass::Permanent),
        Job::Done => None,
    }
}

/// Plays jobs in order, and counts.
struct Service {
    jobs: Vec<Job>,
    calls: Cell<usize>,
}

impl Service {
    fn new(jobs: &[Job]) -> Self {
        Self { jobs: jobs.to_vec(), calls: Cell::new(0) }
    }

    fn next(&self) -> Job {
        let call = self.calls.replace(self.calls.get() + 1);
        self.jobs[call.min(self.jobs.len() - 1)].clone()
    }

    #[retry(jitter = none, until = class)]
    async fn by_option(&self) -> Result<Job, Failure> {
        Ok(self.next())
    }

    #[retry(jitter = none, until = |job| class(job).map_or(Ok(()), Err))]
    async fn by_result(&self) -> Result<Job, Failure> {
        Ok(self.next())
    }

    #[retry(jitter = none, until = class)]
    fn blocking(&self) -> Result<Job, Failure> {
        Ok(self.next())
    }

    async fn by_function_form(&self) -> Result<Job, Failure> {
        let policy = RetryPolicy::new().jitter(retry_kit::Jitter::None);
        policy.retry(|| async { Ok(self.next()) }).until(class).await
    }

    async fn by_local_form(&self) -> Result<Job, Failure> {
        let policy = RetryPolicy::new().jitter(retry_kit::Jitter::None);
        policy.retry_local(async || Ok(self.next())).until(class).await
    }
}

// SPEC 2.3.4
#[tokio::test(start_paused = true)]
async fn until_may_say_when_to_ask_again_or_that_asking_again_is_pointless() {
    use Job::{AskIn, Done, Failed, Queued};

    let cases = [
        (&[Done][..], Done, &[][..], None),
        (&[Queued, Queued, Done], Done, &[1, 2], None),
        (&[AskIn(5), AskIn(7), Done], Done, &[5, 7], None),
        (&[Queued, AskIn(5), Queued, Done], Done, &[1, 5, 4], None),
        (&[Queued, Failed, Done], Failed, &[1], Some(StopReason::Permanent)),
        (&[Queued], Queued, &[1, 2, 4], Some(StopReason::Exhausted)),
    ];
    for (jobs, last, waits, reason) in cases {
        for form in 0..5 {
            let service = Service::new(jobs);
            let retries = testing::no_wait();
            let outcome = match form {
                0 => service.by_option().await,
                1 => service.by_result().await,
                2 => service.blocking(),
                3 => service.by_function_form().await,
                _ => service.by_local_form().await,
            };
            assert_eq!(outcome, Ok(last.clone()), "{jobs:?}, form {form}");
            assert_eq!(service.calls.get(), waits.len() + 1, "{jobs:?}, form {form}");
            assert_eq!(retries.waits(), seconds(waits), "{jobs:?}, form {form}");
            let stopped = match retries.decisions().last().map(|last| last.decision) {
                Some(Decision::Stop(reason)) => Some(reason),
                _ => None,
            };
            assert_eq!(stopped, reason, "{jobs:?}, form {form}");
        }
    }
}

type Page = Option<u32>;
type Alias<T> = Result<T, Failure>;

/// Plays `None` twice, then counts on.
struct Source(Cell<u32>);

impl Source {
    fn next(&self) -> Page {
        self.0.set(self.0.get() + 1);
        Some(self.0.get()).filter(|&call| call > 2)
    }

    #[retry(base = "1ms", until = |page| page.is_some())]
    async fn option(&self) -> Option<u32> {
        self.next()
    }

    #[retry(base = "1ms", until = Option::is_some)]
    async fn alias(&self) -> Page {
        self.next()
    }

    #[retry(base = "1ms", until = |up| *up)]
    async fn truth(&self) -> bool {
        self.next().is_some()
    }

    #[retry(base = "1ms", until = |value| value.is_ready())]
    async fn poll(&self) -> Poll<u32> {
        self.next().map_or(Poll::Pending, Poll::Ready)
    }

    #[retry(base = "1ms", until = |call| *call > least)]
    async fn number(&self, least: u32) -> u32 {
        let _ = self.next();
        self.0.get()
    }

    #[retry(base = "1ms", until = |pages| pages.len() > 2)]
    async fn opaque(&self) -> impl ExactSizeIterator<Item = u32> + use<> {
        let _ = self.next();
        vec![7; self.0.get() as usize].into_iter()
    }

    #[retry(base = "1ms", until = |page| enough(page))]
    async fn generic<R: From<Page>>(&self, enough: impl Fn(&R) -> bool) -> R {
        self.next().into()
    }

    #[retry(base = "1ms", until = |page| page.is_some())]
    fn blocking(&self) -> Page {
        self.next()
    }

    #[retry(base = "1ms", until = |page| page.is_some())]
    fn boxed<'s>(&'s self) -> std::pin::Pin<Box<dyn Future<Output = Page> + 's>> {
        Box::pin(async move { self.next() })
    }

    #[retry(base = "1ms", until = |page| page.is_some())]
    async fn result_by_alias(&self) -> Alias<Page> {
        match self.next() {
            None if self.0.get() == 1 => Err(TRANSIENT),
            page => Ok(page),
        }
    }
}

#[async_trait::async_trait]
trait Lookup {
    async fn lookup(&mut self) -> Page;
}

#[async_trait::async_trait]
impl Lookup for u32 {
    #[retry(base = "1ms", until = |page| page.is_some())]
    async fn lookup(&mut self) -> Page {
        *self += 1;
        Some(*self).filter(|&call| call > 2)
    }
}

// SPEC 2.3.4
#[tokio::test(start_paused = true)]
async fn with_until_a_function_may_return_any_type() {
    let source = || Source(Cell::new(0));
    assert_eq!(source().option().await, Some(3));
    assert_eq!(source().alias().await, Some(3));
    assert!(source().truth().await);
    assert_eq!(source().poll().await, Poll::Ready(3));
    assert_eq!(source().number(2).await, 3);
    assert_eq!(source().number(9).await, 4, "the last value after the last attempt");
    assert_eq!(source().opaque().await.len(), 3);
    assert_eq!(source().generic(Page::is_some).await, Some(3));
    assert_eq!(source().blocking(), Some(3));
    assert_eq!(source().boxed().await, Some(3));
    assert_eq!(source().result_by_alias().await, Ok(Some(3)));
    assert_eq!(0.lookup().await, Some(3));
    let lookup = RetryPolicy::new().retry(|| async { Ok::<_, Infallible>(Some(1)) });
    let Ok(found) = lookup.until(Option::is_some).await;
    assert_eq!(found, Some(1));
}

// SPEC 2.3.4, 2.3.5
#[tokio::test(start_paused = true)]
async fn hooks_run_for_a_function_that_returns_no_result() {
    #[retry(
        max = 3,
        jitter = none,
        deadline = "1m",
        budget,
        attempt = attempt,
        key = key,
        until = |page| page.is_some(),
        on_retry = |event| log.borrow_mut().push(line(event)),
        before_retry = async { log.borrow_mut().push(format!("before, {}", key.to_string().len())) },
    )]
    async fn page(source: &Source, log: &RefCell<Vec<String>>) -> Page {
        log.borrow_mut().push(format!("attempt {}", attempt.number()));
        source.next()
    }
    fn line(event: &RetryEvent<'_, Infallible>) -> String {
        format!("{:?} {:?}", matches!(event.cause(), Cause::Value), event.wait())
    }
    let log = RefCell::default();
    assert_eq!(page(&Source(Cell::new(1)), &log).await, Some(3));
    assert_eq!(log.take(), ["attempt 1", "true 1s", "before, 36", "attempt 2"]);
}

// SPEC 5.2: the set of the policy decides on a status.
#[tokio::test(start_paused = true)]
async fn a_status_from_until_is_retried_if_the_policy_retries_it() {
    #[retry(max = 2, jitter = none, status(409), until = |code| match *code {
        200 => None,
        code => Some(ErrorClass::Status { code, retry_after: None }),
    })]
    async fn ask(codes: &[u16], script: &Script) -> Result<u16, Failure> {
        let call = script.call()?;
        Ok(codes[call - 1])
    }
    for (codes, last, calls) in
        [(&[409, 200][..], 200, 2), (&[409, 409, 409], 409, 3), (&[404, 200], 404, 1)]
    {
        let script = Script::new([]);
        assert_eq!(ask(codes, &script).await, Ok(last));
        assert_eq!(script.calls(), calls, "{codes:?}");
    }
}
