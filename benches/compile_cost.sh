#!/usr/bin/env bash
# What 200 annotated functions cost the compiler and the binary, beside 200 loops written by hand
# (whose backoff, jitter and choice of errors are functions that they share) and 200 functions
# under #[tracing::instrument(skip_all)]. Counts instructions, which do not depend on the load of
# the machine. Needs valgrind; takes three minutes.
#
#   benches/compile_cost.sh           prints the table
#   benches/compile_cost.sh --check   also fails if a limit is passed, see benches/README.md
#   benches/compile_cost.sh --table   for benches/run.sh: with other crates, and the bytes of code of one function
set -euo pipefail
command -v valgrind >/dev/null || { echo "this takes valgrind (apt-get install valgrind)" >&2; exit 2; }
repository=$(cd "$(dirname "$0")/.." && pwd)
mode=${1-}
work=$repository/target/compile_cost${mode/--/_}
functions=200
variants=()

# Adds crates with this name. Stdin is the text of a function, in which N is its number; before it, and before a
# line of three hyphens, is what the functions share. With --table there is another with half the functions.
variant() {
  local text shared=""
  text=$(cat)
  if [[ $text == *$'\n---\n'* ]]; then
    shared=${text%%$'\n---\n'*}
    text=${text#*$'\n---\n'}
  fi
  variants+=("$1")
  crate "$1-calls" $functions "$shared" "$text"
  if [[ $mode == --table ]]; then crate "$1-half" $((functions / 2)) "$shared" "$text"; fi
}

# Writes one crate: its name, the number of functions, what they share, and the text of one.
crate() {
  local main="" n await=.await
  if [[ $4 != *"async fn"* ]]; then await=; fi
  mkdir -p "$work/crates/$1/src"
  {
    cat <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[dependencies]
retry-kit = { path = "$repository" }
tokio = { version = "1", features = ["rt", "time"] }
TOML
    if [[ $mode != --table ]]; then
      echo 'tracing = { version = "0.1", default-features = false, features = ["attributes", "std"] }'
    else
      # The other crates, as in the table.
      sed -n '/^# The peers/,/^$/p' "$repository/benches/table/Cargo.toml"
    fi
  } >"$work/crates/$1/Cargo.toml"
  {
    cat <<'RUST'
#![allow(dead_code)]

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

#[derive(Clone, Copy)]
pub struct Client(u32);

#[derive(Debug)]
pub enum Error {
    Busy,
    Gone,
}

impl retry_kit::Classify for Error {
    fn classify(&self) -> retry_kit::ErrorClass {
        self.is_transient().into()
    }
}

impl Error {
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl Client {
    pub async fn get(&self, id: u32) -> Result<u32, Error> {
        tokio::time::sleep(Duration::from_nanos(1)).await;
        if id == self.0 { Err(Error::Gone) } else { Ok(id + 1) }
    }
}

/// The delay of a careful person: doubling from 1 s up to 60 s, and up to as much again at random.
pub fn delay(retries: u32) -> Duration {
    let backoff = Duration::from_secs(60.min(1 << retries.min(6)));
    let random = RandomState::new().hash_one(retries) >> 32;
    backoff + backoff.mul_f64(random as f64 / f64::from(u32::MAX))
}

RUST
    printf '%s\n\n' "$3"
    for ((n = 0; n < $2; n++)); do
      printf '%s\n\n' "${4//N/$n}"
      main+="        sum += f$n(&client, $n)$await.unwrap_or(0);"$'\n'
    done
    cat <<RUST
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let client = Client(std::env::args().count() as u32);
    let sum = runtime.block_on(async {
        let mut sum = 0;
$main        sum
    });
    std::process::exit(i32::from(sum == 1));
}
RUST
  } >"$work/crates/$1/src/main.rs"
}

rm -rf "$work"
mkdir -p "$work"

variant plain <<'RUST'
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST

variant by_hand <<'RUST'
async fn fN_once(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}

pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let mut retries = 0;
    loop {
        match fN_once(client, id).await {
            Ok(value) => return Ok(value),
            Err(error) if retries < 3 && error.is_transient() => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(delay(retries)).await;
        retries += 1;
    }
}
RUST

variant annotated <<'RUST'
#[retry_kit::retry(max = 3, base = "1s")]
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST

if [[ $mode != --table ]]; then
variant instrumented <<'RUST'
#[tracing::instrument(skip_all)]
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST
else
variant function <<'RUST'
use retry_kit::RetryPolicy;
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    RetryPolicy::DEFAULT
        .retry(|| async {
            let first = client.get(id).await?;
            let second = client.get(first).await?;
            Ok(first + second)
        })
        .await
}
RUST

variant backon <<'RUST'
use backon::{ExponentialBuilder, Retryable};

fn builder() -> ExponentialBuilder {
    ExponentialBuilder::default().with_jitter()
}
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    (|| async {
        let first = client.get(id).await?;
        let second = client.get(first).await?;
        Ok(first + second)
    })
    .retry(builder())
    .when(Error::is_transient)
    .await
}
RUST

variant backon-macros <<'RUST'
use backon::ExponentialBuilder;

fn builder() -> ExponentialBuilder {
    ExponentialBuilder::default().with_jitter()
}
---
#[backon_macros::backon(backoff = builder, when = Error::is_transient)]
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST

variant tokio-retry2 <<'RUST'
use tokio_retry2::RetryError;
use tokio_retry2::strategy::{ExponentialBackoff, jitter};

fn delays() -> impl Iterator<Item = Duration> {
    ExponentialBackoff::from_millis(2).factor(500).max_delay_millis(60_000).map(jitter).take(3)
}

fn classified(error: Error) -> RetryError<Error> {
    if error.is_transient() { RetryError::transient(error) } else { RetryError::permanent(error) }
}
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    tokio_retry2::Retry::spawn(delays(), || async {
        let first = client.get(id).await.map_err(classified)?;
        let second = client.get(first).await.map_err(classified)?;
        Ok(first + second)
    })
    .await
}
RUST

variant tower <<'RUST'
use std::sync::LazyLock;

use tower::ServiceExt;
use tower::retry::backoff::{Backoff, ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff};
use tower::util::rng::HasherRng;

#[derive(Clone)]
struct Policy {
    retries: u32,
    backoff: ExponentialBackoff,
}

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let (base, cap) = (Duration::from_secs(1), Duration::from_secs(60));
    let maker = ExponentialBackoffMaker::new(base, cap, 1.0, HasherRng::new());
    Policy { retries: 3, backoff: maker.unwrap().make_backoff() }
});

impl tower::retry::Policy<u32, u32, Error> for Policy {
    type Future = tokio::time::Sleep;

    fn retry(&mut self, _: &mut u32, outcome: &mut Result<u32, Error>) -> Option<Self::Future> {
        match outcome {
            Err(error) if self.retries > 0 && error.is_transient() => {
                self.retries -= 1;
                Some(self.backoff.next_backoff())
            }
            _ => None,
        }
    }

    fn clone_request(&mut self, request: &u32) -> Option<u32> {
        Some(*request)
    }
}
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let service = tower::service_fn(|id| async move {
        let first = client.get(id).await?;
        let second = client.get(first).await?;
        Ok(first + second)
    });
    tower::retry::Retry::new(POLICY.clone(), service).oneshot(id).await
}
RUST

variant again <<'RUST'
fn policy() -> again::RetryPolicy {
    again::RetryPolicy::exponential(Duration::from_secs(1))
        .with_jitter(true)
        .with_max_delay(Duration::from_secs(60))
        .with_max_retries(3)
}
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let body = || async {
        let first = client.get(id).await?;
        let second = client.get(first).await?;
        Ok(first + second)
    };
    policy().retry_if(body, Error::is_transient).await
}
RUST

variant relentless <<'RUST'
use relentless::clock::TokioClock;
use relentless::{RetryError, RetryPolicy, Stop, Wait, predicate, stop, wait};

fn policy() -> RetryPolicy<impl Stop, impl Wait> {
    let delays = wait::exponential(Duration::from_secs(1)).full_jitter();
    RetryPolicy::new().stop(stop::attempts(4)).wait(delays.cap(Duration::from_secs(60)))
}

fn last(error: RetryError<Error, Result<u32, Error>>) -> Error {
    error.into_last_error().unwrap_or(Error::Gone)
}
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    policy()
        .retry_async(|_| async {
            let first = client.get(id).await?;
            let second = client.get(first).await?;
            Ok(first + second)
        })
        .when(predicate::error(Error::is_transient))
        .clock(TokioClock::new())
        .call()
        .await
        .map_err(last)
}
RUST

variant retry <<'RUST'
use retry::OperationResult;
use retry::delay::{Exponential, jitter};

fn delays() -> impl Iterator<Item = Duration> {
    Exponential::from_millis(1000).map(jitter).take(3)
}

impl Client {
    pub fn get_blocking(&self, id: u32) -> Result<u32, Error> {
        std::thread::sleep(Duration::from_nanos(1));
        if id == self.0 { Err(Error::Gone) } else { Ok(id + 1) }
    }
}

fn classified(outcome: Result<u32, Error>) -> OperationResult<u32, Error> {
    match outcome {
        Ok(value) => OperationResult::Ok(value),
        Err(error) if error.is_transient() => OperationResult::Retry(error),
        Err(error) => OperationResult::Err(error),
    }
}
---
fn fN_once(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get_blocking(id)?;
    let second = client.get_blocking(first)?;
    Ok(first + second)
}

pub fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    retry::retry(delays(), || classified(fN_once(client, id))).map_err(|error| error.error)
}
RUST

variant seatbelt <<'RUST'
use std::sync::LazyLock;

use layered::{Execute, Layer, Service};
use seatbelt::retry::{Retry, RetryLayer};
use seatbelt::{RecoveryInfo, ResilienceContext};

static LAYER: LazyLock<RetryLayer<u32, Result<u32, Error>>> = LazyLock::new(|| {
    let context = ResilienceContext::new(tick::Clock::new_tokio());
    Retry::layer("retry", &context)
        .clone_input()
        .max_retry_attempts(3)
        .base_delay(Duration::from_secs(1))
        .max_delay(Duration::from_secs(60))
        .recovery_with(|outcome: &Result<u32, Error>, _| match outcome {
            Err(error) if error.is_transient() => RecoveryInfo::retry(),
            _ => RecoveryInfo::never(),
        })
});
---
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let client = *client;
    let service = LAYER.layer(Execute::new(move |id| async move {
        let first = client.get(id).await?;
        let second = client.get(first).await?;
        Ok(first + second)
    }));
    service.execute(id).await
}
RUST
fi

printf '[workspace]\nmembers = ["crates/*"]\nresolver = "3"\n' >"$work/Cargo.toml"
if [[ $mode == --table ]]; then
  cp "$repository/benches/table/Cargo.lock" "$work/Cargo.lock"
else
  cp "$repository/Cargo.lock" "$work/Cargo.lock"
fi

# Cargo runs this in place of rustc for these crates and nothing else.
cat >"$work/rustc" <<'SH'
#!/usr/bin/env bash
shift
compiler=$(rustc --print sysroot)/bin/rustc
name=$(printf '%s\n' "$@" | grep -A1 -x -e --crate-name | tail -n 1)
if [[ " $* " == *" --print"* || -z $name || $name == ___ ]]; then exec "$compiler" "$@"; fi
exec valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null \
  --log-file="$COUNTS/$name" "$compiler" "$@"
SH
chmod +x "$work/rustc"

cd "$work"
export COUNTS=$work/counts CARGO_TARGET_DIR=$work/target
mkdir -p "$COUNTS"
packages=()
for variant in "${variants[@]}"; do packages+=("--package=$variant-calls"); done
cargo check --quiet "${packages[@]}"
touch crates/*/src/main.rs
RUSTC_WORKSPACE_WRAPPER=$work/rustc cargo check --quiet "${packages[@]}" --jobs 1
cargo build --quiet --workspace --release --config profile.release.strip=true

# The compiler writes hyphens as underscores.
instructions() { sed -n 's/.*I *refs: *//p' "$COUNTS/${1//-/_}_calls" | tr -d ,; }
bytes() { stat -c %s "$work/target/release/$1-calls"; }
# Code, constants and unwind tables.
code() { size "$work/target/release/$1" | awk 'NR == 2 { print $1 }'; }

if [[ $mode == --table ]]; then
  declare -A columns=([plain]=naked [by_hand]=loop [annotated]=attribute)
  for variant in "${variants[@]}"; do
    column=${columns[$variant]-$variant}
    printf 'check\t%s\t%d\n' "$column" "$((($(instructions "$variant") + 500000) / 1000000))"
    printf 'code\t%s\t%d\n' "$column" "$((($(code "$variant-calls") - $(code "$variant-half")) / (functions / 2)))"
  done
  exit
fi

printf '%-14s %22s %8s %18s %8s\n' variant 'check, instructions' ratio 'release, bytes' ratio
for variant in "${variants[@]}"; do
  awk -v name="$variant" -v i="$(instructions "$variant")" -v i0="$(instructions by_hand)" \
    -v s="$(bytes "$variant")" -v s0="$(bytes by_hand)" \
    'BEGIN { printf "%-14s %22.0f %8.3f %18d %8.3f\n", name, i, i / i0, s, s / s0 }'
done

if [[ $mode == --check ]]; then
  awk -v i="$(instructions annotated)" -v loop="$(instructions by_hand)" \
    -v span="$(instructions instrumented)" -v s="$(bytes annotated)" -v s0="$(bytes by_hand)" 'BEGIN {
      if (i > 1.085 * loop) { print "annotated: more than 1.085 times the loop"; failed = 1 }
      if (i >= span) { print "annotated: no less than instrumented"; failed = 1 }
      if (s > 1.22 * s0) { print "annotated: a binary larger than the loop by over 22 %"; failed = 1 }
      exit failed
    }'
fi
