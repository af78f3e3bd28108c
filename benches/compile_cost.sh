#!/usr/bin/env bash
# What 200 annotated functions cost the compiler and the binary, beside 200 loops written by hand
# (whose backoff, jitter and choice of errors are functions that they share) and 200 functions
# under #[tracing::instrument(skip_all)]. Counts instructions, which do not depend on the load of
# the machine. Needs valgrind; takes three minutes.
#
#   benches/compile_cost.sh           prints the table
#   benches/compile_cost.sh --check   also fails if a limit is passed, see benches/README.md
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$repository/target/compile_cost
functions=200

# Writes one crate: $1 its name, stdin the text of a function, in which N is its number.
crate() {
  local text main=""
  text=$(cat)
  mkdir -p "$work/$1/src"
  cat >"$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[dependencies]
retry-kit = { path = "$repository" }
tokio = { version = "1", features = ["rt", "time"] }
tracing = { version = "0.1", default-features = false, features = ["attributes", "std"] }
TOML
  {
    cat <<'RUST'
#![allow(dead_code)]

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

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
    for ((n = 0; n < functions; n++)); do
      printf '%s\n\n' "${text//N/$n}"
      main+="        sum += f$n(&client, $n).await.unwrap_or(0);"$'\n'
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
  } >"$work/$1/src/main.rs"
}

rm -rf "$work"
mkdir -p "$work"

crate plain <<'RUST'
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST

crate by_hand <<'RUST'
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

crate annotated <<'RUST'
#[retry_kit::retry(max = 3, base = "1s")]
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST

crate instrumented <<'RUST'
#[tracing::instrument(skip_all)]
pub async fn fN(client: &Client, id: u32) -> Result<u32, Error> {
    let first = client.get(id).await?;
    let second = client.get(first).await?;
    Ok(first + second)
}
RUST

variants=(plain by_hand annotated instrumented)
printf '[workspace]\nmembers = ["plain", "by_hand", "annotated", "instrumented"]\nresolver = "3"\n' >"$work/Cargo.toml"
cp "$repository/Cargo.lock" "$work/Cargo.lock"

# Cargo runs this in place of rustc for the four crates and nothing else.
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
cargo check --quiet --workspace
touch ./*/src/main.rs
RUSTC_WORKSPACE_WRAPPER=$work/rustc cargo check --quiet --workspace --jobs 1
cargo build --quiet --workspace --release --config profile.release.strip=true

instructions() { sed -n 's/.*I *refs: *//p' "$COUNTS/$1" | tr -d ,; }
size() { stat -c %s "$work/target/release/$1"; }

printf '%-14s %22s %8s %18s %8s\n' variant 'check, instructions' ratio 'release, bytes' ratio
for variant in "${variants[@]}"; do
  awk -v name="$variant" -v i="$(instructions "$variant")" -v i0="$(instructions by_hand)" \
    -v s="$(size "$variant")" -v s0="$(size by_hand)" \
    'BEGIN { printf "%-14s %22.0f %8.3f %18d %8.3f\n", name, i, i / i0, s, s / s0 }'
done

if [[ ${1-} == --check ]]; then
  awk -v i="$(instructions annotated)" -v loop="$(instructions by_hand)" \
    -v span="$(instructions instrumented)" -v s="$(size annotated)" -v s0="$(size by_hand)" 'BEGIN {
      if (i > 1.085 * loop) { print "annotated: more than 1.085 times the loop"; failed = 1 }
      if (i >= span) { print "annotated: no less than instrumented"; failed = 1 }
      if (s > 1.2 * s0) { print "annotated: a binary larger than the loop by over 20 %"; failed = 1 }
      exit failed
    }'
fi
