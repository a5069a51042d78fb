//! Requests that need a raw socket: wrong lengths, request smuggling, no host.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: H = HTTP.

use std::time::Duration;

use listener::{Admission, ConnectionMetrics, Limits, Listener, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::test_service::{TENANT, TestService};

/// A service that listens on a socket.
struct ListeningService {
    address: std::net::SocketAddr,
    _stop: watch::Sender<bool>,
}

impl ListeningService {
    async fn new() -> Self {
        let service = TestService::new().await;
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = socket.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let listener = Listener::new(socket, None);
        let limits = Limits { body: Duration::from_secs(1), ..Limits::default() };
        let admission = Admission::new(64, ConnectionMetrics::default());
        tokio::spawn(serve(listener, service.router, limits, admission, stopped));
        Self { address, _stop: stop }
    }

    /// Sends bytes, closes the sending side, and reads until the service closes.
    async fn send_raw(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        stream.shutdown().await.expect("no more");
        let mut response = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut response));
        // The service may close or reset the connection; what it sent before counts.
        let _ = read.await.expect("an end");
        String::from_utf8_lossy(&response).into_owned()
    }
}

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /{TENANT}/oauth2/v2.0/token HTTP/1.1\r\nhost: id.test\r\n\
         content-type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n{body}"
    )
}

/// Returns the status code of each response.
fn statuses(response: &str) -> Vec<&str> {
    response.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect()
}

#[tokio::test]
async fn a_wrong_content_length_is_refused_with_400() {
    // H10: a length that is too long, too short, given twice, or no number.
    let service = ListeningService::new().await;
    let longer = service.send_raw(&post("content-length: 500", "grant_type=x")).await;
    assert!(statuses(&longer).iter().all(|status| *status == "400"), "{longer}");
    let shorter = service.send_raw(&post("content-length: 5", "grant_type=x")).await;
    assert!(shorter.starts_with("HTTP/1.1 400"), "{shorter}");
    assert!(statuses(&shorter).iter().all(|status| *status == "400"), "{shorter}");
    for lengths in ["content-length: 12\r\ncontent-length: 5", "content-length: x"] {
        let response = service.send_raw(&post(lengths, "grant_type=x")).await;
        assert_eq!(statuses(&response), ["400"], "{response}");
    }
}

#[tokio::test]
async fn a_request_smuggled_in_a_body_gets_no_response() {
    // H10: both ways to delimit a body, with a second request after one of the ends.
    let service = ListeningService::new().await;
    let hidden = "GET /error/catalogue.json HTTP/1.1\r\nhost: id.test\r\n\r\n";
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "transfer-encoding: chunked, identity\r\ncontent-length: 5",
        "transfer-encoding : chunked\r\ncontent-length: 5",
    ] {
        let response = service.send_raw(&post(headers, &format!("0\r\n\r\n{hidden}"))).await;
        assert!(!response.contains("AADSTS50011"), "{headers}: {response}");
        let statuses = statuses(&response);
        assert!(statuses.iter().all(|status| status.starts_with('4')), "{headers}: {response}");
    }
}

#[tokio::test]
async fn an_ambiguous_request_gets_400_and_ends_the_connection() {
    // ED4: sends each form of an ambiguous body, and a bare line feed in the head, with a second
    // request on the same connection: one response, 400, and then the end.
    let service = ListeningService::new().await;
    let second = "GET /error/catalogue.json HTTP/1.1\r\nhost: id.test\r\n\r\n";
    for headers in [
        "transfer-encoding: x, chunked",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: identity, chunked",
        "transfer-encoding: chunked, chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "content-length: 5\r\ncontent-length: 5",
        "content-length: 5, 5",
        "content-length: 5\nx: y",
    ] {
        let request = format!("{}{second}", post(headers, "0\r\n\r\n"));
        let response = service.send_raw(&request).await;
        assert_eq!(statuses(&response), ["400"], "{headers}: {response}");
    }
    let good = format!("{}{second}", post("content-length: 12", "grant_type=x"));
    assert_eq!(statuses(&service.send_raw(&good).await), ["400", "200"]);
    let chunked = post("transfer-encoding: chunked", "c\r\ngrant_type=x\r\n0\r\n\r\n");
    let response = service.send_raw(&format!("{chunked}{second}")).await;
    assert_eq!(statuses(&response), ["400"], "{response}");
    assert!(response.contains("connection: close") && response.contains("70003"), "{response}");
}

#[tokio::test]
async fn a_request_with_no_or_two_or_malformed_hosts_gets_400() {
    // ED5: sends each over a socket to an endpoint, a page and an unknown path.
    let service = ListeningService::new().await;
    for path in [&format!("/{TENANT}/oauth2/v2.0/token"), "/error?code=50011", "/nowhere"] {
        for host in ["", "host: id.test\r\nhost: id.test\r\n", "host: a b\r\n", "host:\r\n"] {
            let request = format!("GET {path} HTTP/1.1\r\n{host}connection: close\r\n\r\n");
            let response = service.send_raw(&request).await;
            assert_eq!(statuses(&response), ["400"], "{path} {host}: {response}");
            assert!(response.contains("88000311"), "{response}");
        }
    }
}

#[tokio::test]
async fn trailers_of_a_chunked_body_are_refused() {
    // ED4: sends a form in chunks with a field after it, and without.
    let service = ListeningService::new().await;
    let chunks = "c\r\ngrant_type=x\r\n0\r\n";
    let send = async |end: &str| {
        service.send_raw(&post("transfer-encoding: chunked", &format!("{chunks}{end}\r\n"))).await
    };
    assert!(send("x: y\r\n").await.contains("88000313"));
    assert!(send("").await.contains("70003"));
}

#[tokio::test]
async fn the_response_to_head_has_a_length_and_no_body() {
    // RFC 9110 §9.3.2, at the metadata.
    let service = ListeningService::new().await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let ask = async |method: &str| {
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: id.test\r\nconnection: close\r\n\r\n");
        service.send_raw(&request).await
    };
    let (get, head) = (ask("GET").await, ask("HEAD").await);
    let (_, body) = get.split_once("\r\n\r\n").expect("a body");
    let length = format!("content-length: {}", body.len());
    assert!(head.starts_with("HTTP/1.1 200") && head.contains(&length), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn a_request_without_host_or_for_another_host_is_refused() {
    // H1: sends HTTP/1.0 and 1.1 without `Host`, and an absolute URL of another host.
    let service = ListeningService::new().await;
    for line in ["HTTP/1.1", "HTTP/1.0"] {
        let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
        let request = format!("GET {path} {line}\r\nconnection: close\r\n\r\n");
        let response = service.send_raw(&request).await;
        assert!(response.contains(" 421 ") || response.contains(" 400 "), "{response}");
        let full = format!(
            "GET https://evil.test{path} {line}\r\nhost: id.test\r\n\
                            connection: close\r\n\r\n"
        );
        assert!(service.send_raw(&full).await.contains(" 421 "), "{line}");
    }
}
