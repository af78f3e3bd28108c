//! Tests the example `bulk_export`: resuming after a kill, its report, its pause.

#[path = "../bulk_export/export.rs"]
mod export;
#[path = "../bulk_export/jira.rs"]
mod jira;
#[path = "../bulk_export/options.rs"]
mod options;
#[path = "../bulk_export/report.rs"]
mod report;
#[path = "../bulk_export/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use export::Export;
use futures_util::{FutureExt, stream};
use indicatif::ProgressBar;
use jira::Jira;
use options::Options;
use report::{Report, conclude};
use retry_kit::{Jitter, RetryPolicy};
use serde_json::json;
use tokio::sync::Barrier;
use tokio::time::Instant;

const POLICY: RetryPolicy = RetryPolicy::new()
    .max_retries(4)
    .base_delay(Duration::from_millis(2))
    .jitter(Jitter::None)
    .build();
const SERVER_WAIT: Duration = Duration::from_millis(30);
const WORKERS: usize = 4;

fn jira(server: SocketAddr, policy: RetryPolicy, timeout: Duration) -> Jira {
    let http = reqwest::Client::builder().no_proxy().read_timeout(timeout).build().unwrap();
    Jira::new(http, format!("http://{server}"), policy)
}

fn empty_directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bulk_export").join(name);
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

/// The names of the files, including those of unfinished exports.
fn files(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The names of all files that can be exported.
fn all_files() -> Vec<String> {
    let mut names = Vec::new();
    for issue in (1..=24).filter(|issue| ![13, 17].contains(issue)) {
        names.push(format!("{issue}.json"));
        names.extend((0..issue % 3).map(|nth| format!("{issue}-{}.bin", issue * 10 + nth)));
    }
    names.sort();
    names
}

/// The requests and the answers of the server.
#[derive(Default)]
struct Seen {
    requests: u32,
    answers: Vec<(String, StatusCode)>,
}

impl Seen {
    fn count(&self, status: u16) -> u32 {
        self.answers.iter().map(|(_, answer)| u32::from(*answer == status)).sum()
    }

    /// How often the server sent each issue and attachment, by the name of its file.
    fn items(&self) -> BTreeMap<String, usize> {
        let mut items = BTreeMap::new();
        for (path, _) in self.answers.iter().filter(|(_, status)| *status == StatusCode::OK) {
            let file = match path.rsplit_once('/').unwrap() {
                ("/issue", issue) => format!("{issue}.json"),
                ("/attachment", number) => {
                    format!("{}-{number}.bin", number.parse::<u32>().unwrap() / 10)
                }
                _ => continue,
            };
            *items.entry(file).or_default() += 1;
        }
        items
    }
}

async fn watch(State(seen): State<Arc<Mutex<Seen>>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    seen.lock().unwrap().requests += 1;
    let response = next.run(request).await;
    seen.lock().unwrap().answers.push((path, response.status()));
    response
}

/// The example's server under observation.
async fn watched(router: Router) -> (SocketAddr, Arc<Mutex<Seen>>) {
    let seen = Arc::<Mutex<Seen>>::default();
    let router = router.layer(from_fn_with_state(seen.clone(), watch));
    (server::start(router).await.unwrap(), seen)
}

#[tokio::test]
async fn the_report_says_what_the_server_saw_and_a_second_run_skips_what_is_there() {
    let (server, seen) = watched(server::router(SERVER_WAIT)).await;
    let directory = empty_directory("report");
    let run = async || {
        let jira = jira(server, POLICY, Duration::from_millis(500));
        Export { jira: &jira, directory: &directory, workers: 8 }.run().await.unwrap()
    };

    let report = run().await;
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!((report.exported, report.skipped), (22, 0));
    let dead =
        |issue, status| (issue, format!("HTTP status {status} from http://{server}/issue/{issue}"));
    let failed = [dead(13, "404 Not Found"), dead(17, "401 Unauthorized")];
    assert_eq!(report.failed, failed);
    assert_eq!(report.traffic.attempts, seen.requests);
    assert_eq!([404, 401, 429, 503].map(|status| seen.count(status)), [1, 1, 3, 24]);
    assert!(report.traffic.asked >= 3 * SERVER_WAIT, "{:?}", report.traffic.asked);
    // A backoff that is shorter than the pause counts as the server's.
    let waited = report.traffic.asked + report.traffic.own;
    assert!(waited >= 3 * SERVER_WAIT + 24 * Duration::from_millis(2), "{waited:?}");
    assert_eq!(files(&directory), all_files());
    assert_eq!(conclude(Ok(report)), 1);

    let again = run().await;
    assert_eq!((again.exported, again.skipped), (0, 22));
    assert_eq!(again.failed, failed);
    assert_eq!(again.traffic.attempts, 3 + 2);
    assert_eq!(conclude(Ok(Report { failed: Vec::new(), ..again })), 0);
}

/// A server with one page of issues, but no route for the issues themselves.
fn listing(issues: &[usize]) -> Router {
    let page = Json(json!({ "total": issues.len(), "issues": issues }));
    Router::new().route("/search/0", get(async || page))
}

#[tokio::test]
async fn an_invalid_issue_is_reported_and_fetched_again_by_the_next_run() {
    let earlier = Arc::new(AtomicUsize::new(0));
    let issue = async move || match earlier.fetch_add(1, Relaxed) {
        0 => "<html>Log in</html>".into_response(),
        _ => Json(json!({ "attachments": [] })).into_response(),
    };
    let server = server::start(listing(&[5]).route("/issue/5", get(issue))).await.unwrap();
    let jira = jira(server, POLICY, Duration::from_secs(60));
    let directory = empty_directory("no_issue");
    let export = Export { jira: &jira, directory: &directory, workers: WORKERS };

    let report = export.run().await.unwrap();
    let [(5, reason)] = &report.failed[..] else { panic!("{:?}", report.failed) };
    assert!(reason.contains("issue/5"), "{reason}");
    assert!(files(&directory).is_empty());

    let report = export.run().await.unwrap();
    assert_eq!((report.exported, report.failed), (1, vec![]));
    assert_eq!(files(&directory), ["5.json"]);
}

#[tokio::test]
async fn an_issue_that_is_listed_twice_is_exported_once() {
    let (together, twice) = (Arc::new(Barrier::new(2)), [5, 5, 6, 5]);
    let issue = async move || {
        // Both workers are at work, each on an issue of its own.
        together.wait().await;
        Json(json!({ "attachments": [50, 50] }))
    };
    let router = listing(&twice)
        .route("/issue/{number}", get(issue))
        .route("/attachment/50", get(async || "same"));
    let (server, seen) = watched(router).await;
    let jira = jira(server, POLICY, Duration::from_secs(60));
    let directory = empty_directory("twice");
    let report = Export { jira: &jira, directory: &directory, workers: 2 }.run().await.unwrap();
    assert_eq!((report.exported, report.skipped, report.failed), (2, 0, vec![]));
    assert_eq!(seen.lock().unwrap().requests, 1 + 2 + 2);
    assert_eq!(files(&directory), ["5-50.bin", "5.json", "6-50.bin", "6.json"]);
}

#[tokio::test]
async fn exactly_as_many_issues_are_in_progress_as_there_are_workers() {
    let (together, under_way) = (Arc::new(Barrier::new(WORKERS)), Arc::new(AtomicUsize::new(0)));
    let issue = async move || {
        assert!(under_way.fetch_add(1, Relaxed) < WORKERS);
        // With fewer at a time, the barrier would never open.
        together.wait().await;
        under_way.fetch_sub(1, Relaxed);
        Json(json!({ "attachments": [] }))
    };
    let issues: Vec<_> = (0..5 * WORKERS).collect();
    let router = listing(&issues).route("/issue/{number}", get(issue));
    let server = server::start(router).await.unwrap();
    let jira = jira(server, POLICY, Duration::from_secs(60));
    let directory = empty_directory("workers");
    let report = Export { jira: &jira, directory: &directory, workers: WORKERS }.run().await;
    let report = report.unwrap();
    assert_eq!((report.exported, report.traffic.attempts as usize), (5 * WORKERS, 5 * WORKERS + 1));
    assert_eq!(report.failed, []);
}

#[tokio::test]
async fn without_a_list_of_issues_the_exit_status_is_2() {
    for (status, attempts) in [(500, 1), (503, 5), (200, 1)] {
        let status = StatusCode::from_u16(status).unwrap();
        let (server, seen) = watched(Router::new().fallback(async move || status)).await;
        let jira = jira(server, POLICY, Duration::from_secs(60));
        let directory = empty_directory("no_search");
        let outcome = Export { jira: &jira, directory: &directory, workers: WORKERS }.run().await;
        assert!(outcome.is_err(), "{status}");
        assert_eq!(conclude(outcome), 2, "{status}");
        assert_eq!(seen.lock().unwrap().requests, attempts, "{status}");
        assert!(files(&directory).is_empty(), "{status}");
    }
}

#[test]
fn invalid_arguments_are_refused_by_name() {
    let parse = |arguments: &[&str]| Options::parse(arguments.iter().map(ToString::to_string));
    let options = parse(&["--workers", "7", "--to", "issues"]).unwrap().unwrap();
    assert_eq!((options.workers.get(), options.to.as_path()), (7, Path::new("issues")));
    assert!(!parse(&[]).unwrap().unwrap().to.exists());
    assert!(parse(&["--workers", "7", "--help"]).unwrap().is_none());
    for wrong in [&["--to"][..], &["--workers", "0"], &["--workers", "few"], &["issues"]] {
        let error = parse(wrong).err().unwrap().to_string();
        assert!(error.starts_with(&wrong.join(" ")), "{error}");
    }
}

#[tokio::test]
async fn a_target_that_is_not_a_directory_is_reported() {
    let (server, seen) = watched(Router::new()).await;
    let jira = jira(server, POLICY, Duration::from_secs(60));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let directory = Path::new(file);
    let outcome = Export { jira: &jira, directory, workers: WORKERS }.run().await;
    let error = outcome.err().unwrap().to_string();
    assert!(error.starts_with(&format!("--to {file}: ")), "{error}");
    assert_eq!(seen.lock().unwrap().requests, 0);
}

/// Kills the export as soon as the server has sent half of the files.
struct Trap {
    seen: Arc<Mutex<Seen>>,
    export: Mutex<Option<Child>>,
    sprung: Sender<Option<i32>>,
}

async fn spring(State(trap): State<Arc<Trap>>, request: Request, next: Next) -> Response {
    // Replaces the answers that hang, so that no timeout interrupts an attempt here.
    let busy = || StatusCode::SERVICE_UNAVAILABLE.into_response();
    let response = next.run(request).now_or_never().unwrap_or_else(busy);
    if trap.seen.lock().unwrap().items().len() >= all_files().len() / 2 {
        if let Some(mut export) = trap.export.lock().unwrap().take() {
            export.kill().unwrap();
            // The process is dead before it can receive this answer.
            trap.sprung.send(export.wait().unwrap().code()).unwrap();
        }
    }
    response
}

fn export_in_a_process(server: SocketAddr, directory: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["an_export_in_a_process_of_its_own", "--exact", "--ignored", "--nocapture"])
        .env("BULK_EXPORT_FROM", server.to_string())
        .env("BULK_EXPORT_TO", directory)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
#[ignore = "other tests run it as a process"]
async fn an_export_in_a_process_of_its_own() {
    let (Ok(server), Ok(to)) = (env::var("BULK_EXPORT_FROM"), env::var("BULK_EXPORT_TO")) else {
        return;
    };
    let jira = jira(server.parse().unwrap(), POLICY, Duration::from_secs(60));
    let export = Export { jira: &jira, directory: Path::new(&to), workers: WORKERS };
    std::process::exit(conclude(export.run().await).into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_export_resumes_and_fetches_only_unfinished_files_again() {
    let directory = empty_directory("killed");
    let seen = Arc::<Mutex<Seen>>::default();
    let (sprung, was_sprung) = channel();
    let trap = Arc::new(Trap { seen: seen.clone(), export: Mutex::default(), sprung });
    let router = server::router(SERVER_WAIT)
        .layer(from_fn_with_state(seen.clone(), watch))
        .layer(from_fn_with_state(trap.clone(), spring));
    let server = server::start(router).await.unwrap();

    {
        // Started under the lock, so that the trap finds the process.
        let mut export = trap.export.lock().unwrap();
        *export = Some(export_in_a_process(server, &directory));
    }
    let code = was_sprung.recv_timeout(Duration::from_secs(60)).expect("the export gets half-way");
    assert_eq!(code, None, "it did not end by itself");
    let mut saved = files(&directory);
    saved.retain(|name| all_files().contains(name));
    assert!(!saved.is_empty() && saved.len() < all_files().len(), "{saved:?}");

    let resumed = export_in_a_process(server, &directory).wait().unwrap();
    assert_eq!(resumed.code(), Some(1));
    let mut complete = files(&directory);
    complete.retain(|name| all_files().contains(name));
    assert_eq!(complete, all_files());
    let items = seen.lock().unwrap().items();
    assert!(items.keys().eq(&all_files()), "{items:?}");
    assert!(saved.iter().all(|name| items[name] == 1), "{items:?}");
    assert!(items.values().all(|times| *times <= 2), "{items:?}");
    // At least one: the process never read the answer that triggered the trap.
    let twice = items.values().filter(|times| **times == 2).count();
    assert!((1..=WORKERS).contains(&twice), "{items:?}");
}

/// A body of this many pieces, one every 100 ms; then it ends or hangs.
fn in_pieces(pieces: usize, ends: bool) -> Response {
    let all = stream::unfold(0, move |sent| async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if sent == pieces && !ends {
            std::future::pending::<()>().await;
        }
        (sent < pieces).then(|| (Ok::<_, Infallible>(vec![b'.'; 10]), sent + 1))
    });
    Body::from_stream(all).into_response()
}

#[tokio::test]
async fn a_slow_attachment_may_exceed_the_read_timeout_in_total() {
    let earlier = Arc::new(AtomicUsize::new(0));
    let stalls = async move || in_pieces(2, earlier.fetch_add(1, Relaxed) > 0);
    let router = Router::new()
        .route("/steady", get(async || in_pieces(12, true)))
        .route("/stalls", get(stalls));
    let (server, seen) = watched(router).await;
    let jira = jira(server, POLICY, Duration::from_secs(1));
    let bar = ProgressBar::hidden();
    let (steady, stalled) = tokio::join!(jira.get("steady", &bar), jira.get("stalls", &bar));
    assert_eq!((steady.unwrap().len(), stalled.unwrap().len()), (120, 20));
    assert_eq!(seen.lock().unwrap().requests, 1 + 2);
}

#[tokio::test]
async fn a_server_wait_is_honoured_and_reported() {
    let wait = Duration::from_millis(300);
    let (server, seen) = watched(server::router(wait)).await;
    let jira = jira(server, POLICY, Duration::from_secs(60));
    let start = Instant::now();
    jira.get("issue/4", &ProgressBar::hidden()).await.unwrap();
    assert!(start.elapsed() >= wait, "{:?}", start.elapsed());
    assert!(jira.traffic().asked >= wait, "{:?}", jira.traffic().asked);
    assert_eq!(seen.lock().unwrap().requests, 2);
}

#[tokio::test]
async fn a_server_wait_pauses_all_workers_even_after_the_last_attempt() {
    // Issue 4 is refused with `Retry-After`, issue 3 with `X-RateLimit-Reset`.
    for (refused, retries) in [("issue/4", 1), ("issue/4", 0), ("issue/3", 1)] {
        let (server, seen) = watched(server::router(Duration::from_secs(200))).await;
        let jira = jira(server, POLICY.max_retries(retries), Duration::from_secs(60));
        let bar = ProgressBar::hidden();
        let mut told = std::pin::pin!(jira.get(refused, &bar));
        let is_told = async || {
            while seen.lock().unwrap().answers.is_empty() || jira.traffic().asked.is_zero() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            outcome = &mut told => assert!(outcome.is_err() && retries == 0),
            () = is_told() => assert_eq!(retries, 1),
        }
        // Attempts are counted when they begin.
        assert!(jira.get("issue/5", &bar).now_or_never().is_none());
        assert_eq!(jira.traffic().attempts, 1);
    }
}
