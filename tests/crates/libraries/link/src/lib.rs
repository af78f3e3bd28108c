//! A link to a message broker, which connects again for as long as the program runs. It is quiet in the log unless
//! its target is asked for, and the operator's switch does not end it.

use std::io;
use std::net::SocketAddr;

use retry_kit::retry;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A task that keeps a connection.
#[derive(Debug)]
pub struct Link {
    connections: watch::Receiver<u32>,
    task: JoinHandle<io::Result<()>>,
}

impl Link {
    /// Starts the task.
    #[must_use]
    pub fn to(broker: SocketAddr) -> Self {
        let (sender, connections) = watch::channel(0);
        Self { connections, task: tokio::spawn(keep_connected(broker, sender)) }
    }

    /// Waits until the link has connected this often.
    ///
    /// # Errors
    ///
    /// If the task has ended before.
    pub async fn connected(&mut self, times: u32) -> Result<(), watch::error::RecvError> {
        self.connections.wait_for(|connections| *connections >= times).await.map(drop)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_connected(broker: SocketAddr, connections: watch::Sender<u32>) -> io::Result<()> {
    loop {
        let stream = connect(broker).await?;
        connections.send_modify(|connections| *connections += 1);
        // Until the broker ends it.
        let mut end = [0];
        stream.readable().await?;
        while matches!(stream.try_read(&mut end), Ok(1..)) {
            stream.readable().await?;
        }
    }
}

#[retry(max = forever, base = "5ms", cap = "1s", jitter = full, log = debug)]
async fn connect(broker: SocketAddr) -> io::Result<TcpStream> {
    TcpStream::connect(broker).await
}
