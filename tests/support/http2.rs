//! A server of HTTP/2 that ends what it is asked for.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub const NO_ERROR: u8 = 0;
pub const PROTOCOL_ERROR: u8 = 1;
pub const INTERNAL_ERROR: u8 = 2;
pub const REFUSED_STREAM: u8 = 7;
pub const CANCEL: u8 = 8;
pub const ENHANCE_YOUR_CALM: u8 = 11;

/// The frame that closes the connection.
pub fn go_away(reason: u8) -> Vec<u8> {
    vec![0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, reason]
}

/// The frame that ends the first request.
pub fn reset_stream(reason: u8) -> Vec<u8> {
    vec![0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, reason]
}

/// Answers each request with this frame, and closes the connection.
pub async fn serve(frame: Vec<u8>) -> SocketAddr {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const HEADERS: u8 = 1;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.write_all(&SETTINGS).await.unwrap();
            // The preface, then frames: a head with length and kind, and a body.
            socket.read_exact(&mut [0; 24]).await.unwrap();
            let mut head = [0; 9];
            while head[3] != HEADERS {
                socket.read_exact(&mut head).await.unwrap();
                let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
                socket.read_exact(&mut vec![0; length as usize]).await.unwrap();
            }
            let _ = socket.write_all(&frame).await;
            let _ = socket.shutdown().await;
            // Unread bytes would reset the connection before the frame has arrived.
            while socket.read(&mut [0; 4096]).await.is_ok_and(|length| length > 0) {}
        }
    });
    address
}
