//! A server for tests, which sends one response to every request.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::dataset::{Dataset, GrantIds};
use crate::request_keys::RequestKeys;
use crate::scenario::Scenario;
use crate::server::{Server, TokenSealing};
use crate::target::Target;
use crate::tls::TlsClient;

pub(crate) const CORRECT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n\"keys\"";
pub(crate) const OVERLOADED: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
/// No response: the server closes the connection.
pub(crate) const CLOSES: &str = "";
pub(crate) const WRONG: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// Returns a target whose server sends one response to every request, after a delay.
pub(crate) async fn target(response: &'static str, delay: Duration) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4_096];
                while matches!(stream.read(&mut request).await, Ok(1..)) {
                    if response == CLOSES {
                        break;
                    }
                    tokio::time::sleep(delay).await;
                    stream.write_all(response.as_bytes()).await.ok();
                }
            });
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("key");
    RequestKeys::create(&key).unwrap();
    let server = Server {
        port,
        tls_port: port,
        pid: std::process::id(),
        dataset: Dataset::new(2, 4),
        grant_ids: GrantIds::Random,
        database: None,
        sealing: TokenSealing::Minimal,
        keys: Arc::new(RequestKeys::read(&key).unwrap()),
        tls: Arc::new(TlsClient::with_new_certificate(directory.path()).unwrap()),
    };
    Target::new(&server, Scenario::Jwks).await.unwrap()
}
