//! A small SMTP server on this machine that accepts or refuses mails as configured.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// The reaction to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Accepts the mail.
    Accept,
    /// Refuses the recipient temporarily (451).
    RefuseForNow,
    /// Refuses the recipient permanently (550).
    RefuseForGood,
    /// Refuses the password (535).
    RefusePassword,
    /// Never replies.
    Hang,
}

/// A mail as it was received.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// The commands that were sent for it.
    pub commands: Vec<String>,
    /// Its headers and its text.
    pub data: String,
}

/// The server. It ends with the runtime.
pub struct SmtpServer {
    /// Its port.
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    connections: Arc<Mutex<usize>>,
}

impl SmtpServer {
    /// Starts a server with one reaction per connection; the last one repeats. With an acceptor, it
    /// speaks TLS from the first byte.
    pub async fn start(acceptor: Option<TlsAcceptor>, reactions: &[Reaction]) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let smtp = Self { port, mails: Arc::default(), connections: Arc::default() };
        let (mails, connections) = (Arc::clone(&smtp.mails), Arc::clone(&smtp.connections));
        let reactions = reactions.to_vec();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let index = {
                    let mut connections =
                        connections.lock().unwrap_or_else(PoisonError::into_inner);
                    *connections += 1;
                    *connections - 1
                };
                let reaction = reactions[index.min(reactions.len() - 1)];
                let (mails, acceptor) = (Arc::clone(&mails), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => converse(stream, reaction, &mails).await,
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => converse(stream, reaction, &mails).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        smtp
    }

    /// Returns the accepted mails.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the number of connections.
    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mail {
    /// The headers, each on one line.
    pub fn headers(&self) -> Vec<String> {
        let (head, _) = self.data.split_once("\r\n\r\n").expect("a head");
        head.replace("\r\n ", " ").lines().map(str::to_owned).collect()
    }

    /// Returns the decoded text.
    pub fn text(&self) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let (_, body) = self.data.split_once("\r\n\r\n").expect("a body");
        let encoding = self
            .headers()
            .into_iter()
            .find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ").map(str::to_owned));
        let bytes = match encoding.as_deref() {
            Some("base64") => STANDARD.decode(body.replace("\r\n", "")).expect("base64"),
            Some("quoted-printable") => decode_quoted_printable(body),
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
    }
}

fn decode_quoted_printable(body: &str) -> Vec<u8> {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'=' {
            let digits = std::str::from_utf8(&tail[..2]).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("a byte"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

/// Serves one connection, with the part of RFC 5321 that accepts a mail.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    reaction: Reaction,
    mails: &Mutex<Vec<Mail>>,
) -> Option<()> {
    if reaction == Reaction::Hang {
        std::future::pending::<()>().await;
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    let (mut mail, mut line) = (Mail::default(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let command = line.trim_end().to_owned();
        mail.commands.push(command.clone());
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match (verb.as_str(), reaction) {
            ("EHLO", _) => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
            ("AUTH", Reaction::RefusePassword) => "535 5.7.8 no\r\n",
            ("AUTH", _) => "235 2.7.0 welcome\r\n",
            ("RCPT", Reaction::RefuseForNow) => "451 4.3.0 later\r\n",
            ("RCPT", Reaction::RefuseForGood) => "550 5.1.1 no such mailbox\r\n",
            ("DATA", _) => "354 go on\r\n",
            ("QUIT", _) => "221 2.0.0 bye\r\n",
            _ => "250 2.0.0 good\r\n",
        };
        stream.write_all(reply.as_bytes()).await.ok()?;
        if verb != "DATA" {
            continue;
        }
        while !mail.data.ends_with("\r\n.\r\n") {
            if stream.read_line(&mut mail.data).await.ok()? == 0 {
                return None;
            }
        }
        let end = mail.data.len() - 3;
        mail.data.truncate(end);
        mails.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut mail));
        stream.write_all(b"250 2.0.0 taken\r\n").await.ok()?;
    }
}
