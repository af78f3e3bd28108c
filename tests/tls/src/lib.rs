//! What a failed handshake is (SPEC 8.1).

#![cfg(test)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A server that shows a certificate for `name`, signed by nobody.
async fn serve_self_signed(name: &str) -> SocketAddr {
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            // The client hangs up in the middle; that is what is tested.
            let _ = acceptor.accept(socket).await;
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

#[tokio::test]
async fn a_handshake_that_is_refused_is_permanent_and_one_that_breaks_is_not() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = rustls::RootCertStore::empty();
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .tls_backend_preconfigured(config)
        .build()
        .unwrap();
    let unknown_issuer = serve_self_signed("127.0.0.1").await;
    let other_name = serve_self_signed("elsewhere.example").await;
    let plain = serve_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let hung_up = serve_bytes(b"").await;
    let cases = [
        ("unknown issuer", unknown_issuer, ErrorClass::Permanent),
        ("other name", other_name, ErrorClass::Permanent),
        ("no TLS at all", plain, ErrorClass::Permanent),
        ("closed in the handshake", hung_up, ErrorClass::Transient),
    ];
    for (case, address, class) in cases {
        let error = client.get(format!("https://{address}/")).send().await.unwrap_err();
        assert!(error.is_connect(), "{case}: {error:?}");
        assert_eq!(error.classify(), class, "{case}: {error:?}");
    }
}
