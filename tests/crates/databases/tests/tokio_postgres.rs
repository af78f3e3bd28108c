//! tokio-postgres, alone and in a pool, against a real PostgreSQL.

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

use deadpool_postgres::{Manager, Pool, PoolError, Runtime};
use postgres::Postgres;
use retry_kit::{Classify, ErrorClass, by_source, retry};
use soon::soon;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, NoTls};

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        // The client reports the cause.
        let _ = connection.await;
    });
    Ok(client)
}

fn config(postgres: &Postgres) -> Config {
    postgres.url().parse().unwrap()
}

fn pool(postgres: &Postgres, size: usize) -> Pool {
    Pool::builder(Manager::new(config(postgres), NoTls))
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_millis(50)))
        .build()
        .unwrap()
}

#[derive(Debug, Classify, thiserror::Error)]
enum StoreError {
    #[error(transparent)]
    #[classify(forward)]
    Postgres(#[from] tokio_postgres::Error),
    #[error("no connection is free")]
    #[classify(unsent)]
    NoneFree,
    #[error("no connection")]
    #[classify(permanent)]
    Pool(#[source] PoolError),
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Postgres(error),
            PoolError::Timeout(_) => Self::NoneFree,
            error => Self::Pool(error),
        }
    }
}

// SPEC 5.8.1, 5.7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_answers_is_classified_by_its_sqlstate() {
    let Some(postgres) = Postgres::start() else { return };
    let client = connect(&config(&postgres)).await.unwrap();
    let other = connect(&config(&postgres)).await.unwrap();
    client.batch_execute("CREATE TABLE item (id int PRIMARY KEY)").await.unwrap();
    client.batch_execute("BEGIN; LOCK TABLE item").await.unwrap();
    let cases = [
        ("LOCK TABLE item NOWAIT", "55P03", ErrorClass::Transient),
        ("SELECT * FROM nothing", "42P01", ErrorClass::Permanent),
        ("SELECT 1 / 0", "22012", ErrorClass::Permanent),
    ];
    for (sql, code, class) in cases {
        let sql = format!("BEGIN; {sql}");
        let error = other.batch_execute(&sql).await.unwrap_err();
        other.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(error.code().unwrap().code(), code);
        assert_eq!((error.classify(), by_source(&error)), (class, class), "{code}");
        assert_eq!(by_source(&StoreError::Postgres(error)), class, "{code}, hidden");
    }
    let wrong_type = client.query_one("SELECT 1", &[]).await.unwrap().try_get::<_, String>(0);
    assert_eq!(wrong_type.unwrap_err().classify(), ErrorClass::Permanent);
}

// SPEC 5.8.1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_refused_or_closed_is_worth_another() {
    let Some(mut postgres) = Postgres::start() else { return };
    let client = connect(&config(&postgres)).await.unwrap();
    let other = connect(&config(&postgres)).await.unwrap();
    let ended =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    let (broken, ()) = tokio::join!(client.batch_execute("SELECT pg_sleep(600)"), async {
        soon(async || other.query(ended, &[]).await.unwrap().pop()).await;
    });
    let broken = broken.unwrap_err();
    assert_eq!(broken.classify(), ErrorClass::Transient, "{broken:?}");
    soon(async || client.is_closed().then_some(())).await;
    let closed = client.batch_execute("SELECT 1").await.unwrap_err();
    assert!(closed.is_closed());
    assert_eq!(
        (closed.classify(), by_source(&closed)),
        (ErrorClass::Transient, ErrorClass::Transient)
    );

    postgres.stop();
    let mut by_socket = Config::new();
    by_socket.host_path(postgres.socket()).port(postgres.port()).user("test");
    for config in [config(&postgres), by_socket] {
        let error = connect(&config).await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Unsent, "{error:?}");
    }
}

// SPEC 5.8.1
#[tokio::test]
async fn a_time_out_while_connecting_is_unsent() {
    // The queue of a listener that accepts nothing; connections beyond it are not made.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let _queued: JoinSet<_> = (0..16).map(|_| TcpStream::connect(address)).collect();
    let probe = || timeout(Duration::from_secs(2), TcpStream::connect(address));
    soon(async || probe().await.err()).await;
    let mut config = Config::new();
    config.host("127.0.0.1").port(address.port()).user("test");
    let error = connect(config.connect_timeout(Duration::from_millis(50))).await.unwrap_err();
    assert_eq!((error.classify(), by_source(&error)), (ErrorClass::Unsent, ErrorClass::Unsent));
}

#[retry(max = 20, base = "50ms", cap = "500ms", attempt = attempt, on_retry = |event| {
    errors.lock().unwrap().push(event.error().unwrap().classify());
})]
async fn question(pool: &Pool, errors: &Mutex<Vec<ErrorClass>>) -> Result<i32, StoreError> {
    let client = pool.get().await?;
    if attempt.number() == 1 {
        client.batch_execute("SELECT pg_sleep(600)").await?;
    }
    Ok(client.query_one("SELECT 42", &[]).await?.get(0))
}

// SPEC 5.8.1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_stopped_in_the_middle_and_started_again_is_survived() {
    let Some(mut postgres) = Postgres::start() else { return };
    let pool = pool(&postgres, 2);
    let watcher = connect(&config(&postgres)).await.unwrap();
    let errors: &'static Mutex<Vec<ErrorClass>> = Box::leak(Box::default());
    let answer = tokio::spawn({
        let pool = pool.clone();
        async move { question(&pool, errors).await }
    });
    let sleeping = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    soon(async || watcher.query(sleeping, &[]).await.unwrap().pop()).await;
    postgres.stop();
    postgres.start_again();
    assert_eq!(answer.await.unwrap().unwrap(), 42);
    assert_eq!(errors.lock().unwrap()[0], ErrorClass::Transient);
}

#[retry(max = 20, base = "10ms", on_retry = |event| {
    assert!(matches!(event.error(), Some(StoreError::NoneFree)));
    retries.fetch_add(1, Ordering::Relaxed);
    release();
})]
async fn from_pool(
    pool: &Pool,
    retries: &AtomicU32,
    release: impl Fn(),
) -> Result<i32, StoreError> {
    Ok(pool.get().await?.query_one("SELECT 42", &[]).await?.get(0))
}

// SPEC 5.3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_without_a_free_connection_is_asked_again() {
    let Some(postgres) = Postgres::start() else { return };
    let pool = pool(&postgres, 1);
    let held = Mutex::new(Some(pool.get().await.unwrap()));
    let retries = AtomicU32::new(0);
    let release = || drop(held.lock().unwrap().take());
    assert_eq!(from_pool(&pool, &retries, release).await.unwrap(), 42);
    assert_eq!(retries.load(Ordering::Relaxed), 1);
}
