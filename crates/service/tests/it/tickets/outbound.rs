//! Outbound requests: forbidden addresses (SSRF), redirects, timeouts, limits and certificates.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use outbound::fetch::{FetchError, Fetched, Fetcher};

use super::webhook_receiver::{CannedResponse, TestCertificate, WebhookReceiver, empty_response};

fn local(certificate: &TestCertificate) -> Fetcher {
    Fetcher::new(vec![Ipv4Addr::LOCALHOST.into()], vec![certificate.authority.clone()])
}

async fn post(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    fetcher.post(url, Vec::new(), Bytes::from_static(b"{}")).await
}

#[tokio::test]
async fn outbound_requests_to_private_addresses_are_refused() {
    // A listener on this machine is not called, by name, number or other notations.
    let certificate = TestCertificate::new();
    let receiver = WebhookReceiver::start(None, vec![empty_response("200 OK")]).await;
    let port = receiver.port;
    let closed = Fetcher::new(Vec::new(), vec![certificate.authority.clone()]);
    for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0"] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}/");
            let refused = post(&closed, &url).await.expect_err(&url);
            let forbidden = matches!(refused, FetchError::Forbidden(_) | FetchError::Resolve(_));
            assert!(forbidden, "{url}: {refused}");
        }
    }
    for host in ["10.0.0.1", "192.168.0.1", "169.254.169.254", "[fd00::1]", "[fe80::1]"] {
        let refused = post(&closed, &format!("https://{host}/")).await.expect_err(host);
        assert!(matches!(refused, FetchError::Forbidden(_)), "{host}: {refused}");
    }
    // A listed address is called; plain HTTP only on this machine.
    let other: IpAddr = Ipv4Addr::new(10, 255, 255, 1).into();
    let open = Fetcher::new(vec![Ipv4Addr::LOCALHOST.into(), other], Vec::new());
    assert!(post(&open, &format!("http://127.0.0.1:{port}/")).await.is_ok());
    let plain = post(&open, "http://10.255.255.1/").await.expect_err("it is plain");
    assert!(matches!(plain, FetchError::Forbidden(_)), "{plain}");
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn outbound_requests_follow_no_redirect() {
    // Sends each redirect status with a location that would accept the request.
    let certificate = TestCertificate::new();
    let other = WebhookReceiver::start(None, vec![empty_response("200 OK")]).await;
    for code in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("http://127.0.0.1:{}/", other.port);
        let text = format!("HTTP/1.1 {code}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let reply = CannedResponse::Bytes(text.into_bytes());
        let receiver =
            WebhookReceiver::start(Some(certificate.acceptor.clone()), vec![reply]).await;
        let url = format!("https://localhost:{}/", receiver.port);
        let refused = post(&local(&certificate), &url).await.expect_err(code);
        assert!(matches!(refused, FetchError::Redirect(_)), "{code}: {refused}");
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn slow_and_oversized_outbound_responses_are_refused() {
    // No response; head and body over their limits; no HTTP at all. Each is refused within seconds.
    let certificate = TestCertificate::new();
    let head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(64 * 1024));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(100));
    let mut body = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    body.resize(body.len() + 65 * 1024, b'z');
    let replies = [
        CannedResponse::Hang,
        CannedResponse::Bytes(head.into_bytes()),
        CannedResponse::Bytes(many.into_bytes()),
        CannedResponse::Bytes(body),
        CannedResponse::Bytes(b"SSH-2.0-hello\r\n".to_vec()),
        CannedResponse::Bytes(Vec::new()),
    ];
    for (place, reply) in replies.into_iter().enumerate() {
        let receiver =
            WebhookReceiver::start(Some(certificate.acceptor.clone()), vec![reply]).await;
        let url = format!("https://localhost:{}/", receiver.port);
        let refused = post(&local(&certificate), &url).await.expect_err("no response");
        let expected = match place {
            0 => matches!(refused, FetchError::Timeout(_)),
            3 => matches!(refused, FetchError::Body(_)),
            _ => matches!(refused, FetchError::Response(_)),
        };
        assert!(expected, "{place}: {refused}");
    }
}

#[tokio::test]
async fn outbound_tls_needs_a_trusted_certificate_for_the_host() {
    // The authority is not trusted; then it is, and the name differs; then both are right.
    let certificate = TestCertificate::new();
    let receiver =
        WebhookReceiver::start(Some(certificate.acceptor.clone()), vec![empty_response("200 OK")])
            .await;
    let port = receiver.port;
    let untrusted = Fetcher::new(vec![Ipv4Addr::LOCALHOST.into()], Vec::new());
    let url = format!("https://localhost:{port}/");
    assert!(matches!(post(&untrusted, &url).await, Err(FetchError::Connection(_))));
    let by_number = format!("https://127.0.0.1:{port}/");
    assert!(matches!(post(&local(&certificate), &by_number).await, Err(FetchError::Connection(_))));
    assert!(post(&local(&certificate), &url).await.is_ok());
    assert_eq!(receiver.received().len(), 1);
}
