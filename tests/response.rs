//! `response`: statuses of responses that the function returns as they are.

#![cfg(all(feature = "macros", feature = "tokio", feature = "http"))]

mod support;

use std::cell::RefCell;
use std::io;

use http::Response;
use retry_kit::{Cause, RetryPolicy, retry};
use support::seconds;
use tokio::time::Instant;

/// Answers with these statuses and headers, one after the other, then with 200.
struct Server {
    answers: RefCell<std::vec::IntoIter<Answer>>,
    start: Instant,
    calls: RefCell<Vec<std::time::Duration>>,
}

type Answer = (u16, &'static [(&'static str, &'static str)]);

impl Server {
    fn new(answers: &[Answer]) -> Self {
        let answers = RefCell::new(Vec::from(answers).into_iter());
        Self { answers, start: Instant::now(), calls: RefCell::default() }
    }

    fn answer(&self) -> io::Result<Response<String>> {
        self.calls.borrow_mut().push(self.start.elapsed());
        let (status, headers) = self.answers.borrow_mut().next().unwrap_or((200, &[]));
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(format!("body of {status}")).map_err(io::Error::other)
    }

    fn waits(&self) -> Vec<std::time::Duration> {
        self.calls.borrow().windows(2).map(|pair| pair[1].abs_diff(pair[0])).collect()
    }
}

#[retry(jitter = none, response)]
async fn get(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(jitter = none, response, status(408, 429, 500..=599))]
async fn get_wide(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(jitter = none, response, status(transient))]
async fn get_transient(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(jitter = none, response, status(default | 408, TEAPOT))]
async fn get_default_and_more(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(jitter = none, response, status(default, 403))]
async fn get_forbidden(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

const TEAPOT: u16 = 418;

#[retry(policy = RetryPolicy::new().jitter(retry_kit::Jitter::None), response, status(transient))]
async fn get_overridden(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(jitter = none, response, retry_after_cap = give_up("5s"), on_retry = |_| ())]
async fn get_soon(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(jitter = none, response, status(202), on(_ if false))]
async fn accepted(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

#[retry(base = "1ms", response)]
fn blocking(server: &Server) -> io::Result<Response<String>> {
    server.answer()
}

const RETRY_AFTER: &[(&str, &str)] = &[("retry-after", "7")];
const LIMITED: &[(&str, &str)] = &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9")];
const NEVER: &[(&str, &str)] = &[("x-should-retry", "false")];
const PLEASE: &[(&str, &str)] = &[("x-should-retry", "true"), ("retry-after-ms", "2000")];

// SPEC 2.3, 6.4, 8.2
#[tokio::test(start_paused = true)]
async fn a_response_with_a_retryable_status_counts_as_a_failure_and_its_hint_is_obeyed() {
    let cases: [(&[Answer], u16, &[u64]); 10] = [
        (&[], 200, &[]),
        (&[(503, &[]), (504, &[])], 200, &[1, 2]),
        (&[(429, RETRY_AFTER), (503, &[])], 200, &[7, 2]),
        (&[(429, LIMITED)], 200, &[9]),
        (&[(404, RETRY_AFTER)], 404, &[]),
        (&[(500, &[])], 500, &[]),
        (&[(503, NEVER)], 503, &[]),
        (&[(409, PLEASE)], 200, &[2]),
        (&[(200, PLEASE)], 200, &[]),
        (&[(503, &[]), (503, &[]), (503, &[]), (503, &[])], 503, &[1, 2, 4]),
    ];
    for (answers, status, waits) in cases {
        let server = Server::new(answers);
        let response = get(&server).await.unwrap();
        assert_eq!(response.status(), status, "{answers:?}");
        assert_eq!(response.into_body(), format!("body of {status}"));
        assert_eq!(server.waits(), seconds(waits), "{answers:?}");
    }
}

// SPEC 2.3: `status` says which, for responses also beside `on`.
#[tokio::test(start_paused = true)]
async fn the_statuses_are_those_of_the_policy() {
    let server = Server::new(&[(500, &[]), (408, &[]), (404, &[])]);
    assert_eq!(get_wide(&server).await.unwrap().status(), 404);
    assert_eq!(server.waits(), seconds(&[1, 2]));
    let server = Server::new(&[(202, &[]), (202, RETRY_AFTER)]);
    assert_eq!(accepted(&server).await.unwrap().status(), 200);
    assert_eq!(server.waits(), seconds(&[1, 7]));
    let server = Server::new(&[(503, &[])]);
    assert_eq!(blocking(&server).unwrap().status(), 200);
}

// SPEC 5.2.3
#[tokio::test(start_paused = true)]
async fn statuses_have_names() {
    for code in [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530] {
        for overridden in [false, true] {
            let server = Server::new(&[(code, &[]), (404, &[])]);
            let response = if overridden {
                get_overridden(&server).await
            } else {
                get_transient(&server).await
            };
            assert_eq!(response.unwrap().status(), 404);
            assert_eq!(server.waits(), seconds(&[1]), "{code}");
        }
    }
    for code in [400, 403, 409, 501, 505, 507, 508, 511, 525, 526] {
        let server = Server::new(&[(code, RETRY_AFTER)]);
        assert_eq!(get_transient(&server).await.unwrap().status(), code);
        assert_eq!(server.waits(), []);
    }
    let server = Server::new(&[(429, &[]), (408, &[]), (418, &[]), (500, &[])]);
    assert_eq!(get_default_and_more(&server).await.unwrap().status(), 500);
    assert_eq!(server.waits(), seconds(&[1, 2, 4]));
}

// SPEC 5.2.4
#[tokio::test(start_paused = true)]
async fn a_403_is_a_failure_only_with_a_hint() {
    let left: &[(&str, &str)] = &[("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", "9")];
    let server = Server::new(&[(403, LIMITED), (403, RETRY_AFTER), (403, left)]);
    assert_eq!(get_forbidden(&server).await.unwrap().status(), 403);
    assert_eq!(server.waits(), seconds(&[9, 7]));
    let server = Server::new(&[(403, LIMITED)]);
    assert_eq!(get(&server).await.unwrap().status(), 403, "403 is not in the default set");
}

// SPEC 4.6.4
#[tokio::test(start_paused = true)]
async fn a_hint_that_is_too_long_ends_the_call_with_the_response() {
    let server = Server::new(&[(503, &[("retry-after", "5")]), (503, RETRY_AFTER)]);
    assert_eq!(get_soon(&server).await.unwrap().status(), 503);
    assert_eq!(server.waits(), seconds(&[5]));
}

#[retry(max = 1, jitter = none, response, give_up = |_, _| unreachable!("no error"),
    on_retry = |event| {
        let Cause::Status(code) = event.cause() else { unreachable!("no error") };
        seen.borrow_mut().push((event.attempt(), *code, event.is_from_server()));
    })]
async fn told(
    server: &Server,
    seen: &RefCell<Vec<(u32, u16, bool)>>,
) -> io::Result<Response<String>> {
    server.answer()
}

// SPEC 7.2
#[tokio::test(start_paused = true)]
async fn hooks_receive_the_status_and_give_up_is_not_called() {
    let seen = RefCell::new(Vec::new());
    let server = Server::new(&[(503, RETRY_AFTER), (429, &[])]);
    assert_eq!(told(&server, &seen).await.unwrap().status(), 429);
    assert_eq!(*seen.borrow(), [(1, 503, true)]);
}

// SPEC 4.11
#[tokio::test(start_paused = true)]
async fn the_function_form_supports_response_too() {
    let server = Server::new(&[(503, RETRY_AFTER), (404, &[])]);
    let policy = RetryPolicy::new().jitter(retry_kit::Jitter::None);
    let response = policy.retry(|| async { server.answer() }).response().await;
    assert_eq!(response.unwrap().status(), 404);
    assert_eq!(server.waits(), seconds(&[7]));
}
