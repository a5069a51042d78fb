//! Where outbound requests do not go, and what they do not wait for.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use service::fetch::{FetchError, Fetched, Fetcher};

use super::receiver::{Certified, Receiver, Reply, status};

fn local(certified: &Certified) -> Fetcher {
    Fetcher::new(vec![Ipv4Addr::LOCALHOST.into()], vec![certified.authority.clone()])
}

async fn ask(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    fetcher.post(url, Vec::new(), Bytes::from_static(b"{}")).await
}

#[tokio::test]
async fn an_address_of_our_own_networks_is_not_connected_to() {
    // A real listener on this machine that must stay alone, by name, number and other spellings.
    let certified = Certified::new();
    let receiver = Receiver::start(None, vec![status("200 OK")]).await;
    let port = receiver.port;
    let closed = Fetcher::new(Vec::new(), vec![certified.authority.clone()]);
    for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0"] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}/");
            let refused = ask(&closed, &url).await.expect_err(&url);
            let kept = matches!(refused, FetchError::Forbidden(_) | FetchError::Name(_));
            assert!(kept, "{url}: {refused}");
        }
    }
    for host in ["10.0.0.1", "192.168.0.1", "169.254.169.254", "[fd00::1]", "[fe80::1]"] {
        let refused = ask(&closed, &format!("https://{host}/")).await.expect_err(host);
        assert!(matches!(refused, FetchError::Forbidden(_)), "{host}: {refused}");
    }
    // What is listed may be called, by plain HTTP on this machine only.
    let other: IpAddr = Ipv4Addr::new(10, 255, 255, 1).into();
    let open = Fetcher::new(vec![Ipv4Addr::LOCALHOST.into(), other], Vec::new());
    assert!(ask(&open, &format!("http://127.0.0.1:{port}/")).await.is_ok());
    let plain = ask(&open, "http://10.255.255.1/").await.expect_err("it is plain");
    assert!(matches!(plain, FetchError::Forbidden(_)), "{plain}");
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    // Every kind of it, to a place that would take the request.
    let certified = Certified::new();
    let other = Receiver::start(None, vec![status("200 OK")]).await;
    for code in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("http://127.0.0.1:{}/", other.port);
        let text = format!("HTTP/1.1 {code}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let reply = Reply::Bytes(text.into_bytes());
        let receiver = Receiver::start(Some(certified.acceptor.clone()), vec![reply]).await;
        let url = format!("https://localhost:{}/", receiver.port);
        let refused = ask(&local(&certified), &url).await.expect_err(code);
        assert!(matches!(refused, FetchError::Redirect(_)), "{code}: {refused}");
    }
    assert!(other.got().is_empty());
}

#[tokio::test]
async fn what_is_slow_or_endless_is_given_up() {
    // No answer at all; a head and a body beyond their limits; each within a few seconds.
    let certified = Certified::new();
    let head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(64 * 1024));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(100));
    let mut body = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    body.resize(body.len() + 65 * 1024, b'z');
    let replies = [
        Reply::Silence,
        Reply::Bytes(head.into_bytes()),
        Reply::Bytes(many.into_bytes()),
        Reply::Bytes(body),
        Reply::Bytes(b"SSH-2.0-hello\r\n".to_vec()),
        Reply::Bytes(Vec::new()),
    ];
    for (place, reply) in replies.into_iter().enumerate() {
        let receiver = Receiver::start(Some(certified.acceptor.clone()), vec![reply]).await;
        let url = format!("https://localhost:{}/", receiver.port);
        let refused = ask(&local(&certified), &url).await.expect_err("no answer");
        let expected = match place {
            0 => matches!(refused, FetchError::Slow),
            3 => matches!(refused, FetchError::Body),
            _ => matches!(refused, FetchError::Answer(_)),
        };
        assert!(expected, "{place}: {refused}");
    }
}

#[tokio::test]
async fn a_certificate_must_be_of_an_authority_that_is_trusted_and_for_the_name() {
    // Nobody vouches for it; then its authority is trusted, and the name is another.
    let certified = Certified::new();
    let receiver = Receiver::start(Some(certified.acceptor.clone()), vec![status("200 OK")]).await;
    let port = receiver.port;
    let strange = Fetcher::new(vec![Ipv4Addr::LOCALHOST.into()], Vec::new());
    let url = format!("https://localhost:{port}/");
    assert!(matches!(ask(&strange, &url).await, Err(FetchError::Connection(_))));
    let by_number = format!("https://127.0.0.1:{port}/");
    assert!(matches!(ask(&local(&certified), &by_number).await, Err(FetchError::Connection(_))));
    assert!(ask(&local(&certified), &url).await.is_ok());
    assert_eq!(receiver.got().len(), 1);
}
