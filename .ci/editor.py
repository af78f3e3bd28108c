#!/usr/bin/env python3
"""What rust-analyzer completes in and below a half-typed attribute (SPEC 9.3).

Writes a crate to target/editor, types each text into it, and asks for completions at `¦`.
"""

import json
import pathlib
import queue
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
CRATE = ROOT / "target" / "editor"
MANIFEST = f"""
[package]
name = "editor"
version = "0.0.0"
edition = "2024"

[dependencies]
retry-kit = {{ path = "{ROOT}" }}

[workspace]
"""
BODY = "let body = Body { len: 1 }; body.¦"
FIELDS = ["len", "measure"]


def function(attribute, body="", above=""):
    return f"""use retry_kit::retry;
struct Body {{ len: usize }}
impl Body {{ fn measure(&self) -> usize {{ self.len }} }}
{above}
{attribute}
async fn fetch(url: &str, count: u32) -> std::io::Result<usize> {{
    {body}
    Ok(url.len())
}}
"""


METHOD = """use retry_kit::retry;
struct Api { base: String }
impl Api {
    #[retry(max = 3)]
    async fn get(&mut self) -> std::io::Result<usize> { self.bas¦; Ok(1) }
}
"""
CASES = [
    (function("#[retry(ma¦)]"), ["max"]),
    (function("#[retry(bas¦)]"), ["base"]),
    (function("#[retry(on_r¦)]"), ["on_retry"]),
    (function("#[retry(give¦)]"), ["give_up"]),
    (function("#[retry(ba¦, max = 3)]"), ["base"]),
    (function("#[retry(max = 3, tim¦)]"), ["timeout"]),
    (function("#[retry(max = 1, before¦)]"), ["before_retry"]),
    (function('#[retry(max = 3, base = "1s", dead¦)]'), ["deadline"]),
    (function('#[retry(max = 3, base = "1s", jit¦)]'), ["jitter"]),
    (function("#[retry(max = LIM¦)]", above="const LIMIT: u32 = 3;"), ["LIMIT"]),
    (function("#[retry(when = bus¦)]", above="fn busy(_: &std::io::Error) -> bool { true }"), ["busy"]),
    (function("#[retry(when = |error| error.kin¦)]"), ["kind"]),
    (function("#[retry(on_retry = |event| drop(event.wa¦))]"), ["wait", "waited"]),
    (function('#[retry(on_retry = |event| println!("{}", ur¦))]'), ["url"]),
    (function("#[retry]", BODY), FIELDS),
    (function("#[retry(ma)]", BODY), FIELDS),
    (function("#[retry(max = )]", BODY), FIELDS),
    (function("#[retry(maximum = 3)]", BODY), FIELDS),
    (function('#[retry(max = "3")]', BODY), FIELDS),
    (function('#[retry(max = 3, base = "1s")]', BODY), FIELDS),
    (function('#[retry(timeout = "5s")]', BODY), FIELDS),
    (function("#[retry(clone(count))]", BODY), FIELDS),
    (function("#[retry(on_retry = |event| drop(event), give_up = |error, _| error)]", BODY), FIELDS),
    (function("#[retry(max = 3)]", "url.le¦"), ["len"]),
    (function("#[retry(attempt = attempt)]", "attempt.num¦"), ["number"]),
    (METHOD, ["base"]),
]


class Server:
    def __init__(self):
        self.process = subprocess.Popen(
            ["rust-analyzer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=CRATE,
        )
        self.messages = queue.Queue()
        self.requests = 0
        self.is_ready = False
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        output = self.process.stdout
        while header := output.readline():
            length = 0
            while header != b"\r\n":
                if header.lower().startswith(b"content-length"):
                    length = int(header.split(b":")[1])
                header = output.readline()
            self.messages.put(json.loads(output.read(length)))

    def send(self, **message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def wait_for(self, is_it):
        while True:
            message = self.messages.get(timeout=300)
            method = message.get("method")
            if method and "id" in message:
                items = message.get("params", {}).get("items", [])
                is_configuration = method == "workspace/configuration"
                self.send(id=message["id"], result=[None] * len(items) if is_configuration else None)
            if method == "experimental/serverStatus":
                self.is_ready = message["params"]["quiescent"]
            if is_it(message):
                return message

    def request(self, method, params):
        self.requests += 1
        me = self.requests
        self.send(id=me, method=method, params=params)
        return self.wait_for(lambda message: message.get("id") == me and "method" not in message)


def completions(server, uri, version, text):
    before = text[: text.index("¦")]
    change = {"text": text.replace("¦", "")}
    document = {"uri": uri, "version": version}
    server.send(
        method="textDocument/didChange",
        params={"textDocument": document, "contentChanges": [change]},
    )
    line = before.count("\n")
    place = {"line": line, "character": len(before) - before.rfind("\n") - 1}
    params = {"textDocument": {"uri": uri}, "position": place}
    # A change in the meantime cancels a request.
    for _ in range(5):
        answer = server.request("textDocument/completion", params)
        if "result" in answer:
            break
    result = answer.get("result") or []
    items = result["items"] if isinstance(result, dict) else result
    return [item["label"].split("(")[0].strip() for item in items]


def main():
    (CRATE / "src").mkdir(parents=True, exist_ok=True)
    (CRATE / "Cargo.toml").write_text(MANIFEST)
    (CRATE / "Cargo.lock").write_text((ROOT / "Cargo.lock").read_text())
    file = CRATE / "src" / "lib.rs"
    start = function("#[retry]")
    file.write_text(start)

    server = Server()
    server.request("initialize", {
        "processId": None,
        "rootUri": CRATE.as_uri(),
        "capabilities": {"experimental": {"serverStatusNotification": True}},
        "initializationOptions": {"checkOnSave": False},
    })
    server.send(method="initialized", params={})
    document = {"uri": file.as_uri(), "languageId": "rust", "version": 0, "text": start}
    server.send(method="textDocument/didOpen", params={"textDocument": document})
    if not server.is_ready:
        server.wait_for(lambda _: server.is_ready)

    misses = 0
    for version, (text, expected) in enumerate(CASES, 1):
        found = completions(server, file.as_uri(), version, text)
        missing = [word for word in expected if not any(label.startswith(word) for label in found)]
        if missing:
            misses += 1
            line = next(line for line in text.splitlines() if "¦" in line)
            print(f"{line.strip()}: {', '.join(missing)} not in {found[:8]}")
    server.process.kill()
    print(f"{len(CASES) - misses} of {len(CASES)} completions")
    return 1 if misses else 0


sys.exit(main())
