//! Reading of secrets from options, files and environment variables.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::private_file::{self, PrivateFileError};
use crate::toml_document::{Problem, Spanned, TableReader};

/// The sources of secrets outside of the declaration.
pub(crate) struct Sources<'a> {
    /// The directory that paths are relative to.
    pub(crate) directory: &'a Path,
    /// The look-up of environment variables for `*_env`.
    pub(crate) variable: &'a dyn Fn(&str) -> Option<String>,
}

/// A secret in plain text.
pub(super) struct Secret(Zeroizing<String>);

impl Secret {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// The names of the three options of a secret: the secret, a file, an environment variable.
pub(super) type Options = [&'static str; 3];

/// Reads a secret from the option that is present, and cleans what surrounds it. Problems never
/// contain the secret.
pub(super) fn read(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
    [plain, file, variable]: Options,
    clean: fn(&str) -> &str,
) -> Option<Spanned<Secret>> {
    let plain_text = reader.optional::<String>(plain);
    reader.mask(plain);
    let from_file = reader.optional::<String>(file);
    let from_variable = reader.optional::<String>(variable);
    let mut found = plain_text.map(|text| (Ok(Zeroizing::new(text.value)), text.span));
    if let Some(path) = from_file {
        let content = private_file::read_text(&sources.directory.join(&path.value));
        found = Some((content, path.span));
    }
    if let Some(name) = from_variable {
        let value = (sources.variable)(&name).map(Zeroizing::new).ok_or_else(|| {
            let reason = format!("the environment has no variable `{}`", name.value);
            PrivateFileError { reason, command: None }
        });
        found = Some((value, name.span));
    }
    match found? {
        (Ok(text), span) => {
            Some(Spanned { value: Secret(Zeroizing::new(clean(&text).to_owned())), span })
        }
        (Err(PrivateFileError { reason, command }), span) => {
            let problem = Problem::new(span, "the secret was not found", reason);
            reader.problems().add(Problem { command, ..problem });
            None
        }
    }
}

/// Checks that at most one of these options is present; if required, exactly one.
pub(super) fn exactly_one(reader: &TableReader<'_>, options: &[&str], required: bool) -> bool {
    let present: Vec<&str> = options.iter().copied().filter(|name| reader.has(name)).collect();
    let message = match present.len() {
        1 => return true,
        0 if !required => return true,
        0 => "an option is missing".to_owned(),
        _ => format!("{} exclude each other", present.join(" and ")),
    };
    let allowed = format!("expected one of {}", options.join(", "));
    reader.problems().add(Problem::new(reader.span(), message, "").allowed(allowed));
    false
}
