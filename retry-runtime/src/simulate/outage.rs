//! The settings of an outage.

use core::ops::Range;
use core::time::Duration;

use super::chance::{WHOLE, millionths};
use super::conditions::{Condition, Conditions, Period};
use super::engine::{Arrivals, Settings, simulate};
use super::report::OutageRun;
use crate::call::RetryBudget;
use crate::policy::RetryPolicy;
use crate::policy::duration::nanos;

/// The most slices of a run.
const MOST_SLICES: u64 = 100_000;

/// Simulates an outage, to test and to draw what a policy does in it.
///
/// Calls under the policy ask a service that fails in the ways you set. All of it happens in virtual time: an
/// outage of minutes takes milliseconds, without threads and without an async runtime. The decisions, the budget and the
/// pause are the code that your program runs.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::testing::Outage;
/// use retry_kit::{RetryBudget, RetryPolicy};
///
/// let (millis, secs) = (Duration::from_millis, Duration::from_secs);
/// let run = Outage::new(RetryPolicy::DEFAULT)
///     .rate(1_000.0)
///     .service_time(millis(20))
///     .capacity(40)
///     .down(secs(10)..secs(70))
///     .budget(RetryBudget::standard())
///     .run(1);
/// assert!(run.peak_load() < 1.1, "{run}");
/// ```
///
/// # Calls
///
/// Calls begin at random at the given [`rate`](Self::rate), whether the others have ended or not, as the requests of
/// users do. [`clients`](Self::clients) are programs: each has a budget and a pause of its own, which its calls share.
///
/// # The service
///
/// It serves as many requests at once as its [`capacity`](Self::capacity) says, each for the
/// [`service_time`](Self::service_time). Others queue in the order in which they come. A call whose attempt takes longer
/// than its [`timeout`](Self::timeout) does not wait for the answer, but the service does not notice: it works on the
/// request all the same. So more load than it can serve makes it work in vain, as a real service does.
///
/// # Repeatable
///
/// A run depends only on its settings and its seed, on every platform. The moments at which calls begin depend on
/// neither the policy nor the state of the service, so that you can compare runs. A guard of
/// [`no_wait`](crate::testing::no_wait) or an attempt around the run does not change it. A process that switches its
/// retries off switches these off, too. A new version of the crate may give other numbers.
///
/// By default one client makes 100 calls a second, a request takes 10 ms, 10 are served at once, and a round trip takes
/// 1 ms. There is no timeout, no budget and no pause.
#[derive(Debug)]
#[must_use = "an outage does nothing until it runs"]
pub struct Outage {
    policy: RetryPolicy,
    budget: Option<RetryBudget>,
    has_pause: bool,
    timeout: Option<Duration>,
    arrivals: Arrivals,
    service_time: u64,
    capacity: u32,
    queue_limit: Option<u32>,
    latency: u64,
    conditions: Conditions,
    lasting: Option<u64>,
    slice: Option<u64>,
}

impl Outage {
    /// Starts with a service that works, and calls under this policy.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let run = Outage::new(RetryPolicy::DEFAULT).run(7);
    /// assert_eq!(run.failures(), 0);
    /// ```
    pub fn new(policy: RetryPolicy) -> Self {
        let distance = Some(10_000_000);
        Self {
            policy,
            budget: None,
            has_pause: false,
            timeout: None,
            arrivals: Arrivals { clients: 1, distance, is_even: false, bursts: Vec::new() },
            service_time: 10_000_000,
            capacity: 10,
            queue_limit: None,
            latency: 1_000_000,
            conditions: Conditions::default(),
            lasting: None,
            slice: None,
        }
    }

    /// Sets the number of clients, 1 by default: programs that share neither a budget nor a pause.
    ///
    /// All clients together make the calls of [`rate`](Self::rate). Without clients there are no calls.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::testing::Outage;
    /// use retry_kit::{RetryBudget, RetryPolicy};
    ///
    /// let secs = Duration::from_secs;
    /// let retries = |clients| {
    ///     let outage = Outage::new(RetryPolicy::DEFAULT).down(secs(10)..secs(20));
    ///     outage.clients(clients).budget(RetryBudget::standard()).run(7).retries()
    /// };
    /// // Ten budgets allow more than one.
    /// assert!(retries(10) > 3 * retries(1));
    /// ```
    pub fn clients(mut self, clients: u32) -> Self {
        self.arrivals.clients = clients;
        self
    }

    /// Sets how many calls all clients together begin in a second, 100 by default.
    ///
    /// Zero leaves only the calls of [`burst`](Self::burst). So does a negative number or `NaN`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).rate(1_000.0).lasting(Duration::from_secs(10));
    /// assert!((9_700..10_300).contains(&outage.run(7).calls()));
    /// ```
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, saturates"
    )]
    pub fn rate(mut self, calls_per_second: f64) -> Self {
        let is_rate = calls_per_second > 0.0;
        self.arrivals.distance = is_rate.then(|| ((1e9 / calls_per_second).round() as u64).max(1));
        self
    }

    /// Makes calls begin at equal distances, the first one at once, instead of at random.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).rate(1_000.0).lasting(Duration::from_secs(10));
    /// assert_eq!(outage.evenly().run(7).calls(), 10_000);
    /// ```
    pub fn evenly(mut self) -> Self {
        self.arrivals.is_even = true;
        self
    }

    /// Adds calls that begin at the same moment, in turn by each client.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).rate(0.0).burst(1_000, Duration::from_secs(1));
    /// assert_eq!(outage.run(7).calls(), 1_000);
    /// ```
    pub fn burst(mut self, calls: u32, at: Duration) -> Self {
        self.arrivals.bursts.push((calls, nanos(at)));
        self
    }

    /// Multiplies the rate of calls for a while: a spike, or a lull.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let outage = Outage::new(RetryPolicy::DEFAULT).evenly().lasting(secs(10));
    /// assert_eq!(outage.load(2.0, secs(4)..secs(6)).run(7).calls(), 800 + 2 * 200);
    /// ```
    pub fn load(self, factor: f64, time: Range<Duration>) -> Self {
        self.condition(Condition::Load(millionths(factor)), &time)
    }

    /// Multiplies the rate of calls by a factor that grows evenly from 1 to this one.
    ///
    /// Afterwards the rate is what it was; [`load`](Self::load) holds it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let outage = Outage::new(RetryPolicy::DEFAULT).lasting(secs(10)).slice(secs(1));
    /// let run = outage.rate(1_000.0).ramp(3.0, secs(0)..secs(10)).run(7);
    /// assert!(run.slices()[9].calls > 2 * run.slices()[0].calls);
    /// ```
    pub fn ramp(self, factor: f64, time: Range<Duration>) -> Self {
        self.condition(Condition::Ramp(millionths(factor)), &time)
    }

    /// Sets how long the service works on a request, 10 ms by default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).service_time(Duration::from_millis(50));
    /// assert!(outage.run(7).longest_call() >= Duration::from_millis(50));
    /// ```
    pub fn service_time(mut self, time: Duration) -> Self {
        self.service_time = nanos(time);
        self
    }

    /// Sets how many requests the service works on at once, 10 by default.
    ///
    /// It can serve this many in each service time. With 0 it answers none.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// // 100 requests a second, one by one.
    /// let outage = Outage::new(RetryPolicy::DEFAULT).capacity(1).rate(200.0).evenly();
    /// let run = outage.lasting(Duration::from_secs(10)).run(7);
    /// assert!((990..=1_000).contains(&run.successes()));
    /// ```
    pub fn capacity(mut self, requests: u32) -> Self {
        self.capacity = requests;
        self
    }

    /// Sets how many requests may queue; by default any number may.
    ///
    /// The service answers others with the status 503, at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::OFF).capacity(1).queue(2);
    /// let run = outage.rate(0.0).burst(10, Duration::ZERO).run(7);
    /// assert_eq!((run.successes(), run.failures()), (3, 7));
    /// ```
    pub fn queue(mut self, requests: u32) -> Self {
        self.queue_limit = Some(requests);
        self
    }

    /// Sets how long the network takes for a request and its answer together, 1 ms by default and at least 1 µs.
    ///
    /// A refused request takes this long, too.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).latency(Duration::from_millis(30));
    /// assert!(outage.run(7).longest_call() >= Duration::from_millis(40));
    /// ```
    pub fn latency(mut self, time: Duration) -> Self {
        // Without a latency, a policy without a wait and a limit would ask for ever at one moment.
        self.latency = nanos(time).max(1_000);
        self
    }

    /// Sets the timeout of each attempt, as the key `timeout` does; by default there is none.
    ///
    /// An attempt that takes longer fails with the class of [`TimedOut`](crate::TimedOut). The service works on its
    /// request all the same.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let stuck = Outage::new(RetryPolicy::OFF).capacity(0).timeout(second).run(7);
    /// assert_eq!(stuck.longest_call(), second);
    /// ```
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }

    /// Takes the service down for a while.
    ///
    /// It refuses requests, whose class is [`Unsent`](crate::ErrorClass::Unsent), and loses those that it has,
    /// whose class is [`Transient`](crate::ErrorClass::Transient). Afterwards it is idle.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let run = Outage::new(RetryPolicy::OFF).down(secs(10)..secs(20)).run(7);
    /// assert!((900..1_100).contains(&run.failures()));
    /// ```
    pub fn down(self, time: Range<Duration>) -> Self {
        self.condition(Condition::Down, &time)
    }

    /// Multiplies the service time of requests that the service begins to work on during this time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let run = Outage::new(RetryPolicy::OFF).slow(5.0, secs(10)..secs(20)).run(7);
    /// assert!(run.longest_call() >= Duration::from_millis(50));
    /// ```
    pub fn slow(self, factor: f64, time: Range<Duration>) -> Self {
        self.condition(Condition::Slow(millionths(factor)), &time)
    }

    /// Makes a share of the requests fail that the service has worked on, with the status 503.
    ///
    /// 0.3 is three in ten, 1 all of them.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let run = Outage::new(RetryPolicy::OFF).errors(0.3, secs(10)..secs(20)).run(7);
    /// assert!((250..350).contains(&run.failures()));
    /// ```
    pub fn errors(self, share: f64, time: Range<Duration>) -> Self {
        self.condition(Condition::Errors(millionths(share).min(WHOLE)), &time)
    }

    /// Makes the service answer each request with the status 429, at once, with this `Retry-After` or without one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let run = Outage::new(RetryPolicy::DEFAULT).throttled(secs(15), secs(10)..secs(20)).run(7);
    /// assert!(run.longest_wait() >= secs(15));
    /// assert_eq!(run.failures(), 0);
    /// ```
    pub fn throttled(
        self,
        retry_after: impl Into<Option<Duration>>,
        time: Range<Duration>,
    ) -> Self {
        self.condition(Condition::Throttled(retry_after.into()), &time)
    }

    fn condition(mut self, condition: Condition, time: &Range<Duration>) -> Self {
        self.conditions.add(Period::new(condition, time));
        self
    }

    /// Gives each client a budget of this kind, which is full at the beginning.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::testing::Outage;
    /// use retry_kit::{RetryBudget, RetryPolicy};
    ///
    /// let secs = Duration::from_secs;
    /// let outage = Outage::new(RetryPolicy::DEFAULT).down(secs(10)..secs(70));
    /// assert!(outage.budget(RetryBudget::standard()).run(7).added_load() < 0.01);
    /// ```
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Gives each client a [`Pause`](crate::Pause), for which all its calls wait.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let outage = Outage::new(RetryPolicy::DEFAULT).throttled(secs(15), secs(10)..secs(20));
    /// // Calls on their way, or none but the first, are throttled.
    /// assert!(outage.pause().run(7).retries() < 10);
    /// ```
    pub fn pause(mut self) -> Self {
        self.has_pause = true;
        self
    }

    /// Sets how long the run lasts. By default it ends a minute after the last condition or burst.
    ///
    /// Calls begin until the end. Those that have not ended then are [`unfinished`](OutageRun::unfinished).
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).lasting(Duration::from_secs(3));
    /// assert!((250..350).contains(&outage.run(7).calls()));
    /// ```
    pub fn lasting(mut self, time: Duration) -> Self {
        self.lasting = Some(nanos(time));
        self
    }

    /// Sets the length of a slice of the run, in which events are counted together.
    ///
    /// By default it is 1, 2 or 5 times a power of ten, and at most a hundredth of the run. There are at most 100 000
    /// slices, which are longer if need be.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).lasting(Duration::from_secs(3));
    /// assert_eq!(outage.slice(Duration::from_millis(10)).run(7).slices().len(), 300);
    /// ```
    pub fn slice(mut self, length: Duration) -> Self {
        self.slice = Some(nanos(length));
        self
    }

    /// Runs the calls. The same settings and the same seed give the same run.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let secs = Duration::from_secs;
    /// let outage = Outage::new(RetryPolicy::DEFAULT).down(secs(10)..secs(20));
    /// assert_eq!(outage.run(7), outage.run(7));
    /// assert_ne!(outage.run(7), outage.run(8));
    /// ```
    #[must_use]
    pub fn run(&self, seed: u64) -> OutageRun {
        let bursts = self.arrivals.bursts.iter().map(|&(_, at)| at);
        let last = bursts.chain([self.conditions.end()]).max().unwrap_or(0);
        let length = self.lasting.unwrap_or_else(|| last.saturating_add(60_000_000_000)).max(1);
        let slice = self.slice.unwrap_or_else(|| round_below(length / 100));
        let settings = Settings {
            policy: &self.policy,
            budget: self.budget.as_ref(),
            has_pause: self.has_pause,
            timeout: self.timeout,
            arrivals: &self.arrivals,
            service_time: self.service_time,
            capacity: self.capacity as usize,
            queue_limit: self.queue_limit.map_or(usize::MAX, |limit| limit as usize),
            latency: self.latency,
            conditions: &self.conditions,
            length,
            slice: slice.max(length.div_ceil(MOST_SLICES)),
        };
        simulate(&settings, seed)
    }
}

/// The largest of 1, 2, 5, 10, 20 … that is not larger; at least 1.
fn round_below(number: u64) -> u64 {
    let mut power: u64 = 1;
    while number / 10 >= power {
        power *= 10;
    }
    match number / power {
        5.. => 5 * power,
        2..5 => 2 * power,
        _ => power,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 13.2: 32 bits and big-endian machines included.
    #[test]
    fn a_seed_gives_known_numbers() {
        let secs = Duration::from_secs;
        let outage = Outage::new(RetryPolicy::DEFAULT).errors(0.5, secs(1)..secs(2));
        let run = outage.budget(RetryBudget::standard()).lasting(secs(4)).run(42);
        let numbers = (run.calls(), run.requests(), run.successes(), run.longest_wait().as_nanos());
        assert_eq!(numbers, (402, 441, 388, 1_994_613_638));
    }

    #[test]
    fn the_length_of_a_slice_is_round() {
        let cases = [
            (0, 1),
            (1, 1),
            (3, 2),
            (9, 5),
            (10, 10),
            (19, 10),
            (39, 20),
            (70, 50),
            (1_300, 1_000),
            (u64::MAX, 10_u64.pow(19)),
        ];
        for (number, expected) in cases {
            assert_eq!(round_below(number), expected, "{number}");
        }
    }
}
