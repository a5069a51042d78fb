//! Tests of the listener over real sockets, with short timeouts. `Row S17` and the like number
//! the attacks of the security test catalogue (docs/reference/hostile-inputs.md).

use std::net::{IpAddr, SocketAddr};

use axum::routing::{get, post};
use axum::{Extension, Router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::watch::Sender;
use tokio::time::Instant;

use super::*;

mod timing;
mod tls;

const SHORT: Duration = Duration::from_millis(300);
const REQUESTS_MAX: usize = 2_048;

fn admission() -> Arc<Admission> {
    Admission::new(REQUESTS_MAX, ConnectionMetrics::default())
}

/// A listener that serves requests.
struct RunningListener {
    address: SocketAddr,
    stop: Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

/// Requests of `/held` that run until the test lets them end.
struct Held {
    begun: mpsc::UnboundedReceiver<()>,
    may_end: Arc<tokio::sync::Semaphore>,
}

impl Held {
    /// Waits until this many further requests run.
    async fn wait_for(&mut self, number: usize) {
        for _ in 0..number {
            self.begun.recv().await.expect("a request");
        }
    }
}

fn router() -> (Router, Held) {
    let (begin, begun) = mpsc::unbounded_channel();
    let may_end = Arc::new(tokio::sync::Semaphore::new(0));
    let held = Held { begun, may_end: Arc::clone(&may_end) };
    let hold = async move || {
        begin.send(()).expect("a test that waits");
        may_end.acquire().await.expect("permits").forget();
    };
    let router = Router::new()
        .route("/peer", get(async |Extension(peer): Extension<Peer>| peer.address.to_string()))
        .route("/held", get(hold))
        .route("/body", post(read_body));
    (router, held)
}

async fn start(limits: Limits, trusted_proxies: Vec<IpAddr>) -> RunningListener {
    start_with(router().0, limits, REQUESTS_MAX, trusted_proxies).await
}

async fn start_with(
    router: Router,
    limits: Limits,
    requests_max: usize,
    trusted_proxies: Vec<IpAddr>,
) -> RunningListener {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = socket.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    let trusted_proxies = trusted_proxies.into_iter().map(Into::into).collect();
    let listener = Listener { trusted_proxies, ..Listener::new(socket, None) };
    let admission = Admission::new(requests_max, ConnectionMetrics::default());
    let task = tokio::spawn(serve(listener, router, limits, admission, stopped));
    RunningListener { address, stop, task }
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

impl RunningListener {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Sends the bytes and returns what the listener sends until it closes the connection.
    async fn send(&self, bytes: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        read_all(&mut stream).await
    }
}

/// Reads until the peer closes the connection. A reset counts as closed.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut received));
    let _ = read.await.expect("the connection is closed in time");
    String::from_utf8_lossy(&received).into_owned()
}

#[tokio::test]
async fn forwarded_for_counts_from_a_trusted_proxy_only() {
    // Row S17: sends the header to a listener without proxies and to one that trusts loopback.
    let request = "GET /peer HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 198.51.100.7\r\n\
                   connection: close\r\n\r\n";
    let direct = start(Limits::default(), Vec::new()).await;
    assert!(direct.send(request).await.ends_with("\r\n\r\n127.0.0.1"));
    let proxied = start(Limits::default(), vec![[127, 0, 0, 1].into()]).await;
    assert!(proxied.send(request).await.ends_with("\r\n\r\n198.51.100.7"));
}

#[tokio::test]
async fn a_process_at_a_unix_socket_names_the_sender_if_listed() {
    // Sends a request over a UNIX socket that is trusted, and one over a socket that is not.
    let directory = tempfile::tempdir().expect("a directory");
    for (trusted, sender) in [(vec![TrustedProxy::Unix], "198.51.100.7"), (Vec::new(), "none")] {
        let path = directory.path().join(sender);
        let socket = UnixListener::bind(&path).expect("a socket");
        let peer = async |request: axum::extract::Request| {
            let peer = request.extensions().get::<Peer>();
            peer.map_or_else(|| "none".to_owned(), |peer| peer.address.to_string())
        };
        let router = Router::new().route("/peer", get(peer));
        let (_stop, stopped) = watch::channel(false);
        let listener = Listener { trusted_proxies: trusted, ..Listener::new(socket, None) };
        tokio::spawn(serve(listener, router, Limits::default(), admission(), stopped));
        let mut stream = UnixStream::connect(&path).await.expect("a connection");
        let request = "GET /peer HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 198.51.100.7:51432\r\n\
                       connection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).await.expect("a response");
        assert!(response.ends_with(&format!("\r\n\r\n{sender}")), "{response}");
    }
}

#[tokio::test]
async fn a_connection_of_an_untrusted_peer_is_closed_at_once() {
    // Accepts two connections as an exposed plain HTTP listener, one of them from a trusted proxy.
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = socket.local_addr().expect("an address");
    let (_stop, stopped) = watch::channel(false);
    let shared = Arc::new(Shared {
        handler: Router::new().route("/", get(async || "served")),
        limits: Limits::default(),
        connections: Connections::new(2, ConnectionMetrics::default()),
        admission: admission(),
        tls: None,
        trusted_proxies: TrustedProxies::new(&[IpAddr::from([10, 0, 0, 1]).into()], None),
        forwarding: ForwardingReport::new(None),
        proxies_only: true,
        stop: stopped,
    });
    let (running, _drained) = mpsc::channel(1);
    for (peer, is_served) in [([10, 0, 0, 1], true), ([10, 0, 0, 2], false)] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let (accepted, _) = socket.accept().await.expect("accepted");
        accept(&shared, &running, Accepted::Tcp(accepted, Peer { address: peer.into() }));
        let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        // The listener may have closed the connection already.
        let _ = stream.write_all(request).await;
        assert_eq!(read_all(&mut stream).await.ends_with("served"), is_served);
    }
    assert_eq!(shared.admission.metrics().untrusted.get(), 1);
}

#[tokio::test]
async fn a_request_head_above_the_size_limit_is_refused() {
    // Sends 40 KiB in one header, then too many headers. The listener does not read the rest of the
    // head, so the response may be lost in the reset of the connection.
    let listener = start(Limits::default(), Vec::new()).await;
    let long = format!("GET /peer HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(40 * 1024));
    let response = listener.send(&long).await;
    assert!(response.is_empty() || response.starts_with("HTTP/1.1 431 "), "{response}");
    let many = format!("GET /peer HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200));
    assert!(listener.send(&many).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn idle_connections_of_one_address_do_not_keep_out_another() {
    // ED9: opens as many connections as the listener has from 127.0.0.1, of which half have had a
    // response; then 127.0.0.2 connects, and 127.0.0.1 once more: each gets its response.
    let limits = Limits { connections_max: 64, ..Limits::default() };
    let listener = start(limits, Vec::new()).await;
    let request = "GET /peer HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut idle = Vec::new();
    for number in 0..128 {
        let mut stream = listener.connect().await;
        if number % 2 == 0 {
            stream.write_all(request.as_bytes()).await.expect("sent");
        }
        idle.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let last = "GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    for from in ["127.0.0.2", "127.0.0.1", "127.0.0.3"] {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind(format!("{from}:0").parse().expect("an address")).expect("bound");
        let mut stream = socket.connect(listener.address).await.expect("a connection");
        stream.write_all(last.as_bytes()).await.expect("sent");
        let response = read_all(&mut stream).await;
        assert!(response.ends_with(from), "{from}: {response}");
    }
    drop(idle);
}

#[tokio::test]
async fn a_busy_connection_is_not_closed_for_one_of_the_same_address() {
    // Fills the share of the address with running requests: a further connection is closed at once,
    // and each request gets its response.
    let limits = Limits { connections_max: 8, ..Limits::default() };
    let (router, mut held) = router();
    let listener = start_with(router, limits, REQUESTS_MAX, Vec::new()).await;
    let mut busy = [listener.connect().await, listener.connect().await];
    for stream in &mut busy {
        let request = b"GET /held HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.expect("sent");
    }
    held.wait_for(2).await;
    assert_eq!(read_all(&mut listener.connect().await).await, "");
    held.may_end.add_permits(2);
    for stream in &mut busy {
        assert!(read_all(stream).await.starts_with("HTTP/1.1 200 OK"));
    }
}

#[tokio::test]
async fn graceful_shutdown_lets_running_requests_finish() {
    // Stops during a request: the request gets its response, then the socket is closed.
    let (router, mut held) = router();
    let listener = start_with(router, Limits::default(), REQUESTS_MAX, Vec::new()).await;
    let mut stream = listener.connect().await;
    stream.write_all(b"GET /held HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("sent");
    held.wait_for(1).await;
    listener.stop.send(true).expect("a running listener");
    held.may_end.add_permits(1);
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    listener.task.await.expect("ended");
    assert!(TcpStream::connect(listener.address).await.is_err());
}

#[tokio::test]
async fn a_flood_of_slow_requests_leaves_places_to_another_address() {
    // ED12: behind a proxy, one sender keeps its share of requests open by bodies that never end.
    // Its next request gets 503 at once, and one of another sender is answered.
    let proxies = vec![[127, 0, 0, 1].into()];
    let listener = start_with(router().0, Limits::default(), 8, proxies).await;
    let head = |path: &str, sender: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: a\r\nx-forwarded-for: {sender}\r\n")
    };
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut stream = listener.connect().await;
        let request = head("/body", "192.0.2.1") + "content-length: 9\r\n\r\nabc";
        stream.write_all(request.as_bytes()).await.expect("sent");
        slow.push(stream);
    }
    let whole =
        |sender| head("/body", sender) + "content-length: 3\r\nconnection: close\r\n\r\nabc";
    let deadline = Instant::now() + Duration::from_secs(10);
    let refused = loop {
        let response = listener.send(&whole("192.0.2.1")).await;
        // Both slow requests run once their heads are read.
        if response.starts_with("HTTP/1.1 503") || Instant::now() > deadline {
            break response;
        }
    };
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"), "{refused}");
    assert!(refused.contains("\"error\":\"temporarily_unavailable\""), "{refused}");
    let other = listener.send(&whole("192.0.2.2")).await;
    assert!(other.ends_with("3 bytes"), "{other}");
    drop(slow);
}
