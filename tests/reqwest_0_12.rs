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
