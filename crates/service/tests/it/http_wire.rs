//! Requests that only a socket can carry: lengths that lie, two requests in one, no host.

use std::time::Duration;

use service::listener::{Limits, Listener, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::house::{House, TENANT};

/// A house behind a socket.
struct Reached {
    address: std::net::SocketAddr,
    _stop: watch::Sender<bool>,
}

impl Reached {
    async fn new() -> Self {
        let house = House::new().await;
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = socket.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let listener = Listener { socket, tls: None, proxies: Vec::new() };
        let limits = Limits { body: Duration::from_secs(1), ..Limits::default() };
        tokio::spawn(serve(listener, house.router, limits, stopped));
        Self { address, _stop: stop }
    }

    /// Sends bytes, says that there will be no more, and reads until the other side closes.
    async fn exchange(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        stream.shutdown().await.expect("no more");
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer));
        // Cut off or closed: what came before counts.
        let _ = read.await.expect("an end");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /{TENANT}/oauth2/v2.0/token HTTP/1.1\r\nhost: id.test\r\n\
         content-type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n{body}"
    )
}

/// How many answers there are, and whether one of them is a fault.
fn statuses(answer: &str) -> Vec<&str> {
    answer.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect()
}

#[tokio::test]
async fn a_length_that_lies_is_the_callers_fault() {
    // Longer than the body, shorter, two that differ, none that is a number.
    let house = Reached::new().await;
    let longer = house.exchange(&post("content-length: 500", "grant_type=x")).await;
    assert!(statuses(&longer).iter().all(|status| *status == "400"), "{longer}");
    let shorter = house.exchange(&post("content-length: 5", "grant_type=x")).await;
    assert!(shorter.starts_with("HTTP/1.1 400"), "{shorter}");
    assert!(statuses(&shorter).iter().all(|status| *status == "400"), "{shorter}");
    for lengths in ["content-length: 12\r\ncontent-length: 5", "content-length: x"] {
        let answer = house.exchange(&post(lengths, "grant_type=x")).await;
        assert_eq!(statuses(&answer), ["400"], "{answer}");
    }
}

#[tokio::test]
async fn a_request_cannot_hide_in_the_body_of_another() {
    // Both ways to say where a body ends, with a second request behind one of the ends.
    let house = Reached::new().await;
    let hidden = "GET /error/catalogue.json HTTP/1.1\r\nhost: id.test\r\n\r\n";
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "transfer-encoding: chunked, identity\r\ncontent-length: 5",
        "transfer-encoding : chunked\r\ncontent-length: 5",
    ] {
        let answer = house.exchange(&post(headers, &format!("0\r\n\r\n{hidden}"))).await;
        assert!(!answer.contains("AADSTS50011"), "{headers}: {answer}");
        let statuses = statuses(&answer);
        assert!(statuses.iter().all(|status| status.starts_with('4')), "{headers}: {answer}");
    }
}

#[tokio::test]
async fn the_answer_to_head_has_a_length_and_no_body() {
    // RFC 9110 §9.3.2, at the metadata.
    let house = Reached::new().await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let ask = async |method: &str| {
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: id.test\r\nconnection: close\r\n\r\n");
        house.exchange(&request).await
    };
    let (got, head) = (ask("GET").await, ask("HEAD").await);
    let (_, body) = got.split_once("\r\n\r\n").expect("a body");
    let length = format!("content-length: {}", body.len());
    assert!(head.starts_with("HTTP/1.1 200") && head.contains(&length), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn without_a_host_there_is_no_answer_for_one() {
    // H1: HTTP/1.0 and 1.1 without `Host`, and the address of another host in full.
    let house = Reached::new().await;
    for line in ["HTTP/1.1", "HTTP/1.0"] {
        let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
        let request = format!("GET {path} {line}\r\nconnection: close\r\n\r\n");
        let answer = house.exchange(&request).await;
        assert!(answer.contains(" 421 ") || answer.contains(" 400 "), "{answer}");
        let full = format!(
            "GET https://evil.test{path} {line}\r\nhost: id.test\r\n\
                            connection: close\r\n\r\n"
        );
        assert!(house.exchange(&full).await.contains(" 421 "), "{line}");
    }
}
