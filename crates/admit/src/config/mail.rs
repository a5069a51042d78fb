//! The SMTP options of the configuration file.

use std::path::{Path, PathBuf};

use outbound::mail::{MailSecurity, MailSettings, Mailer};
use zeroize::Zeroizing;

use super::path;
use crate::bounded_input::{InputKind, read_file};
use crate::toml_document::{EnumOption, Problem, Spanned, TableReader};
use crate::{pasted_text, private_file};

/// The SMTP server for e-mail about tickets, and to users who have forgotten their password.
/// Without this table no e-mail is sent.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// The name of the SMTP server, which must be in its certificate.
    ///
    /// Example: `host = "smtp.example.com"`
    pub(crate) host: Spanned<String>,
    /// The port of the SMTP server.
    ///
    /// Default: `587` with STARTTLS, `465` with implicit TLS, `25` without TLS
    pub(crate) port: u16,
    /// The encryption of the connection: `starttls`, `implicit` (TLS from the first byte), or
    /// `none`, which is allowed for a server on this machine only.
    ///
    /// Default: `"starttls"`
    pub(crate) tls: Security,
    /// The user name for the SMTP server. It requires `password_file`.
    ///
    /// Example: `user = "admit"`
    pub(crate) user: Option<String>,
    /// The file with the password, with the permissions of `root_key_file`. A line break at its end
    /// is ignored.
    ///
    /// Example: `password_file = "/etc/admit/smtp.password"`
    pub(crate) password_file: Option<Spanned<PathBuf>>,
    /// The sender address.
    ///
    /// Example: `from = "admit@example.com"`
    pub(crate) from: Spanned<String>,
    /// A file with additional CA certificates in PEM. The CA certificates of the system are trusted
    /// as well.
    ///
    /// Example: `ca_file = "/etc/admit/ca.crt"`
    pub(crate) ca_file: Option<Spanned<PathBuf>>,
}

/// The encryption of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS after STARTTLS.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// No encryption.
    None,
}

impl EnumOption for Security {
    const NAMES: &'static [(&'static str, Self)] =
        &[("starttls", Self::StartTls), ("implicit", Self::Implicit), ("none", Self::None)];
}

/// An option that cannot be used, and the reason.
#[derive(Debug)]
pub(crate) struct InvalidOption {
    /// The position of the option in the file, in bytes.
    pub(crate) span: std::ops::Range<usize>,
    /// The reason.
    pub(crate) reason: String,
}

const LOOPBACK: [&str; 3] = ["127.0.0.1", "::1", "localhost"];

impl Mail {
    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let host: Option<Spanned<String>> = reader.required("host");
        let tls: Option<Spanned<Security>> = reader.optional("tls");
        let port: Option<Spanned<u16>> = reader.optional("port");
        let user: Option<Spanned<String>> = reader.optional("user");
        let password_file = path(reader.optional("password_file"), directory);
        let from: Option<Spanned<String>> = reader.required("from");
        let ca_file = path(reader.optional("ca_file"), directory);
        let security = tls.as_ref().map_or(Security::StartTls, |tls| tls.value);
        if user.is_some() != password_file.is_some() {
            let missing = if user.is_some() { "password_file" } else { "user" };
            reader.missing(missing, "expected both `user` and `password_file`, or neither");
        }
        let (host, from) = (host?, from?);
        let is_remote = !LOOPBACK.contains(&host.as_str());
        if let Some(tls) = tls.filter(|_| security == Security::None && is_remote) {
            let message = "e-mail would be sent unencrypted over the network";
            let problem = Problem::new(tls.span, message, "the server is not on this machine");
            reader.problems().add(problem.allowed("expected \"starttls\" or \"implicit\""));
        }
        if !outbound::mail::is_valid_address(&from) {
            let message = "this sender address cannot be used";
            let problem =
                Problem::new(from.span.clone(), message, "this is not a single e-mail address");
            reader.problems().add(problem.allowed("expected one such as \"admit@example.com\""));
        }
        let port = port.map_or_else(|| security.port(), |port| port.value);
        let user = user.map(|user| user.value);
        Some(Self { host, port, tls: security, user, password_file, from, ca_file })
    }

    /// Creates the SMTP client.
    pub(crate) fn mailer(&self) -> Result<Mailer, InvalidOption> {
        let password = self.password_file.as_ref().map(read_password).transpose()?;
        let authorities = self.ca_file.as_ref().map(read_bytes).transpose()?;
        let credentials = self.user.clone().zip(password);
        let settings = MailSettings {
            host: self.host.value.clone(),
            port: self.port,
            security: match self.tls {
                Security::StartTls => MailSecurity::StartTls,
                Security::Implicit => MailSecurity::Implicit,
                Security::None => MailSecurity::Plain,
            },
            credentials,
            from: self.from.value.clone(),
            authorities,
        };
        let span = self.ca_file.as_ref().map_or(self.from.span.clone(), |file| file.span.clone());
        Mailer::new(settings).map_err(|error| InvalidOption { span, reason: error.to_string() })
    }
}

impl Security {
    const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

fn read_bytes(file: &Spanned<PathBuf>) -> Result<Vec<u8>, InvalidOption> {
    let read = read_file(&file.value, InputKind::Certificates);
    read.map(|bytes| bytes.to_vec()).map_err(|error| {
        let reason = format!("{} {error}", file.value.display());
        InvalidOption { span: file.span.clone(), reason }
    })
}

pub(super) fn read_password(file: &Spanned<PathBuf>) -> Result<Zeroizing<String>, InvalidOption> {
    let text = private_file::read_text(&file.value)
        .map_err(|error| InvalidOption { span: file.span.clone(), reason: error.to_string() })?;
    Ok(Zeroizing::new(pasted_text::password(&text).to_owned()))
}
