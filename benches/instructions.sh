#!/usr/bin/env bash
# What a call, a retry and a wait cost, beside loops written by hand and other crates. Counts
# instructions, which do not depend on the load of the machine. Needs valgrind; takes a minute.
#
#   benches/instructions.sh           prints the tables
#   benches/instructions.sh --check   also fails if a limit is passed, see benches/README.md
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
export CARGO_TARGET_DIR=$repository/target/instructions
counted=$CARGO_TARGET_DIR/release/instructions
calls=1000

cargo build --quiet --release --locked --manifest-path "$repository/benches/instructions/Cargo.toml"

# All instructions of a process: $1 the name, $2 the failures of each call, $3 the calls.
instructions() {
  valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$counted" "$@" 2>&1 |
    sed -n 's/.*I *refs: *//p' | tr -d ,
}

# One call, so that the start of the process cancels out: $1 the name, $2 its failures.
call() {
  local once twice
  once=$(instructions "$1" "$2" $calls)
  twice=$(instructions "$1" "$2" $((2 * calls)))
  echo "$(((twice - once + calls / 2) / calls))"
}

# A call that succeeds at once, or is pending 100 times; in the other groups one of the three failures of
# a call.
cost() {
  local without
  if [[ $1 == pending\ * ]]; then
    call "$1" 100
    return
  fi
  without=$(call "$1" 0)
  if [[ $1 == first\ * ]]; then
    echo "$without"
  else
    echo "$((($(call "$1" 3) - without + 1) / 3))"
  fi
}

declare -A titles=(
  [first]="a call that succeeds at once"
  [pending]="a call whose attempt is pending 100 times"
  [retry]="a retry, with a wait of one turn"
  [wait]="a decision; in other crates, computing a wait"
  [header]="reading a value of Retry-After"
)
declare -A costs
group=
while read -r name; do
  if [[ ${name%% *} != "$group" ]]; then
    if [[ -n $group ]]; then printf '\n'; fi
    group=${name%% *}
    printf '%s\n' "${titles[$group]}"
  fi
  costs[$name]=$(cost "$name")
  printf '  %-24s %6d\n' "${name#* }" "${costs[$name]}"
done < <("$counted")

if [[ ${1-} == --check ]]; then
  failed=0
  # $1 must not cost more than $2.
  at_most() {
    if ((costs[$1] > $2)); then
      printf '%s: %d instructions, more than %d\n' "$1" "${costs[$1]}" "$2"
      failed=1
    fi
  }
  bare=${costs["first #[retry]"]}
  clock=${costs["first Instant::now()"]}
  # The scope of the attempt, which the calls inside see; the outcome is in registers, and classification
  # wants a reference to it.
  at_most "first #[retry]" $((costs["first a careful loop"] + 26))
  # More state to begin with, and another branch or two on the way out.
  for key in "max, base, factor" decorrelated on when before_retry; do
    at_most "first $key" $((bare + 8))
  done
  for key in on_retry give_up; do
    at_most "first $key" $((bare + clock + 8))
  done
  # The value is asked for its own answer, too.
  at_most "first until" $((bare + 10))
  # The end of the call, for the calls inside an attempt.
  at_most "first policy = &STATIC" $((bare + 30))
  at_most "first deadline" $((bare + clock + 45))
  at_most "first budget" $((bare + 40))
  at_most "first pause" $((bare + 24))
  # Beside the timer, which an attempt that is ready at once does not set.
  at_most "first timeout" "${costs["first tokio's timeout"]}"
  # The loop, and a timeout that costs no more than tokio's.
  at_most "pending timeout" $((${costs["pending tokio's timeout"]} +
    ${costs["pending #[retry]"]} - ${costs["pending the naked call"]}))
  fastest=${costs["wait backon"]}
  for peer in exponential-backoff tokio-retry2 backoff; do
    if ((costs["wait $peer"] < fastest)); then fastest=${costs["wait $peer"]}; fi
  done
  # A decision as a whole is cheaper than the wait alone in any peer, and SPEC 10.6 says how cheap.
  at_most "first attempt" $((bare + 60))
  at_most "wait retry-kit" "$fastest"
  at_most "wait retry-kit" 125
  # The schedules without a plan.
  at_most "wait retry-kit, factor 1.5" 245
  at_most "wait retry-kit, decorrelated" 290
  at_most "retry #[retry]" 257
  at_most "header retry-kit, a date" 260
  exit $failed
fi
