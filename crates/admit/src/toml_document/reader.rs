//! Takes options out of a table by name; what was never asked for is unknown.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::nearest::nearest;
use super::problem::{Problem, Problems, Refused};
use super::value::{At, FromValue};

/// Reads a whole file with `root`; `None` from it must have left a problem.
pub(crate) fn read<T>(
    file: &str,
    text: &str,
    root: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, Refused> {
    let problems = Problems::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        hide_lines(text, &problems);
    }
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        problems.add(Problem::new(span, "not TOML", error.message()));
    }
    // A table with holes in it would only give problems that are none.
    let value = if problems.is_empty() {
        let mut reader = Reader::new(table.get_ref(), 0..0, "the file".to_owned(), &problems);
        let value = root(&mut reader);
        reader.finish();
        value
    } else {
        None
    };
    match (problems.refusal(file, text), value) {
        (None, Some(value)) => Ok(value),
        (Some(refused), _) => Err(refused),
        (None, None) => Err(Problems::unexplained(file, text)),
    }
}

/// In a file that is not understood, secrets are only known by the lines that they stand in.
fn hide_lines(text: &str, problems: &Problems) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(at) = ["secret", "password"].iter().filter_map(|word| line.find(word)).min() {
            problems.hide(start + at..start + line.len());
        }
        start += line.len();
    }
}

/// One table of a file.
pub(crate) struct Reader<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    place: String,
    asked: Vec<&'static str>,
    problems: &'a Problems,
}

impl<'a> Reader<'a> {
    fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        place: String,
        problems: &'a Problems,
    ) -> Self {
        Self { table, span, place, asked: Vec::new(), problems }
    }

    /// Where the table stands.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where problems go.
    pub(crate) const fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Whether the option is written at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// An option that may be missing.
    pub(crate) fn optional<T: FromValue>(&mut self, name: &'static str) -> Option<At<T>> {
        let (value, span) = self.value(name)?;
        self.convert(name, value, span)
    }

    /// An option that must be there.
    pub(crate) fn required<T: FromValue>(&mut self, name: &'static str) -> Option<At<T>> {
        if !self.has(name) {
            self.asked.push(name);
            self.missing(name, &format!("expected {}", T::expected()));
            return None;
        }
        self.optional(name)
    }

    /// Keeps the value of an option out of all that is shown.
    pub(crate) fn hide(&self, name: &str) {
        if let Some(value) = self.table.get(name) {
            self.problems.hide(value.span());
        }
    }

    /// A list of values; missing, it is empty.
    pub(crate) fn list<T: FromValue>(&mut self, name: &'static str) -> Vec<At<T>> {
        let Some((value, span)) = self.value(name) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_kind(name, value, span, &format!("a list: each {}", T::expected()));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.convert(name, item.get_ref(), item.span())).collect()
    }

    /// A table; missing, it is read as an empty one would be.
    pub(crate) fn table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let empty = DeTable::new();
        match self.value(name) {
            None => self.inner(&empty, self.span.clone(), format!("[{name}]"), read),
            Some((value, span)) => {
                let Some(table) = value.as_table() else {
                    self.wrong_kind(name, value, span, "a table");
                    return None;
                };
                self.inner(table, span, format!("[{name}]"), read)
            }
        }
    }

    /// A table that may be missing.
    pub(crate) fn optional_table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.has(name) {
            self.table(name, read)
        } else {
            self.asked.push(name);
            None
        }
    }

    /// A list of tables, `[[name]]`; those that are wrong are left out.
    pub(crate) fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Reader<'_>) -> Option<T>,
    ) -> Vec<At<T>> {
        let Some((value, span)) = self.value(name) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_kind(name, value, span, "a list of tables");
            return Vec::new();
        };
        let mut values = Vec::new();
        for item in items {
            let span = item.span();
            let Some(table) = item.get_ref().as_table() else {
                self.wrong_kind(name, item.get_ref(), span, "a table");
                continue;
            };
            let value = self.inner(table, span.clone(), format!("[[{name}]]"), &mut read);
            values.extend(value.map(|value| At { value, span }));
        }
        values
    }

    /// Says that an option is missing which must be there.
    pub(crate) fn missing(&self, name: &str, allowed: &str) {
        let problem = Problem::new(
            self.span.clone(),
            format!("`{name}` is missing"),
            format!("{} has no `{name}`", self.place),
        );
        self.problems.add(problem.allowed(allowed));
    }

    fn inner<T>(
        &self,
        table: &DeTable<'_>,
        span: Range<usize>,
        place: String,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut reader = Reader::new(table, span, place, self.problems);
        let value = read(&mut reader);
        reader.finish();
        value
    }

    fn value(&mut self, name: &'static str) -> Option<(&'a DeValue<'a>, Range<usize>)> {
        self.asked.push(name);
        let value = self.table.get(name)?;
        Some((value.get_ref(), value.span()))
    }

    fn convert<T: FromValue>(
        &self,
        name: &str,
        value: &DeValue<'_>,
        span: Range<usize>,
    ) -> Option<At<T>> {
        match T::from_value(value) {
            Ok(value) => Some(At { value, span }),
            Err(reason) if reason.is_empty() => {
                self.wrong_kind(name, value, span, &T::expected());
                None
            }
            Err(reason) => {
                let problem = Problem::new(span, format!("`{name}` has a wrong value"), reason);
                self.problems.add(problem.allowed(format!("expected {}", T::expected())));
                None
            }
        }
    }

    fn wrong_kind(&self, name: &str, value: &DeValue<'_>, span: Range<usize>, expected: &str) {
        let found = format!("this is {}", article(value.type_str()));
        let problem = Problem::new(span, format!("`{name}` has a value of the wrong kind"), found);
        self.problems.add(problem.allowed(format!("expected {expected}")));
    }

    fn finish(self) {
        for (key, _) in self.table.iter().filter(|(key, _)| {
            let key: &str = key.get_ref();
            !self.asked.contains(&key)
        }) {
            let written: &str = key.get_ref();
            let mut allowed = self.asked.clone();
            allowed.sort_unstable();
            allowed.dedup();
            let all = format!("allowed here: {}", allowed.join(", "));
            let help = match nearest(written, allowed.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`? {all}"),
                None => all,
            };
            let found = format!("not an option of {}", self.place);
            let problem = Problem::new(key.span(), format!("unknown option `{written}`"), found);
            self.problems.add(problem.allowed(help));
        }
    }
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}
