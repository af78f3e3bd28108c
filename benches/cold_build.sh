#!/usr/bin/env bash
# What a retry crate adds to the first build of a user: the CPU seconds, user and system, of
# `cargo build` into an empty target directory, for a crate that depends on tokio with `time` and on
# the named crates. Seconds depend on the machine and its load, so nothing is checked; takes two minutes.
#
#   benches/cold_build.sh
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$repository/target/cold_build
runs=3
export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0
TIMEFORMAT='%U %S'

# Builds a crate several times: $1 its name, stdin its dependencies beside tokio.
measure() {
  local seconds=()
  mkdir -p "$work/$1/src"
  cat >"$work/$1/Cargo.toml" <<TOML
[workspace]

[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[dependencies]
tokio = { version = "1", default-features = false, features = ["time"] }
TOML
  cat >>"$work/$1/Cargo.toml"
  touch "$work/$1/src/lib.rs"
  cd "$work/$1"
  cargo fetch --quiet
  for ((run = 0; run < runs; run++)); do
    rm -rf "$CARGO_TARGET_DIR"
    seconds+=("$({ time cargo build --quiet --offline --jobs 1; } 2>&1 | awk '{ printf "%.2f", $1 + $2 }')")
  done
  printf '%-10s %s   %s crates, %s\n' "$1" "$(printf '%7s' "${seconds[@]}")" \
    "$(cargo tree --offline --edges normal,build --prefix none --no-dedupe | tail -n +2 | sed 's/ (.*//' | sort -u | wc -l)" \
    "$(cargo tree --offline --depth 1 --prefix none | tail -n +2 | sed 's/ (.*//' | paste -sd, | sed 's/,/, /g')"
}

rm -rf "$work"
rustc --version
sed -n 's/^model name[^:]*: /processor: /p' /proc/cpuinfo 2>/dev/null | head -n 1
printf '%-10s %s\n' crate "CPU seconds of $runs runs"
measure tokio_only </dev/null
measure backon <<'TOML'
backon = "1"
backon-macros = "1"
TOML
measure retry_kit <<TOML
retry-kit = { path = "$repository" }
TOML
