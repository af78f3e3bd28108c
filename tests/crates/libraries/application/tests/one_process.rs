//! Two libraries in one program that has `tracing`, `metrics` and the runtime's feature on, and whose
//! operator switches retries off.

use std::future::{Future, ready};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use link::Link;
use retry_kit::set_enabled;
use store::{RetryConfig, Store, StoreError, Transport};
use tokio::net::TcpListener;

/// A store that is down.
#[derive(Default)]
struct Down(AtomicUsize);

impl Transport for &Down {
    fn get(&self, _: &str) -> impl Future<Output = Result<Vec<u8>, StoreError>> + Send {
        self.0.fetch_add(1, Ordering::Relaxed);
        ready(Err(StoreError::Connection))
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// A port that nobody listens on.
async fn free_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap()
}

// SPEC 7.5, 7.5.1
#[tokio::test]
async fn the_switch_ends_the_retries_of_requests_and_not_the_link() {
    let down = Down::default();
    let store = Store::new(&down, &RetryConfig::default()).unwrap();
    let broker = free_port().await;
    let mut link = Link::to(broker);

    set_enabled(false);
    assert_eq!(store.get("key").await, Err(StoreError::Connection));
    assert_eq!(down.0.load(Ordering::Relaxed), 1);
    let listener = TcpListener::bind(broker).await.unwrap();
    link.connected(1).await.unwrap();
    drop(listener.accept().await.unwrap());
    // The broker restarts while retries are off.
    drop(listener);
    let listener = TcpListener::bind(broker).await.unwrap();
    link.connected(2).await.unwrap();
    drop(listener);

    set_enabled(true);
    assert_eq!(store.get("key").await, Err(StoreError::Connection));
    assert_eq!(down.0.load(Ordering::Relaxed), 1 + 11);
}

// SPEC 1.3
#[test]
fn a_library_that_brings_its_own_sleep_compiles_no_runtime() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "store", "--edges", "normal", "--prefix", "none", "--locked"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("retry-runtime"), "{tree}");
    assert!(!tree.lines().any(|line| line.starts_with("tokio ")), "{tree}");
}
