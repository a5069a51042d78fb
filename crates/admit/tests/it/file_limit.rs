//! A low limit on open files: fewer connections, and no address is kept out by another.

use std::net::TcpStream;
use std::process::Command;

use crate::fixtures::{TestDir, TestServer, curl};
use crate::serve::{configure, free_port};

#[test]
fn a_low_limit_on_open_files_keeps_no_other_address_out() {
    // ED9: starts the service with 256 open files, and opens 400 idle connections from 127.0.0.1.
    // The log says how many connections fit; 127.0.0.2 gets its response, and so does 127.0.0.1.
    let dir = TestDir::new();
    let (port, metrics) = (free_port(), free_port());
    dir.root_key("root.key");
    configure(&dir, port, metrics);
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    let admit = dir.command(&["serve", "--config", "admit.toml"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 256 && exec \"$0\" \"$@\""]);
    limited.arg(admit.get_program()).args(admit.get_args());
    if let Some(directory) = admit.get_current_dir() {
        limited.current_dir(directory);
    }
    let running = TestServer::start(limited, "\"message\":\"ready\"");
    let log = running.lines.join("\n");
    assert!(log.contains("\"connections_max\":96"), "{log}");
    let connect = |_| TcpStream::connect(("127.0.0.1", port)).ok();
    let idle: Vec<TcpStream> = (0..400).filter_map(connect).collect();
    assert_eq!(idle.len(), 400);
    for address in ["127.0.0.2", "127.0.0.1"] {
        let url = format!("http://127.0.0.1:{port}/acme/v2.0/.well-known/openid-configuration");
        let host = format!("Host: localhost:{port}");
        let (status, body) = curl(&["--interface", address, "--header", &host, &url]);
        assert_eq!(status, 200, "{address}: {body}");
        assert!(body.contains("\"issuer\""), "{address}: {body}");
    }
    drop(idle);
    assert_eq!(running.stop(), Some(0));
}
