#!/usr/bin/env bash
# One table: what a call costs by hand, with retry-kit and with other crates. Needs valgrind, and the network
# for the other crates; takes half an hour on two cores.
#
#   benches/run.sh            measures everything and prints the table
#   benches/run.sh GROUP …    measures these groups anew, and prints the table with the others' last results on this machine
#   benches/run.sh --print    measures nothing, and prints the table with the last results
#   benches/run.sh --update   with any of these: also writes the table into benches/README.md
#
# The groups: instructions, bytes, waiting, compile, cold.
set -euo pipefail
export LC_ALL=C.UTF-8
repository=$(cd "$(dirname "$0")/.." && pwd)
table=$repository/benches/table
results=$repository/target/table/results
export CARGO_TARGET_DIR=$repository/target/table
programs=$CARGO_TARGET_DIR/release
groups=(instructions bytes waiting compile cold)

record() { printf '%s\t%s\t%s\n' "$@"; }

# All instructions of a process: kind, column, failures, pending polls, calls.
instructions() {
  valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$programs/count" "$@" 2>&1 |
    sed -n 's/.*I *refs: *//p' | tr -d ,
}

# One call, so that the start of the process cancels out: kind, column, failures, pending polls.
call() {
  local calls=1000 once twice
  once=$(instructions "$@" $calls)
  twice=$(instructions "$@" $((2 * calls)))
  echo "$(((twice - once + calls / 2) / calls))"
}

measure_instructions() {
  local kind column
  "$programs/count" check
  while read -r kind column; do
    case $kind in
      call)
        record first "$column" "$(call call "$column" 0 0)"
        # The crate `retry` blocks, so its attempts are never pending.
        if [[ $column != retry ]]; then record suspended "$column" "$(call call "$column" 0 100)"; fi
        # A naked call does not retry, and `again` waits with another thread.
        if [[ $column != naked && $column != again ]]; then
          record one-failure "$column" "$(call call "$column" 1 0)"
          record three-failures "$column" "$(call call "$column" 3 0)"
        fi
        ;;
      tokio) record tokio-sleep "$column" "$(call tokio "$column" 1 0)" ;;
      budget)
        record budget-first "$column" "$(call budget "$column" 0 0)"
        record budget-failure "$column" "$(call budget "$column" 1 0)"
        ;;
      *) record "$kind" "$column" "$((($(call "$kind" "$column" 3 0) - $(call "$kind" "$column" 0 0) + 1) / 3))" ;;
    esac
  done < <("$programs/count")
}

measure_bytes() {
  "$programs/bytes" future
  "$programs/bytes" allocations
}

# Other programs take time from these, so the least of several runs counts.
measure_waiting() {
  local column run least cpu
  "$programs/bytes" waiting
  # Milliseconds, from the column `fastest` of divan's tree.
  cargo bench --quiet --locked --manifest-path "$table/Cargo.toml" --bench waiting 2>/dev/null |
    sed 's/[│├╰─]/ /g' |
    awk -v OFS='\t' '
      $1 == "on_tokio" || $1 == "outside_tokio" { row = $1 == "on_tokio" ? "waiting-begin" : "outside-begin"; next }
      row && NF > 2 {
        factor["ns"] = 1e-6; factor["µs"] = 1e-3; factor["ms"] = 1; factor["s"] = 1000
        printf "%s\t%s\t%.0f\n", row, $1, $2 * factor[$3]
      }'
  for column in $("$programs/bytes" columns); do
    least=
    for run in 1 2 3; do
      cpu=$(TIMEFORMAT='%U %S'; { time "$programs/bytes" life "$column"; } 2>&1 | awk '{ printf "%.0f", ($1 + $2) * 1000 }')
      if [[ -z $least ]] || ((cpu < least)); then least=$cpu; fi
    done
    record waiting-life "$column" "$least"
  done
}

measure_compile() { "$repository/benches/compile_cost.sh" --table; }
measure_cold() { "$repository/benches/cold_build.sh" --table; }

columns=(naked loop attribute function backon backon-macros tokio-retry2 tower again relentless retry seatbelt)
titles=("naked call" "careful loop" "\`#[retry]\`" "\`policy.retry\`" backon backon-macros tokio-retry2 tower again
  relentless retry seatbelt)

# A name, and a title.
rows=(
  "first|first success, instructions"
  "suspended|attempt pending 100 times, instructions"
  "one-failure|one failure, instructions"
  "three-failures|three failures, instructions"
  "wait|a wait (ours: a decision), instructions"
  "seconds|\`Retry-After\`, seconds, instructions"
  "imf-fixdate|\`Retry-After\`, IMF-fixdate, instructions"
  "rfc-850|\`Retry-After\`, RFC 850, instructions"
  "asctime|\`Retry-After\`, asctime, instructions"
  "budget-first|with a budget, first success, instructions"
  "budget-failure|with a budget, one failure, instructions"
  "future|future, bytes"
  "allocations-first|allocations of a first success"
  "allocations-retry|allocations of a retry"
  "waiting-begin|100 000 tasks until all wait, ms"
  "waiting-life|100 000 tasks until all succeed, CPU ms"
  "waiting-bytes|a waiting task, bytes on the heap"
  "outside-begin|100 000 futures outside tokio until all wait, ms"
  "outside-bytes|a future waiting outside tokio, bytes on the heap"
  "code|a function, bytes of code"
  "check|\`cargo check\` of 200 functions, millions of instructions"
  "cold|cold build, CPU seconds"
)

notes() {
  cat <<NOTES
* ᵃ does not retry, so it has nothing of the kind
* ᵇ the same code as the column to its left
* ᶜ blocks its thread: it has no future, and 100 000 calls would be 100 000 threads
* ᵈ waits with a thread of its own, so the count of a retry differs from run to run
* ᵉ computes its waits in private
* ᶠ does not read headers; in the column of the loop, \`str::parse\` and the crate httpdate do
* ᵍ has no budget
* ʰ waits only in tokio
* ⁱ after a failure it waits with tokio's timer, and cannot do otherwise: its wait here is one of zero; the careful loop
  with such waits takes ${tokio_sleep:-?} instructions for one failure
* ʲ skips a wait of zero without a yield, so its retries here do not wait
* ᵏ builds tokio's \`Sleep\`, too
* ˡ each call begins with a clone of the same random numbers, so all tasks wait equally long and wake in one batch
NOTES
}

# The note on an empty cell: a row and a column.
why_not() {
  case $1/$2 in
    wait/function | seconds/function | imf-fixdate/function | rfc-850/function | asctime/function) echo ᵇ ;;
    wait/backon-macros) echo ᵇ ;;
    *-bytes/retry | *-begin/retry | *-life/retry | future/retry | suspended/retry) echo ᶜ ;;
    one-failure/again | three-failures/again) echo ᵈ ;;
    wait/again | wait/seatbelt) echo ᵉ ;;
    seconds/* | imf-fixdate/* | rfc-850/* | asctime/*) if [[ $2 == naked ]]; then echo ᵃ; else echo ᶠ; fi ;;
    budget-*/*) if [[ $2 == naked ]]; then echo ᵃ; else echo ᵍ; fi ;;
    outside-*/naked) echo ᵃ ;;
    outside-*/backon-macros) echo ᵇ ;;
    outside-*/*) echo ʰ ;;
    cold/loop | cold/function) echo ᵇ ;;
    */naked) echo ᵃ ;;
  esac
}

# The note on a cell that has a value.
remark() {
  case $1/$2 in
    one-failure/tokio-retry2 | three-failures/tokio-retry2 | one-failure/tower | three-failures/tower | budget-failure/tower)
      echo ⁱ ;;
    one-failure/seatbelt | three-failures/seatbelt | one-failure/retry | three-failures/retry) echo ʲ ;;
    wait/tower) echo ᵏ ;;
    code/retry | check/retry) echo ᶜ ;;
    waiting-life/tower) echo ˡ ;;
  esac
}

version() {
  awk -v name="\"$1\"" '$1 == "name" { found = $3 == name } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' \
    "$table/Cargo.lock"
}

print_table() {
  local row name title column value cell
  declare -A values=()
  while IFS=$'\t' read -r row column value; do values[$row/$column]=$value; done < <(cat "$results"/*.tsv)
  tokio_sleep=${values[tokio-sleep/loop]-}

  printf '%s, %s cores; %s, %s' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1 | grep . || uname -m)" \
    "$(getconf _NPROCESSORS_ONLN)" "$(rustc --version)" "$(rustc -vV | sed -n 's/^host: //p')"
  for name in backon backon-macros tokio-retry2 tower again relentless retry seatbelt tokio httpdate; do
    printf ', %s %s' "$name" "$(version "$name")"
  done
  printf '.\n\n'

  printf '| %-60s |' ""
  printf ' %14s |' "${titles[@]}"
  printf '\n|:%s|' "$(printf -- '-%.0s' {1..61})"
  for column in "${columns[@]}"; do printf '%s:|' "$(printf -- '-%.0s' {1..15})"; done
  printf '\n'
  for row in "${rows[@]}"; do
    name=${row%%|*}
    # A group that was never measured here.
    if [[ " ${!values[*]}" != *" $name/"* ]]; then continue; fi
    title=${row#*|}
    printf '| %s%*s |' "$title" "$((60 - ${#title}))" ""
    for column in "${columns[@]}"; do
      value=${values[$name/$column]-}
      if [[ -n $value ]]; then
        cell=$value$(remark "$name" "$column")
      else
        cell=–$(why_not "$name" "$column")
      fi
      printf ' %*s%s |' "$((14 - ${#cell}))" "" "$cell"
    done
    printf '\n'
  done
  printf '\n'
  notes
}

update=
print_only=
chosen=()
for argument in "$@"; do
  if [[ $argument == --update ]]; then
    update=yes
  elif [[ $argument == --print ]]; then
    print_only=yes
  elif [[ " ${groups[*]} " == *" $argument "* ]]; then
    chosen+=("$argument")
  else
    sed -n '/^#   benches/s/^# *//p; s/^# The groups/The groups/p' "$0" >&2
    exit 2
  fi
done
if [[ -z $print_only ]] && ((${#chosen[@]} == 0)); then chosen=("${groups[@]}"); fi

if [[ " ${chosen[*]} " =~ \ (instructions|compile)\  ]] && ! command -v valgrind >/dev/null; then
  echo "instructions take valgrind (apt-get install valgrind)" >&2
  exit 2
fi
if [[ -n $update ]]; then
  for group in "${groups[@]}"; do
    if [[ ! -e $results/$group.tsv && " ${chosen[*]} " != *" $group "* ]]; then
      echo "--update takes results of all groups, and there are none of '$group' on this machine" >&2
      exit 2
    fi
  done
fi
mkdir -p "$results"
if ((${#chosen[@]} > 0)); then
  cargo build --quiet --release --locked --manifest-path "$table/Cargo.toml" --bins
fi
for group in "${chosen[@]}"; do
  printf 'measuring: %s\n' "$group" >&2
  "measure_$group" >"$results/$group.new"
  mv "$results/$group.new" "$results/$group.tsv"
done

print_table | tee "$results/table.md"
if [[ -n $update ]]; then
  readme=$repository/benches/README.md
  awk -v table="$results/table.md" '
    /^<!-- end of the table -->$/ { skip = 0 }
    !skip { print }
    /^<!-- the table, written by benches\/run.sh --update -->$/ {
      skip = 1
      print ""
      while ((getline line < table) > 0) print line
      print ""
    }' "$readme" >"$results/README.md"
  cp "$results/README.md" "$readme"
fi
