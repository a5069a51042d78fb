//! The files of a new app: the program of a guide, and `.env` with the values that it reads.

use std::fmt::Write as _;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::framework::{self, Connection};
use crate::bounded_input::{InputKind, read_text_file};
use crate::cli::Framework;
use crate::error::CommandError;
use crate::new_file::NewFile;

/// The file with the values, which Node, Next.js and shells read.
const VALUES_FILE: &str = ".env";
/// The file that keeps the values out of a repository.
const IGNORE_FILE: &str = ".gitignore";
const IGNORED: &str = ".env\nadmit-data/\nnode_modules/\n";

/// Files that were written. They are removed unless they are kept.
pub(super) struct AppFiles {
    written: Vec<PathBuf>,
    is_kept: bool,
}

/// Returns a warning if the folder has a `.gitignore` that does not name the file with the values:
/// the next commit there would contain the client secret.
pub(super) fn ignore_warning(folder: &Path) -> Option<String> {
    let ignore = folder.join(IGNORE_FILE);
    let text = read_text_file(&ignore, InputKind::Configuration).unwrap_or_default();
    let is_ignored = text.lines().any(|line| {
        let pattern = line.trim().trim_start_matches('/');
        [VALUES_FILE, ".env*", "*.env"].contains(&pattern)
    });
    (!is_ignored).then(|| {
        format!(
            "{} does not name {VALUES_FILE}, which has the client secret: add the line \
             `{VALUES_FILE}`",
            ignore.display()
        )
    })
}

impl AppFiles {
    /// Writes the files of an app into a folder. An existing file is refused, and then nothing is
    /// written.
    pub(super) fn write(
        folder: &Path,
        framework: Framework,
        connection: &Connection,
        secret: Option<&str>,
    ) -> Result<Self, CommandError> {
        let values_text = text_of_values(framework, connection, secret)?;
        let mut files = Self { written: Vec::new(), is_kept: false };
        for file in framework::files(framework)? {
            files.create(&folder.join(&file.path), &file.text)?;
        }
        let values = folder.join(VALUES_FILE);
        NewFile::create(&values)?.write(&values_text)?;
        files.written.push(values);
        let ignore = folder.join(IGNORE_FILE);
        if !ignore.exists() {
            files.create(&ignore, IGNORED)?;
        }
        Ok(files)
    }

    /// Keeps the files. Returns their paths.
    pub(super) fn keep(mut self) -> Vec<PathBuf> {
        self.is_kept = true;
        std::mem::take(&mut self.written)
    }

    fn create(&mut self, path: &Path, text: &str) -> Result<(), CommandError> {
        let unwritable = |error| CommandError::unwritable(path, &error);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).create(folder).map_err(unwritable)?;
        }
        let created = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path);
        let mut file = created.map_err(unwritable)?;
        self.written.push(path.to_owned());
        file.write_all(text.as_bytes()).map_err(unwritable)
    }
}

impl Drop for AppFiles {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        for path in &self.written {
            // A file that stays is refused by the next run, which names it.
            std::fs::remove_file(path).unwrap_or_default();
        }
    }
}

/// Returns one line `NAME=value` for each value. Shells and the usual readers of `.env` read it, so
/// a value that a shell would interpret is quoted.
fn text_of_values(
    framework: Framework,
    connection: &Connection,
    secret: Option<&str>,
) -> Result<Zeroizing<String>, CommandError> {
    let variables = connection.variables(framework);
    // Full capacity at once, so that no reallocation leaves a copy of the secret in memory.
    let length: usize = variables.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let mut text = Zeroizing::new(String::with_capacity(length + secret.map_or(0, str::len) + 32));
    let secret = secret.map(|secret| ("ADMIT_CLIENT_SECRET", secret));
    for (name, value) in variables.into_iter().chain(secret) {
        if value.contains(['\'', '\n', '\r']) {
            return Err(CommandError::message(format!(
                "{name} has a quote or a line break, which {VALUES_FILE} cannot hold; leave --into \
                 out"
            )));
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=@%+~".contains(&byte);
        let quote = if value.bytes().all(is_plain) { "" } else { "'" };
        // Writing to a String cannot fail.
        writeln!(text, "{name}={quote}{value}{quote}").unwrap_or_default();
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(scope: &str) -> Connection {
        Connection {
            origin: "http://localhost:8080".to_owned(),
            issuer: "http://localhost:8080/id/v2.0".to_owned(),
            discovery: String::new(),
            tenant: "demo".to_owned(),
            client_id: "shop".to_owned(),
            redirect_uri: None,
            has_secret: true,
            scope: Some(scope.to_owned()),
            authority: None,
        }
    }

    #[test]
    fn a_shell_reads_every_value_unchanged_and_runs_none() {
        // Lets a shell read the file of a scope with a command, and print the scope.
        let scope = "api://orders/$(id) `id` \"x\" # y";
        let text =
            text_of_values(Framework::Express, &connection(scope), Some("s3cret")).expect("a text");
        let script = format!("{}printf %s \"$ADMIT_SCOPE|$ADMIT_CLIENT_SECRET\"", *text);
        let output = std::process::Command::new("sh").args(["-c", &script]).output();
        let output = output.expect("a shell").stdout;
        assert_eq!(String::from_utf8_lossy(&output), format!("{scope}|s3cret"));
    }

    #[test]
    fn a_value_that_ends_its_quotes_or_its_line_is_refused() {
        // Puts a quote, and each kind of line break, into the scope.
        for scope in ["api://a'b/c", "api://a\nb/c", "api://a\rb/c"] {
            let refused = text_of_values(Framework::Express, &connection(scope), None)
                .err()
                .map(|it| it.to_string());
            let refused = refused.expect("a refusal");
            assert!(refused.contains("ADMIT_SCOPE has a quote"), "{refused}");
        }
    }
}
