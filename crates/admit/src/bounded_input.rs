//! Files and standard input that a command reads. Each kind has a limit on its size: a command
//! never reads a wrong file, a device or an endless pipe into memory.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{CommandError, remedy};

const KIB: usize = 1_024;
const MIB: usize = 1_024 * KIB;

/// The kind of an input, which determines its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputKind {
    /// A declaration.
    Declaration,
    /// A configuration file.
    Configuration,
    /// Users as CSV.
    Users,
    /// Certificates in PEM: a chain, or the roots of a system.
    Certificates,
    /// A public key or a certificate of a client.
    PublicKey,
    /// The roots of attestations in PEM.
    AttestationRoots,
    /// A logo.
    Logo,
    /// A secret, or a private key.
    Secret,
    /// A password on standard input.
    Password,
    /// A file that this program writes itself.
    State,
}

impl InputKind {
    /// Returns the largest size in bytes, and what to do about a larger input.
    const fn limit(self) -> (usize, &'static str) {
        match self {
            Self::Declaration => (32 * MIB, "split it, one tenant or some users in each file"),
            Self::Configuration => (256 * KIB, "pass the configuration file of `admit serve`"),
            Self::Users => (16 * MIB, "split it into several files"),
            Self::Certificates => (4 * MIB, "name a file with certificates in PEM"),
            Self::PublicKey => (64 * KIB, "name a file with one certificate or one JWK"),
            Self::AttestationRoots => (64 * KIB, "name a file with the needed roots only"),
            Self::Logo => (64 * KIB, "make the picture smaller"),
            Self::Secret => (256 * KIB, "name a file with nothing but the secret"),
            Self::Password => (4 * KIB, "pass one line with the password"),
            Self::State => (MIB, "restore it from a backup, or remove it"),
        }
    }
}

/// The reason why an input cannot be used. It continues a sentence that names the input.
#[derive(Debug)]
pub(crate) enum InputError {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is larger than the limit of its kind.
    TooLarge(InputKind),
    /// It is not UTF-8 text.
    NotText,
}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => {
                write!(formatter, "cannot be read: {error}{}", remedy(error))
            }
            Self::TooLarge(kind) => {
                let (bytes, remedy) = kind.limit();
                let (size, unit) =
                    if bytes >= MIB { (bytes / MIB, "MiB") } else { (bytes / KIB, "KiB") };
                write!(formatter, "is larger than {size} {unit}; {remedy}")
            }
            Self::NotText => formatter.write_str("is not UTF-8 text"),
        }
    }
}

impl InputError {
    /// Returns the error of a command that reads this file.
    pub(crate) fn of_file(&self, file: &Path) -> CommandError {
        CommandError::message(format!("{} {self}", file.display()))
    }
}

/// Reads a file.
pub(crate) fn read_file(file: &Path, kind: InputKind) -> Result<Zeroizing<Vec<u8>>, InputError> {
    read(File::open(file).map_err(InputError::Unreadable)?, kind)
}

/// Reads a text file.
pub(crate) fn read_text_file(file: &Path, kind: InputKind) -> Result<String, InputError> {
    read_text(File::open(file).map_err(InputError::Unreadable)?, kind)
}

/// Reads a text to its end. The text is not erased from memory.
pub(crate) fn read_text(source: impl Read, kind: InputKind) -> Result<String, InputError> {
    Ok(std::mem::take(&mut *read_secret_text(source, kind)?))
}

/// Reads a text with a secret to its end.
pub(crate) fn read_secret_text(
    source: impl Read,
    kind: InputKind,
) -> Result<Zeroizing<String>, InputError> {
    let bytes = std::mem::take(&mut *read(source, kind)?);
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        InputError::NotText
    })
}

/// Reads an input to its end, or one byte beyond the limit of its kind.
pub(crate) fn read(source: impl Read, kind: InputKind) -> Result<Zeroizing<Vec<u8>>, InputError> {
    let (bytes_max, _) = kind.limit();
    let mut bytes = Zeroizing::new(Vec::new());
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    source.take(limit).read_to_end(&mut bytes).map_err(InputError::Unreadable)?;
    if bytes.len() > bytes_max {
        return Err(InputError::TooLarge(kind));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_read_up_to_the_limit_of_its_kind() {
        // Reads a password of the largest size, one with a byte more, and an endless input.
        let (bytes_max, _) = InputKind::Password.limit();
        let text = |size| io::repeat(b'a').take(size as u64);
        let read = |size| read_text(text(size), InputKind::Password);
        assert_eq!(read(bytes_max).expect("a text").len(), bytes_max);
        let refused = read(bytes_max + 1).expect_err("too large").to_string();
        assert_eq!(refused, "is larger than 4 KiB; pass one line with the password");
        let endless = super::read(io::repeat(0), InputKind::Declaration);
        let refused = endless.expect_err("endless").to_string();
        assert!(refused.starts_with("is larger than 32 MiB; split it"), "{refused}");
    }

    #[test]
    fn a_file_that_is_no_text_or_no_file_is_named_as_such() {
        // Reads bytes that are not UTF-8, a directory and a missing file.
        let refused = read_text(&b"\xff\xfe"[..], InputKind::Users).expect_err("no text");
        assert_eq!(refused.to_string(), "is not UTF-8 text");
        for path in ["/", "/no/such/file"] {
            let refused = read_text_file(Path::new(path), InputKind::Users).expect_err(path);
            assert!(refused.to_string().starts_with("cannot be read: "), "{refused}");
        }
    }
}
