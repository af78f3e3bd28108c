//! A parcel service that fails on request. Nothing here is about retries.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;

#[derive(Clone, Copy)]
pub enum Failure {
    Status(u16),
    /// 503 with this `Retry-After` in seconds.
    Busy(u32),
    /// Accepts the request and never answers.
    Hang,
}

pub struct Server {
    url: String,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    failures: VecDeque<Failure>,
    keys: Vec<Option<String>>,
}

impl Server {
    /// Serves on a free local port: first these failures, then always a parcel.
    pub async fn start(failures: &[Failure]) -> io::Result<Self> {
        let log = Log { failures: failures.iter().copied().collect(), keys: Vec::new() };
        let log = Arc::new(Mutex::new(log));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&log));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, log })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the idempotency key of each request so far.
    pub fn requests(&self) -> Vec<Option<String>> {
        lock(&self.log).keys.clone()
    }
}

async fn answer(State(log): State<Arc<Mutex<Log>>>, headers: HeaderMap) -> Response {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let failure = {
        let mut log = lock(&log);
        log.keys.push(key.map(String::from));
        log.failures.pop_front()
    };
    match failure {
        None => Json(json!({ "id": 7, "to": "Lisbon" })).into_response(),
        Some(Failure::Status(code)) => {
            StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
        Some(Failure::Busy(seconds)) => {
            let retry_after = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, retry_after).into_response()
        }
        Some(Failure::Hang) => std::future::pending().await,
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
