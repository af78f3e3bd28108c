//! The feature `reqwest-0_12`: what holds for reqwest 0.13 holds for reqwest 0.12.

// In place of the crate of that name, in all tests below.
#[cfg(feature = "reqwest")]
extern crate reqwest as reqwest_0_13;
extern crate reqwest_0_12 as reqwest;

#[path = "http_connections.rs"]
mod http_connections;
#[path = "http.rs"]
mod http_errors;
#[path = "http_faults.rs"]
mod http_faults;

// SPEC 5.8.3
#[cfg(feature = "reqwest")]
#[tokio::test]
async fn an_http_error_gives_back_the_error_of_its_client() {
    use retry_kit::{Classify, ErrorClass, HttpError};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let old = HttpError::from(reqwest::get(&url).await.unwrap_err());
    let new = HttpError::from(reqwest_0_13::get(&url).await.unwrap_err());
    assert!(old.as_reqwest_0_12().is_some_and(reqwest::Error::is_connect));
    assert!(new.as_reqwest().is_some_and(reqwest_0_13::Error::is_connect));
    assert!(old.as_reqwest().is_none() && new.as_reqwest_0_12().is_none());
    for error in [old, new] {
        assert_eq!(error.url().map(reqwest::Url::as_str), Some(url.as_str()));
        assert_eq!(error.classify(), ErrorClass::Unsent);
    }
}

// SPEC 11.1
#[cfg(feature = "tower")]
#[tokio::test]
async fn a_layer_retries_the_requests_of_its_client() {
    use retry_kit::{RetryLayer, RetryPolicy, current_attempt, testing};
    use tower::{Layer, Service, ServiceExt, service_fn};

    let answer = axum::routing::get(async |headers: http::HeaderMap| {
        let is_first = headers.get("attempt").is_some_and(|number| number == "1");
        http::StatusCode::from_u16(if is_first { 503 } else { 200 }).unwrap()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(
        async move { axum::serve(listener, axum::Router::new().route("/", answer)).await },
    );

    let client = reqwest::Client::new();
    let request = client.get(&url).build().unwrap();
    let numbered = service_fn(move |mut request: reqwest::Request| {
        let number = current_attempt().unwrap_or_default();
        request.headers_mut().insert("attempt", number.into());
        client.clone().call(request)
    });
    let retries = testing::no_wait();
    let layer = RetryLayer::new(RetryPolicy::DEFAULT).clone_with(reqwest::Request::try_clone);
    let response = layer.layer(numbered).oneshot(request).await.unwrap();
    assert_eq!((response.status().as_u16(), retries.waits().len()), (200, 1));
}
