#!/usr/bin/env bash
# What a call, a retry and a wait cost with each key, beside loops written by hand. Counts instructions,
# which do not depend on the load of the machine. Needs valgrind; takes a minute. Other crates are in the
# table of benches/run.sh.
#
#   benches/instructions.sh            prints the tables
#   benches/instructions.sh --check    also fails if a first success or a decision costs over 2 % more than in
#                                      benches/recorded.txt, or if a limit is passed, see benches/README.md
#   benches/instructions.sh --record   writes benches/recorded.txt
set -euo pipefail
command -v valgrind >/dev/null || { echo "this takes valgrind (apt-get install valgrind)" >&2; exit 2; }
repository=$(cd "$(dirname "$0")/.." && pwd)
export CARGO_TARGET_DIR=$repository/target/instructions
counted=$CARGO_TARGET_DIR/release/instructions
recorded=$repository/benches/recorded.txt
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
  [wait]="a decision"
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

# The counts depend on the compiler, too.
compiler="$(rustc -vV | sed -n 's/^release: /rustc /p'), $(rustc -vV | sed -n 's/^host: //p')"

# Our first successes and decisions.
is_recorded() {
  case $1 in
    "first the"* | "first a "* | "first tokio"* | "first Instant"* | "wait a "*) return 1 ;;
    first\ * | wait\ *) return 0 ;;
    *) return 1 ;;
  esac
}

if [[ ${1-} == --record ]]; then
  {
    printf '# Instructions. Written by benches/instructions.sh --record, read by its --check.\n%s\n' "$compiler"
    "$counted" | while read -r name; do
      if is_recorded "$name"; then printf '%s %s\n' "${costs[$name]}" "$name"; fi
    done
  } >"$recorded"
fi

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

  if grep -qxF "$compiler" "$recorded"; then
    while read -r before name; do
      if [[ -z ${costs[$name]-} ]]; then
        printf '%s: recorded, but not counted\n' "$name"
        failed=1
      else
        at_most "$name" $((before * 102 / 100))
      fi
    done < <(grep '^[0-9]' "$recorded")
  else
    printf 'recorded with another compiler than %s: the limits beside the loop hold instead\n' "$compiler"
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
    at_most "first attempt" $((bare + 60))
  fi
  # What SPEC 10.6 and 10.7 promise with every compiler. An attempt that is ready at once does not set the
  # timer.
  at_most "first timeout" "${costs["first tokio's timeout"]}"
  # The loop, and a timeout that costs no more than tokio's.
  at_most "pending timeout" $((${costs["pending tokio's timeout"]} +
    ${costs["pending #[retry]"]} - ${costs["pending the naked call"]}))
  at_most "wait retry-kit" 125
  at_most "retry #[retry]" 257
  at_most "header retry-kit, a date" 260
  exit $failed
fi
