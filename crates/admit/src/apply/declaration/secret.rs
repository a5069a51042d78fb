//! Secrets that a declaration gives, or says where to find.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::document::{At, Problem, Reader};

/// Where a declaration finds what it does not say itself.
pub(crate) struct Sources<'a> {
    /// What paths are relative to.
    pub(crate) directory: &'a Path,
    /// The values that `*_env` names.
    pub(crate) variable: &'a dyn Fn(&str) -> Option<String>,
}

/// A secret on its way to its digest.
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

/// The names of the three options that give a secret: itself, a file, a variable.
pub(super) type Options = [&'static str; 3];

/// Reads a secret from whichever of its options is written. Problems never show it.
pub(super) fn read(
    reader: &mut Reader<'_>,
    sources: &Sources<'_>,
    [plain, file, variable]: Options,
) -> Option<At<Secret>> {
    let given = reader.optional::<String>(plain);
    reader.hide(plain);
    let from_file = reader.optional::<String>(file);
    let from_variable = reader.optional::<String>(variable);
    let mut found = given.map(|given| (Ok(given.value), given.span));
    if let Some(path) = from_file {
        let full = sources.directory.join(&path.value);
        let content = std::fs::read_to_string(&full)
            .map_err(|error| format!("{} cannot be read: {error}", full.display()));
        found = Some((content, path.span));
    }
    if let Some(name) = from_variable {
        let value = (sources.variable)(&name)
            .ok_or_else(|| format!("the environment has no variable `{}`", name.value));
        found = Some((value, name.span));
    }
    match found? {
        (Ok(text), span) => {
            let text = Zeroizing::new(text);
            let value = Secret(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()));
            Some(At { value, span })
        }
        (Err(why), span) => {
            reader.problems().add(Problem::new(span, "the secret was not found", why));
            None
        }
    }
}

/// Says so when more than one of these options is written, or none.
pub(super) fn exactly_one(reader: &Reader<'_>, options: &[&str], required: bool) -> bool {
    let written: Vec<&str> = options.iter().copied().filter(|name| reader.has(name)).collect();
    let message = match written.len() {
        1 => return true,
        0 if !required => return true,
        0 => "nothing says what it is".to_owned(),
        _ => format!("{} exclude each other", written.join(" and ")),
    };
    let allowed = format!("expected one of {}", options.join(", "));
    reader.problems().add(Problem::new(reader.span(), message, "").allowed(allowed));
    false
}
