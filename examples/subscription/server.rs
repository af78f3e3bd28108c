//! A server that sends events, and restarts. Nothing here is about retries.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

#[derive(Clone, Copy)]
pub struct Plan {
    /// How often it restarts, before it serves one last time and says that there are no more events.
    pub restarts: u32,
    /// How long it serves.
    pub up: Duration,
    /// How long it is away.
    pub down: Duration,
    /// The time between two events.
    pub pace: Duration,
}

pub struct Server {
    address: SocketAddr,
    restarts: Arc<AtomicU32>,
}

impl Server {
    /// Serves on a free local port, which it keeps over its restarts.
    pub async fn start(plan: Plan) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let restarts = Arc::new(AtomicU32::new(0));
        tokio::spawn(run(listener, address, plan, Arc::clone(&restarts)));
        Ok(Self { address, restarts })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns how often it has restarted.
    pub fn restarts(&self) -> u32 {
        self.restarts.load(Ordering::Relaxed)
    }
}

async fn run(
    mut listener: TcpListener,
    address: SocketAddr,
    plan: Plan,
    restarts: Arc<AtomicU32>,
) -> io::Result<()> {
    for _ in 0..plan.restarts {
        // Whoever is connected is cut off.
        drop(timeout(plan.up, serve(listener, plan.pace, None)).await);
        sleep(plan.down).await;
        listener = TcpListener::bind(address).await?;
        restarts.fetch_add(1, Ordering::Relaxed);
    }
    serve(listener, plan.pace, Some(plan.up)).await
}

/// Accepts connections, and sends events to each: without end, or for this time.
async fn serve(listener: TcpListener, pace: Duration, time: Option<Duration>) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        connections.spawn(send(stream, pace, time));
    }
}

async fn send(mut stream: TcpStream, pace: Duration, time: Option<Duration>) -> io::Result<()> {
    let events = async {
        for number in 0_u32.. {
            stream.write_all(format!("event {number}\n").as_bytes()).await?;
            sleep(pace).await;
        }
        io::Result::Ok(())
    };
    match time {
        None => events.await,
        Some(time) => {
            drop(timeout(time, events).await);
            stream.write_all(b"end\n").await
        }
    }
}
