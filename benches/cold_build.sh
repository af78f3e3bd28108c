#!/usr/bin/env bash
# What a retry crate adds to the first build of a user: the CPU seconds, user and system, of
# `cargo build` into an empty target directory, for a crate that depends on tokio with `time` and on
# the named crates, in the versions of the table. Seconds depend on the machine and its load, so the least of three
# runs counts, and nothing is checked; takes five minutes.
#
#   benches/cold_build.sh           prints the seconds
#   benches/cold_build.sh --table   for benches/run.sh
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
mode=${1-}
work=$repository/target/cold_build
runs=3
export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0
TIMEFORMAT='%U %S'

# Builds a crate several times: $1 its name, stdin its dependencies beside tokio.
measure() {
  local run seconds=()
  mkdir -p "$work/$1/src"
  cat >"$work/$1/Cargo.toml" <<TOML
[workspace]

[package]
name = "user-of-$1"
version = "0.0.0"
edition = "2024"

[dependencies]
tokio = { version = "1", default-features = false, features = ["time"] }
TOML
  cat >>"$work/$1/Cargo.toml"
  cp "$repository/benches/table/Cargo.lock" "$work/$1/Cargo.lock"
  touch "$work/$1/src/lib.rs"
  cd "$work/$1"
  cargo fetch --quiet
  for ((run = 0; run < runs; run++)); do
    rm -rf "$CARGO_TARGET_DIR"
    seconds+=("$({ time cargo build --quiet --offline --jobs 1; } 2>&1 | awk '{ printf "%.2f", $1 + $2 }')")
  done
  if [[ $mode == --table ]]; then
    printf 'cold\t%s\t%s\n' "$1" "$(printf '%s\n' "${seconds[@]}" | sort -n | head -n 1)"
  else
    printf '%-14s %s   %s crates, %s\n' "$1" "$(printf '%7s' "${seconds[@]}")" \
      "$(cargo tree --offline --edges normal,build --prefix none --no-dedupe | tail -n +2 | sed 's/ (.*//' | sort -u | wc -l)" \
      "$(cargo tree --offline --depth 1 --prefix none | tail -n +2 | sed 's/ (.*//' | paste -sd, | sed 's/,/, /g')"
  fi
}

rm -rf "$work"
if [[ $mode != --table ]]; then
  rustc --version
  sed -n 's/^model name[^:]*: /processor: /p' /proc/cpuinfo 2>/dev/null | head -n 1
  printf '%-14s %s\n' crate "CPU seconds of $runs runs"
fi
measure naked </dev/null
measure attribute <<TOML
retry-kit = { path = "$repository" }
TOML
measure backon <<'TOML'
backon = "1"
TOML
measure backon-macros <<'TOML'
backon = "1"
backon-macros = "1"
TOML
measure tokio-retry2 <<'TOML'
tokio-retry2 = { version = "0.9", features = ["jitter"] }
TOML
measure tower <<'TOML'
tower = { version = "0.5", default-features = false, features = ["retry", "util"] }
TOML
measure again <<'TOML'
again = "0.1"
TOML
measure relentless <<'TOML'
relentless = { version = "0.18", features = ["tokio-clock"] }
TOML
measure retry <<'TOML'
retry = "2"
TOML
measure seatbelt <<'TOML'
layered = "0.3"
seatbelt = { version = "0.11", features = ["retry"] }
tick = { version = "0.8", features = ["tokio"] }
TOML
