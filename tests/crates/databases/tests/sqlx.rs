//! sqlx against a real PostgreSQL.

#![cfg(unix)]

#[path = "../../../support/postgres.rs"]
mod postgres;
#[path = "../../../support/server.rs"]
mod server;
#[path = "../../../support/soon.rs"]
mod soon;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use postgres::Postgres;
use retry_kit::{Classify, ErrorClass, RetryEvent, by_source, retry};
use soon::soon;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool, Row};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const THROTTLED: ErrorClass = ErrorClass::Throttled { retry_after: None };

async fn pool(postgres: &Postgres) -> PgPool {
    options().connect(&postgres.url()).await.unwrap()
}

fn options() -> PgPoolOptions {
    PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(50))
}

/// The SQLSTATE that a database answered with.
fn code(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(DatabaseError::code).unwrap_or_default().into_owned()
}

#[derive(Default)]
struct Codes(Mutex<Vec<String>>);

impl Codes {
    fn note(&self, event: &RetryEvent<'_, sqlx::Error>) {
        self.0.lock().unwrap().push(event.error().map(code).unwrap_or_default());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Adds one by reading and writing the value. In the first attempt, all transactions read before
/// any writes.
#[retry(max = 100, base = "5ms", cap = "100ms", jitter = full, attempt = attempt,
    on_retry = |event| codes.note(event))]
async fn add_one(pool: &PgPool, all_have_read: &Barrier, codes: &Codes) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").await?;
    let value: i64 = tx.fetch_one("SELECT value FROM counter").await?.get(0);
    if attempt.number() == 1 {
        all_have_read.wait().await;
    }
    sqlx::query("UPDATE counter SET value = $1").bind(value + 1).execute(&mut *tx).await?;
    tx.commit().await
}

// SPEC 5.8, 5.7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_of_one_row_under_serializable_all_succeed() {
    const WRITERS: usize = 8;
    let Some(postgres) = Postgres::start() else { return };
    let pool = pool(&postgres).await;
    pool.execute("CREATE TABLE counter (value bigint); INSERT INTO counter VALUES (0)")
        .await
        .unwrap();
    let (barrier, codes) = (Barrier::new(WRITERS), Codes::default());
    let shared: &'static _ = Box::leak(Box::new((pool.clone(), barrier, codes)));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        writers.spawn(add_one(&shared.0, &shared.1, &shared.2));
    }
    for result in writers.join_all().await {
        result.unwrap();
    }
    let value: i64 = pool.fetch_one("SELECT value FROM counter").await.unwrap().get(0);
    assert_eq!(value, 8);
    let codes = shared.2.all();
    assert!(codes.len() >= WRITERS - 1, "{codes:?}");
    assert!(codes.iter().all(|code| code == "40001"), "{codes:?}");
}

/// Moves money. In the first attempt, every transfer locks its first account before any locks its
/// second.
#[retry(max = 5, base = "5ms", jitter = full, attempt = attempt, on_retry = |event| codes.note(event))]
async fn transfer(
    pool: &PgPool,
    (from, to): (i32, i32),
    all_have_one: &Barrier,
    codes: &Codes,
) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE account SET money = money - 1 WHERE id = $1")
        .bind(from)
        .execute(&mut *tx)
        .await?;
    if attempt.number() == 1 {
        all_have_one.wait().await;
    }
    sqlx::query("UPDATE account SET money = money + 1 WHERE id = $1")
        .bind(to)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

// SPEC 5.7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_resolves_and_both_transfers_happen() {
    let Some(postgres) = Postgres::start() else { return };
    let pool = pool(&postgres).await;
    pool.execute(
        "CREATE TABLE account (id int PRIMARY KEY, money int); INSERT INTO account VALUES (1, 10), (2, 20)",
    )
    .await
    .unwrap();
    let (barrier, codes) = (Barrier::new(2), Codes::default());
    let (there, back) = tokio::join!(
        transfer(&pool, (1, 2), &barrier, &codes),
        transfer(&pool, (2, 1), &barrier, &codes),
    );
    there.unwrap();
    back.unwrap();
    assert_eq!(codes.all(), ["40P01"]);
    let money = pool.fetch_all("SELECT money FROM account ORDER BY id").await.unwrap();
    assert_eq!(money.iter().map(|row| row.get(0)).collect::<Vec<i32>>(), [10, 20]);
}

/// Sleeps in the server at the first attempt.
#[retry(max = 20, base = "50ms", cap = "500ms", attempt = attempt, on_retry = |event| codes.note(event))]
async fn question(pool: &PgPool, codes: &Codes) -> sqlx::Result<i32> {
    if attempt.number() == 1 {
        pool.execute("SELECT pg_sleep(600)").await?;
    }
    Ok(pool.fetch_one("SELECT 42").await?.get(0))
}

// SPEC 5.8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_stopped_in_the_middle_and_started_again_is_survived() {
    let Some(mut postgres) = Postgres::start() else { return };
    let pool = pool(&postgres).await;
    let mut watcher = PgConnection::connect(&postgres.url()).await.unwrap();
    let codes: &'static Codes = Box::leak(Box::default());
    let answer = tokio::spawn({
        let pool = pool.clone();
        async move { question(&pool, codes).await }
    });
    let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    soon(async || {
        let count: i64 = watcher.fetch_one(sleeping).await.unwrap().get(0);
        (count > 0).then_some(())
    })
    .await;
    postgres.stop();
    postgres.start_again();
    assert_eq!(answer.await.unwrap().unwrap(), 42);
    assert_eq!(codes.all()[0], "57P01");
}

#[retry(max = 20, base = "10ms", on_retry = |event| {
    assert!(matches!(event.error(), Some(sqlx::Error::PoolTimedOut)));
    retries.fetch_add(1, Ordering::Relaxed);
    release();
})]
async fn from_pool(pool: &PgPool, retries: &AtomicU32, release: impl Fn()) -> sqlx::Result<i32> {
    Ok(pool.fetch_one("SELECT 42").await?.get(0))
}

// SPEC 5.8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_without_a_free_connection_is_asked_again() {
    let Some(postgres) = Postgres::start() else { return };
    let pool = options().max_connections(1).acquire_timeout(Duration::from_secs(1));
    let pool = pool.connect(&postgres.url()).await.unwrap();
    let held = Mutex::new(Some(pool.acquire().await.unwrap()));
    let error = pool.fetch_one("SELECT 42").await.unwrap_err();
    assert_eq!((error.classify(), by_source(&error)), (ErrorClass::Unsent, ErrorClass::Unsent));
    let retries = AtomicU32::new(0);
    let release = || drop(held.lock().unwrap().take());
    assert_eq!(from_pool(&pool, &retries, release).await.unwrap(), 42);
    assert!(retries.load(Ordering::Relaxed) >= 1);
}

// SPEC 5.8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_connection_is_tried_again_directly_and_through_a_pool() {
    let Some(mut postgres) = Postgres::start() else { return };
    postgres.stop();
    let error = PgConnection::connect(&postgres.url()).await.unwrap_err();
    assert_eq!(error.classify(), ErrorClass::Unsent, "{error:?}");
    // A missing Unix socket looks like the missing file of a certificate.
    let by_socket = PgConnectOptions::new_without_pgpass()
        .username("test")
        .database("postgres")
        .socket(postgres.socket())
        .port(postgres.port());
    let error = PgConnection::connect_with(&by_socket).await.unwrap_err();
    assert_eq!(error.classify(), ErrorClass::Permanent, "{error:?}");

    let pool = options().acquire_timeout(Duration::from_millis(200));
    let pool = pool.connect_lazy(&postgres.url()).unwrap();
    let retries = AtomicU32::new(0);
    let postgres = Mutex::new(postgres);
    let start = || {
        if retries.load(Ordering::Relaxed) == 1 {
            postgres.lock().unwrap().start_again();
        }
    };
    assert_eq!(from_pool(&pool, &retries, start).await.unwrap(), 42);
    assert!(retries.load(Ordering::Relaxed) >= 1);
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Transparent(sqlx::Error);

// SPEC 5.8, 5.7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_answers_is_classified_by_its_sqlstate() {
    let Some(postgres) = Postgres::start() else { return };
    let pool = pool(&postgres).await;
    pool.execute("CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1)")
        .await
        .unwrap();
    let mut tx = pool.begin().await.unwrap();
    tx.execute("SELECT * FROM item FOR UPDATE").await.unwrap();
    let cases = [
        ("SELECT * FROM item FOR UPDATE NOWAIT", "55P03", ErrorClass::Transient),
        ("INSERT INTO item VALUES (2), (2)", "23505", ErrorClass::Permanent),
        ("SELECT * FROM nothing", "42P01", ErrorClass::Permanent),
        ("SELECT 1 / 0", "22012", ErrorClass::Permanent),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "57P01", ErrorClass::Transient),
    ];
    for (sql, expected, class) in cases {
        let error = pool.execute(sql).await.unwrap_err();
        assert_eq!(code(&error), expected, "{error:?}");
        assert_eq!((error.classify(), by_source(&error)), (class, class), "{expected}");
        let hidden = Transparent(error);
        assert_eq!(by_source(&hidden), class, "{expected}, hidden");
    }
}

// SPEC 5.7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_full_or_shuts_down_takes_no_connection() {
    let Some(mut postgres) = Postgres::start() else { return };
    let url = postgres.url();
    let mut connections = Vec::new();
    let error = loop {
        match PgConnection::connect(&url).await {
            Ok(connection) => connections.push(connection),
            Err(error) => break error,
        }
        assert!(connections.len() < 100, "no limit");
    };
    assert_eq!((code(&error).as_str(), error.classify()), ("53300", THROTTLED), "{error:?}");

    connections.truncate(1);
    postgres.shut_down_slowly();
    // Until the signal arrives and closed connections have ended, it answers otherwise.
    let error = soon(async || {
        PgConnection::connect(&url).await.err().filter(|error| code(error) != "53300")
    })
    .await;
    assert_eq!(
        (code(&error).as_str(), error.classify()),
        ("57P03", ErrorClass::Unsent),
        "{error:?}"
    );
    drop(connections);
    postgres.stop();
}
