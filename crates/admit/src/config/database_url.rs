//! The URL of a database in the configuration file.

use store::DatabaseSettings;
use toml::de::DeValue;

use crate::toml_document::{FromValue, Problem, Spanned, TableReader};

/// The URL of a database.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseUrl {
    pub(super) settings: DatabaseSettings,
    pub(super) has_password: bool,
}

impl DatabaseUrl {
    /// Parses a URL. No message repeats the text: it may contain a password.
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let (scheme, rest) = written.split_once("://").unwrap_or_default();
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err("it does not begin with `postgres://`".to_owned());
        }
        let mut credentials = rest.split_once('@').map_or("", |(before, _)| before).split(':');
        let has_password = credentials.nth(1).is_some() || rest.contains("password=");
        let settings = match DatabaseSettings::parse(written) {
            Ok(settings) => settings,
            Err(_) if has_password => {
                return Err("it cannot be read, and contains a password".to_owned());
            }
            Err(error) => return Err(error.to_string()),
        };
        if !settings.has_host() {
            return Err("it names no server".to_owned());
        }
        if settings.database().is_none_or(str::is_empty) {
            return Err("it names no database".to_owned());
        }
        let has_password = has_password || settings.has_password();
        Ok(Self { settings, has_password })
    }
}

/// Refuses a URL with a password. The value of a URL that is refused is masked.
pub(super) fn without_password(
    url: Option<Spanned<DatabaseUrl>>,
    name: &'static str,
    reader: &TableReader<'_>,
) -> Option<Spanned<DatabaseUrl>> {
    match url {
        Some(url) if url.has_password => {
            reader.mask(name);
            let message = format!("`{name}` contains a password");
            let found = "this file is not secret, and messages name the database";
            reader.problems().add(Problem::new(url.span, message, found).allowed(
                "remove the password from the URL, write it into a file that only the service \
                 may read, and name that file in `password_file`",
            ));
            None
        }
        Some(url) => Some(url),
        None => {
            reader.mask(name);
            None
        }
    }
}

impl FromValue for DatabaseUrl {
    fn expected() -> String {
        "a URL such as \"postgres://admit@db.example.com/admit\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        Self::parse(value.as_str().ok_or_else(String::new)?)
    }
}
