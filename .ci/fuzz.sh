#!/usr/bin/env bash
# Looks for input that breaks a property of the tests: `.ci/fuzz.sh SECONDS [TARGET…]` gives each target of `fuzz/`
# that much time. What it finds stays in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?usage: .ci/fuzz.sh SECONDS [TARGET…]}
shift

skip() { printf 'skipped: %s\n' "$*" && exit 0; }
rustup run nightly cargo --version >/dev/null 2>&1 || skip "fuzzing takes a nightly toolchain"
# It only starts other programs, so its own speed does not matter.
cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked --debug ||
  skip "cargo-fuzz cannot be had here"

# No sanitizer: they look for misuse of memory, and no crate has unsafe code. Without one, the targets
# build faster, and run several times as many inputs.
fuzz() {
  local command=$1
  shift
  RUSTFLAGS="-D warnings" cargo +nightly fuzz "$command" --sanitizer none "$@"
}
fuzz build

if [ $# -eq 0 ]; then
  mapfile -t targets < <(cargo +nightly fuzz list)
  set -- "${targets[@]}"
fi
run() {
  mkdir -p "fuzz/corpus/$1"
  # An input that takes ten seconds is a finding too.
  if ! fuzz run "$1" "fuzz/corpus/$1" "fuzz/seeds/$1" -- \
    -max_total_time="$seconds" -timeout=10 -max_len=1024 -print_final_stats=1 >"fuzz/target/$1.log" 2>&1; then
    printf '%s: a property is broken\n' "$1"
    tail -n 60 "fuzz/target/$1.log"
    return 1
  fi
  printf '%s: %s\n' "$1" "$(grep -m1 -o '^Done .*' "fuzz/target/$1.log")"
}
export -f fuzz run
export seconds
printf '%s\n' "$@" | xargs -P 2 -I '{}' bash -c 'run {}'
