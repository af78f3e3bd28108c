//! A scripted gRPC server on a real socket.

#![allow(dead_code, reason = "no test needs all of it")]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, Service};
use tonic::server::UnaryService;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server};
use tonic::{Request, Response, Status};

/// Messages without content.
#[derive(Clone, Copy)]
pub struct Empty;

impl Codec for Empty {
    type Encode = ();
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Empty {
    type Item = ();
    type Error = Status;

    fn encode(&mut self, (): (), _: &mut EncodeBuf<'_>) -> Result<(), Status> {
        Ok(())
    }
}

impl Decoder for Empty {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, _: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        Ok(Some(()))
    }
}

/// Fails with one status after the other, then succeeds.
#[derive(Clone)]
pub struct Script(Arc<Mutex<VecDeque<Status>>>);

impl Service<http::Request<Body>> for Script {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let script = self.clone();
        Box::pin(async move { Ok(tonic::server::Grpc::new(Empty).unary(script, request).await) })
    }
}

impl UnaryService<()> for Script {
    type Response = ();
    type Future = Ready<Result<Response<()>, Status>>;

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let failure = self.0.lock().unwrap().pop_front();
        ready(failure.map_or(Ok(Response::new(())), Err))
    }
}

impl Script {
    /// A server that runs as long as the test, the rest of its script, and its address.
    pub fn served(script: impl IntoIterator<Item = Status>) -> (Self, SocketAddr) {
        let script = Self(Arc::new(Mutex::new(script.into_iter().collect())));
        let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = incoming.local_addr().unwrap();
        tokio::spawn(Server::builder().serve_with_incoming(script.clone(), incoming));
        (script, address)
    }

    /// The number of failures left.
    pub fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

pub fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint::try_from(format!("http://{address}")).unwrap()
}
