//! A small SMTP server on this machine that keeps what it is given, or refuses it as it is told.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// What it says to the next mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    Takes,
    /// Refuses its recipient for a while.
    Busy,
    /// Refuses its recipient for good.
    Unknown,
    /// Refuses the password.
    Stranger,
    /// Says nothing.
    Silent,
}

/// One mail as it came.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// What was said for it, command by command.
    pub said: Vec<String>,
    /// Its headers and its text.
    pub data: String,
}

/// The server; it ends with the runtime.
pub struct Smtp {
    /// Its port.
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    tried: Arc<Mutex<usize>>,
}

impl Smtp {
    /// Starts one with these moods in turn, the last for good; with TLS from the first byte if
    /// there is a certificate.
    pub async fn start(acceptor: Option<TlsAcceptor>, moods: &[Mood]) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let smtp = Self { port, mails: Arc::default(), tried: Arc::default() };
        let (mails, tried) = (Arc::clone(&smtp.mails), Arc::clone(&smtp.tried));
        let moods = moods.to_vec();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let place = {
                    let mut tried = tried.lock().unwrap_or_else(PoisonError::into_inner);
                    *tried += 1;
                    *tried - 1
                };
                let mood = moods[place.min(moods.len() - 1)];
                let (mails, acceptor) = (Arc::clone(&mails), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => speak(stream, mood, &mails).await,
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => speak(stream, mood, &mails).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        smtp
    }

    /// The mails that were taken.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often somebody came.
    pub fn tried(&self) -> usize {
        *self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mail {
    /// The headers, each on one line.
    pub fn headers(&self) -> Vec<String> {
        let (head, _) = self.data.split_once("\r\n\r\n").expect("a head");
        head.replace("\r\n ", " ").lines().map(str::to_owned).collect()
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let (_, body) = self.data.split_once("\r\n\r\n").expect("a body");
        let encoding = self
            .headers()
            .into_iter()
            .find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ").map(str::to_owned));
        let bytes = match encoding.as_deref() {
            Some("base64") => STANDARD.decode(body.replace("\r\n", "")).expect("base64"),
            Some("quoted-printable") => unquoted(body),
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
    }
}

fn unquoted(body: &str) -> Vec<u8> {
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

/// One connection, in enough of RFC 5321 to take a mail.
async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    mood: Mood,
    mails: &Mutex<Vec<Mail>>,
) -> Option<()> {
    if mood == Mood::Silent {
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
        let said = line.trim_end().to_owned();
        mail.said.push(said.clone());
        let verb = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match (verb.as_str(), mood) {
            ("EHLO", _) => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
            ("AUTH", Mood::Stranger) => "535 5.7.8 no\r\n",
            ("AUTH", _) => "235 2.7.0 welcome\r\n",
            ("RCPT", Mood::Busy) => "451 4.3.0 later\r\n",
            ("RCPT", Mood::Unknown) => "550 5.1.1 nobody of that name\r\n",
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
