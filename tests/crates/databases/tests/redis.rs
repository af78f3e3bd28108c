//! redis against a real Redis.

#![cfg(unix)]

#[path = "../../../support/redis.rs"]
mod redis_server;
#[path = "../../../support/server.rs"]
mod server;
#[path = "../../../support/soon.rs"]
mod soon;

use std::sync::Mutex;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::{AsyncCommands, AsyncConnectionConfig, Client, RedisError, Script, cmd, pipe};
use redis_server::Redis;
use retry_kit::{Classify, ErrorClass, by_source, retry};
use soon::soon;

async fn connect(redis: &Redis) -> MultiplexedConnection {
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(50)));
    let client = Client::open(redis.url()).unwrap();
    client.get_multiplexed_async_connection_with_config(&config).await.unwrap()
}

fn assert_class(error: &RedisError, class: ErrorClass) {
    assert_eq!((error.classify(), by_source(error)), (class, class), "{error}, {:?}", error.kind());
}

// SPEC 5.8.2
#[tokio::test]
async fn states_that_a_server_leaves_by_itself_are_unsent_or_transient() {
    let Some(redis) = Redis::start(&[]) else { return };
    let mut connection = connect(&redis).await;
    let set = async |connection: &mut MultiplexedConnection| {
        connection.set::<_, _, ()>("key", 1).await.unwrap_err()
    };

    // Too few replicas.
    let config = |key: &str, value: &str| cmd("CONFIG").arg("SET").arg(key).arg(value).to_owned();
    config("min-replicas-to-write", "1").exec_async(&mut connection).await.unwrap();
    let error = set(&mut connection).await;
    assert_eq!(error.code(), Some("NOREPLICAS"));
    assert_class(&error, ErrorClass::Unsent);
    config("min-replicas-to-write", "0").exec_async(&mut connection).await.unwrap();

    // A replica of a missing master.
    cmd("REPLICAOF").arg("127.0.0.1").arg(1).exec_async(&mut connection).await.unwrap();
    let error = set(&mut connection).await;
    assert_eq!(error.code(), Some("READONLY"));
    assert_class(&error, ErrorClass::Unsent);
    config("replica-serve-stale-data", "no").exec_async(&mut connection).await.unwrap();
    let error = connection.get::<_, Option<u32>>("key").await.unwrap_err();
    assert_eq!(error.code(), Some("MASTERDOWN"));
    assert_class(&error, ErrorClass::Unsent);

    // No master for a slot.
    let Some(cluster) = Redis::start(&["--cluster-enabled", "yes"]) else { return };
    let error = set(&mut connect(&cluster).await).await;
    assert_eq!(error.code(), Some("CLUSTERDOWN"));
    assert_class(&error, ErrorClass::Transient);
}

/// Executes the words of a command.
async fn run(connection: &mut MultiplexedConnection, words: &str) -> Result<String, RedisError> {
    let words: Vec<&str> = words.split(' ').collect();
    cmd(words[0]).arg(&words[1..]).query_async(connection).await
}

// SPEC 5.8.2
#[tokio::test]
async fn a_slot_that_is_elsewhere_or_moves_is_transient() {
    let Some(one) = Redis::start(&["--cluster-enabled", "yes"]) else { return };
    let Some(two) = Redis::start(&["--cluster-enabled", "yes"]) else { return };
    let (mut here, mut there) = (connect(&one).await, connect(&two).await);
    let id = run(&mut there, "CLUSTER MYID").await.unwrap();
    // The key `here` is in slot 16050, `{a}` and what is tagged so in slot 15495.
    run(&mut here, "CLUSTER ADDSLOTSRANGE 0 16049 16051 16383").await.unwrap();
    run(&mut there, "CLUSTER ADDSLOTSRANGE 16050 16050").await.unwrap();
    run(&mut here, &format!("CLUSTER MEET 127.0.0.1 {}", two.port())).await.unwrap();
    soon(async || {
        run(&mut here, "CLUSTER INFO").await.unwrap().contains("cluster_state:ok").then_some(())
    })
    .await;

    let error = run(&mut here, "GET here").await.unwrap_err();
    assert_eq!(error.code(), Some("MOVED"));
    assert_class(&error, ErrorClass::Transient);

    run(&mut here, "SET {a}1 1").await.unwrap();
    run(&mut here, &format!("CLUSTER SETSLOT 15495 MIGRATING {id}")).await.unwrap();
    let error = run(&mut here, "GET {a}2").await.unwrap_err();
    assert_eq!(error.code(), Some("ASK"));
    assert_class(&error, ErrorClass::Transient);
    let error = run(&mut here, "MGET {a}1 {a}2").await.unwrap_err();
    assert_eq!(error.code(), Some("TRYAGAIN"));
    assert_class(&error, ErrorClass::Transient);
}

// SPEC 5.8.2
#[tokio::test]
async fn what_a_server_answers_is_classified_by_its_code() {
    let Some(redis) = Redis::start(&[]) else { return };
    let mut connection = connect(&redis).await;
    let cases = [
        ("ERR unknown command", ErrorClass::Permanent),
        ("ERR max number of clients", ErrorClass::Permanent),
        ("ERR max number of clients reached", ErrorClass::Throttled { retry_after: None }),
        ("OOM command not allowed when used memory > 'maxmemory'", ErrorClass::Permanent),
        ("WRONGTYPE Operation against a key", ErrorClass::Permanent),
        ("NOAUTH Authentication required.", ErrorClass::Permanent),
        ("BUSY is what this script says after it has written", ErrorClass::Transient),
        ("BUSY Redis is busy running a script. You can only call", ErrorClass::Unsent),
        ("BUSY Valkey is busy running a module command.", ErrorClass::Unsent),
        ("UNBLOCKED force unblock from blocking operation", ErrorClass::Transient),
        ("UNBLOCKED client unblocked via CLIENT UNBLOCK", ErrorClass::Permanent),
        ("MISCONF Redis is configured to save RDB snapshots", ErrorClass::Permanent),
        ("BUSYGROUP Consumer Group name already exists", ErrorClass::Permanent),
        ("CROSSSLOT Keys in request don't hash to the same slot", ErrorClass::Permanent),
    ];
    for (answer, class) in cases {
        let script = Script::new("return redis.error_reply(ARGV[1])");
        let error = script.arg(answer).invoke_async::<()>(&mut connection).await.unwrap_err();
        assert_class(&error, class);
    }
    connection.set::<_, _, ()>("word", "one").await.unwrap();
    let error = connection.get::<_, u32>("word").await.unwrap_err();
    assert_class(&error, ErrorClass::Permanent);
}

// SPEC 5.8.2
#[tokio::test]
async fn a_pipeline_may_have_been_executed_in_part_and_a_transaction_was_not() {
    let Some(redis) = Redis::start(&["--min-replicas-to-write", "1"]) else { return };
    let mut connection = connect(&redis).await;
    let mut reads_and_writes = pipe();
    reads_and_writes.cmd("GET").arg("a").ignore().cmd("SET").arg("a").arg(1).ignore();
    let error = reads_and_writes.query_async::<()>(&mut connection).await.unwrap_err();
    assert_class(&error, ErrorClass::Transient);
    let error = reads_and_writes.atomic().query_async::<()>(&mut connection).await.unwrap_err();
    assert_eq!(error.code(), Some("EXECABORT"));
    assert_class(&error, ErrorClass::Unsent);

    let mut one_is_wrong = pipe();
    one_is_wrong.cmd("SET").arg("a").arg(1).ignore().cmd("NO-SUCH-COMMAND").ignore();
    let error = one_is_wrong.query_async::<()>(&mut connection).await.unwrap_err();
    assert_class(&error, ErrorClass::Permanent);
    let error = one_is_wrong.atomic().query_async::<()>(&mut connection).await.unwrap_err();
    assert_class(&error, ErrorClass::Permanent);
}

#[retry(max = 100, base = "20ms", cap = "200ms", on_retry = |event| {
    errors.lock().unwrap().push(event.error().unwrap().clone());
    recover();
})]
async fn add_one(
    connection: MultiplexedConnection,
    errors: &Mutex<Vec<RedisError>>,
    recover: impl Fn(),
) -> Result<u32, RedisError> {
    connection.clone().incr("counter", 1).await
}

// SPEC 5.8.2
#[tokio::test]
async fn a_server_that_runs_a_long_script_is_waited_for() {
    let Some(redis) = Redis::start(&["--busy-reply-threshold", "1"]) else { return };
    let (connection, mut other) = (connect(&redis).await, connect(&redis).await);
    let mut scripts = connect(&redis).await;
    let endless = tokio::spawn(async move {
        cmd("EVAL").arg("while true do end").arg(0).exec_async(&mut scripts).await
    });
    // Until the script runs.
    soon(async || cmd("PING").exec_async(&mut other).await.err()).await;
    let errors = Mutex::default();
    let kill = || {
        let mut other = other.clone();
        tokio::spawn(async move { cmd("SCRIPT").arg("KILL").exec_async(&mut other).await });
    };
    assert_eq!(add_one(connection, &errors, kill).await.unwrap(), 1);
    assert!(endless.await.unwrap().is_err());
    let errors = errors.into_inner().unwrap();
    assert!(!errors.is_empty());
    for error in errors {
        assert_eq!(error.code(), Some("BUSY"));
        assert_class(&error, ErrorClass::Unsent);
    }
}

// SPEC 5.8.2
#[tokio::test]
async fn a_server_that_loads_its_data_is_waited_for() {
    // Loads one key per millisecond, and checks the network after each.
    let slowly = ["--enable-debug-command", "yes", "--key-load-delay", "1000"];
    let often = ["--loading-process-events-interval-bytes", "1024"];
    let Some(mut redis) = Redis::start(&[slowly.as_slice(), &often].concat()) else { return };
    let mut connection = connect(&redis).await;
    cmd("DEBUG").arg("POPULATE").arg(100_000).exec_async(&mut connection).await.unwrap();
    cmd("SAVE").exec_async(&mut connection).await.unwrap();
    redis.stop();
    redis.start_again();
    let (connection, other) = (connect(&redis).await, connect(&redis).await);
    let errors = Mutex::default();
    let hurry = || {
        let mut other = other.clone();
        tokio::spawn(async move {
            let set = ["SET", "key-load-delay", "0"];
            cmd("CONFIG").arg(&set).exec_async(&mut other).await
        });
    };
    assert_eq!(add_one(connection, &errors, hurry).await.unwrap(), 1);
    let errors = errors.into_inner().unwrap();
    assert!(!errors.is_empty());
    for error in errors {
        assert_eq!(error.code(), Some("LOADING"));
        assert_class(&error, ErrorClass::Unsent);
    }
}

/// Waits in the server at the first attempt.
#[retry(max = 20, base = "50ms", cap = "500ms", attempt = attempt, on_retry = |event| {
    classes.lock().unwrap().push(event.error().unwrap().classify());
})]
async fn question(
    connection: &ConnectionManager,
    classes: &Mutex<Vec<ErrorClass>>,
) -> Result<String, RedisError> {
    let mut connection = connection.clone();
    if attempt.number() == 1 {
        connection.blpop::<_, ()>("never", 0.0).await?;
    }
    cmd("ECHO").arg("42").query_async(&mut connection).await
}

// SPEC 5.8.2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_stopped_in_the_middle_and_started_again_is_survived() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    // The client's own retries would multiply ours.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_response_timeout(Some(Duration::from_secs(50)));
    let client = Client::open(redis.url()).unwrap();
    let manager = client.get_connection_manager_with_config(config).await.unwrap();
    let mut other = connect(&redis).await;
    let classes: &'static Mutex<Vec<ErrorClass>> = Box::leak(Box::default());
    let answer = tokio::spawn(async move { question(&manager, classes).await });
    soon(async || {
        let clients: String = cmd("CLIENT").arg("LIST").query_async(&mut other).await.unwrap();
        clients.contains("cmd=blpop").then_some(())
    })
    .await;
    redis.stop();
    redis.start_again();
    assert_eq!(answer.await.unwrap().unwrap(), "42");
    assert_eq!(classes.lock().unwrap()[0], ErrorClass::Transient);
}

// SPEC 5.8.2
#[tokio::test]
async fn a_connection_that_is_refused_breaks_or_takes_too_long_is_worth_another() {
    let Some(mut redis) = Redis::start(&["--maxclients", "2"]) else { return };
    let mut connection = connect(&redis).await;
    let short = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_millis(50)));
    let client = Client::open(redis.url()).unwrap();
    let mut waiting = client.get_multiplexed_async_connection_with_config(&short).await.unwrap();
    let error = waiting.blpop::<_, ()>("never", 0.0).await.unwrap_err();
    assert!(error.is_timeout());
    assert_class(&error, ErrorClass::Transient);

    let error = client.get_multiplexed_async_connection().await.err().unwrap();
    // The server answers, and hangs up: what the client sees first depends on the network.
    assert_ne!(error.classify(), ErrorClass::Permanent, "{error}");

    redis.stop();
    let error = connection.get::<_, Option<u32>>("key").await.unwrap_err();
    assert_class(&error, ErrorClass::Transient);
    for url in [redis.url(), redis.socket_url()] {
        let client = Client::open(url).unwrap();
        let error = client.get_multiplexed_async_connection().await.err().unwrap();
        assert!(error.is_connection_refusal());
        assert_class(&error, ErrorClass::Unsent);
    }
}
