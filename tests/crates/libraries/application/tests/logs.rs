//! What the program's log says about the retries of its libraries. One test, as the first event decides for
//! all threads whether a target is listened to.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use link::Link;
use retry_kit::retry;
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;

/// The log, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[retry(max = 1, base = "1ms")]
async fn report() -> io::Result<()> {
    Err(io::ErrorKind::ConnectionReset.into())
}

// SPEC 7.3.7, 7.3.8
#[tokio::test]
async fn a_quiet_library_logs_below_the_program_and_under_its_own_target() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let broker = listener.local_addr().unwrap();
    drop(listener);
    let mut link = Link::to(broker);
    while log.lines().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let _listener = TcpListener::bind(broker).await.unwrap();
    link.connected(1).await.unwrap();
    assert_eq!(report().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);

    let (of_program, of_link): (Vec<_>, Vec<_>) =
        log.lines().into_iter().partition(|line| line.contains(" WARN logs: "));
    assert_eq!(of_program.len(), 2, "{of_program:#?}");
    assert!(of_link.iter().all(|line| line.contains("DEBUG link: ")), "{of_link:#?}");
}
