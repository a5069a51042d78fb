//! Users in a CSV file (RFC 4180).

use std::path::Path;

use signin::factor::password::StoredHash;
use toml::{Table, Value};

use crate::bounded_input::{InputKind, read_text_file};
use crate::error::CommandError;
use crate::toml_document::nearest;

/// The columns: options of a declared user.
const COLUMNS: [&str; 8] = [
    "username",
    "name",
    "email",
    "email_verified",
    "enabled",
    "expires",
    "administrator",
    PASSWORD_HASH,
];
/// The column with a hash of another system. A user without one gets a generated password.
const PASSWORD_HASH: &str = "password_hash";
/// The columns that are `true` or `false`.
const FLAGS: [&str; 3] = ["email_verified", "enabled", "administrator"];
/// The largest number of users in one file. Each password is hashed, which takes a while.
const USERS_MAX: usize = 10_000;

/// Returns a table for each user, with a generated password unless the file has its hash.
pub(super) fn read(file: &Path) -> Result<Vec<Table>, CommandError> {
    let text = read_text_file(file, InputKind::Users).map_err(|error| error.of_file(file))?;
    // Spreadsheets write a byte order mark.
    parse(text.trim_start_matches('\u{feff}'))
        .map_err(|problem| CommandError::message(format!("{}: {problem}", file.display())))
}

fn parse(text: &str) -> Result<Vec<Table>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|error| error.to_string())?.clone();
    check_columns(&columns)?;
    let mut users = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        if users.len() == USERS_MAX {
            return Err(format!("line {line}: a file has at most {USERS_MAX} users"));
        }
        let mut user = Table::new();
        for (column, value) in columns.iter().zip(&row).filter(|(_, value)| !value.is_empty()) {
            let value = if FLAGS.contains(&column) {
                let flag: bool = value.to_lowercase().parse().map_err(|_| {
                    format!("line {line}: `{column}` is `{value}`; expected true or false")
                })?;
                Value::from(flag)
            } else if column == PASSWORD_HASH {
                StoredHash::parse(value)
                    .map_err(|flaw| format!("line {line}: `{column}` cannot be used: {flaw}"))?;
                Value::from(value)
            } else {
                Value::from(value)
            };
            user.insert(column.to_owned(), value);
        }
        if !user.contains_key("username") {
            return Err(format!("line {line}: `username` is empty"));
        }
        if !user.contains_key(PASSWORD_HASH) {
            user.insert("generate_password".to_owned(), true.into());
        }
        users.push(user);
    }
    if users.is_empty() {
        return Err("no user below the heading".to_owned());
    }
    Ok(users)
}

fn check_columns(columns: &csv::StringRecord) -> Result<(), String> {
    for column in columns {
        if !COLUMNS.contains(&column) {
            let hint = nearest(column, COLUMNS)
                .map_or(String::new(), |name| format!("did you mean `{name}`? "));
            return Err(format!(
                "the heading has a column `{column}`; {hint}expected {}",
                COLUMNS.join(", ")
            ));
        }
    }
    if columns.iter().any(|column| column == "username") {
        return Ok(());
    }
    Err("the heading has no column `username`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_from_columns_in_any_order() {
        // Reads two rows with a quoted comma, an empty field and a flag.
        let text = "name,username,administrator\n\"Doe, Ana\",ana@acme.example,true\n,budi,\n";
        let users = parse(text).expect("users");
        assert_eq!(users.len(), 2);
        assert_eq!(users[0].get("name").and_then(Value::as_str), Some("Doe, Ana"));
        assert_eq!(users[0].get("administrator").and_then(Value::as_bool), Some(true));
        assert_eq!(users[1].get("name"), None);
    }

    #[test]
    fn hash_of_another_system_takes_the_place_of_a_generated_password() {
        // Reads one user with the hash of another system and one without.
        let hash = "{SSHA}yzwtDZN5MDxUkUZpKxvpTi+VCkSSUsrZ";
        let users = parse(&format!("username,password_hash\nana,{hash}\nbudi,\n")).expect("users");
        assert_eq!(users[0].get(PASSWORD_HASH).and_then(Value::as_str), Some(hash));
        assert!(!users[0].contains_key("generate_password"));
        assert!(users[1].contains_key("generate_password"));
    }

    #[test]
    fn a_problem_names_the_line_or_the_column() {
        // Reads a misspelled column, a wrong flag, a missing name, a short row and no rows.
        for (text, expected) in [
            ("usrname\nana\n", "did you mean `username`?"),
            ("username,enabled\nana,yes\n", "line 2: `enabled` is `yes`"),
            ("name,username\nAna,\n", "line 2: `username` is empty"),
            ("name,username\nAna\n", "record 1"),
            ("name\nAna\n", "no column `username`"),
            ("username\n", "no user below the heading"),
            ("username,password_hash\nana,$2b$31$x\n", "line 2: `password_hash` cannot be used"),
        ] {
            let problem = parse(text).expect_err(text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
