//! Clients that write the same row: the experiment of the AWS Architecture Blog, "Exponential Backoff And Jitter" (2015).
//!
//! Each client reads the version of the row and then writes with it. The write fails if another client was faster; then
//! the client waits by its policy and reads again. The settings are those of the published simulator,
//! `aws-samples/aws-arch-backoff-simulator`; the decisions are those of [`RetryState`].

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use retry_kit::{Backoff, Decision, ErrorClass, Jitter, RetryPolicy, RetryState};

/// The numbers of clients.
pub const CLIENTS: [u32; 11] = [10, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200];
/// The number of trials for each of them.
pub const TRIALS: u32 = 20;

/// The network takes 10 ms each way, with a deviation of 2 ms.
const DELAY: u64 = 10_000_000;
const DEVIATION: u64 = 2_000_000;

const PATIENT: RetryPolicy = RetryPolicy::new().unlimited().max_delay(Duration::from_secs(2));
/// The published simulator counts a failure before it computes the backoff. So its first one is twice its base of
/// 5 ms, while ours is the base.
const DOUBLING: RetryPolicy = PATIENT.base_delay(Duration::from_millis(10));

/// A policy, and the name that the picture shows.
pub struct Contender {
    pub name: &'static str,
    pub policy: RetryPolicy,
}

pub const CONTENDERS: [Contender; 6] = [
    Contender { name: "no backoff", policy: PATIENT.base_delay(Duration::ZERO) },
    Contender { name: "no jitter", policy: DOUBLING.jitter(Jitter::None) },
    Contender { name: "additive", policy: DOUBLING },
    Contender { name: "equal", policy: DOUBLING.jitter(Jitter::Equal) },
    Contender { name: "full", policy: DOUBLING.jitter(Jitter::Full) },
    Contender {
        name: "decorrelated",
        policy: PATIENT.backoff(Backoff::Decorrelated).base_delay(Duration::from_millis(5)),
    },
];

/// A mean over the trials, and the standard deviation.
#[derive(Clone, Copy, Debug)]
pub struct Statistic {
    pub mean: f64,
    pub deviation: f64,
}

impl Statistic {
    fn of(samples: &[f64]) -> Self {
        let count = f64::from(u32::try_from(samples.len()).unwrap_or(u32::MAX));
        let mean = samples.iter().sum::<f64>() / count;
        let squares = samples.iter().map(|sample| (sample - mean) * (sample - mean)).sum::<f64>();
        Self { mean, deviation: (squares / (count - 1.0)).sqrt() }
    }
}

/// What the clients of one policy need until the last has written.
#[derive(Clone, Copy, Debug)]
pub struct Contest {
    pub clients: u32,
    /// The number of writes, with those that fail.
    pub calls: Statistic,
    /// In seconds.
    pub time: Statistic,
}

/// Runs all trials of a contender, for each number of clients.
pub fn contests(contender: &Contender) -> Vec<Contest> {
    CLIENTS.iter().map(|&clients| contest(contender, clients)).collect()
}

/// Runs all trials of a contender for this number of clients.
pub fn contest(contender: &Contender, clients: u32) -> Contest {
    let trials = (0..TRIALS).map(|trial| contend(&contender.policy, clients, trial));
    let (calls, times): (Vec<f64>, Vec<f64>) = trials.unzip();
    Contest { clients, calls: Statistic::of(&calls), time: Statistic::of(&times) }
}

/// The message that reaches the server or a client.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Message {
    Read,
    Version(u32),
    Write(u32),
    Written(bool),
}

/// Returns the number of writes, and the seconds until all clients have written.
fn contend(policy: &RetryPolicy, clients: u32, trial: u32) -> (f64, f64) {
    let seed = u64::from(trial) << 32;
    let mut network = Network(seed);
    let states = (0..clients).map(|client| RetryState::seeded(policy, seed | u64::from(client)));
    let mut states: Vec<RetryState> = states.collect();
    let mut messages = BinaryHeap::new();
    for client in 0..clients {
        messages.push(Reverse((network.delay(), client, Message::Read)));
    }
    let (mut version, mut calls, mut now) = (0, 0, 0);
    while let Some(Reverse((at, client, message))) = messages.pop() {
        now = at;
        let (wait, answer) = match message {
            Message::Read => (0, Message::Version(version)),
            Message::Version(version) => (0, Message::Write(version)),
            Message::Write(read) => {
                calls += 1;
                let is_current = read == version;
                version += u32::from(is_current);
                (0, Message::Written(is_current))
            }
            Message::Written(true) => continue,
            Message::Written(false) => {
                match states[client as usize].decide(ErrorClass::Transient) {
                    Decision::Retry(wait) => (nanos(wait.duration()), Message::Read),
                    Decision::Stop(_) => continue,
                }
            }
        };
        messages.push(Reverse((now + wait + network.delay(), client, answer)));
    }
    (f64::from(calls), Duration::from_nanos(now).as_secs_f64())
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The delays of the network, by `SplitMix64`: the same on every platform.
struct Network(u64);

impl Network {
    /// The sum of twelve uniform numbers has a deviation of 1, and nearly a normal distribution.
    fn delay(&mut self) -> u64 {
        let sum: u64 = [(); 3].map(|()| self.next()).into_iter().map(sixteen_bits_each).sum();
        (DELAY + ((sum * DEVIATION) >> 16)).saturating_sub(6 * DEVIATION)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The sum of the four numbers in 64 bits.
fn sixteen_bits_each(bits: u64) -> u64 {
    [0, 16, 32, 48].iter().map(|shift| (bits >> shift) & 0xffff).sum()
}
