//! Restarts of `admit serve` that no request notices.

use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_setfd};

use crate::fixtures::{TestDir, TestServer, curl};
use crate::serve::{configure, free_port};

#[test]
fn serve_is_not_ready_and_goes_on_for_the_stop_delay_after_sigterm() {
    // Sends SIGTERM to a service with a delay, and requests its readiness and the public address.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&dir, port, metrics);
    let options = std::fs::read_to_string(dir.path().join("admit.toml")).expect("a file");
    dir.write("admit.toml", &format!("stop_delay = \"3s\"\n{options}"));
    let running = dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let readiness = || curl(&[&format!("http://127.0.0.1:{metrics}/readyz")]);
    assert_eq!(readiness().0, 200);
    let stopped_at = Instant::now();
    running.terminate();
    while readiness().0 == 200 {
        assert!(stopped_at.elapsed() < Duration::from_secs(60), "it is still ready");
    }
    assert_eq!(readiness(), (503, "the service is about to stop\n".to_owned()));
    let page = format!("http://localhost:{port}/unknown/discovery/v2.0/keys");
    assert_eq!(curl(&[&page]).0, 400, "it still answers");
    assert_eq!(running.wait(), Some(0));
    assert!(stopped_at.elapsed() >= Duration::from_secs(3));
}

/// Starts the service as systemd does, with the socket as the first one that is passed.
fn start_with(dir: &TestDir, socket: &TcpListener) -> TestServer {
    fcntl_setfd(socket, FdFlags::empty()).expect("a flag");
    let mut command = Command::new("bash");
    let script = "exec 3<&$1; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$2\" serve --config admit.toml";
    command.args(["-c", script, "bash", &socket.as_raw_fd().to_string()]);
    command.arg(env!("CARGO_BIN_EXE_admit")).current_dir(dir.path());
    TestServer::start(command, "\"message\":\"ready\"")
}

#[test]
fn request_during_a_restart_is_answered_if_systemd_has_the_socket() {
    // Sends a request while no process serves the socket that systemd has opened.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = socket.local_addr().expect("an address").port();
    configure(&dir, port, free_port());
    let options = std::fs::read_to_string(dir.path().join("admit.toml")).expect("a file");
    let activated = "address = \"systemd:0\"\ntrusted_proxies = [\"127.0.0.1\"]";
    let listening = format!("[[listeners]]\naddress = \"127.0.0.1:{port}\"");
    dir.write("admit.toml", &options.replace(&listening, &format!("[[listeners]]\n{activated}")));
    let output = dir.run(&["serve", "--config", "admit.toml"]).failure();
    assert!(output.contains("systemd has passed no socket 0"), "{output}");
    assert_eq!(start_with(&dir, &socket).stop(), Some(0));
    let page = format!("http://localhost:{port}/unknown/discovery/v2.0/keys");
    let client = std::thread::spawn(move || curl(&["--ipv4", &page]));
    std::thread::sleep(Duration::from_millis(300));
    let running = start_with(&dir, &socket);
    assert_eq!(client.join().expect("a response").0, 400);
    assert_eq!(running.stop(), Some(0));
}
