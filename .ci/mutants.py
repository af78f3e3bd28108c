#!/usr/bin/env python3
"""Mutation testing: changes the code in one place at a time, and expects a test to fail.

    .ci/mutants.py [FILE|FOLDER…]     # retry-runtime/src and retry-macros/src, if none is given

cargo-mutants lists the changes. Compiling each would take a day, so all of them are compiled at once: a copy of
the code has each function in all its versions, and the environment variable MUTANT chooses one at run time. What
the compiler evaluates, such as a policy in a `const`, stays unchanged; so do functions that return `impl Trait`. The macros use a runtime without changes.

A change that no test notices must be explained in mutants.txt, which has one line for each: what cargo-mutants
prints without line and column, ` # `, and the reason. Exits with 1 if one is not.

Takes `cargo install --locked cargo-mutants`. It is no part of `.ci/run`, which has no time for it.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / ".ci" / "mutants.txt"
CRATES = ["retry-runtime", "retry-macros"]

# Compiled for the web only; the entry points of the macros.
ELSEWHERE = ["retry-runtime/src/expansion/timer/javascript.rs", "*/src/lib.rs"]
# They call no function of the two crates, or take minutes, or programs that need not be there.
NO_PROGRAM = {"dependencies", "nginx", "public_surface", "rooms", "ui", "words"}
# The tests of `http` and `grpc` with another version of a client.
AGAIN = {"reqwest_0_12", "tonic_0_13"}
# More versions of a function make a future larger, and another place of a test's module another name.
NOT_UNDER_CHANGE = {"future_size"}
# They would take minutes for each change; other tests call the same functions.
SLOW = [
    "calls_that_interleave_end_as_if_they_took_turns",
    "exponential_backoff_is_exact_or_within_one_part_in_a_billion",
    "the_cost_is_linear_even_for_the_worst_text",
    "the_worst_case_takes_the_longer_of_both_schedules_before_each_retry",
    "the_worst_case_by_formula_is_never_less_than_the_waits_added_up",
]

SYSROOT = subprocess.run(["rustc", "--print", "sysroot"], stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
LIBRARIES = f"{SYSROOT}/lib"

SWITCH = """
//! Which version of a function runs.

use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};

pub(crate) const fn is(version: u32) -> bool {
    core::intrinsics::const_eval_select((version,), while_compiling, running)
}

const fn while_compiling(_: u32) -> bool {
    false
}

fn running(version: u32) -> bool {
    static CHOSEN: LazyLock<u32> = LazyLock::new(|| env::var("MUTANT").map_or(0, |text| text.parse().unwrap()));
    static ASKED: LazyLock<Option<Mutex<(BTreeSet<u32>, File)>>> = LazyLock::new(|| {
        let path = env::var_os("MUTANTS_ASKED")?;
        let file = File::options().create(true).append(true).open(path).unwrap();
        Some(Mutex::new((BTreeSet::new(), file)))
    });
    if let Some(asked) = &*ASKED {
        let (asked, file) = &mut *asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.insert(version) {
            writeln!(file, "{version}").unwrap();
        }
    }
    *CHOSEN == version
}
"""


class Source:
    """A file, the changes in it, and the text with all versions."""

    def __init__(self, path, mutants):
        self.path = path
        self.mutants = mutants
        self.text = (ROOT / path).read_text()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.functions = collections.defaultdict(list)
        for mutant in mutants:
            self.functions[self.span(mutant["function"]["span"])].append(mutant)

    def offset(self, place):
        return self.starts[place["line"] - 1] + place["column"] - 1

    def span(self, span):
        return self.offset(span["start"]), self.offset(span["end"])

    def body(self, start, end):
        """Where the body's brace opens: the first one whose partner is the function's last."""
        depth, opened = 0, {}
        stack = []
        for place in braces(self.text, start, end):
            if self.text[place] == "{":
                stack.append(place)
            else:
                opened[place] = stack.pop()
        return opened[end - 1]

    def versions(self, left_out):
        """The text with all versions, and the lines of each."""
        inserted = []
        for (start, end), mutants in self.functions.items():
            mutants = [mutant for mutant in mutants if mutant["id"] not in left_out]
            if not mutants:
                continue
            body = self.body(start, end)
            versions = []
            for mutant in mutants:
                first, last = self.span(mutant["span"])
                replacement = mutant["replacement"]
                version = self.text[body:first] + f" {replacement} " + self.text[last:end]
                versions.append((mutant["id"], version))
            inserted.append((body, -end, versions))
            inserted.append((end, 0, None))
        inserted.sort(key=lambda each: (each[0], each[1]))
        text, lines, before = [], {}, 0
        line = 1
        for place, _, versions in inserted:
            piece = self.text[before:place]
            before = place
            line += piece.count("\n")
            text.append(piece)
            if versions is None:
                text.append("}")
                continue
            text.append("{")
            for version, body in versions:
                piece = f"\nif crate::mutant::is({version}) {body} else "
                lines[version] = (line + 1, line + piece.count("\n"))
                line += piece.count("\n")
                text.append(piece)
            text.append("\n")
            line += 1
        text.append(self.text[before:])
        return "".join(text), lines


TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|r(\#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?'(?:\\(?:x..|u\{[^}]*\}|.)|[^\\'])'|[{}]""",
    re.S | re.X,
)


def braces(text, start, end):
    for match in TOKEN.finditer(text, start, end):
        if match.group() in "{}":
            yield match.start()


def unplaced(name):
    return re.sub(r"^([^:]+):\d+:\d+:", r"\1:", name)


def list_mutants(crates):
    """All of these crates, so that one compilation serves any choice of files."""
    command = ["cargo", "mutants", "--list", "--json", "--dir", str(ROOT)]
    for crate in crates:
        command += ["--package", crate]
    for path in ELSEWHERE:
        command += ["--exclude", path]
    listed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    # A constant is the same at run time.
    mutants = [mutant for mutant in json.loads(listed) if mutant["function"]]
    for number, mutant in enumerate(mutants, 1):
        mutant["id"] = number
    return mutants


def copied():
    """The files of the copy: what git knows, adapted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True,
    ).stdout
    files = {name: (ROOT / name).read_bytes() for name in listed.split("\0") if (ROOT / name).is_file()}
    for name in [name for name in files if name.startswith("retry-runtime/src/")]:
        files[name.replace("retry-runtime", "unchanged", 1)] = files[name]
    files["unchanged/Cargo.toml"] = b'[workspace]\n[package]\nname = "unchanged"\nversion = "0.0.0"\nedition = "2024"\n'
    edit(files, "Cargo.toml", 'exclude = ["', 'exclude = ["unchanged", "')
    edit(
        files,
        "retry-macros/Cargo.toml",
        "retry-runtime.workspace = true",
        'retry-runtime = { package = "unchanged", path = "../unchanged", default-features = false }',
    )
    for crate in CRATES:
        library = f"{crate}/src/lib.rs"
        edit(files, library, "#![forbid", "#![feature(core_intrinsics, const_eval_select)]\n#![forbid")
        files[library] += b"\nmod mutant;\n"
        files[f"{crate}/src/mutant.rs"] = SWITCH.encode()
    files["rustc.sh"] = b'#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec "$@" --cap-lints allow\n'
    return files


def edit(files, name, old, new):
    if old.encode() not in files[name]:
        sys.exit(f"{name} has no `{old}`; adapt {sys.argv[0]}")
    files[name] = files[name].replace(old.encode(), new.encode(), 1)


def write(tree, files):
    """Writes what differs, so that cargo compiles only that."""
    for name, content in files.items():
        path = tree / name
        if not (path.is_file() and path.read_bytes() == content):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (tree / "rustc.sh").chmod(0o755)
    for folder, folders, names in os.walk(tree):
        if pathlib.Path(folder) == tree and "target" in folders:
            folders.remove("target")
        for path in (pathlib.Path(folder) / name for name in names):
            if str(path.relative_to(tree)) not in files:
                path.unlink()


def environment():
    return os.environ | {
        "RUST_BACKTRACE": "0",
        "CARGO_INCREMENTAL": "0",
        "CARGO_PROFILE_DEV_DEBUG": "0",
        "CARGO_TARGET_DIR": "target",
        "PROPTEST_CASES": "64",
        # Of the compiler, which the tests of a macro need.
        "LD_LIBRARY_PATH": LIBRARIES,
    }


def cargo(tree, *arguments):
    # For the crates of the workspace only, so that the others need not be compiled anew.
    wrapper = {"RUSTC_WORKSPACE_WRAPPER": str(tree / "rustc.sh")}
    done = subprocess.run(
        ["cargo", *arguments, "--message-format", "json"],
        cwd=tree, env=environment() | wrapper, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    return done, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def write_versions(tree, sources, known):
    """Writes all versions that compile; returns the numbers of the others. The file `known` keeps them."""
    files = copied()
    names = {mutant["id"]: mutant["name"] for source in sources for mutant in source.mutants}
    before = json.loads(known.read_text()) if known.exists() else {}
    left_out = set()
    for source in sources:
        kept = before.get(source.path, {})
        if kept.get("text") == source.text:
            left_out |= {each for each, name in names.items() if name in kept["names"]}
    while True:
        places = {}
        for source in sources:
            text, places[source.path] = source.versions(left_out)
            files[source.path] = text.encode()
        write(tree, files)
        done, messages = cargo(tree, "check", "--all-features", *(f"--package={crate}" for crate in CRATES))
        if done.returncode == 0:
            break
        wrong = set()
        for message in messages:
            if message["reason"] == "compiler-message" and message["message"]["level"] == "error":
                wrong |= blamed(message["message"], places)
        if not wrong - left_out:
            sys.exit(done.stderr)
        left_out |= wrong
        print(f"{len(left_out)} do not compile", flush=True)
    for source in sources:
        mine = [mutant["name"] for mutant in source.mutants if mutant["id"] in left_out]
        before[source.path] = {"text": source.text, "names": mine}
    known.write_text(json.dumps(before))
    return left_out


def blamed(message, places):
    found = set()
    spans = sorted(message["spans"], key=lambda span: not span["is_primary"])
    for span in spans:
        for path, lines in places.items():
            if span["file_name"] == path:
                found |= {
                    version for version, (first, last) in lines.items()
                    if first <= span["line_start"] and span["line_end"] <= last
                }
        if found:
            return found
    for child in message["children"]:
        found |= blamed(child, places)
    return found


def programs(tree, crates, chosen):
    """Compiles the tests of these crates; returns the programs, those beside the code first."""
    tests = sorted(path.stem for path in (tree / "tests").glob("*.rs"))
    chosen = chosen or [each for each in tests if each not in NO_PROGRAM | AGAIN | NOT_UNDER_CHANGE]
    built = []
    builds = [[f"--package={crate}", "--lib"] for crate in crates]
    if "retry-runtime" in crates:
        builds.append(["--package=retry-kit", *(f"--test={each}" for each in chosen)])
    for arguments in builds:
        done, messages = cargo(tree, "test", "--all-features", "--no-run", *arguments)
        if done.returncode != 0:
            errors = [m["message"]["rendered"] for m in messages if m["reason"] == "compiler-message"]
            sys.exit("\n".join(errors) + done.stderr)
        built += [
            (message["target"]["name"], message["executable"], pathlib.Path(message["manifest_path"]).parent)
            for message in messages if message["reason"] == "compiler-artifact" and message["executable"]
        ]
    return built


def run(program, version, arguments, timeout, asked=None):
    """`None` if all tests pass, otherwise the first that fails, or `timeout`."""
    _, executable, directory = program
    variables = {"MUTANT": str(version), "CARGO_MANIFEST_DIR": str(directory)}
    if asked:
        variables["MUTANTS_ASKED"] = str(asked)
    process = subprocess.Popen(
        [executable, *arguments],
        cwd=directory,
        env=environment() | variables,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )
    late = threading.Event()

    def stop():
        late.set()
        end(process)

    timer = threading.Timer(timeout, stop)
    timer.start()
    try:
        for line in process.stdout:
            if line.startswith("test ") and line.rstrip().endswith("FAILED"):
                if not asked:
                    end(process)
                    return line.split()[1]
        code = process.wait()
    finally:
        timer.cancel()
        process.stdout.close()
        process.wait()
    if late.is_set() and not asked:
        return "timeout"
    return None if code == 0 else f"exit {code}"


def end(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[f"{crate}/src" for crate in CRATES])
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "retry-kit-mutants")
    parser.add_argument("--test", action="append", help="a program of `tests/`; otherwise nearly all")
    parser.add_argument("--timeout", type=float, default=30, help="seconds for one program of tests")
    options = parser.parse_args()
    tree = options.work / "tree"

    paths = tuple(path.rstrip("/") for path in options.paths)
    crates = [crate for crate in CRATES if any(path.startswith(crate) for path in paths)]
    mutants = list_mutants(crates)
    files = collections.defaultdict(list)
    for mutant in mutants:
        files[mutant["file"]].append(mutant)
    options.work.mkdir(parents=True, exist_ok=True)
    left_out = write_versions(tree, [Source(path, each) for path, each in files.items()], options.work / "known.json")
    skipped = [f"--skip={test}" for test in SLOW]
    suites = [
        (program, ["--test-threads=4", *skipped])
        for program in programs(tree, crates, options.test)
    ]

    # What each asks for tells which functions it calls.
    reached = {}
    asked = options.work / "asked.txt"
    for program, arguments in suites:
        asked.unlink(missing_ok=True)
        # The record takes allocations, which some tests count; they are then run without.
        if run(program, 0, arguments, 10 * options.timeout, asked):
            failed = run(program, 0, arguments, 10 * options.timeout)
            if failed:
                sys.exit(f"{program[0]} fails without a change: {failed}")
        numbers = set(map(int, asked.read_text().split())) if asked.exists() else set()
        reached[program[1]] = numbers

    mutants = [mutant for mutant in mutants if f"{mutant['file']}/".startswith(tuple(f"{path}/" for path in paths))]
    print(f"{len(mutants)} changes, {len(suites)} programs of tests", flush=True)
    counts = collections.defaultdict(collections.Counter)
    survived = []
    log = (options.work / "results.txt").open("w")
    # The programs that noticed a change in a file most often come first.
    noticed = collections.defaultdict(collections.Counter)
    for mutant in mutants:
        file, name = mutant["file"], mutant["name"]
        result, test = ("not compiled", "") if mutant["id"] in left_out else ("survived", "")
        if result == "survived":
            order = sorted(suites, key=lambda suite: -noticed[file][suite[0][0]])
            for program, arguments in order:
                if mutant["id"] not in reached[program[1]]:
                    continue
                test = run(program, mutant["id"], arguments, options.timeout)
                if test:
                    noticed[file][program[0]] += 1
                    result = "timeout" if test == "timeout" else "killed"
                    test = f"{program[0]}: {test}"
                    break
        counts[file][result] += 1
        if result == "survived":
            survived.append(unplaced(name))
            print(f"survived: {name}", flush=True)
        print(result, name, test or "", sep="\t", file=log, flush=True)

    total = collections.Counter()
    for file, each in sorted(counts.items()):
        total += each
        print(f"{file}: {sum(each.values())} changes, " + ", ".join(f"{n} {what}" for what, n in sorted(each.items())))
    print(f"all: {sum(total.values())} changes, " + ", ".join(f"{n} {what}" for what, n in sorted(total.items())))
    sys.exit(compare(survived, set(counts)))


def compare(survived, files):
    explained = collections.Counter()
    for line in EXPLAINED.read_text().splitlines():
        if line and not line.startswith("#"):
            change, separator, reason = line.partition(" # ")
            if not (separator and reason.strip()):
                sys.exit(f"{EXPLAINED.name} gives no reason: {line}")
            if change.split(":")[0] in files:
                explained[change] += 1
    survived = collections.Counter(survived)
    for change in (explained - survived).elements():
        print(f"explained, but noticed: {change}")
    unexplained = list((survived - explained).elements())
    for change in unexplained:
        print(f"not explained: {change}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    main()
