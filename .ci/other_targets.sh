#!/usr/bin/env bash
# What only another machine would show: 32-bit and big-endian arithmetic, and code for other systems. Skips
# with a line what this machine cannot get.
set -euo pipefail
cd "$(dirname "$0")/.."
portable=anyhow,http,hyper,reqwest,tonic,serde,tracing,metrics,sqlx-0_8,tokio-postgres,redis

has_target() {
  rustup target add "$1" >/dev/null 2>&1 || { echo "skipped: no standard library for $1"; return 1; }
}

for target in i686-unknown-linux-gnu x86_64-pc-windows-gnu aarch64-apple-darwin; do
  if has_target "$target"; then
    RUSTFLAGS="-D warnings" cargo check -p retry-kit --features "$portable" --target "$target" --target-dir target/other
  fi
done

# musl and Rust's own linker need no C compiler for 32 bits.
if has_target i686-unknown-linux-musl; then
  export CARGO_TARGET_I686_UNKNOWN_LINUX_MUSL_LINKER=rust-lld
  cargo test -p retry-runtime --lib --features decide,http,serde,simulate,tokio \
    --target i686-unknown-linux-musl --target-dir target/other
  cargo test -p retry-kit --target i686-unknown-linux-musl --target-dir target/other \
    --test attempts --test blocking --test budget --test decision --test function --test model --test pause \
    --test policy --test schedule --test time
fi

# Miri runs the code of a big-endian machine, a thousand times slower: what reads, packs or multiplies numbers.
if rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1; then
  PROPTEST_CASES=2 MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test -p retry-runtime --lib \
    --features decide,http,simulate --target s390x-unknown-linux-gnu --target-dir target/miri -- \
    policy::duration policy::fits policy::jitter policy::sentence policy::status call::overrides call::name \
    http::retry_after::tests::dates http::retry_after::tests::every_date http::retry_after::tests::fractions \
    http::retry_after::tests::whole_seconds classify simulate::conditions simulate::outage \
    --skip floor_sum
else
  echo "skipped: Miri cannot be had here"
fi
