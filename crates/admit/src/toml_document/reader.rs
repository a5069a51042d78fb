//! Reader of one TOML table. An option that was not read is unknown.

mod declared;
mod list_limits;

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::correction;
use super::nearest::nearest;
use super::problem::{DocumentErrors, Problem, Problems};
use super::renamed::{new_name, old_name};
use super::value::{FromValue, Spanned};
use list_limits::{TABLES_MAX, VALUES_MAX};

/// The words before which a line has no secret. The URL of a database may contain a password.
const SECRET_WORDS: [&str; 4] = ["secret", "password", "postgres://", "postgresql://"];

/// Reads a file with `root`, which adds a problem if it returns `None`.
pub(crate) fn read<T>(
    file: &str,
    text: &str,
    root: impl FnOnce(&mut TableReader<'_>) -> Option<T>,
) -> Result<T, DocumentErrors> {
    let problems = Problems::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        mask_lines(text, &problems);
    }
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        problems.add(Problem::new(span, "TOML syntax error", error.message()));
    }
    // In an incomplete table, options would be reported as missing by mistake.
    let value = if problems.is_empty() {
        let mut reader = TableReader::new(table.get_ref(), 0..0, "the file".to_owned(), &problems);
        let value = root(&mut reader);
        reader.finish();
        value
    } else {
        None
    };
    match (problems.into_errors(file, text), value) {
        (None, Some(value)) => Ok(value),
        (Some(errors), _) => Err(errors),
        (None, None) => Err(Problems::unexplained(file, text)),
    }
}

/// Masks the lines with secrets where the options were not read: in a file with syntax errors, and
/// for problems that are found after reading.
pub(crate) fn mask_lines(text: &str, problems: &Problems) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(at) = SECRET_WORDS.iter().filter_map(|word| line.find(word)).min() {
            problems.mask(start + at..start + line.len());
        }
        start += line.len();
    }
}

/// The reader of one table.
pub(crate) struct TableReader<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    location: String,
    read: Vec<&'static str>,
    unsettable: Vec<&'static str>,
    problems: &'a Problems,
}

impl<'a> TableReader<'a> {
    fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        location: String,
        problems: &'a Problems,
    ) -> Self {
        Self { table, span, location, read: Vec::new(), unsettable: Vec::new(), problems }
    }

    /// Returns the position of the table, in bytes.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Returns the problems of the file.
    pub(crate) const fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Returns whether the option is present.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// Reads an optional option.
    pub(crate) fn optional<T: FromValue>(&mut self, name: &'static str) -> Option<Spanned<T>> {
        let (value, span) = self.value(name)?;
        self.convert(name, value, span)
    }

    /// Reads a required option.
    pub(crate) fn required<T: FromValue>(&mut self, name: &'static str) -> Option<Spanned<T>> {
        if !self.has(name) {
            self.read.push(name);
            let old = old_name(&self.location, name);
            // The old name is reported as an unknown option.
            if !old.is_some_and(|old| self.has(old)) {
                self.missing(name, &format!("expected {}", T::expected()));
            }
            return None;
        }
        self.optional(name)
    }

    /// Masks the value of an option in reports.
    pub(crate) fn mask(&self, name: &str) {
        if let Some(value) = self.table.get(name) {
            self.problems.mask(value.span());
        }
    }

    /// Reads a list of values. A missing list is empty.
    pub(crate) fn list<T: FromValue>(&mut self, name: &'static str) -> Vec<Spanned<T>> {
        let Some((value, span)) = self.value(name) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            let is_item = T::from_value(value).is_ok();
            let form = is_item.then(|| format!("{name} = [{}]", correction::render(value)));
            self.add_wrong_type(
                (name, value),
                span,
                &format!("a list: each {}", T::expected()),
                form,
            );
            return Vec::new();
        };
        self.check_count(name, items, VALUES_MAX);
        let items = items.iter().take(VALUES_MAX);
        items.filter_map(|item| self.convert(name, item.get_ref(), item.span())).collect()
    }

    /// Reads a table. A missing table is read like an empty one.
    pub(crate) fn table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut TableReader<'_>) -> Option<T>,
    ) -> Option<T> {
        let empty = DeTable::new();
        match self.value(name) {
            None => self.read_inner(&empty, self.span.clone(), format!("[{name}]"), read),
            Some((value, span)) => {
                let Some(table) = value.as_table() else {
                    self.add_wrong_table((name, value), span, "a table");
                    return None;
                };
                self.read_inner(table, span, format!("[{name}]"), read)
            }
        }
    }

    /// Reads an optional table.
    pub(crate) fn optional_table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut TableReader<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.has(name) {
            self.table(name, read)
        } else {
            self.read.push(name);
            None
        }
    }

    /// Reads a list of tables, `[[name]]`. Tables with problems are left out.
    pub(crate) fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut TableReader<'_>) -> Option<T>,
    ) -> Vec<Spanned<T>> {
        let Some((value, span)) = self.value(name) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.add_wrong_table((name, value), span, "a list of tables");
            return Vec::new();
        };
        self.check_count(name, items, TABLES_MAX);
        let mut values = Vec::new();
        for item in items.iter().take(TABLES_MAX) {
            let span = item.span();
            let Some(table) = item.get_ref().as_table() else {
                self.add_wrong_table((name, value), span, "a table");
                return Vec::new();
            };
            let value = self.read_inner(table, span.clone(), format!("[[{name}]]"), &mut read);
            values.extend(value.map(|value| Spanned { value, span }));
        }
        values
    }

    /// Adds the problem of a missing option.
    pub(crate) fn missing(&self, name: &str, allowed: &str) {
        let problem = Problem::missing(self.span.clone(), name, &self.location);
        self.problems.add(problem.allowed(allowed));
    }

    fn read_inner<T>(
        &self,
        table: &DeTable<'_>,
        span: Range<usize>,
        location: String,
        read: impl FnOnce(&mut TableReader<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut reader = TableReader::new(table, span, location, self.problems);
        let value = read(&mut reader);
        reader.finish();
        value
    }

    fn value(&mut self, name: &'static str) -> Option<(&'a DeValue<'a>, Range<usize>)> {
        self.read.push(name);
        let value = self.table.get(name)?;
        Some((value.get_ref(), value.span()))
    }

    fn convert<T: FromValue>(
        &self,
        name: &str,
        value: &DeValue<'_>,
        span: Range<usize>,
    ) -> Option<Spanned<T>> {
        match T::from_value(value) {
            Ok(value) => Some(Spanned { value, span }),
            Err(reason) if reason.is_empty() => {
                let form = T::correction(value).map(|value| format!("{name} = {value}"));
                self.add_wrong_type((name, value), span, &T::expected(), form);
                None
            }
            Err(reason) => {
                let problem = Problem::new(span, format!("`{name}` has an invalid value"), reason);
                let form = T::correction(value).map(|value| format!("{name} = {value}"));
                self.problems.add(correction::with_form(problem, name, &T::expected(), form));
                None
            }
        }
    }

    fn add_wrong_table(
        &self,
        (name, value): (&str, &DeValue<'_>),
        span: Range<usize>,
        wanted: &str,
    ) {
        let form = correction::form(&self.location, name, value);
        self.add_wrong_type((name, value), span, wanted, form);
    }

    fn add_wrong_type(
        &self,
        (name, value): (&str, &DeValue<'_>),
        span: Range<usize>,
        wanted: &str,
        form: Option<String>,
    ) {
        let found = format!("this is {}", article(value.type_str()));
        let problem = Problem::new(span, format!("`{name}` has a value of the wrong type"), found);
        self.problems.add(correction::with_form(problem, name, wanted, form));
    }

    fn finish(mut self) {
        self.check_unset();
        for (key, _) in self.table.iter().filter(|(key, _)| {
            let key: &str = key.get_ref();
            !self.read.contains(&key)
        }) {
            let name: &str = key.get_ref();
            let mut allowed = self.read.clone();
            allowed.sort_unstable();
            allowed.dedup();
            let all = format!("allowed here: {}", allowed.join(", "));
            let suggestion = nearest(name, allowed.iter().copied());
            suggestion.inspect(|meant| self.problems.remove_missing(&self.span, meant));
            let help = match (new_name(&self.location, name), suggestion) {
                (Some(new), _) => format!("`{name}` was renamed to `{new}`"),
                (None, Some(suggestion)) => format!("did you mean `{suggestion}`? {all}"),
                (None, None) => all,
            };
            let found = format!("not an option of {}", self.location);
            let problem = Problem::new(key.span(), format!("unknown option `{name}`"), found);
            self.problems.add(problem.allowed(help));
        }
    }
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}
