//! HTTP/2 servers that break off requests.

#![allow(dead_code, reason = "no test needs all of it")]

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

pub const NO_ERROR: u8 = 0;
pub const PROTOCOL_ERROR: u8 = 1;
pub const INTERNAL_ERROR: u8 = 2;
pub const REFUSED_STREAM: u8 = 7;
pub const CANCEL: u8 = 8;
pub const ENHANCE_YOUR_CALM: u8 = 11;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PING: u8 = 6;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// The frame that closes the connection and accepts no request.
pub fn go_away(reason: u8) -> Vec<u8> {
    go_away_after(0, reason)
}

/// The frame that closes the connection and accepts the requests up to this one.
pub fn go_away_after(last: u8, reason: u8) -> Vec<u8> {
    vec![0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last, 0, 0, 0, reason]
}

/// The frame that ends the first request.
pub fn reset_stream(reason: u8) -> Vec<u8> {
    vec![0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, reason]
}

/// A frame of the first response that does not end it.
fn frame(kind: u8, flags: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    [&[0, 0, length, kind, flags, 0, 0, 0, 1], content].concat()
}

/// How a server ends a request.
#[derive(Clone, Debug)]
pub enum End {
    /// By the end of the connection.
    Close,
    /// By a reset of the connection.
    Reset,
    /// By this frame, and the end of the connection.
    Frame(Vec<u8>),
    /// Not at all: it sends nothing more, not even answers to pings.
    Silence,
}

/// Answers each request with this frame, and closes the connection.
pub async fn serve(frame: Vec<u8>) -> SocketAddr {
    serve_part(None, End::Frame(frame)).await
}

/// Answers each request with a status of 200 and this part of a body, if any, and ends it.
pub async fn serve_part(part: Option<&'static [u8]>, end: End) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            accept_request(&mut socket).await;
            if let Some(part) = part {
                answer_part(&mut socket, part).await;
            }
            match &end {
                End::Close => {}
                End::Reset => socket.set_zero_linger().unwrap(),
                End::Frame(frame) => {
                    let _ = socket.write_all(frame).await;
                    let _ = socket.shutdown().await;
                    // Unread bytes would reset the connection before the frame has arrived.
                    drain(&mut socket).await;
                }
                End::Silence => drain(&mut socket).await,
            }
        }
    });
    address
}

/// Answers each request with a status and a page, without the headers that gRPC expects.
pub async fn serve_page(status: &'static str, page: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            accept_request(&mut socket).await;
            // A literal of HPACK under the name with the index 8, which is `:status`.
            let head = frame(HEADERS, END_HEADERS, &[&[0x08, 3], status.as_bytes()].concat());
            let page = frame(DATA, END_STREAM, page);
            socket.write_all(&[head, page].concat()).await.unwrap();
            drain(&mut socket).await;
        }
    });
    address
}

/// Reads up to the head of a request.
pub async fn accept_request(socket: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    socket.write_all(&SETTINGS).await.unwrap();
    // The preface, then frames.
    socket.read_exact(&mut [0; 24]).await.unwrap();
    read_up_to(socket, HEADERS).await;
}

/// Answers with a status of 200 and a part of a body; returns when the client has it.
pub async fn answer_part(socket: &mut (impl AsyncRead + AsyncWrite + Unpin), part: &[u8]) {
    // In the table of HPACK, which every connection has from the start.
    const STATUS_200: u8 = 0x88;
    let ping = [&[0, 0, 8, PING, 0, 0, 0, 0, 0][..], &[0; 8]].concat();
    let head = frame(HEADERS, END_HEADERS, &[STATUS_200]);
    socket.write_all(&[head, frame(DATA, 0, part), ping].concat()).await.unwrap();
    // Frames are read in order, so the answer to the ping confirms the part too.
    read_up_to(socket, PING).await;
}

async fn read_up_to(socket: &mut (impl AsyncRead + Unpin), kind: u8) {
    // A frame is a head, with length and kind, and a body.
    let mut head = [0; 9];
    loop {
        socket.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        socket.read_exact(&mut vec![0; length as usize]).await.unwrap();
        if head[3] == kind {
            return;
        }
    }
}

async fn drain(socket: &mut (impl AsyncRead + Unpin)) {
    while socket.read(&mut [0; 4096]).await.is_ok_and(|length| length > 0) {}
}
