//! Retries on smol, in a program without tokio's runtime: with a timeout, a deadline, and a shutdown.
//!
//! Run it with
//!
//! ```sh
//! cargo run --example on_smol
//! ```

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use retry_kit::{GiveUp, RetryEvent, retry};
use smol::Timer;
use smol::channel::{self, Receiver};
use smol::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use smol::net::{TcpListener, TcpStream};

// Once for all functions below. Without this line they would wait on a thread of retry-kit's own.
retry_kit::default_sleep!(|wait| async move {
    Timer::after(wait).await;
});

#[retry(max = 5, base = "50ms", timeout = "200ms", on_retry = report)]
async fn greeting(address: SocketAddr) -> io::Result<String> {
    read_line(address).await
}

#[retry(max = forever, base = "50ms", deadline = "400ms", on_retry = report, give_up = report_end)]
async fn greeting_in_time(address: SocketAddr) -> io::Result<String> {
    read_line(address).await
}

#[retry(base = "1m", cancel = stop.recv(), on_retry = report, give_up = report_end)]
async fn greeting_until(stop: &Receiver<()>, address: SocketAddr) -> io::Result<String> {
    read_line(address).await
}

async fn read_line(address: SocketAddr) -> io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    let mut line = String::new();
    if BufReader::new(stream).read_line(&mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

fn report(event: &RetryEvent<'_, io::Error>) {
    let (attempt, wait) = (event.attempt(), event.wait());
    println!("attempt {attempt}: {}; waiting {wait:.0?}", event.cause());
}

fn report_end(error: io::Error, end: &GiveUp) -> io::Error {
    println!("given up after {} attempts: {}", end.attempts(), end.reason());
    error
}

/// Hangs on the first connection, closes the second, and greets on all others.
async fn serve(listener: TcpListener) -> io::Result<()> {
    let (_hanging, _) = listener.accept().await?;
    drop(listener.accept().await?);
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.write_all(b"good morning\n").await?;
    }
}

fn main() -> io::Result<()> {
    smol::block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = smol::spawn(serve(listener));

        println!("A server that is not ready yet, and a timeout of 200 ms:");
        println!("it says: {}", greeting(address).await?);

        server.cancel().await;
        println!("\nNo server any more, and a deadline of 400 ms:");
        let begin = Instant::now();
        let outcome = greeting_in_time(address).await;
        println!(
            "the last error: {:?}, after {:.0?}",
            outcome.map_err(|e| e.kind()),
            begin.elapsed()
        );

        println!("\nA wait of a minute or more, and a shutdown after 100 ms:");
        let (shutdown, stop) = channel::bounded::<()>(1);
        let _timer = smol::spawn(async move {
            Timer::after(Duration::from_millis(100)).await;
            drop(shutdown);
        });
        let begin = Instant::now();
        let outcome = greeting_until(&stop, address).await;
        println!(
            "the last error: {:?}, after {:.0?}",
            outcome.map_err(|e| e.kind()),
            begin.elapsed()
        );
        Ok(())
    })
}
