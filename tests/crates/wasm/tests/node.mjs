import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);

/** A fresh instance of the program, as in another tab. */
function instance() {
  const path = require.resolve(process.env.PROGRAM);
  delete require.cache[path];
  return require(path);
}

const program = instance();

/** The result of `work`, and the time that it took in milliseconds. */
async function timed(work) {
  const begin = performance.now();
  const result = await work();
  return [result, performance.now() - begin];
}

/** Runs `work` with the address of a server on this machine that answers with `answer(number, response)`. */
async function served(answer, work) {
  let requests = 0;
  const server = createServer((_, response) => answer((requests += 1), response));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return [await work(`http://127.0.0.1:${server.address().port}/`), requests];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

// SPEC 12.1
test("two instances draw different waits", () => {
  assert.notDeepEqual(instance().waits(), instance().waits());
  assert.notEqual(instance().idempotency_key(), instance().idempotency_key());
});

// SPEC 12.1, 4.15.1
test("without the Web Crypto API, two instances draw different waits all the same", () => {
  const crypto = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  try {
    assert.notDeepEqual(instance().waits(), instance().waits());
    assert.notEqual(instance().idempotency_key(), instance().idempotency_key());
  } finally {
    Object.defineProperty(globalThis, "crypto", crypto);
  }
});

// SPEC 12.1
test("a call that succeeds runs with every key that looks at the clock", async () => {
  assert.deepEqual(await program.fail_times(0), ["attempt 1", "ok"]);
});

// SPEC 12.1
test("hooks run, and waits last as long as they say", async () => {
  const [heard, time] = await timed(() => program.fail_times(2));
  assert.deepEqual(heard, [
    "attempt 1", "waits 20 ms", "attempt 2", "waits 40 ms", "attempt 3", "ok",
  ]);
  assert.ok(time >= 60 && time < 2_000, `${time} ms`);
  assert.deepEqual((await program.fail_times(3)).slice(-2), ["gives up after 3", "error"]);
});

// SPEC 12.1
test("a deadline holds", async () => {
  const [attempts, time] = await timed(() => program.until_the_deadline());
  assert.ok(attempts >= 2 && attempts <= 3, `${attempts} attempts`);
  assert.ok(time < 120, `${time} ms`);
});

// SPEC 12.1
test("a timeout ends an attempt", async () => {
  const [attempts, time] = await timed(() => program.until_the_timeout());
  assert.equal(attempts, 2);
  assert.ok(time >= 100 && time < 2_000, `${time} ms`);
});

// SPEC 12.1
test("a wait that is cancelled leaves no timer that keeps the program alive", async () => {
  const [isError, time] = await timed(() => program.cancelled());
  assert.ok(isError);
  assert.ok(time < 2_000, `${time} ms`);
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout");
  assert.deepEqual(timers, []);
});

// SPEC 12.1.1
test("a function that is not async keeps the thread until the wait is over", async () => {
  const [isError, time] = await timed(() => program.blocking());
  assert.ok(isError);
  assert.ok(time >= 20 && time < 2_000, `${time} ms`);
});

// SPEC 6.1
test("a date in Retry-After is compared with the time of day", () => {
  const seconds = program.retry_after(new Date(Date.now() + 60_000).toUTCString());
  assert.ok(seconds > 55 && seconds <= 60, `${seconds} s`);
});

// SPEC 8.1
test("a fetch that fails by status is retried, and the server's hint obeyed", async () => {
  const answer = (number, response) => {
    response.writeHead(number === 1 ? 503 : 200, { "retry-after": "1" }).end("done");
  };
  const [[text, requests], time] = await timed(() => served(answer, program.get));
  assert.deepEqual([text, requests], ["done", 2]);
  assert.ok(time >= 1_000 && time < 10_000, `${time} ms`);
});

// SPEC 8.1.5
test("a fetch that the server cuts off is retried", async () => {
  const answer = (number, response) => {
    if (number === 1) {
      response.destroy();
    } else if (number === 2) {
      response.writeHead(200, { "content-length": 100 }).write("half");
      setTimeout(() => response.destroy(), 20);
    } else {
      response.end("done");
    }
  };
  assert.deepEqual(await served(answer, program.get), ["done", 3]);
});

// SPEC 8.1.5
test("an address that cannot be is not retried", async () => {
  const [isRejected, time] = await timed(() => program.get("no address").then(() => false, () => true));
  assert.ok(isRejected);
  // Three retries would take 70 ms.
  assert.ok(time < 70, `${time} ms`);
});
