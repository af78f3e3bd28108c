//! The scope of an attempt: `?`, arguments, locals, waits, cancellation.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::{Cell, RefCell};
use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use retry_kit::{RetryPolicy, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds};
use tokio::sync::Mutex;

#[retry]
async fn question_mark(script: &Script) -> Result<usize, Failure> {
    let calls = script.call()?;
    Ok(calls)
}

#[retry]
async fn question_mark_in_a_macro(script: &Script) -> Result<String, Failure> {
    Ok(format!("{}", script.call()?))
}

#[retry]
async fn early_return(script: &Script) -> Result<usize, Failure> {
    let outcome = script.call();
    if outcome.is_ok() {
        return Ok(script.calls());
    }
    outcome
}

#[retry]
async fn labels(script: &Script) -> Result<usize, Failure> {
    let calls = 'retry: loop {
        for turn in 0..3 {
            if turn == 2 {
                break 'retry script.call()?;
            }
        }
    };
    Ok(calls)
}

#[retry]
async fn converts(script: &Script) -> Result<usize, Converted> {
    Ok(script.call()?)
}

#[derive(Debug, PartialEq)]
struct Converted(Failure);

impl From<Failure> for Converted {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl retry_kit::Classify for Converted {
    fn classify(&self) -> retry_kit::ErrorClass {
        self.0.classify()
    }
}

// SPEC 3.3
#[tokio::test(start_paused = true)]
async fn leaving_the_body_ends_the_attempt_and_not_the_function() {
    let script = || Script::new([TRANSIENT; 2]);
    assert_eq!(question_mark(&script()).await, Ok(3));
    assert_eq!(question_mark_in_a_macro(&script()).await, Ok("3".into()));
    assert_eq!(early_return(&script()).await, Ok(3));
    assert_eq!(labels(&script()).await, Ok(3));
    assert_eq!(converts(&script()).await, Ok(3));
    assert_eq!(converts(&Script::new([PERMANENT])).await, Err(Converted(PERMANENT)));
}

/// Counts its clones and drops.
#[derive(Default)]
struct Counted<'a> {
    clones: Option<&'a Cell<u32>>,
    drops: Option<&'a Cell<u32>>,
}

impl Clone for Counted<'_> {
    fn clone(&self) -> Self {
        if let Some(clones) = self.clones {
            clones.set(clones.get() + 1);
        }
        Self { ..*self }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if let Some(drops) = self.drops {
            drops.set(drops.get() + 1);
        }
    }
}

#[retry]
async fn borrows(script: &Script, argument: Counted<'_>) -> Result<usize, Failure> {
    let _ = &argument;
    script.call()
}

#[retry(clone(argument))]
async fn clones(script: &Script, argument: Counted<'_>) -> Result<usize, Failure> {
    drop(argument);
    script.call()
}

// SPEC 3.4
#[tokio::test(start_paused = true)]
async fn arguments_are_borrowed_unless_clone_is_set() {
    let (copied, dropped) = (Cell::new(0), Cell::new(0));
    let argument = || Counted { clones: Some(&copied), drops: Some(&dropped) };
    assert_eq!(borrows(&Script::new([TRANSIENT; 2]), argument()).await, Ok(3));
    assert_eq!((copied.get(), dropped.get()), (0, 1));
    assert_eq!(clones(&Script::new([TRANSIENT; 2]), argument()).await, Ok(3));
    assert_eq!((copied.get(), dropped.get()), (3, 1 + 3 + 1));
}

#[retry(clone(list, total), share(seen))]
async fn mutable(
    script: &Script,
    mut list: Vec<u32>,
    (mut total, mut seen): (u32, Vec<usize>),
) -> Result<(usize, u32, Vec<usize>), Failure> {
    list.push(1);
    total += 1;
    seen.push(list.len());
    script.call()?;
    Ok((list.len(), total, seen.clone()))
}

// SPEC 3.4
#[tokio::test(start_paused = true)]
async fn a_cloned_argument_is_fresh_in_each_attempt_and_a_shared_one_is_not() {
    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(mutable(&script, vec![0], (0, vec![])).await, Ok((2, 1, vec![2, 2, 2])));
}

#[retry]
async fn references(
    script: &Script,
    mut rest: &[u8],
    mut buffer: &mut [u8],
) -> Result<(u8, u8), Failure> {
    let first = rest[0];
    rest = &rest[1..];
    buffer[0] += 1;
    buffer = &mut buffer[1..];
    buffer[0] += rest[0];
    script.call()?;
    Ok((first, rest[0]))
}

// SPEC 3.4: where a reference points is the attempt's own, what it points to is not.
#[tokio::test(start_paused = true)]
async fn references_are_borrowed_anew_by_each_attempt() {
    let mut buffer = [0, 0];
    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(references(&script, &[7, 8], &mut buffer).await, Ok((7, 8)));
    assert_eq!(buffer, [3, 24]);
}

// SPEC 3.1: a by-value argument that is `Send` but not `Sync` needs `clone`.
#[retry(clone(cell))]
async fn send_but_not_sync(script: &Script, cell: Cell<u32>) -> Result<u32, Failure> {
    tokio::task::yield_now().await;
    script.call()?;
    Ok(cell.get())
}

#[tokio::test(start_paused = true)]
async fn clone_makes_the_future_send_where_an_argument_is_not_sync() {
    fn assert_send<F: Send>(future: F) -> F {
        future
    }
    let script = Script::new([TRANSIENT]);
    assert_eq!(assert_send(send_but_not_sync(&script, Cell::new(4))).await, Ok(4));
}

/// `Send`, and not `Sync`.
struct Client {
    script: Script,
    sent: Cell<u32>,
}

impl Client {
    #[retry]
    async fn only_reads(&mut self) -> Result<u32, Failure> {
        self.sent.set(self.sent.get() + 1);
        tokio::task::yield_now().await;
        self.script.call()?;
        Ok(self.sent.get())
    }

    #[retry]
    async fn takes_along(&mut self) -> Result<u32, Failure> {
        let this = &mut *self;
        async move {
            this.sent = Cell::new(this.sent.get() + 1);
            this.script.call()?;
            Ok(this.sent.get())
        }
        .await
    }

    #[retry]
    #[tracing::instrument(skip_all)]
    async fn below(&mut self) -> Result<u32, Failure> {
        self.sent = Cell::new(self.sent.get() + 1);
        self.script.call()?;
        Ok(self.sent.get())
    }

    #[retry]
    async fn lends(&mut self) -> Result<&Script, Failure> {
        self.script.call()?;
        Ok(&self.script)
    }
}

#[retry]
async fn exclusive_argument(script: &Script, cell: &mut Cell<u32>) -> Result<u32, Failure> {
    cell.set(cell.get() + 1);
    tokio::task::yield_now().await;
    script.call()?;
    Ok(cell.get())
}

/// A result type with a hidden lifetime.
#[allow(elided_lifetimes_in_paths, mismatched_lifetime_syntaxes, reason = "what is tested")]
mod hidden {
    use std::borrow::Cow;

    use super::{Failure, Script, retry};

    pub type Result<T> = std::result::Result<T, Failure>;

    pub struct Session<'a>(pub &'a Script);
    pub struct Guard<'a>(pub &'a [usize]);

    pub struct Client {
        pub script: Script,
        pub name: String,
        pub numbers: Vec<usize>,
    }

    impl Client {
        #[retry]
        pub async fn cow(&mut self) -> Result<Cow<str>> {
            self.script.call()?;
            Ok(Cow::Borrowed(&self.name))
        }

        #[retry]
        pub async fn session(&mut self) -> Result<Session> {
            self.script.call()?;
            Ok(Session(&self.script))
        }

        #[retry]
        pub async fn with_an_argument(&mut self, hits: &mut u32) -> Result<Session> {
            let moved = hits;
            *moved += 1;
            self.script.call()?;
            Ok(Session(&self.script))
        }

        #[retry]
        pub async fn not_the_argument(&mut self, hits: &mut u32) -> Result<&Script> {
            let moved = hits;
            *moved += 1;
            self.script.call()?;
            Ok(&self.script)
        }
    }

    #[retry]
    pub async fn visible(client: &mut Client) -> Result<&usize> {
        client.script.call()?;
        client.numbers.first().ok_or(super::PERMANENT)
    }

    #[retry]
    pub async fn guard(client: &mut Client) -> Result<Guard> {
        client.script.call()?;
        Ok(Guard(&client.numbers))
    }

    #[retry]
    pub async fn named<'c>(client: &'c mut Client, hits: &mut u32) -> Result<Guard<'c>> {
        let moved = hits;
        *moved += 1;
        client.script.call()?;
        Ok(Guard(&client.numbers))
    }

    #[retry]
    pub async fn outlives<'b, 'a: 'b>(client: &'a mut Client, text: &'b str) -> Result<&'b str> {
        client.script.call()?;
        Ok(if text.is_empty() { &client.name } else { text })
    }

    #[retry(base = "1ns")]
    pub fn blocking(client: &mut Client) -> Result<&usize> {
        client.script.call()?;
        client.numbers.first().ok_or(super::PERMANENT)
    }
}

// SPEC 3.1, 3.4: as in a loop by hand, if the body only reads.
#[tokio::test(start_paused = true)]
async fn a_result_may_borrow_from_what_a_mut_argument_points_to() {
    use hidden::Client;

    fn assert_send<F: Send>(future: F) -> F {
        future
    }
    let client =
        || Client { script: Script::new([TRANSIENT]), name: "name".into(), numbers: vec![7] };
    let mut hits = 0;
    assert_eq!(assert_send(client().cow()).await.unwrap(), "name");
    assert_eq!(assert_send(client().session()).await.unwrap().0.calls(), 2);
    assert_eq!(client().with_an_argument(&mut hits).await.unwrap().0.calls(), 2);
    assert_eq!(client().not_the_argument(&mut hits).await.unwrap().calls(), 2);
    assert_eq!(assert_send(hidden::visible(&mut client())).await, Ok(&7));
    assert_eq!(assert_send(hidden::guard(&mut client())).await.unwrap().0, [7]);
    assert_eq!(assert_send(hidden::named(&mut client(), &mut hits)).await.unwrap().0, [7]);
    assert_eq!(hits, 6);
    assert_eq!(hidden::outlives(&mut client(), "").await, Ok("name"));
    assert_eq!(hidden::blocking(&mut client()), Ok(&7));
}

/// Every attempt begins with `text` as the caller gave it.
#[derive(Clone)]
struct Builder<'a> {
    script: &'a Script,
    text: String,
    count: Cell<u32>,
}

impl Builder<'_> {
    #[retry(clone(self), on_retry = |_| seen.borrow_mut().push(format!("{}", self.text)))]
    async fn changed(mut self, seen: &RefCell<Vec<String>>) -> Result<String, Failure> {
        self.text.push('!');
        tokio::task::yield_now().await;
        self.script.call()?;
        Ok(self.text)
    }

    #[retry(clone(self), when = |_| self.text == "text")]
    async fn consumed(self) -> Result<String, Failure> {
        let Self { script, text, count } = self;
        count.set(count.get() + 1);
        tokio::task::yield_now().await;
        script.call()?;
        Ok(text)
    }

    #[retry(clone(self))]
    async fn boxed(mut self: Box<Self>) -> Result<String, Failure> {
        self.text.push('!');
        self.script.call()?;
        Ok(self.text)
    }

    #[retry(clone(self), base = "1ns")]
    fn blocking(mut self) -> Result<String, Failure> {
        self.text.push('!');
        self.script.call()?;
        Ok(self.text)
    }

    #[retry(clone(self))]
    async fn unused(self, script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(clone(self))]
    fn by_hand(mut self) -> impl Future<Output = Result<String, Failure>> {
        async move {
            self.text.push('!');
            self.script.call()?;
            Ok(self.text)
        }
    }
}

// SPEC 3.4
#[tokio::test(start_paused = true)]
async fn every_attempt_may_have_a_clone_of_self() {
    fn assert_send<F: Send>(future: F) -> F {
        future
    }
    fn sent(builder: Builder<'_>) -> impl Future<Output = Result<String, Failure>> {
        assert_send(builder.consumed())
    }
    let script = || Script::new([TRANSIENT; 2]);
    let seen = RefCell::default();
    let [one, two, three, four, five, six] = [(); 6].map(|()| script());
    let builder = |script| Builder { script, text: "text".into(), count: Cell::new(0) };
    assert_eq!(builder(&one).changed(&seen).await, Ok("text!".into()));
    assert_eq!(seen.take(), ["text", "text"]);
    assert_eq!(sent(builder(&two)).await, Ok("text".into()));
    assert_eq!(Box::new(builder(&three)).boxed().await, Ok("text!".into()));
    assert_eq!(builder(&four).blocking(), Ok("text!".into()));
    assert_eq!(builder(&five).unused(&five).await, Ok(3));
    assert_eq!(builder(&six).by_hand().await, Ok("text!".into()));
}

#[retry(clone(list, count), share(seen))]
async fn by_mutable_reference(
    script: &Script,
    (ref mut list, ..): (Vec<u32>, u32),
    (ref mut count, ref mut seen): (u32, Vec<usize>),
) -> Result<(usize, u32, usize), Failure> {
    list.push(1);
    *count += 1;
    seen.push(list.len());
    script.call()?;
    Ok((list.len(), *count, seen.len()))
}

#[retry]
async fn behind_a_reference(
    script: &Script,
    &mut (ref mut count, _): &mut (u32, u32),
) -> Result<u32, Failure> {
    *count += 1;
    script.call()?;
    Ok(*count)
}

// SPEC 3.4
#[tokio::test(start_paused = true)]
async fn a_ref_mut_argument_is_a_mut_argument() {
    let script = Script::new([TRANSIENT; 2]);
    let outcome = by_mutable_reference(&script, (vec![0], 0), (5, vec![])).await;
    assert_eq!(outcome, Ok((2, 6, 3)));
    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(behind_a_reference(&script, &mut (0, 0)).await, Ok(3));
}

// SPEC 3.1
#[tokio::test(start_paused = true)]
async fn an_exclusive_borrow_is_send_where_its_value_is_not_sync() {
    fn assert_send<F: Send>(future: F) -> F {
        future
    }
    let client = || Client { script: Script::new([TRANSIENT]), sent: Cell::new(0) };
    assert_eq!(assert_send(client().only_reads()).await, Ok(2));
    assert_eq!(assert_send(client().takes_along()).await, Ok(2));
    assert_eq!(assert_send(client().below()).await, Ok(2));
    assert_eq!(client().lends().await.map(Script::calls), Ok(2));
    let script = Script::new([TRANSIENT]);
    assert_eq!(assert_send(exclusive_argument(&script, &mut Cell::new(0))).await, Ok(2));
}

#[retry]
async fn holds_a_guard(script: &Script, lock: &Mutex<()>) -> Result<usize, Failure> {
    let _guard = lock.try_lock().expect("the guard of the last attempt is gone");
    tokio::task::yield_now().await;
    script.call()
}

// SPEC 3.5
#[tokio::test(start_paused = true)]
async fn locals_of_an_attempt_are_dropped_before_the_wait() {
    let lock = Mutex::new(());
    let script = Script::new([TRANSIENT; 2]);
    let in_the_first_wait = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        lock.try_lock().is_ok()
    };
    let (outcome, free) = tokio::join!(holds_a_guard(&script, &lock), in_the_first_wait);
    assert_eq!(outcome, Ok(3));
    assert!(free, "the guard is not held across the wait");
}

// SPEC 3.6
#[tokio::test(start_paused = true)]
async fn nothing_happens_before_the_first_poll() {
    let script = Script::new([]);
    let dropped = Cell::new(0);
    let argument = Counted { drops: Some(&dropped), ..Counted::default() };
    let future = borrows(&script, argument);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!((script.calls(), dropped.get()), (0, 0));
    drop(future);
    assert_eq!((script.calls(), dropped.get()), (0, 1));
}

#[retry(max = 9, base = "10s", jitter = none, on_retry = |_| hooks.set(hooks.get() + 1))]
async fn slow(script: &Script, hooks: &Cell<u32>, guard: Counted<'_>) -> Result<usize, Failure> {
    let _guard = &guard;
    let _local = guard.clone();
    tokio::time::sleep(Duration::from_secs(10)).await;
    script.call()
}

// SPEC 3.6
#[tokio::test(start_paused = true)]
async fn dropping_the_future_ends_everything() {
    // The time of the drop, and the counts until then: attempts, hooks, dropped locals. The argument
    // is one more drop.
    let cases = [(5, 0, 0, 1), (15, 1, 1, 1), (25, 1, 1, 2), (45, 2, 2, 2), (55, 2, 2, 3)];
    for (after, calls, hooks_called, locals) in cases {
        let (hooks, copied, dropped) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let script = Script::new([TRANSIENT; 100]);
        let guard = Counted { clones: Some(&copied), drops: Some(&dropped) };
        let limit = Duration::from_secs(after);
        assert!(tokio::time::timeout(limit, slow(&script, &hooks, guard)).await.is_err());
        let seen = (script.calls(), hooks.get(), copied.get(), dropped.get());
        assert_eq!(seen, (calls, hooks_called, locals, locals + 1), "after {after} s");
        tokio::time::sleep(Duration::from_secs(100)).await;
        assert_eq!(script.calls(), calls, "no call after the drop");
    }
}

#[retry(max = 1_000, base = "0s")]
async fn without_delay(script: &Script) -> Result<usize, Failure> {
    script.call()
}

struct Nothing;

impl Wake for Nothing {
    fn wake(self: Arc<Self>) {}
}

// SPEC 3.6
#[tokio::test(start_paused = true)]
async fn a_wait_of_zero_yields_once() {
    let script = Script::new([TRANSIENT; 3]);
    let waker = Waker::from(Arc::new(Nothing));
    let mut future = pin!(without_delay(&script));
    for polls in 1..=3 {
        assert_eq!(future.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending);
        assert_eq!(script.calls(), polls, "one attempt for each poll");
    }
    assert_eq!(future.await, Ok(4));
    assert_eq!(script.waits(), seconds(&[0, 0, 0]));
}

#[retry(max = forever, sleep = |_| ready(()))]
async fn without_sleep(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(max = forever, sleep = |_| tokio::task::yield_now())]
async fn with_a_turn(script: &Script) -> Result<usize, Failure> {
    script.call()
}

// SPEC 3.6: also where the user's sleep is over at once, in all three forms.
#[tokio::test(start_paused = true)]
async fn every_wait_yields_once() {
    let policy = RetryPolicy::new().unlimited();
    let sleep = |_| ready(());
    let waker = Waker::from(Arc::new(Nothing));
    for form in 0..4 {
        let script = Script::new(vec![TRANSIENT; 3]);
        let mut future: Pin<Box<dyn Future<Output = Result<usize, Failure>> + '_>> = match form {
            0 => Box::pin(without_sleep(&script)),
            1 => Box::pin(with_a_turn(&script)),
            2 => Box::pin(policy.retry(async || script.call()).sleep(sleep)),
            _ => Box::pin(policy.retry_local(async || script.call()).sleep(sleep)),
        };
        for polls in 1..=3 {
            let poll = future.as_mut().poll(&mut Context::from_waker(&waker));
            assert_eq!((poll, script.calls()), (Poll::Pending, polls), "form {form}");
        }
        assert_eq!(future.await, Ok(4), "form {form}");
    }
}

// SPEC 3.6: a loop without delay can be interrupted.
#[tokio::test(start_paused = true)]
async fn a_loop_without_delay_lets_others_run() {
    let script = Script::new(vec![TRANSIENT; 2_000]);
    let counted = Cell::new(0);
    let other = async {
        while counted.get() < 500 {
            counted.set(counted.get() + 1);
            tokio::task::yield_now().await;
        }
        script.calls()
    };
    tokio::select! {
        biased;
        _ = without_delay(&script) => panic!("500 turns come before 1001 attempts"),
        calls = other => assert!((499..=501).contains(&calls), "{calls}"),
    }
}
