//! Outages in virtual time: against counts by hand, and against the same calls in tokio's paused time.

use std::sync::Mutex;
use std::time::Duration;

use retry_kit::testing::{self, Outage, OutageRun, OutageSlice};
use retry_kit::{Classify, ErrorClass, Jitter, Pause, RetryBudget, RetryPolicy, TimedOut};
use tokio::time::{Instant, sleep};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Waits of 1, 2 and 4 s.
const PLAIN: RetryPolicy = RetryPolicy::new().max_retries(3).jitter(Jitter::None);

/// Ten calls a second under this policy, and a service that answers at once: 1 ms of work and 1 ms of network.
fn ten_a_second(policy: RetryPolicy) -> Outage {
    let outage = Outage::new(policy).rate(10.0).evenly();
    outage.service_time(millis(1)).latency(millis(1)).slice(secs(1))
}

/// Calls, requests, failed attempts, successes and calls that gave up, in each slice.
fn counts(run: &OutageRun) -> Vec<[u64; 5]> {
    let counts = run.slices().iter();
    counts.map(|s| [s.calls, s.requests, s.failed, s.successes, s.gave_up]).collect()
}

// SPEC 13.4
#[test]
fn an_outage_of_two_seconds_counts_what_one_counts_by_hand() {
    let run = ten_a_second(PLAIN).down(secs(1)..secs(3)).lasting(secs(8)).run(1);
    let expected = [
        [10, 10, 0, 10, 0],
        // Ten calls are refused and wait 1 s.
        [10, 10, 10, 0, 0],
        // They are refused again and wait 2 s, and so are ten others, which wait 1 s.
        [10, 20, 20, 0, 0],
        // The second ten are served at their first retry.
        [10, 20, 0, 20, 0],
        // The first ten are served at their second retry.
        [10, 20, 0, 20, 0],
        [10, 10, 0, 10, 0],
        [10, 10, 0, 10, 0],
        [10, 10, 0, 10, 0],
    ];
    // A refusal takes 1 ms, so the retries come later than their calls by 1 ms, and not in an earlier slice.
    assert_eq!(counts(&run), expected, "{run}");
    assert_eq!((run.calls(), run.requests(), run.retries()), (80, 110, 30));
    assert_eq!((run.successes(), run.failures(), run.unfinished()), (80, 0, 0));
    assert_eq!(run.longest_wait(), secs(2));
    // Two refusals of 1 ms, waits of 1 s and 2 s, then 1 ms of work and 1 ms of network.
    assert_eq!(run.longest_call(), millis(3_004));
    assert_eq!(run.recovery(), Some(Duration::ZERO));
    assert!((run.peak_load() - 2.0).abs() < 1e-9, "{}", run.peak_load());
    assert!((run.added_load() - 30.0 / 80.0).abs() < 1e-9, "{}", run.added_load());
}

// SPEC 13.3
#[test]
fn a_service_serves_what_fits_queues_what_may_and_refuses_the_rest() {
    // Two at once for 100 ms each, three queue, five are refused.
    let outage = Outage::new(RetryPolicy::OFF).rate(0.0).burst(10, secs(1));
    let outage = outage.capacity(2).queue(3).service_time(millis(100)).latency(millis(1));
    let run = outage.slice(millis(100)).lasting(secs(2)).run(1);
    let ended: Vec<_> = run.slices()[10..14].iter().map(|s| (s.successes, s.gave_up)).collect();
    assert_eq!(ended, [(0, 5), (2, 0), (2, 0), (1, 0)], "{run}");
    assert_eq!(run.longest_call(), millis(301));
}

// SPEC 13.3
#[test]
fn a_timeout_ends_the_attempt_and_not_the_work_on_it() {
    // One at a time, for 100 ms. The second call gives up before its turn, and the third waits for the work on it.
    let outage = Outage::new(RetryPolicy::OFF).rate(0.0).capacity(1).service_time(millis(100));
    let outage = outage.latency(millis(1)).timeout(millis(150)).slice(millis(10));
    let run = outage.burst(2, secs(0)).burst(1, millis(151)).lasting(secs(1)).run(1);
    assert_eq!((run.successes(), run.failures()), (2, 1), "{run}");
    assert_eq!(run.slices()[15].gave_up, 1);
    // From 151 ms to 200 ms it queues.
    assert_eq!(run.slices()[30].successes, 1);
}

// SPEC 13.3
#[test]
fn an_answer_counts_if_it_comes_when_the_time_is_up() {
    let outage = Outage::new(RetryPolicy::OFF).service_time(millis(9)).latency(millis(1));
    for (timeout, failures) in [(millis(10), 0), (millis(9), 20)] {
        let run = ten_a_second(RetryPolicy::OFF).service_time(millis(9)).timeout(timeout);
        assert_eq!(run.lasting(secs(2)).run(1).failures(), failures);
    }
    assert_eq!(outage.run(1).failures(), 0);
}

// SPEC 13.3
#[test]
fn a_service_that_goes_down_loses_what_it_has() {
    let outage = Outage::new(RetryPolicy::OFF).rate(0.0).capacity(2).service_time(secs(2));
    let run = outage.burst(5, Duration::ZERO).down(secs(1)..secs(3)).slice(secs(1)).run(1);
    assert_eq!((run.failures(), run.slices()[1].gave_up), (5, 5), "{run}");
}

// SPEC 13.3
#[test]
fn a_slow_service_works_longer_on_what_it_begins_then() {
    let outage = ten_a_second(RetryPolicy::OFF).slow(100.0, secs(1)..secs(2)).lasting(secs(3));
    let run = outage.slice(millis(500)).run(1);
    assert_eq!(run.longest_call(), millis(101));
    // The call of 1.9 s ends at 2.001 s.
    let ended: Vec<_> = run.slices().iter().map(|slice| slice.successes).collect();
    assert_eq!(ended, [5, 5, 4, 5, 6, 5], "{run}");
}

// SPEC 13.3
#[test]
fn a_throttled_call_waits_as_the_server_asks_and_a_pause_makes_the_others_wait() {
    let policy = PLAIN.base_delay(millis(100));
    let outage = || ten_a_second(policy).throttled(secs(5), secs(1)..secs(2)).lasting(secs(10));
    let run = outage().run(1);
    assert_eq!((run.retries(), run.longest_wait()), (10, secs(5)), "{run}");
    let run = outage().pause().run(1);
    // The first answer comes after 1 ms and stops all calls until 6.001 s, so 50 other calls begin no attempt before.
    let requests: Vec<_> = run.slices().iter().map(|slice| slice.requests).collect();
    assert_eq!(requests, [10, 1, 0, 0, 0, 0, 10 + 50, 10, 10, 10], "{run}");
    assert_eq!((run.retries(), run.failures(), run.longest_wait()), (1, 0, secs(5)));
}

// SPEC 13.3
#[test]
fn every_client_has_a_budget_of_its_own() {
    // Each allows three retries, and gets nothing back.
    let budget = || RetryBudget::new(30, 10, 10, 0);
    let outage = || Outage::new(PLAIN).rate(0.0).burst(60, Duration::ZERO).down(secs(0)..secs(60));
    for (clients, retries) in [(1, 3), (4, 12), (20, 60)] {
        let run = outage().clients(clients).budget(budget()).run(1);
        assert_eq!(run.retries(), retries, "{clients} clients: {run}");
    }
    assert_eq!(outage().run(1).retries(), 180);
}

// SPEC 13.2
#[test]
fn a_seed_repeats_a_run_and_calls_begin_at_the_same_time_under_every_policy() {
    let outage = |policy| Outage::new(policy).errors(0.4, secs(5)..secs(20)).lasting(secs(30));
    let run = outage(RetryPolicy::DEFAULT).run(1);
    assert_eq!(run, outage(RetryPolicy::DEFAULT).run(1));
    assert_ne!(run, outage(RetryPolicy::DEFAULT).run(2));
    let calls = |run: OutageRun| run.slices().iter().map(|s| s.calls).collect::<Vec<_>>();
    assert_eq!(calls(run), calls(outage(RetryPolicy::OFF).run(1)));
}

// SPEC 13.2: the numbers are those of every platform.
#[test]
fn a_seed_gives_known_numbers() {
    let outage = Outage::new(RetryPolicy::DEFAULT).clients(3).budget(RetryBudget::standard());
    let outage =
        outage.errors(0.4, secs(5)..secs(20)).load(2.5, secs(10)..secs(15)).timeout(secs(1));
    let run = outage.lasting(secs(30)).run(42);
    let numbers = (run.calls(), run.requests(), run.successes(), run.longest_wait());
    assert_eq!(numbers, (3729, 4168, 3084, Duration::from_nanos(7_473_089_789)), "{run}");
}

// SPEC 13.2
#[test]
fn a_run_takes_no_part_in_a_guard_or_an_attempt_around_it() {
    let outage = || ten_a_second(RetryPolicy::DEFAULT).down(secs(1)..secs(3)).lasting(secs(30));
    let alone = outage().run(1);
    let guard = testing::no_wait().max_attempts(1);
    assert_eq!(outage().run(1), alone);
    assert!(guard.decisions().is_empty());
    // The guard still ends calls.
    assert_eq!(retry_kit::RetryState::new(&RetryPolicy::DEFAULT).waits().next(), None);
    assert_eq!(guard.decisions().len(), 1);
    drop(guard);
    let once = RetryPolicy::DEFAULT.deadline(millis(1)).nested(retry_kit::Nested::Once);
    let inside = retry_kit::RetryState::new(&once).attempt_blocking(|| outage().run(1));
    assert_eq!(inside, alone);
    // SPEC 4.13: nor does the seed outlive the run.
    let drawn = || {
        assert_eq!(outage().run(1), alone);
        retry_kit::RetryState::new(&RetryPolicy::DEFAULT).waits().next()
    };
    assert_ne!(drawn(), drawn());
}

// SPEC 13.3
#[test]
fn even_calls_begin_as_the_rate_says_however_short_its_changes_are() {
    let slow = || Outage::new(PLAIN).rate(1.0).evenly().slice(millis(100)).lasting(secs(2));
    let fast = || Outage::new(PLAIN).rate(100.0).evenly().slice(millis(500)).lasting(secs(2));
    let (short, long) = (millis(300)..millis(400), millis(500)..millis(1_000));
    let cases: [(&str, Outage, &[u64]); 8] = [
        ("a call a second", slow(), &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        // 0.3 s, 10 s and 0.7 s of the usual time between two calls.
        ("a spike", slow().load(100.0, short.clone()), &[1, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1]),
        ("a ramp to 99 times the calls", slow().ramp(99.0, short.clone()), &[1, 0, 0, 5]),
        (
            "a spike within a spike",
            slow().load(20.0, short.clone()).load(5.0, short),
            &[1, 0, 0, 10],
        ),
        ("a lull", fast().load(0.0, long.clone()), &[50, 0, 50, 50]),
        ("a lull from the start", fast().load(0.0, secs(0)..millis(500)), &[0, 50, 50, 50]),
        ("half the calls", fast().load(0.5, long.clone()), &[50, 25, 50, 50]),
        ("a factor by which no nanosecond divides", fast().load(3.0, long), &[50, 150, 50, 50]),
    ];
    for (name, outage, expected) in cases {
        let calls: Vec<_> = outage.run(1).slices().iter().map(|slice| slice.calls).collect();
        assert_eq!(calls[..expected.len()], *expected, "{name}");
    }
}

// SPEC 13.3
#[test]
fn random_calls_follow_a_ramp_that_is_shorter_than_the_time_between_them() {
    let run = Outage::new(PLAIN).rate(0.5).ramp(3_999.0, secs(1)..secs(2)).lasting(secs(3)).run(1);
    // 1000 calls, give or take three standard deviations.
    assert!((905..1_095).contains(&run.calls()), "{run}");
}

// SPEC 13.2
#[test]
fn calls_begin_at_the_same_moments_whatever_is_wrong_with_the_service() {
    let calls = |outage: Outage| {
        let run = outage.load(2.0, secs(4)..secs(5)).lasting(secs(8)).slice(millis(10)).run(1);
        run.slices().iter().map(|slice| slice.calls).collect::<Vec<_>>()
    };
    let healthy = calls(Outage::new(PLAIN));
    let (from, to) = (secs(2), millis(2_500));
    assert_eq!(calls(Outage::new(PLAIN).down(from..to)), healthy);
    assert_eq!(calls(Outage::new(PLAIN).slow(3.0, from..to)), healthy);
    assert_eq!(calls(Outage::new(PLAIN).errors(0.5, from..to)), healthy);
    assert_eq!(calls(Outage::new(PLAIN).throttled(secs(1), from..to)), healthy);
}

// SPEC 13.4
#[test]
fn every_request_and_every_call_is_accounted_for() {
    let policies = [
        RetryPolicy::OFF,
        RetryPolicy::DEFAULT,
        RetryPolicy::aws(),
        RetryPolicy::new().unlimited().base_delay(millis(50)).deadline(secs(7)),
        RetryPolicy::new().backoff(retry_kit::Backoff::Decorrelated).base_delay(millis(10)),
    ];
    for (seed, policy) in (0..).zip(policies) {
        let outage =
            Outage::new(policy).clients(7).rate(300.0).capacity(5).queue(100).timeout(millis(200));
        let outage = outage.down(secs(2)..secs(4)).slow(3.0, secs(6)..secs(8)).pause();
        let outage = outage.errors(0.5, secs(10)..secs(12)).throttled(secs(1), secs(14)..secs(16));
        let outage = outage.load(5.0, secs(18)..secs(20)).ramp(4.0, secs(22)..secs(26));
        let run = outage.budget(RetryBudget::standard()).lasting(secs(40)).run(seed);
        assert!(run.calls() > 10_000 && run.failures() > 100, "{run}");
        assert_eq!(run.calls(), run.successes() + run.failures() + run.unfinished());
        // The first attempt of a call that waits for a pause comes later, perhaps after the end.
        let first_attempts = run.requests() - run.retries();
        assert!(
            first_attempts <= run.calls()
                && run.calls() - first_attempts <= run.unfinished() + run.failures()
        );
        let failed: u64 = run.slices().iter().map(|slice| slice.failed).sum();
        // An attempt has succeeded, failed or not ended.
        let running = run.requests() - failed - run.successes();
        assert!(running <= run.unfinished(), "{running} attempts run, {} calls", run.unfinished());
        let open = run.slices().last().map(|slice| slice.in_progress);
        assert_eq!(open, Some(run.unfinished()));
    }
}

/// A service in tokio's time: down, or errors for one in so many requests, or throttling.
struct Server {
    start: Instant,
    requests: Mutex<Vec<Duration>>,
}

#[derive(Debug, PartialEq)]
struct Failure(ErrorClass);

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        self.0
    }
}

impl From<TimedOut> for Failure {
    fn from(_: TimedOut) -> Self {
        Self(ErrorClass::Transient)
    }
}

impl Server {
    /// What the simulated service does: down from 1 s to 3 s, slow from 5 s to 6 s, throttled from 8 s to 9 s. It
    /// works 20 ms on a request, and the network takes 1 ms.
    async fn answer(&self) -> Result<(), Failure> {
        let now = self.start.elapsed();
        self.requests.lock().unwrap().push(now);
        let within = |from, to| (secs(from)..secs(to)).contains(&now);
        let (time, answer) = if within(1, 3) {
            (millis(1), Err(Failure(ErrorClass::Unsent)))
        } else if within(8, 9) {
            let class = ErrorClass::Status { code: 429, retry_after: Some(secs(2)) };
            (millis(1), Err(Failure(class)))
        } else if within(5, 6) {
            (millis(201), Ok(()))
        } else {
            (millis(21), Ok(()))
        };
        sleep(time).await;
        answer
    }
}

/// The same calls as futures in tokio's paused time: 10 in each second.
async fn in_paused_time(
    policy: RetryPolicy,
    budget: &'static RetryBudget,
    pause: Option<&'static Pause>,
) -> (Vec<u64>, u64) {
    let server = Server { start: Instant::now(), requests: Mutex::default() };
    let server: &'static Server = Box::leak(Box::new(server));
    let mut calls = Vec::new();
    for _ in 0..150 {
        calls.push(tokio::spawn(async move {
            let retry = policy.retry(|| server.answer()).budget(budget).timeout(millis(150));
            match pause {
                Some(pause) => retry.pause(pause).await,
                None => retry.await,
            }
        }));
        sleep(millis(100)).await;
    }
    let mut successes = 0;
    for call in calls {
        successes += u64::from(call.await.unwrap().is_ok());
    }
    let mut requests = vec![0; 150];
    for request in server.requests.lock().unwrap().iter() {
        requests[usize::try_from(request.as_millis() / 100).unwrap()] += 1;
    }
    (requests, successes)
}

/// The budget of this table.
fn leaked(budget: [u32; 4]) -> &'static RetryBudget {
    let [capacity, cost, throttled_cost, refill] = budget;
    Box::leak(Box::new(RetryBudget::new(capacity, cost, throttled_cost, refill)))
}

// SPEC 13.1
#[tokio::test(start_paused = true)]
async fn a_run_is_what_the_same_calls_do_in_paused_time() {
    let steady = RetryPolicy::new().jitter(Jitter::None);
    let policies = [
        steady.max_retries(0),
        steady.max_retries(3).base_delay(millis(250)),
        steady.unlimited().base_delay(millis(70)).deadline(millis(2_345)),
        steady.max_retries(2).base_delay(millis(130)).throttled_base(millis(900)),
        steady
            .max_retries(4)
            .base_delay(millis(90))
            .max_delay(millis(400))
            .retry_after_cap(millis(700)),
    ];
    for policy in policies {
        for budget in [[1_000_000, 1, 1, 1], [100, 14, 5, 1]] {
            for has_pause in [false, true] {
                let pause = has_pause.then(|| &*Box::leak(Box::new(Pause::new())));
                let real = in_paused_time(policy, leaked(budget), pause).await;
                let [capacity, cost, throttled_cost, refill] = budget;
                let budget = RetryBudget::new(capacity, cost, throttled_cost, refill);
                let outage = ten_a_second(policy).budget(budget).service_time(millis(20));
                let outage = outage.timeout(millis(150)).slice(millis(100)).lasting(secs(15));
                let outage = outage.down(secs(1)..secs(3)).slow(10.0, secs(5)..secs(6));
                let outage = outage.throttled(secs(2), secs(8)..secs(9)).capacity(1_000);
                let run = if has_pause { outage.pause().run(1) } else { outage.run(1) };
                let requests: Vec<_> = run.slices().iter().map(|slice| slice.requests).collect();
                assert_eq!(requests, real.0, "{policy}, pause {has_pause}: {run}");
                assert_eq!(run.successes() + run.unfinished(), real.1, "{policy}: {run}");
            }
        }
    }
}

// SPEC 13.5
#[test]
fn a_run_prints_its_numbers_and_a_plot() {
    let run = ten_a_second(PLAIN).down(secs(1)..secs(3)).lasting(secs(5)).run(1);
    let expected = "\
50 calls: 50 succeeded, 0 gave up, 0 unfinished
80 requests: 60.0 % added by retries, at the peak 2.00 times the calls
longest wait 2.0s, longest call 3.0s, recovered at once

   from    calls requests   failed  gave up     open
     0s       10       10        0        0        0  ████████████████████│
     1s       10       10       10        0       10  ░░░░░░░░░░░░░░░░░░░░│                     down
     2s       10       20       20        0       20  ░░░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░░░░░░░  down
     3s       10       20        0        0       10  ████████████████████│███████████████████
     4s       10       20        0        0        0  ████████████████████│███████████████████
";
    assert_eq!(run.to_string(), expected);
}

// SPEC 13.3
#[test]
fn settings_without_sense_make_no_calls_or_no_answers_and_end() {
    for rate in [0.0, -1.0, f64::NAN] {
        let run = Outage::new(PLAIN).rate(rate).run(1);
        assert_eq!((run.calls(), run.requests()), (0, 0));
        assert!(run.peak_load().abs() < 1e-9 && run.added_load().abs() < 1e-9);
        assert_eq!(run.recovery(), None);
    }
    assert_eq!(Outage::new(PLAIN).clients(0).burst(3, secs(1)).run(1).calls(), 0);
    assert_eq!(Outage::new(PLAIN).lasting(Duration::ZERO).evenly().run(1).calls(), 1);
    let hasty = RetryPolicy::new().unlimited().base_delay(Duration::ZERO).jitter(Jitter::None);
    let outage = Outage::new(hasty).rate(0.0).burst(1, Duration::ZERO).latency(Duration::ZERO);
    let run = outage.down(secs(0)..secs(9)).lasting(millis(10)).slice(Duration::ZERO).run(1);
    assert_eq!((run.requests(), run.slices().len()), (10_000, 100_000));
    assert_eq!(Outage::new(PLAIN).load(0.0, secs(0)..secs(9)).lasting(secs(9)).run(1).calls(), 0);
    assert_eq!(Outage::new(PLAIN).down(secs(9)..secs(3)).lasting(secs(9)).run(1).failures(), 0);
}

// SPEC 13.3
#[test]
fn a_service_that_collapses_has_not_recovered_and_a_budget_saves_it() {
    // It can serve 2000 requests a second, which is twice the calls.
    let outage = || {
        let outage = Outage::new(RetryPolicy::DEFAULT).rate(1_000.0).service_time(millis(20));
        outage.capacity(40).timeout(secs(1)).down(secs(20)..secs(50)).lasting(secs(120))
    };
    let run = outage().run(1);
    assert!(run.peak_load() > 3.5, "{run}");
    assert_eq!(run.recovery(), None, "{run}");
    let run = outage().budget(RetryBudget::standard()).run(1);
    assert!(run.peak_load() < 1.1 && run.added_load() < 0.002, "{run}");
    assert_eq!(run.recovery(), Some(Duration::ZERO), "{run}");
    // Without a timeout, nobody gives up, and no answer comes.
    assert_eq!(ten_a_second(PLAIN).capacity(0).run(1).recovery(), None);
}

/// The time that this thread has run, or else the time that has passed: other tests may keep the processor busy.
fn busy_since(started: std::time::Instant, ran: Option<Duration>) -> Duration {
    let since = ran.zip(thread_time()).map(|(ran, now)| now.saturating_sub(ran));
    since.unwrap_or_else(|| started.elapsed())
}

fn thread_time() -> Option<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    times.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

// SPEC 13.5
#[test]
fn a_million_calls_take_seconds() {
    let outage = Outage::new(RetryPolicy::DEFAULT).clients(100).rate(10_000.0).capacity(400);
    let outage = outage.timeout(secs(1)).down(secs(20)..secs(50)).lasting(secs(101));
    let (started, ran) = (std::time::Instant::now(), thread_time());
    let run = outage.budget(RetryBudget::standard()).pause().run(1);
    assert!(run.calls() > 1_000_000, "{run}");
    let busy = busy_since(started, ran);
    assert!(busy < secs(10), "{busy:?}");
}

// SPEC 13.5
#[test]
fn the_guide_shows_a_run_as_it_is() {
    let outage = Outage::new(RetryPolicy::new().max_retries(3)).rate(1_000.0).capacity(40);
    let outage = outage.service_time(millis(20)).timeout(secs(1)).down(secs(20)..secs(50));
    let run = outage.run(1).to_string();
    let guide = include_str!("../src/guide/testing.md");
    let shown = guide.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(shown.lines().count() > 10);
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(run.lines().any(|other| other.trim_end() == line), "{line:?} in {run}");
    }
}

// SPEC 13.5
#[test]
fn a_long_run_has_rows_of_a_round_length() {
    let run = ten_a_second(PLAIN).lasting(secs(600)).run(1).to_string();
    let (_, rows) = run.split_once("open\n").unwrap();
    let begins: Vec<_> = rows.lines().map(|row| row.split_whitespace().next().unwrap()).collect();
    let expected: Vec<_> = (0..12).map(|row| format!("{}s", 50 * row)).collect();
    assert_eq!(begins, expected);
}

/// The texts of a picture, with the place of each.
fn texts(picture: &str) -> Vec<(f64, f64, &str)> {
    let number = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let texts = picture.lines().filter_map(|line| line.strip_prefix("<text"));
    texts
        .map(|text| {
            let (place, rest) = text.split_once('>').unwrap();
            (number(place, " x"), number(place, " y"), rest.split('<').next().unwrap())
        })
        .collect()
}

// SPEC 13.5
#[test]
fn the_axes_and_the_conditions_of_a_picture_stand_where_its_outline_has_them() {
    let run = ten_a_second(PLAIN).down(secs(1)..secs(3)).slow(2.0, secs(2)..secs(4));
    let run = run.errors(0.0, secs(3)..secs(5)).lasting(secs(5)).run(1);
    let picture = run.svg();
    let texts = texts(&picture);
    let [good, bad, calls, rest @ ..] = texts.as_slice() else { panic!("{picture}") };
    let legend = [good, bad, calls].map(|(_, _, text)| *text);
    assert_eq!(legend, ["requests that succeed", "requests that fail", "calls, per second"]);
    assert!(good.0 + 100.0 < bad.0 && bad.0 + 100.0 < calls.0 && calls.0 < 540.0, "{picture}");
    let (conditions, axes) = rest.split_at(3);
    // Two rows of conditions; 560 wide and 176 high from there on.
    let (left, bottom) = (52.0, 38.0 + 2.0 * 16.0 + 176.0);
    let mut expected: Vec<_> = [0.0, 5.0, 10.0, 15.0, 20.0]
        .map(|rate| (left - 8.0, bottom - rate * 8.8 + 4.5, rate.to_string()))
        .into();
    expected
        .extend((0..=5).map(|second| {
            (left + 112.0 * f64::from(second), bottom + 20.0, format!("{second} s"))
        }));
    assert_eq!(axes.len(), expected.len(), "{picture}");
    for ((x, y, text), (at, line, expected)) in axes.iter().zip(expected) {
        assert_eq!(*text, expected);
        assert!((x - at).abs() < 0.1 && (y - line).abs() < 0.1, "{text}: {x} {y}");
    }
    // The second is in a row of its own; the third begins where the first ends.
    for ((x, y, _), (second, row)) in conditions.iter().zip([(1.0, 0.0), (2.0, 1.0), (3.0, 0.0)]) {
        let (from, top) = (left + 112.0 * second, 38.0 + 16.0 * row);
        assert!((x - from - 4.0).abs() < 0.1 && (y - top - 12.0).abs() < 0.1, "{x} {y}");
        let area = format!(
            "<rect x=\"{from:.1}\" y=\"{top}\" width=\"224.0\" height=\"{}\"",
            bottom - top
        );
        assert!(picture.contains(&area), "{area}: {picture}");
    }
    assert!(picture.contains(&format!("viewBox=\"0 0 640 {}\"", bottom + 30.0)), "{picture}");
}

// SPEC 13.5
#[test]
fn the_text_of_a_condition_overlaps_no_other() {
    let rows = |starts: &[u64]| {
        let outage = ten_a_second(PLAIN).lasting(secs(5));
        let periods = starts.iter().map(|&start| millis(start)..millis(start + 50));
        let picture = periods.fold(outage, Outage::down).run(1).svg();
        let of_conditions = texts(&picture).into_iter().filter(|(_, _, text)| *text == "down");
        of_conditions.map(|(_, y, _)| ((y - 50.0) / 16.0).round()).collect::<Vec<_>>()
    };
    // A second is 112 wide, and the word about 30.
    assert_eq!(rows(&[1_000, 1_250]), [0.0, 1.0]);
    assert_eq!(rows(&[1_000, 1_250, 1_400]), [0.0, 1.0, 0.0]);
    // There are four rows.
    assert_eq!(rows(&[1_000; 5]), [0.0, 1.0, 2.0, 3.0, 3.0]);
}

// SPEC 13.5
#[test]
fn slices_that_a_picture_draws_together_keep_their_rate() {
    for (slice, length) in [(secs(2), 10), (secs(1), 600), (millis(500), 600)] {
        let run = ten_a_second(PLAIN).slice(slice).lasting(secs(length)).run(1);
        let picture = run.svg();
        // Ten a second, up to the end.
        let line = "d=\"M52.0 38.0H612.0\"";
        assert!(picture.contains(line), "{slice:?} {length}: {picture}");
    }
}

// SPEC 13.5
#[test]
fn a_run_draws_itself() {
    let run = ten_a_second(PLAIN).down(secs(1)..secs(3)).lasting(secs(5)).run(1);
    let picture = run.svg();
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
    assert!(!picture.contains("\n\n"), "Markdown ends it at an empty line");
    assert!(picture.contains(">down</text>"), "{picture}");
    // Five seconds are 560 wide and 20 requests a second 176 high, from 54 to 230. Ten succeed in the first second, none
    // in the next two, and twenty in the others.
    let good = "d=\"M52.0 142.0H164.0V230.0H388.0V54.0H612.0V230.0H52.0Z\"";
    assert!(picture.contains(good), "{picture}");
    // Those that fail stand on top: ten, then twenty.
    let all = "d=\"M52.0 142.0H276.0V54.0H612.0V230.0H52.0Z";
    assert!(picture.contains(all), "{picture}");
    let calls = "d=\"M52.0 142.0H612.0\"";
    assert!(picture.contains(calls), "{picture}");
    assert!(Outage::new(PLAIN).rate(0.0).run(1).svg().ends_with("</svg>\n"));
    assert_eq!(Outage::new(PLAIN).rate(0.0).evenly().run(1).calls(), 0);
}

// SPEC 13.4
#[test]
fn a_run_too_short_to_judge_has_no_recovery() {
    let secs = Duration::from_secs;
    let collapsed = Outage::new(RetryPolicy::DEFAULT).service_time(secs(10)).capacity(1);
    let cut = Outage::new(RetryPolicy::DEFAULT).timeout(secs(20)).lasting(secs(60));
    for outage in [collapsed.down(secs(10)..secs(40)), cut.down(secs(50)..secs(60))] {
        assert_eq!(outage.run(7).recovery(), None);
    }
}

// SPEC 13.4
#[test]
fn the_recovery_ends_with_the_last_slice_in_which_calls_failed_at_first() {
    // A queue of some seconds is left.
    let outage = ten_a_second(RetryPolicy::OFF).service_time(millis(50)).capacity(1);
    let outage = outage.timeout(millis(300)).slow(10.0, secs(1)..secs(3));
    let run = outage.lasting(secs(60)).run(1);
    let is_bad = |slice: &&OutageSlice| slice.succeeded_at_once < slice.calls;
    let last = run.slices().iter().rfind(is_bad).unwrap().start;
    assert!(last > secs(3) && last < secs(50), "{run}");
    assert_eq!(run.recovery().map(|time| secs(3) + time), Some(last + secs(1)), "{run}");
}

// SPEC 13.4
#[test]
fn one_call_in_a_hundred_may_fail_at_first_in_a_service_that_has_recovered() {
    for (until, failed, recovery) in [(5, 1, Duration::ZERO), (15, 2, millis(985))] {
        let outage = ten_a_second(PLAIN).rate(100.0).errors(1.0, millis(0)..millis(until));
        let run = outage.lasting(secs(20)).run(1);
        let first = &run.slices()[0];
        assert_eq!((first.calls, first.calls - first.succeeded_at_once), (100, failed));
        assert_eq!(run.recovery(), Some(recovery), "{until}");
    }
}

// SPEC 13.4
#[test]
fn calls_without_time_for_their_answer_do_not_count_against_the_recovery() {
    let outage = ten_a_second(PLAIN).service_time(millis(1_500)).capacity(100);
    let run = outage.down(secs(1)..secs(2)).lasting(secs(20)).run(1);
    assert!(run.unfinished() > 0);
    assert_eq!(run.recovery(), Some(Duration::ZERO));
}
