//! Reads a stream of events, and connects again when it breaks.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use retry_kit::{RetryEvent, RetryPolicy, retry};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;

pub struct Subscription {
    pub address: SocketAddr,
    /// Limits the retries in a row.
    pub policy: RetryPolicy,
    /// A connection that lasted so long was healthy: what breaks it is the first failure of a new row.
    pub healthy: Duration,
}

impl Subscription {
    /// Passes each event on. Returns when the server says that there are no more, or when it does not come
    /// back.
    // A stream that ends without that word was cut: an error, so that it is retried.
    #[retry(policy = self.policy, reset_after = self.healthy, on_retry = report)]
    pub async fn run(&self, each: &mut impl FnMut(&str)) -> io::Result<()> {
        let stream = TcpStream::connect(self.address).await?;
        let mut lines = BufReader::new(stream).lines();
        while let Some(line) = lines.next_line().await? {
            if line == "end" {
                return Ok(());
            }
            each(&line);
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn report(event: &RetryEvent<'_, io::Error>) {
    let max = event.max().map_or("any number".into(), |max| max.to_string());
    let (attempt, cause, wait) = (event.attempt(), event.cause(), event.wait());
    println!("failure {attempt} of {max} in a row ({cause}); waiting {wait:?}");
}
