//! The SMTP server that mails are handed to.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use service::mail::{MailSecurity, MailSettings, Mailer};
use zeroize::Zeroizing;

use super::path;
use crate::document::{At, Choice, Problem, Reader};

/// The SMTP server that mails about tickets are handed to. Without this table no mail is sent.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// The name of the SMTP server, which its certificate must have.
    ///
    /// Example: `host = "smtp.example.com"`
    pub(crate) host: At<String>,
    /// Its port.
    ///
    /// Default: `587` with STARTTLS, `465` with implicit TLS, `25` without TLS
    pub(crate) port: u16,
    /// How the connection is kept secret: `starttls`, `implicit` (TLS from the first byte), or
    /// `none`, which is for a server on this machine only.
    ///
    /// Default: `"starttls"`
    pub(crate) tls: Security,
    /// The user name that the server asks for. With it, `password_file` must be there.
    ///
    /// Example: `user = "admit"`
    pub(crate) user: Option<String>,
    /// The file with the password, which nobody but its owner may read. A line break at its end
    /// does not count.
    ///
    /// Example: `password_file = "/etc/admit/smtp.password"`
    pub(crate) password_file: Option<At<PathBuf>>,
    /// The address that mails come from.
    ///
    /// Example: `from = "admit@example.com"`
    pub(crate) from: At<String>,
    /// A file with further authorities, in PEM, that the server's certificate may be from; those of
    /// the system are trusted anyway.
    ///
    /// Example: `ca_file = "/etc/admit/ca.crt"`
    pub(crate) ca_file: Option<At<PathBuf>>,
}

/// How the connection is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS after STARTTLS.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// Not at all.
    None,
}

impl Choice for Security {
    const WORDS: &'static [(&'static str, Self)] =
        &[("starttls", Self::StartTls), ("implicit", Self::Implicit), ("none", Self::None)];
}

/// Why mails cannot be sent, and which option is to be mended.
#[derive(Debug)]
pub(crate) struct Unusable {
    /// Where the option stands.
    pub(crate) span: std::ops::Range<usize>,
    /// Why.
    pub(crate) reason: String,
}

const LOOPBACK: [&str; 3] = ["127.0.0.1", "::1", "localhost"];

impl Mail {
    pub(super) fn read(reader: &mut Reader<'_>, directory: &Path) -> Option<Self> {
        let host: Option<At<String>> = reader.required("host");
        let tls: Option<At<Security>> = reader.optional("tls");
        let port: Option<At<u16>> = reader.optional("port");
        let user: Option<At<String>> = reader.optional("user");
        let password_file = path(reader.optional("password_file"), directory);
        let from: Option<At<String>> = reader.required("from");
        let ca_file = path(reader.optional("ca_file"), directory);
        let security = tls.as_ref().map_or(Security::StartTls, |tls| tls.value);
        if user.is_some() != password_file.is_some() {
            let missing = if user.is_some() { "password_file" } else { "user" };
            reader.missing(missing, "expected both `user` and `password_file`, or neither");
        }
        let (host, from) = (host?, from?);
        let abroad = !LOOPBACK.contains(&host.as_str());
        if let Some(tls) = tls.filter(|_| security == Security::None && abroad) {
            let message = "mails would be open to the network";
            let problem = Problem::new(tls.span, message, "the server is not on this machine");
            reader.problems().add(problem.allowed("expected \"starttls\" or \"implicit\""));
        }
        if !service::mail::plausible(&from) {
            let message = "mails cannot come from here";
            let problem = Problem::new(from.span.clone(), message, "this is not one mail address");
            reader.problems().add(problem.allowed("expected one such as \"admit@example.com\""));
        }
        let port = port.map_or_else(|| security.port(), |port| port.value);
        let user = user.map(|user| user.value);
        Some(Self { host, port, tls: security, user, password_file, from, ca_file })
    }

    /// What sends mails.
    pub(crate) fn mailer(&self) -> Result<Mailer, Unusable> {
        let password = self.password_file.as_ref().map(password).transpose()?;
        let authorities = self.ca_file.as_ref().map(bytes).transpose()?;
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
        Mailer::new(settings).map_err(|error| Unusable { span, reason: error.to_string() })
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

fn bytes(file: &At<PathBuf>) -> Result<Vec<u8>, Unusable> {
    std::fs::read(&file.value).map_err(|error| {
        let reason = format!("{} cannot be read: {error}", file.value.display());
        Unusable { span: file.span.clone(), reason }
    })
}

fn password(file: &At<PathBuf>) -> Result<Zeroizing<String>, Unusable> {
    let unusable = |reason| Unusable { span: file.span.clone(), reason };
    let shown = file.value.display();
    let mode = std::fs::metadata(&file.value).map(|found| found.mode() & 0o777);
    let mode = mode.map_err(|error| unusable(format!("{shown} cannot be read: {error}")))?;
    if mode & 0o077 != 0 {
        let found = format!("{shown} has mode {mode:04o}: others than its owner may use it");
        return Err(unusable(format!("{found}; mend it with `chmod 600 {shown}`")));
    }
    let text = Zeroizing::new(bytes(file)?);
    let text = std::str::from_utf8(&text).map_err(|_| unusable(format!("{shown} is no text")))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
