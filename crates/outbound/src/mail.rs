//! Sends e-mail through the SMTP server of the operator (RFC 5321): plain text, with an alternative
//! in HTML if there is one, and one recipient.

mod address;
mod mailbox;

use std::{fmt, sync::Arc, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Attachment, MessageBuilder, MultiPart, SinglePart,
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
pub use mailbox::{Mailbox, ReceivedEmail};

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

/// Sends e-mails, or keeps them in a mailbox in memory. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Destination);

#[derive(Clone)]
enum Destination {
    Server { transport: Arc<AsyncSmtpTransport<Tokio1Executor>>, from: Address },
    Mailbox(Mailbox),
}

/// An e-mail.
#[derive(Clone, Debug)]
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
    /// The body as HTML, for mail programs that show it.
    pub html: Option<HtmlBody>,
}

/// The HTML of an e-mail, and the image that it shows.
#[derive(Clone, Debug)]
pub struct HtmlBody {
    /// The HTML. It loads nothing from the network.
    pub html: String,
    /// The image in PNG that the HTML names by `cid:` and [`HtmlBody::IMAGE_ID`].
    pub image: Option<Vec<u8>>,
}

impl HtmlBody {
    /// The content id of the image (RFC 2392).
    pub const IMAGE_ID: &'static str = "logo";
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
        Ok(Self(Destination::Server { transport: Arc::new(transport.build()), from }))
    }

    /// Creates a mailer that sends nothing, and keeps every e-mail in a mailbox.
    pub const fn to_mailbox(mailbox: Mailbox) -> Self {
        Self(Destination::Mailbox(mailbox))
    }

    /// Returns the mailbox that gets the e-mails. `None` if a server gets them.
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match &self.0 {
            Destination::Mailbox(mailbox) => Some(mailbox),
            Destination::Server { .. } => None,
        }
    }

    /// Sends an e-mail to the server.
    ///
    /// # Errors
    /// The server is not reachable, timed out, or refused the e-mail.
    pub async fn send(&self, email: Email) -> Result<(), SendError> {
        let (transport, from) = match &self.0 {
            Destination::Server { transport, from } => (transport, from),
            Destination::Mailbox(mailbox) => return mailbox.receive(email),
        };
        let message = message(email, from)?;
        let sent = tokio::time::timeout(TIMEOUT, transport.send(message)).await;
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
}

fn message(email: Email, from: &Address) -> Result<Message, SendError> {
    let permanent = |cause: String| SendError { permanent: true, cause };
    let to: Address =
        email.to.parse().map_err(|_| permanent("not an e-mail address".to_owned()))?;
    let since = Duration::from_micros(email.at.microseconds().try_into().unwrap_or_default());
    let head = Message::builder()
        .message_id(Some(format!("<{}@{}>", email.id, from.domain())))
        .date(std::time::UNIX_EPOCH + since)
        .from(lettre::message::Mailbox::new(Some(one_line(&email.sender)), from.clone()))
        .to(lettre::message::Mailbox::new(None, to))
        .subject(one_line(&email.subject))
        .header(AutoSubmitted);
    body(head, email.text, email.html).map_err(permanent)
}

/// Adds the body: plain text alone, or with the HTML as the better alternative (RFC 2046 §5.1.4).
fn body(head: MessageBuilder, text: String, html: Option<HtmlBody>) -> Result<Message, String> {
    let message = match html {
        None => head.header(ContentType::TEXT_PLAIN).body(text),
        Some(HtmlBody { html, image }) => {
            let alternatives = MultiPart::alternative().singlepart(SinglePart::plain(text));
            head.multipart(match image {
                None => alternatives.singlepart(SinglePart::html(html)),
                Some(image) => {
                    let png = ContentType::parse("image/png").map_err(|error| error.to_string())?;
                    let inline = Attachment::new_inline(HtmlBody::IMAGE_ID.to_owned());
                    let related = MultiPart::related().singlepart(SinglePart::html(html));
                    alternatives.multipart(related.singlepart(inline.body(image, png)))
                }
            })
        }
    };
    message.map_err(|error| error.to_string())
}

impl fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Destination::Server { from, .. } => write!(formatter, "Mailer({from})"),
            Destination::Mailbox(_) => formatter.write_str("Mailer(mailbox)"),
        }
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
        let from: Address = "admit@id.test".parse().expect("an address");
        let hostile = "x\r\nBcc: victim@evil.test\r\n\r\n<b>";
        let email = Email {
            id: Uuid::from_u128(1),
            at: Timestamp::from_seconds(1_795_363_200),
            sender: hostile.to_owned(),
            to: "ana@demo.test".to_owned(),
            subject: hostile.to_owned(),
            text: "Bcc: is no header here\r\n.\r\n".to_owned(),
            html: None,
        };
        let formatted = message(email, &from).expect("an e-mail").formatted();
        let formatted = String::from_utf8(formatted).expect("text");
        let (head, _) = formatted.split_once("\r\n\r\n").expect("a head");
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
            html: None,
        };
        for to in ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "<a@b.test>", ""] {
            assert!(message(email(to), &from).is_err(), "{to:?}");
        }
    }

    #[test]
    fn email_with_html_has_plain_text_first() {
        // Formats an e-mail with HTML and an image, and reads the types of its parts.
        let from: Address = "admit@id.test".parse().expect("an address");
        let html = HtmlBody {
            html: "<p>HTML <img src=\"cid:logo\"></p>".to_owned(),
            image: Some(vec![1, 2, 3]),
        };
        let email = Email {
            id: Uuid::nil(),
            at: Timestamp::default(),
            sender: "Demo".to_owned(),
            to: "ana@demo.test".to_owned(),
            subject: "Code".to_owned(),
            text: "Plain".to_owned(),
            html: Some(html),
        };
        let formatted = message(email, &from).expect("an e-mail").formatted();
        let formatted = String::from_utf8(formatted).expect("text");
        let types: Vec<&str> = formatted
            .lines()
            .filter_map(|line| line.strip_prefix("Content-Type: "))
            .map(|line| line.split(';').next().unwrap_or_default())
            .collect();
        let expected =
            ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
        assert_eq!(types, expected, "{formatted}");
        assert!(formatted.contains("Content-ID: <logo>"), "{formatted}");
    }
}
