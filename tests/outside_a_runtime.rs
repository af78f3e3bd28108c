//! Calls outside a tokio runtime, or in one without a timer.

#![cfg(feature = "macros")]

use std::cell::Cell;
use std::future::{Future, pending};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use retry_kit::{Attempt, Jitter, Pause, RetryPolicy, TimedOut, retry};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// An executor that has nothing but a waker.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn until_third(attempt: Attempt) -> io::Result<u32> {
    if attempt.number() < 3 {
        Err(io::ErrorKind::ConnectionReset.into())
    } else {
        Ok(attempt.number())
    }
}

#[retry(max = 2, base = "10ms", jitter = none, attempt = attempt)]
async fn fetch() -> io::Result<u32> {
    until_third(attempt)
}

struct Client;

impl Client {
    #[retry(max = 2, base = "10ms", jitter = none, attempt = attempt, cancel = pending::<()>())]
    async fn fetch(&self) -> io::Result<u32> {
        until_third(attempt)
    }
}

const POLICY: RetryPolicy =
    RetryPolicy::new().max_retries(2).base_delay(Duration::from_millis(10)).jitter(Jitter::None);

async fn attempt() -> io::Result<u32> {
    match retry_kit::current_attempt() {
        Some(3) => Ok(3),
        _ => Err(io::ErrorKind::ConnectionReset.into()),
    }
}

type Call = fn() -> Pin<Box<dyn Future<Output = io::Result<u32>>>>;

/// Calls that fail twice, and wait 10 ms and 20 ms.
const CALLS: [(&str, Call); 4] = [
    ("a function", || Box::pin(fetch())),
    ("a method whose wait can be cancelled", || Box::pin(async { Client.fetch().await })),
    ("the function form", || Box::pin(async { POLICY.retry(attempt).await })),
    ("its local form", || Box::pin(async { POLICY.retry_local(async || attempt().await).await })),
];

fn waits_by(run: impl Fn(Pin<Box<dyn Future<Output = io::Result<u32>>>>) -> io::Result<u32>) {
    for (name, call) in CALLS {
        let begin = Instant::now();
        assert_eq!(run(call()).unwrap(), 3, "{name}");
        let time = begin.elapsed();
        assert!((millis(30)..millis(5_000)).contains(&time), "{name}: {time:?}");
    }
}

// SPEC 9.5
#[test]
fn a_call_outside_a_runtime_waits_as_long_as_it_says() {
    waits_by(block_on);
}

// SPEC 9.5
#[test]
fn a_wait_that_begins_later_may_end_earlier() {
    let long = POLICY.max_retries(1).base_delay(millis(2_000));
    let other = std::thread::spawn(move || block_on(long.retry(attempt).into_future()));
    std::thread::sleep(millis(50));
    let begin = Instant::now();
    assert_eq!(block_on(POLICY.retry(attempt).into_future()).unwrap(), 3);
    assert!(begin.elapsed() < millis(1_500), "{:?}", begin.elapsed());
    assert!(other.join().unwrap().is_err());
}

// SPEC 9.5
#[cfg(feature = "tokio")]
#[test]
fn a_call_in_a_runtime_without_a_timer_waits_as_long_as_it_says() {
    let without_timer = tokio::runtime::Builder::new_current_thread().build().unwrap();
    waits_by(|call| without_timer.block_on(call));
}

// SPEC 9.5.2
#[cfg(feature = "tokio")]
#[test]
fn a_runtime_without_a_timer_tells_so_once_in_each_thread() {
    use std::panic;

    use tokio::runtime::Builder;

    thread_local! {
        static PANICS: Cell<u32> = const { Cell::new(0) };
    }
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        PANICS.set(PANICS.get() + 1);
        hook(panic);
    }));
    let told_by = |runtime: &tokio::runtime::Runtime| {
        PANICS.set(0);
        waits_by(|call| runtime.block_on(call));
        PANICS.get()
    };
    let without_timer = || Builder::new_current_thread().build().unwrap();
    let with_timer =
        Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let [first, second] = [without_timer(), without_timer()];
    assert_eq!((told_by(&first), told_by(&first)), (1, 0));
    assert_eq!((told_by(&second), told_by(&second)), (1, 0));

    // The thread still finds the timer of another runtime, also inside the first one.
    let an_hour = || async {
        let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::None);
        let policy = policy.base_delay(Duration::from_secs(3_600)).max_delay(Duration::MAX);
        let begin = tokio::time::Instant::now();
        let fail = || async { Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionReset)) };
        assert!(policy.retry(fail).await.is_err());
        begin.elapsed()
    };
    assert!(with_timer.block_on(an_hour()) >= Duration::from_secs(3_600));
    assert_eq!(told_by(&second), 0);

    let threads = Builder::new_multi_thread().worker_threads(2).build().unwrap();
    PANICS.set(0);
    threads.block_on(async {
        for (name, call) in CALLS {
            assert_eq!(call().await.unwrap(), 3, "{name}");
        }
        assert_eq!(PANICS.get(), 1);
        let inner = || with_timer.block_on(an_hour());
        assert!(tokio::task::block_in_place(inner) >= Duration::from_secs(3_600));
        assert_eq!(fetch().await.unwrap(), 3);
        assert_eq!(PANICS.get(), 1);
    });
}

// SPEC 9.5
#[cfg(feature = "tokio")]
#[test]
fn tokios_message_about_a_runtime_without_a_timer_stands_in_the_guide() {
    let guide = include_str!("../src/guide/troubleshooting.md");
    let without_timer = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let panic = thread::spawn(move || {
        without_timer.block_on(async { tokio::time::sleep(millis(1)).await });
    })
    .join()
    .unwrap_err();
    assert!(guide.contains(panic.downcast_ref::<String>().unwrap()));
}

// SPEC 9.5, 4.8
#[test]
fn a_timeout_outside_a_runtime_ends_the_attempt() {
    #[retry(max = 1, base = "1ms", timeout = "20ms")]
    async fn hang(attempts: &Cell<u32>) -> Result<(), TimedOut> {
        attempts.set(attempts.get() + 1);
        pending().await
    }

    let attempts = Cell::new(0);
    let begin = Instant::now();
    assert!(block_on(hang(&attempts)).is_err());
    assert_eq!(attempts.get(), 2);
    assert!(begin.elapsed() >= millis(40));

    let hangs = || async { pending::<Result<(), TimedOut>>().await };
    let policy = RetryPolicy::new().max_retries(0);
    assert!(block_on(async { policy.retry(hangs).timeout(millis(20)).await }).is_err());
}

// SPEC 9.5, 4.7.1
#[test]
fn a_deadline_outside_a_runtime_ends_the_call() {
    #[retry(max = forever, base = "10ms", backoff = fixed, jitter = none, deadline = "45ms")]
    async fn fail(attempts: &Cell<u32>) -> io::Result<()> {
        attempts.set(attempts.get() + 1);
        Err(io::ErrorKind::ConnectionReset.into())
    }

    let attempts = Cell::new(0);
    let begin = Instant::now();
    assert!(block_on(fail(&attempts)).is_err());
    assert!((1..=5).contains(&attempts.get()), "{}", attempts.get());
    assert!(begin.elapsed() < millis(5_000));
}

// SPEC 9.5, 7.6.2
#[test]
fn a_pause_outside_a_runtime_is_waited_for() {
    static PAUSE: Pause = Pause::new();

    #[retry(pause = &PAUSE, jitter = none)]
    async fn fetch() -> io::Result<u32> {
        Ok(1)
    }

    PAUSE.hold(millis(20));
    let begin = Instant::now();
    assert_eq!(block_on(fetch()).unwrap(), 1);
    assert!(begin.elapsed() >= millis(20));
}

// SPEC 9.5
#[test]
fn a_call_may_move_to_another_thread_while_it_waits() {
    let call = thread::spawn(|| {
        let mut call = Box::pin(fetch());
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        call
    });
    assert_eq!(block_on(call.join().unwrap()).unwrap(), 3);
}

// SPEC 3.6
#[test]
fn a_first_success_needs_no_runtime() {
    #[retry]
    async fn fetch() -> io::Result<u32> {
        Ok(1)
    }

    let outcome = pin!(fetch()).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(outcome, Poll::Ready(Ok(1))));
}
