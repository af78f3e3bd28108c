#!/usr/bin/env python3
"""Mutation testing: changes the code in one place at a time, and expects a test to fail.

    .ci/mutants.py [FILE|FOLDER…]     # in this order; retry-runtime/src and retry-macros/src, if none is given
    .ci/mutants.py --again            # what survived the last run

cargo-mutants lists the changes. Compiling each would take a day, so all of them are compiled at once: a copy of
the code has each function in all its versions, and the environment variable MUTANT chooses one at run time. What
the compiler evaluates, such as a policy in a `const`, stays unchanged; so do functions that return `impl Trait`. The
macros use a runtime without changes. A change runs only in the tests that reach its function. Examples in the
documentation and the crates in `tests/crates` and `tests/tls` are not run.

A change that no test notices must be explained in mutants.txt, which has one line for each: what cargo-mutants
prints without line and column, ` # `, and the reason. Exits with 1 if one is not.

Takes `cargo install --locked cargo-mutants`. It is no part of `.ci/run`, which has no time for it.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / ".ci" / "mutants.txt"
CRATES = ["retry-runtime", "retry-macros"]

# Compiled for the web only; the entry points of the macros.
ELSEWHERE = ["retry-runtime/src/expansion/timer/javascript.rs", "*/src/lib.rs"]
# They call no function of the two crates, or take minutes, or programs that need not be there.
NO_PROGRAM = {"dependencies", "nginx", "public_surface", "rooms", "ui", "words"}
# The tests of `grpc` with another version of the client.
AGAIN = {"tonic_0_13"}
# More versions of a function make a future larger, and another place of a test's module another name.
NOT_UNDER_CHANGE = {"future_size"}
# Without telemetry, functions keep less state, by other code; these programs meet that, too.
ALL = ["--all-features"]
PLAIN = ["--no-default-features", "--features=retry-kit/macros,retry-kit/tokio,retry-kit/recorder,retry-kit/simulate"]
WITHOUT_TELEMETRY = {"attempts", "cancel", "nested", "pause", "recorder", "reset_after", "schedule", "time"}
# Seconds of a test: from the first on, it runs only if no other test notices the change; from the second on, never.
SLOW, TOO_SLOW = 2, 30

LIBRARIES = subprocess.run(
    ["rustc", "--print", "target-libdir"], stdout=subprocess.PIPE, check=True, text=True,
).stdout.strip()

SWITCH = """
//! Which version of a function runs.

use std::env;
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

pub(crate) const fn is(version: u32) -> bool {
    core::intrinsics::const_eval_select((version,), while_compiling, running)
}

const fn while_compiling(_: u32) -> bool {
    false
}

fn running(version: u32) -> bool {
    static CHOSEN: LazyLock<u32> = LazyLock::new(|| env::var("MUTANT").map_or(0, |text| text.parse().unwrap()));
    static ASKED: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
        let path = env::var_os("MUTANTS_ASKED")?;
        Some(Mutex::new(File::options().create(true).append(true).open(path).unwrap()))
    });
    static SEEN: [AtomicBool; 1 << 15] = [const { AtomicBool::new(false) }; 1 << 15];
    if let Some(asked) = &*ASKED {
        if !SEEN[version as usize].swap(true, Ordering::Relaxed) {
            writeln!(asked.lock().unwrap_or_else(PoisonError::into_inner), "{version}").unwrap();
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
    files["unchanged/Cargo.toml"] = (
        b'[workspace]\n[package]\nname = "unchanged"\nversion = "0.0.0"\nedition = "2024"\n[features]\nsites = []\n'
    )
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
        for features in [ALL, PLAIN]:
            packages = (f"--package={crate}" for crate in ["retry-kit", *CRATES])
            done, messages = cargo(tree, "check", *features, *packages)
            if done.returncode != 0:
                break
        else:
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
    builds = [[*ALL, f"--package={crate}", "--lib"] for crate in crates]
    if "retry-macros" in crates:
        # With its features, every expansion also reports, which hides much of the rest.
        builds.append(["--package=retry-macros", "--lib"])
    if "retry-runtime" in crates:
        builds.append([*ALL, "--package=retry-kit", *(f"--test={each}" for each in chosen)])
        again = sorted(WITHOUT_TELEMETRY.intersection(chosen))
        builds.append([*PLAIN, "--package=retry-kit", *(f"--test={each}" for each in again)])
        # Reads the records of sites.
        builds.append(["--package=cargo-retry", "--bins"])
    for arguments in builds:
        done, messages = cargo(tree, "test", "--no-run", *arguments)
        if done.returncode != 0:
            errors = [m["message"]["rendered"] for m in messages if m["reason"] == "compiler-message"]
            sys.exit("\n".join(errors) + done.stderr)
        built += [
            (message["target"]["name"], message["executable"], pathlib.Path(message["manifest_path"]).parent)
            for message in messages if message["reason"] == "compiler-artifact" and message["executable"]
        ]
    return built


class Test:
    """A test of a program."""

    def __init__(self, program, name):
        self.program, self.name = program, name
        self.reached, self.seconds, self.failed = set(), 0, None

    def look(self, work):
        """Finds out how long it takes, and which functions it calls: what they ask for tells."""
        with tempfile.TemporaryDirectory(dir=work) as folder:
            asked = pathlib.Path(folder) / "asked"
            start = time.monotonic()
            # A test that counts allocations, say, fails beside the record; it is then run without.
            if self.program.run(0, [self.name], TOO_SLOW, asked):
                start = time.monotonic()
                self.failed = self.program.run(0, [self.name], TOO_SLOW)
            self.seconds = time.monotonic() - start
            if asked.exists():
                self.reached = set(map(int, asked.read_text().split()))
        return self

    def is_fit(self):
        if self.failed == "timeout":
            print(f"{self.program.name}: {self.name} is too slow", flush=True)
        elif self.failed:
            sys.exit(f"{self.program.name}: {self.name} fails without a change")
        return not self.failed


class Program:
    """A program of tests."""

    def __init__(self, name, executable, directory):
        self.name, self.executable, self.directory = name, executable, directory

    def list(self):
        listed = subprocess.run(
            [self.executable, "--list", "--format=terse"],
            cwd=self.directory, env=environment(), stdout=subprocess.PIPE, check=True, text=True,
        ).stdout
        names = [line.removesuffix(": test") for line in listed.splitlines() if line.endswith(": test")]
        return [Test(self, name) for name in names]

    def run(self, version, tests, timeout, asked=None):
        """`None` if these tests pass, otherwise the first that fails, or `timeout`."""
        variables = {"MUTANT": str(version), "CARGO_MANIFEST_DIR": str(self.directory)}
        if asked:
            variables["MUTANTS_ASKED"] = str(asked)
        process = subprocess.Popen(
            [self.executable, "--test-threads=4", "--exact", *tests],
            cwd=self.directory,
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
        if late.is_set():
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
    parser.add_argument("--timeout", type=float, default=30, help="seconds for the tests of a program, at most")
    parser.add_argument("--again", action="store_true", help="only what survived the last run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="changes to run at a time")
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
    built = [Program(*each) for each in programs(tree, crates, options.test)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tests = [test for tests in pool.map(Program.list, built) for test in tests]
        looked = pool.map(lambda test: test.look(options.work), tests)
        tests = [test for test in looked if test.is_fit()]

    def place(mutant):
        """Which of the paths it is in."""
        return next((n for n, path in enumerate(paths) if f"{mutant['file']}/".startswith(f"{path}/")), None)

    mutants = sorted((mutant for mutant in mutants if place(mutant) is not None), key=place)
    results = options.work / "results.txt"
    if options.again:
        lines = [line.split("\t") for line in results.read_text().splitlines()]
        before = {unplaced(name) for what, name, _ in lines if what == "survived"}
        mutants = [mutant for mutant in mutants if unplaced(mutant["name"]) in before]
    print(f"{len(mutants)} changes, {len(tests)} tests", flush=True)
    # How often a program noticed a change in a file.
    noticed = collections.defaultdict(collections.Counter)

    def result(mutant):
        """What became of a change, and the test that noticed it."""
        if mutant["id"] in left_out:
            return "not compiled", ""
        often = noticed[mutant["file"]]
        groups = collections.defaultdict(list)
        for test in tests:
            if mutant["id"] in test.reached:
                groups[test.program, test.name if test.seconds >= SLOW else ""].append(test)

        def use(group):
            """What notices most in the least time comes first."""
            (program, slow), its = group
            return bool(slow), -(often[program.name] + 0.2) / (sum(test.seconds for test in its) + 0.05)

        for (program, slow), its in sorted(groups.items(), key=use):
            seconds = sum(test.seconds for test in its)
            # An endless loop has been noticed by quick tests.
            most = 10 * seconds if slow else min(options.timeout, 10 * seconds)
            test = program.run(mutant["id"], [test.name for test in its], 5 + most)
            if test:
                often[program.name] += 1
                return "timeout" if test == "timeout" else "killed", f"{program.name}: {test}"
        return "survived", ""

    counts = collections.defaultdict(collections.Counter)
    survived = []
    log = results.open("w")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for mutant, (what, test) in zip(mutants, pool.map(result, mutants)):
            file, name = mutant["file"], mutant["name"]
            counts[file][what] += 1
            if what == "survived":
                survived.append(unplaced(name))
                print(f"survived: {name}", flush=True)
            print(what, name, test, sep="\t", file=log, flush=True)

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
