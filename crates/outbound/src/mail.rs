//! Sends e-mail through the SMTP server of the operator (RFC 5321): plain text, one recipient.

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

pub use address::is_valid_address;

/// Timeouts of one SMTP command and of a whole transaction.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum length of a name or subject in characters.
const LINE_CHARS_MAX: usize = 150;
/// Maximum length of a quoted server reply in characters.
const REPLY_CHARS_MAX: usize = 300;
/// Reply codes about the authentication of this service (RFC 4954 §6). They are permanent for SMTP,
/// but do not concern the e-mail: the operator can fix the credentials.
const AUTHENTICATION_CODES: [u16; 4] = [530, 534, 535, 538];

/// Settings of the SMTP server.
pub struct MailSettings {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The encryption of the connection.
    pub security: MailSecurity,
    /// User name and password.
    pub credentials: Option<(String, Zeroizing<String>)>,
    /// The sender address.
    pub from: String,
    /// Trusted certificate authorities besides those of the system, in PEM.
    pub authorities: Option<Vec<u8>>,
}

/// Encryption of the connection to the SMTP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// STARTTLS (RFC 3207). Without it, nothing is sent.
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// No encryption: for a server on this machine.
    Plain,
}

/// Mail settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailSettingsError {
    /// The sender is not an e-mail address.
    #[error("`{0}` is not an e-mail address")]
    From(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(lettre::transport::smtp::Error),
}

/// Sends e-mails. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

/// An e-mail.
pub struct Email {
    /// Becomes the `Message-ID`. The same for every attempt, so that mail programs recognize a
    /// duplicate.
    pub id: Uuid,
    /// The date of the e-mail.
    pub at: Timestamp,
    /// The display name of the sender.
    pub sender: String,
    /// The recipient address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The body, as plain text.
    pub text: String,
}

/// An e-mail that was not sent.
#[derive(Debug)]
pub struct SendError {
    /// Whether the server refused the e-mail or its recipient permanently.
    pub permanent: bool,
    /// The cause, for the operator.
    pub cause: String,
}

impl Mailer {
    /// Creates a mailer. Does not connect to the server.
    ///
    /// # Errors
    /// The sender is not an e-mail address, or a certificate authority is malformed.
    pub fn new(settings: MailSettings) -> Result<Self, MailSettingsError> {
        let from =
            settings.from.parse::<Address>().ok().filter(|_| is_valid_address(&settings.from));
        let from = from.ok_or_else(|| MailSettingsError::From(settings.from.clone()))?;
        let tls = match settings.security {
            MailSecurity::Plain => Tls::None,
            MailSecurity::StartTls => Tls::Required(tls_parameters(&settings)?),
            MailSecurity::Implicit => Tls::Wrapper(tls_parameters(&settings)?),
        };
        let hello = ClientId::Domain(from.domain().to_owned());
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
                .port(settings.port)
                .tls(tls)
                .timeout(Some(COMMAND_TIMEOUT))
                .hello_name(hello);
        if let Some((user, password)) = settings.credentials {
            transport = transport.credentials(Credentials::new(user, password.to_string()));
        }
        Ok(Self { transport: transport.build(), from })
    }

    /// Sends an e-mail to the server.
    ///
    /// # Errors
    /// The server is not reachable, timed out, or refused the e-mail.
    pub async fn send(&self, email: Email) -> Result<(), SendError> {
        let message = self.message(email)?;
        let sent = tokio::time::timeout(TIMEOUT, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let code = error.status().map(|code| code.to_string().parse::<u16>());
                let is_authentication =
                    matches!(code, Some(Ok(code)) if AUTHENTICATION_CODES.contains(&code));
                Err(SendError {
                    permanent: error.is_permanent() && !is_authentication,
                    cause: describe(&error),
                })
            }
            Err(_) => {
                Err(SendError { permanent: false, cause: "the SMTP server timed out".to_owned() })
            }
        }
    }

    fn message(&self, email: Email) -> Result<Message, SendError> {
        let permanent = |cause: String| SendError { permanent: true, cause };
        let to: Address =
            email.to.parse().map_err(|_| permanent("not an e-mail address".to_owned()))?;
        let since = Duration::from_micros(email.at.microseconds().try_into().unwrap_or_default());
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", email.id, self.from.domain())))
            .date(std::time::UNIX_EPOCH + since)
            .from(Mailbox::new(Some(one_line(&email.sender)), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(one_line(&email.subject))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(email.text);
        message.map_err(|error| permanent(error.to_string()))
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mailer({})", self.from)
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834 §5), so that no vacation responder replies.
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

fn tls_parameters(settings: &MailSettings) -> Result<TlsParameters, MailSettingsError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(authorities) = &settings.authorities {
        builder = builder.add_root_certificate(
            Certificate::from_pem(authorities).map_err(MailSettingsError::Tls)?,
        );
    }
    builder.build().map_err(MailSettingsError::Tls)
}

/// Replaces line breaks and other control characters: prevents header injection.
fn one_line(text: &str) -> String {
    let plain = text.chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(LINE_CHARS_MAX).collect::<String>().trim().to_owned()
}

/// Formats an error with its causes.
fn describe(error: &lettre::transport::smtp::Error) -> String {
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
    fn line_breaks_in_an_email_field_add_no_header() {
        // Header injection: line breaks in every field; the head has only the expected lines.
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
        let email = Email {
            id: Uuid::from_u128(1),
            at: Timestamp::from_seconds(1_795_363_200),
            sender: hostile.to_owned(),
            to: "ana@demo.test".to_owned(),
            subject: hostile.to_owned(),
            text: "Bcc: is no header here\r\n.\r\n".to_owned(),
        };
        let message = mailer.message(email).expect("an e-mail").formatted();
        let message = String::from_utf8(message).expect("text");
        let (head, _) = message.split_once("\r\n\r\n").expect("a head");
        let unfolded = head.replace("\r\n ", " ");
        assert!(!unfolded.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert_eq!(unfolded.lines().filter(|line| line.starts_with("To: ")).count(), 1);
        assert!(unfolded.contains("Date: Sun, 22 Nov 2026"), "{head}");
        let email = |to: &str| Email {
            id: Uuid::nil(),
            at: Timestamp::default(),
            sender: String::new(),
            to: to.to_owned(),
            subject: String::new(),
            text: String::new(),
        };
        for to in ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "<a@b.test>", ""] {
            assert!(mailer.message(email(to)).is_err(), "{to:?}");
        }
    }
}
