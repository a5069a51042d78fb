//! Sends mail through the operator's SMTP server (RFC 5321): plain text, one recipient.

mod address;

use std::{fmt, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use model::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

pub use address::plausible;

/// How long the server may take for one step, and for all of them.
const STEP_MAX: Duration = Duration::from_secs(10);
const TIME_MAX: Duration = Duration::from_secs(30);
/// The most characters of a name or subject.
const LINE_CHARS_MAX: usize = 150;
/// What the server says may be quoted to the operator, so far.
const REPLY_CHARS_MAX: usize = 300;
/// Replies that say that we may not send at all, not that this mail may not be sent (RFC 4954 §6).
const AUTHENTICATION: [u16; 4] = [530, 534, 535, 538];

/// The operator's SMTP server.
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub security: MailSecurity,
    /// The name and password that it asks for.
    pub credentials: Option<(String, Zeroizing<String>)>,
    /// The address that mails come from.
    pub from: String,
    /// Authorities that are trusted besides the system's, in PEM.
    pub authorities: Option<Vec<u8>>,
}

/// How the connection to the SMTP server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS after STARTTLS (RFC 3207), or nothing is sent.
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// None: for a server on this machine.
    Plain,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is not one address.
    #[error("`{0}` is not a mail address")]
    From(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(lettre::transport::smtp::Error),
}

/// Sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

/// A mail.
pub struct Letter {
    /// The same for every try, so that a mail that arrives twice is seen to be one.
    pub id: Uuid,
    /// When it is sent.
    pub at: Timestamp,
    /// On whose behalf, as people read it.
    pub sender: String,
    /// The one who gets it.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Why a mail was not sent.
#[derive(Debug)]
pub struct Unsent {
    /// It never will be: the server refused this mail or its recipient for good.
    pub permanent: bool,
    /// Why, for the operator.
    pub cause: String,
}

impl Mailer {
    /// A mailer for these settings; nothing is sent yet.
    ///
    /// # Errors
    /// The sender or an authority cannot be used.
    pub fn new(settings: MailSettings) -> Result<Self, MailError> {
        let from = settings.from.parse::<Address>().ok().filter(|_| plausible(&settings.from));
        let from = from.ok_or_else(|| MailError::From(settings.from.clone()))?;
        let tls = match settings.security {
            MailSecurity::Plain => Tls::None,
            MailSecurity::StartTls => Tls::Required(parameters(&settings)?),
            MailSecurity::Implicit => Tls::Wrapper(parameters(&settings)?),
        };
        let hello = ClientId::Domain(from.domain().to_owned());
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
                .port(settings.port)
                .tls(tls)
                .timeout(Some(STEP_MAX))
                .hello_name(hello);
        if let Some((user, password)) = settings.credentials {
            transport = transport.credentials(Credentials::new(user, password.to_string()));
        }
        Ok(Self { transport: transport.build(), from })
    }

    /// Hands a mail over to the server.
    ///
    /// # Errors
    /// The server is away, or refused it.
    pub async fn send(&self, letter: Letter) -> Result<(), Unsent> {
        let message = self.message(letter)?;
        let sent = tokio::time::timeout(TIME_MAX, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let code = error.status().map(|code| code.to_string().parse::<u16>());
                let ours = matches!(code, Some(Ok(code)) if AUTHENTICATION.contains(&code));
                Err(Unsent { permanent: error.is_permanent() && !ours, cause: said(&error) })
            }
            Err(_) => Err(Unsent { permanent: false, cause: "the server is too slow".to_owned() }),
        }
    }

    fn message(&self, letter: Letter) -> Result<Message, Unsent> {
        let unfit = |cause: String| Unsent { permanent: true, cause };
        let to: Address = letter.to.parse().map_err(|_| unfit("not a mail address".to_owned()))?;
        let since = Duration::from_micros(letter.at.microseconds().try_into().unwrap_or_default());
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.domain())))
            .date(std::time::UNIX_EPOCH + since)
            .from(Mailbox::new(Some(one_line(&letter.sender)), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.subject))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text);
        message.map_err(|error| unfit(error.to_string()))
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mailer({})", self.from)
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834 §5): no holiday notice answers it.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn parameters(settings: &MailSettings) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(authorities) = &settings.authorities {
        builder = builder
            .add_root_certificate(Certificate::from_pem(authorities).map_err(MailError::Tls)?);
    }
    builder.build().map_err(MailError::Tls)
}

/// A value that stays on its line, whatever it was made of.
fn one_line(text: &str) -> String {
    let plain = text.chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(LINE_CHARS_MAX).collect::<String>().trim().to_owned()
}

fn said(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut inner = std::error::Error::source(error);
    while let Some(source) = inner {
        text.push_str(": ");
        text.push_str(&source.to_string());
        inner = source.source();
    }
    let plain = text.chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(REPLY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_into_a_header_becomes_another_one() {
        // Line ends in every field; the head of the mail has the lines that it must have.
        let settings = MailSettings {
            host: "127.0.0.1".to_owned(),
            port: 25,
            security: MailSecurity::Plain,
            credentials: None,
            from: "admit@id.test".to_owned(),
            authorities: None,
        };
        let mailer = Mailer::new(settings).expect("a mailer");
        let hostile = "x\r\nBcc: victim@evil.test\r\n\r\n<b>";
        let letter = Letter {
            id: Uuid::from_u128(1),
            at: Timestamp::from_seconds(1_795_363_200),
            sender: hostile.to_owned(),
            to: "ana@demo.test".to_owned(),
            subject: hostile.to_owned(),
            text: "Bcc: is no header here\r\n.\r\n".to_owned(),
        };
        let message = mailer.message(letter).expect("a mail").formatted();
        let message = String::from_utf8(message).expect("text");
        let (head, _) = message.split_once("\r\n\r\n").expect("a head");
        let unfolded = head.replace("\r\n ", " ");
        assert!(!unfolded.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert_eq!(unfolded.lines().filter(|line| line.starts_with("To: ")).count(), 1);
        assert!(unfolded.contains("Date: Sun, 22 Nov 2026"), "{head}");
        let letter = |to: &str| Letter {
            id: Uuid::nil(),
            at: Timestamp::default(),
            sender: String::new(),
            to: to.to_owned(),
            subject: String::new(),
            text: String::new(),
        };
        for to in ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "<a@b.test>", ""] {
            assert!(mailer.message(letter(to)).is_err(), "{to:?}");
        }
    }
}
