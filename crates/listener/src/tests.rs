//! The listener over real sockets, with limits short enough to wait for.

use std::net::{IpAddr, SocketAddr};

use axum::Extension;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch::Sender;
use tokio::time::Instant;

use super::*;

mod tls;

const SHORT: Duration = Duration::from_millis(300);
/// Bytes that no socket's buffers hold.
const LARGE: usize = 64 * 1024 * 1024;

struct Running {
    address: SocketAddr,
    stop: Sender<bool>,
    served: tokio::task::JoinHandle<()>,
}

async fn running(limits: Limits, proxies: Vec<IpAddr>) -> Running {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = socket.local_addr().expect("an address");
    let router = Router::new()
        .route("/peer", get(async |Extension(peer): Extension<Peer>| peer.address.to_string()))
        .route("/slow", get(async || tokio::time::sleep(SHORT).await))
        .route("/large", get(async || "a".repeat(LARGE)))
        .route("/body", post(read_body));
    let (stop, stopped) = watch::channel(false);
    let listener = Listener { socket, tls: None, proxies };
    let served = tokio::spawn(serve(listener, router, limits, stopped));
    Running { address, stop, served }
}

async fn read_body(body: axum::body::Body) -> String {
    match axum::body::to_bytes(body, 1024).await {
        Ok(bytes) => format!("{} bytes", bytes.len()),
        Err(error) => {
            let mut source: Option<&dyn std::error::Error> = Some(&error);
            while let Some(inner) = source {
                if inner.is::<BodyTimedOut>() {
                    return "timed out".to_owned();
                }
                source = inner.source();
            }
            error.to_string()
        }
    }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Sends the bytes and reads until the other end closes.
    async fn exchange(&self, bytes: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        read_all(&mut stream).await
    }
}

/// What comes until the other end closes; a reset counts as closed.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer));
    let _ = read.await.expect("the connection is closed in time");
    String::from_utf8_lossy(&answer).into_owned()
}

fn short() -> Limits {
    Limits { head: SHORT, body: SHORT, idle: SHORT * 3, ..Limits::default() }
}

#[tokio::test]
async fn a_request_carries_the_address_of_its_sender() {
    // Row S17: the header is believed from a listed proxy only.
    let request = "GET /peer HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 198.51.100.7\r\n\
                   connection: close\r\n\r\n";
    let open = running(Limits::default(), Vec::new()).await;
    assert!(open.exchange(request).await.ends_with("\r\n\r\n127.0.0.1"));
    let behind = running(Limits::default(), vec![[127, 0, 0, 1].into()]).await;
    assert!(behind.exchange(request).await.ends_with("\r\n\r\n198.51.100.7"));
}

#[tokio::test]
async fn a_connection_that_no_proxy_made_is_closed_at_once() {
    // Takes two connections as a plain listener off loopback does, one of them from a stranger.
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = socket.local_addr().expect("an address");
    let (_stop, stopped) = watch::channel(false);
    let shared = Arc::new(Shared {
        router: Router::new().route("/", get(async || "answered")),
        limits: short(),
        tls: None,
        proxies: Proxies::new(vec![[10, 0, 0, 1].into()]),
        only_proxies: true,
        stop: stopped,
    });
    let places = Arc::new(Semaphore::new(2));
    for (peer, answered) in [([10, 0, 0, 1], true), ([10, 0, 0, 2], false)] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let (accepted, _) = socket.accept().await.expect("taken");
        take(&shared, &places, accepted, Peer { address: peer.into() });
        let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        // The other end may be gone already.
        let _ = stream.write_all(request).await;
        assert_eq!(read_all(&mut stream).await.ends_with("answered"), answered);
    }
    let page = metrics().exposition().expect("a page");
    assert!(page.contains("admit_connections_unlisted_total 1"), "{page}");
}

#[tokio::test]
async fn a_head_that_dribbles_in_is_cut_off() {
    // Row H5: a byte at a time, without end; and nothing at all.
    let open = running(short(), Vec::new()).await;
    let began = Instant::now();
    let mut stream = open.connect().await;
    for byte in "GET /peer HTTP/1.1\r\nx-dribble: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".bytes() {
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(read_all(&mut stream).await, "");
    assert!(began.elapsed() < SHORT * 10);
    assert_eq!(open.exchange("").await, "");
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_wait_of_its_handler() {
    // Row H5: promises ten bytes and sends three.
    let open = running(Limits { head: SHORT * 10, ..short() }, Vec::new()).await;
    let head = "POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\nconnection: close\r\n\r\n";
    assert!(open.exchange(&format!("{head}abc")).await.ends_with("timed out"));
    assert!(open.exchange(&format!("{head}0123456789")).await.ends_with("10 bytes"));
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    // Row H5: asks for much and reads nothing for a while; what is left then is not all of it.
    let open = running(Limits { write: SHORT, ..short() }, Vec::new()).await;
    let mut stream = open.connect().await;
    let request = b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    tokio::time::sleep(SHORT * 4).await;
    assert!(read_all(&mut stream).await.len() < LARGE);
    let mut stream = open.connect().await;
    stream.write_all(request).await.expect("sent");
    assert!(read_all(&mut stream).await.len() > LARGE, "whoever reads gets it all");
}

#[tokio::test]
async fn a_head_beyond_its_length_is_refused() {
    // 40 KiB in one header, and more headers than a request may have. What was sent beyond is not
    // read, so that the answer may be lost in the reset of the connection.
    let open = running(Limits::default(), Vec::new()).await;
    let long = format!("GET /peer HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(40 * 1024));
    let answer = open.exchange(&long).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let many = format!("GET /peer HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200));
    assert!(open.exchange(&many).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_kept_connection_serves_again_and_is_closed_when_idle() {
    // Two requests with a pause longer than a head may take, then silence.
    let open = running(short(), Vec::new()).await;
    let mut stream = open.connect().await;
    let request = b"GET /peer HTTP/1.1\r\nhost: a\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    tokio::time::sleep(SHORT * 2).await;
    stream.write_all(request).await.expect("sent again");
    let answers = read_all(&mut stream).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_at_once() {
    // Holds both places, then asks; frees one, then asks again.
    let open = running(Limits { connections_max: 2, ..Limits::default() }, Vec::new()).await;
    let request = "GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let first = open.connect().await;
    let second = open.connect().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(open.exchange(request).await, "");
    drop(first);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(open.exchange(request).await.starts_with("HTTP/1.1 200 OK"));
    drop(second);
}

#[tokio::test]
async fn a_stop_lets_requests_in_work_end() {
    // Stops while a slow request is in work: it is answered, then the listener is gone.
    let open = running(Limits::default(), Vec::new()).await;
    let mut stream = open.connect().await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("sent");
    tokio::time::sleep(SHORT / 3).await;
    open.stop.send(true).expect("somebody listens");
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    open.served.await.expect("ended");
    assert!(TcpStream::connect(open.address).await.is_err());
}
