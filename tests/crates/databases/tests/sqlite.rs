//! sqlx with SQLite, which needs no server.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::Mutex;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass, by_source, retry};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Executor, Row, SqliteConnection};

/// A database in a file, removed when dropped.
struct Database(PathBuf);

impl Database {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("retry-kit-sqlite-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A connection that does not wait for locks by itself.
    async fn connect(&self) -> sqlx::Result<SqliteConnection> {
        SqliteConnectOptions::new()
            .filename(self.0.join("database"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::ZERO)
            .connect()
            .await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn assert_class(error: &sqlx::Error, code: &str, class: ErrorClass) {
    let answered = error.as_database_error().and_then(|error| error.code().map(String::from));
    assert_eq!(answered.as_deref(), Some(code));
    assert_eq!((error.classify(), by_source(error)), (class, class), "{error}");
}

// SPEC 5.8
#[tokio::test]
async fn busy_is_transient_and_a_constraint_is_not() {
    let database = Database::new("classes");
    let (mut one, mut other) =
        (database.connect().await.unwrap(), database.connect().await.unwrap());
    one.execute("CREATE TABLE item (id INTEGER PRIMARY KEY); INSERT INTO item VALUES (1)")
        .await
        .unwrap();
    let error = one.execute("INSERT INTO item VALUES (1)").await.unwrap_err();
    assert_class(&error, "1555", ErrorClass::Permanent);
    let error = one.execute("SELECT * FROM nothing").await.unwrap_err();
    assert_class(&error, "1", ErrorClass::Permanent);

    one.execute("BEGIN IMMEDIATE").await.unwrap();
    let error = other.execute("INSERT INTO item VALUES (2)").await.unwrap_err();
    assert_class(&error, "5", ErrorClass::Transient);
    one.execute("COMMIT").await.unwrap();

    // Busy, because the data read is out of date.
    other.execute("BEGIN; SELECT * FROM item").await.unwrap();
    one.execute("INSERT INTO item VALUES (3)").await.unwrap();
    let error = other.execute("INSERT INTO item VALUES (4)").await.unwrap_err();
    assert_class(&error, "517", ErrorClass::Transient);
}

#[retry(max = 100, base = "1ms", cap = "100ms", on_retry = |_| drop(writer.lock().unwrap().take()))]
async fn add_one(
    database: &Database,
    writer: &Mutex<Option<SqliteConnection>>,
) -> sqlx::Result<i64> {
    let mut connection = database.connect().await?;
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    tx.execute("INSERT INTO item VALUES (2)").await?;
    let count = tx.fetch_one("SELECT count(*) FROM item").await?.get(0);
    tx.commit().await?;
    Ok(count)
}

// SPEC 5.8
#[tokio::test]
async fn a_writer_waits_for_another_to_end() {
    let database = Database::new("writers");
    let mut writer = database.connect().await.unwrap();
    writer.execute("CREATE TABLE item (id INTEGER PRIMARY KEY); BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(add_one(&database, &Mutex::new(Some(writer))).await.unwrap(), 1);
}
