//! The server: 24 issues with attachments. Its faults depend only on the number of the item and the
//! count of requests for it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

const ISSUES: u32 = 24;
const PAGE: u32 = 10;

struct Server {
    /// The wait it asks for.
    wait: Duration,
    requests: Mutex<HashMap<String, u32>>,
}

pub async fn start(router: Router) -> std::io::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

pub fn router(wait: Duration) -> Router {
    Router::new()
        .route("/{kind}/{number}", get(answer))
        .with_state(Arc::new(Server { wait, requests: Mutex::default() }))
}

async fn answer(
    State(server): State<Arc<Server>>,
    Path((kind, number)): Path<(String, u32)>,
) -> Response {
    match (kind.as_str(), number, server.earlier_requests(format!("{kind}/{number}"))) {
        ("issue", 13, _) => StatusCode::NOT_FOUND.into_response(),
        ("issue", 17, _) => StatusCode::UNAUTHORIZED.into_response(),
        ("issue", 4 | 15, 0) => server.too_many_requests("retry-after"),
        ("issue", 3, 0) => server.too_many_requests("x-ratelimit-reset"),
        ("search", 10, 0) | ("issue", 2, 0) | ("attachment", 110, 0) => {
            std::future::pending().await
        }
        ("issue" | "attachment", _, 0 | 1) if number % 5 == 1 => {
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        ("search", ..) => {
            let issues: Vec<u32> = (number + 1..=ISSUES.min(number + PAGE)).collect();
            Json(json!({ "total": ISSUES, "issues": issues })).into_response()
        }
        ("issue", ..) => {
            let attachments: Vec<u32> = (0..number % 3).map(|nth| number * 10 + nth).collect();
            Json(json!({ "key": format!("KIT-{number}"), "attachments": attachments }))
                .into_response()
        }
        ("attachment", ..) => vec![b'.'; 1024].into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Server {
    fn earlier_requests(&self, path: String) -> u32 {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let count = requests.entry(path).or_default();
        *count += 1;
        *count - 1
    }

    fn too_many_requests(&self, header: &'static str) -> Response {
        let seconds = self.wait.as_secs_f64().to_string();
        let headers = [(header, seconds), ("x-ratelimit-remaining", "0".to_owned())];
        (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
    }
}
