//! Tidiness is a test: the budgets and house rules of STYLE.md, kept as ratchets.

mod budget;
mod edges;
mod functions;
mod lines;
mod links;
mod names;
mod refusals;
mod source;

use std::fmt;
use std::path::Path;

/// One breach of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    file: String,
    line: usize,
    message: String,
}

impl Breach {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Every breach as `file:line: message`.
pub(crate) fn check(root: &Path) -> Result<(), Vec<String>> {
    let sources = source::read_all(root)?;
    let mut breaches = budget::check(&sources, &budget::Allowance::read(root)?);
    breaches.extend(edges::check(root)?);
    breaches.extend(links::check(root)?);
    breaches.extend(refusals::check(root, &sources)?);
    for source in &sources {
        breaches.extend(names::check(source));
        breaches.extend(lines::check(source));
        breaches.extend(functions::check(source));
    }
    breaches.sort();
    if breaches.is_empty() { Ok(()) } else { Err(breaches.iter().map(Breach::to_string).collect()) }
}
