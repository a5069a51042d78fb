//! `admit mail test`, and advice about e-mail.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use crate::fixtures::TestDir;

fn configure(dir: &TestDir, mail: &str) {
    dir.root_key("root.key");
    dir.write(
        "admit.toml",
        &format!(
            "origin = \"http://localhost:8080\"\ndata_dir = \"data\"\nroot_key_file = \
             \"root.key\"\n[[listeners]]\naddress = \"127.0.0.1:8080\"\n{mail}"
        ),
    );
}

/// Serves one SMTP connection and returns the lines of the client.
fn smtp_server(recipient_reply: &'static str) -> (u16, std::thread::JoinHandle<Vec<String>>) {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = socket.local_addr().expect("an address").port();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = socket.accept().expect("a connection");
        let mut received = Vec::new();
        let mut is_data = false;
        stream.write_all(b"220 test\r\n").expect("sent");
        let reader = BufReader::new(stream.try_clone().expect("a stream"));
        for line in reader.lines() {
            let Ok(line) = line else { break };
            let reply = match line.split([' ', ':']).next().unwrap_or_default() {
                "." if is_data => {
                    is_data = false;
                    "250 taken"
                }
                _ if is_data => "",
                "DATA" => {
                    is_data = true;
                    "354 go on"
                }
                "RCPT" => recipient_reply,
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            received.push(line);
            if !reply.is_empty() {
                stream.write_all(format!("{reply}\r\n").as_bytes()).unwrap_or_default();
            }
        }
        received
    });
    (port, served)
}

#[test]
fn a_test_mail_is_sent_and_a_refusal_is_reported() {
    // Sends to a server that takes the e-mail, to one that refuses the recipient, and to none.
    let dir = TestDir::new();
    let mail = |port: u16| {
        format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n\
             from = \"admit@a.example\"\n"
        )
    };
    let (port, served) = smtp_server("250 ok");
    configure(&dir, &mail(port));
    let test = ["mail", "test", "ops@a.example"];
    let output = dir.run(&test).success();
    assert!(output.contains("took the e-mail to ops@a.example, from admit@a.example"), "{output}");
    let received = served.join().expect("it ends");
    assert!(received.iter().any(|line| line == "RCPT TO:<ops@a.example>"), "{received:?}");
    let (port, served) = smtp_server("550 no such user");
    configure(&dir, &mail(port));
    let output = dir.run(&test).failure();
    assert!(output.contains("550") && output.contains("refuses this e-mail"), "{output}");
    served.join().expect("it ends");
    let output = dir.run(&test).failure();
    assert!(output.contains("check host, port, tls"), "{output}");
}

#[test]
fn a_test_mail_needs_a_server_and_an_address() {
    // Runs the command without `[mail]`, then with a malformed address.
    let dir = TestDir::new();
    configure(&dir, "");
    let output = dir.run(&["mail", "test", "ops@a.example"]).failure();
    assert!(output.contains("has no `[mail]`"), "{output}");
    configure(&dir, "[mail]\nhost = \"smtp.a.example\"\nfrom = \"admit@a.example\"\n");
    let output = dir.run(&["mail", "test", "nobody"]).failure();
    assert!(output.contains("`nobody` is not a single e-mail address"), "{output}");
}

#[test]
fn a_support_address_without_a_mail_server_causes_advice() {
    // Declares a support address, then checks the configuration without `[mail]` and with it.
    let dir = TestDir::new();
    configure(&dir, "");
    dir.write(
        "directory.toml",
        "[[tenants]]\nname = \"acme\"\n[tenants.support]\naddress = \"help@a.example\"\n",
    );
    dir.run(&["apply", "directory.toml", "--config", "admit.toml"]).success();
    let output = dir.run(&["check"]).success();
    assert!(output.contains("advice: the tenant acme notifies help@a.example"), "{output}");
    configure(&dir, "[mail]\nhost = \"smtp.a.example\"\nfrom = \"admit@a.example\"\n");
    let output = dir.run(&["check"]).success();
    assert!(output.starts_with("admit.toml: no errors found\n"), "{output}");
    assert!(!output.contains("advice: the tenant"), "{output}");
}
