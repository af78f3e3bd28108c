//! The classes of failures of TLS and of tunnels (SPEC 8.1).

#![cfg(test)]

#[path = "../../support/http2.rs"]
mod http2;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A self-signed certificate for `name`, and the configuration of a server that shows it.
fn self_signed(name: &str) -> (CertificateDer<'static>, rustls::ServerConfig) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate = certified.cert.der().clone();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (certificate, config)
}

/// A server that shows a self-signed certificate for `name`.
async fn serve_self_signed(name: &str) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(self_signed(name).1));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            // Fails as expected: the client hangs up during the handshake.
            let _ = acceptor.accept(socket).await;
        }
    });
    address
}

/// A server that ends every connection without the `close_notify` of TLS: over HTTP/2 after a part of
/// a body, over HTTP/1 after these bytes.
async fn serve_and_vanish(
    mut config: rustls::ServerConfig,
    http_1: Option<&'static [u8]>,
) -> SocketAddr {
    if http_1.is_none() {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let mut socket = acceptor.accept(socket).await.unwrap();
            if let Some(answer) = http_1 {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(answer).await;
                let _ = socket.flush().await;
            } else {
                http2::accept_request(&mut socket).await;
                http2::answer_part(&mut socket, b"hello").await;
            }
        }
    });
    address
}

/// A server that reads something, answers `answer` and hangs up.
async fn serve_bytes(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 4096]).await;
            let _ = socket.write_all(answer).await;
        }
    });
    address
}

fn builder() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20))
}

fn trusting(certificate: Option<CertificateDer<'static>>) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(certificate);
    rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

// SPEC 8.1, 8.1.1
#[tokio::test]
async fn a_handshake_that_is_refused_is_permanent_and_one_that_breaks_is_not() {
    let client = builder().tls_backend_preconfigured(trusting(None)).build().unwrap();
    let unknown_issuer = serve_self_signed("127.0.0.1").await;
    let other_name = serve_self_signed("elsewhere.example").await;
    let plain = serve_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let hung_up = serve_bytes(b"").await;
    let cases = [
        ("unknown issuer", unknown_issuer, ErrorClass::Permanent),
        ("other name", other_name, ErrorClass::Permanent),
        ("no TLS at all", plain, ErrorClass::Permanent),
        ("closed in the handshake", hung_up, ErrorClass::Unsent),
    ];
    for (case, address, class) in cases {
        let error = client.get(format!("https://{address}/")).send().await.unwrap_err();
        assert!(error.is_connect(), "{case}: {error:?}");
        assert_eq!(error.classify(), class, "{case}: {error:?}");
    }
}

// SPEC 8.1
#[tokio::test]
async fn a_body_whose_connection_ends_without_close_notify_is_transient() {
    const CUT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello";
    const UP_TO_THE_END: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello";
    for http_1 in [None, Some(CUT), Some(UP_TO_THE_END)] {
        let (certificate, config) = self_signed("127.0.0.1");
        let server = serve_and_vanish(config, http_1).await;
        let mut trusting = trusting(Some(certificate));
        trusting.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = builder().tls_backend_preconfigured(trusting).build().unwrap();
        let response = client.get(format!("https://{server}/")).send().await.unwrap();
        assert_eq!(response.version() == reqwest::Version::HTTP_2, http_1.is_none());
        let error = response.text().await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Transient, "{error:?}");
    }
}

// SPEC 8.1.4
#[tokio::test]
async fn a_proxy_that_makes_no_tunnel_is_asked_again_unless_it_wants_credentials() {
    let cases: [(&[u8], ErrorClass); 6] = [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", ErrorClass::Permanent),
        (b"HTTP/1.1 429 Too Many Requests\r\n\r\n", ErrorClass::Unsent),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", ErrorClass::Unsent),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", ErrorClass::Unsent),
        (b"HTTP/1.1 504 Gateway Timeout\r\n\r\n", ErrorClass::Unsent),
        (b"", ErrorClass::Unsent),
    ];
    for (answer, class) in cases {
        let proxy = serve_bytes(answer).await;
        let proxy = reqwest::Proxy::all(format!("http://{proxy}")).unwrap();
        let client = builder().proxy(proxy).tls_backend_preconfigured(trusting(None));
        let request = client.build().unwrap().get("https://example.com/").send();
        let error = request.await.unwrap_err();
        assert_eq!(error.classify(), class, "{answer:?}: {error:?}");
    }
}

// SPEC 8.1.4
#[tokio::test]
async fn a_proxy_of_socks_that_refuses_the_credentials_is_not_asked_again() {
    // The proxy offers only authentication by credentials, and these are wrong.
    let cases: [(&[u8], ErrorClass); 3] = [
        (&[5, 0xff], ErrorClass::Permanent),
        (&[5, 2, 1, 1], ErrorClass::Permanent),
        (b"", ErrorClass::Unsent),
    ];
    for (answer, class) in cases {
        let proxy = serve_bytes(answer).await;
        let proxy = reqwest::Proxy::all(format!("socks5h://user:wrong@{proxy}")).unwrap();
        let client = builder().proxy(proxy).tls_backend_preconfigured(trusting(None));
        let request = client.build().unwrap().get("https://example.com/").send();
        let error = request.await.unwrap_err();
        assert_eq!(error.classify(), class, "{answer:?}: {error:?}");
    }
}
