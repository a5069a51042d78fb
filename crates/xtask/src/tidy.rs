//! Checks the rules of STYLE.md that a tool can check. Lists of exceptions may only shrink.

mod areas;
mod crate_dependencies;
mod cycles;
mod exceptions;
mod file_size;
mod functions;
mod io_paths;
mod lines;
mod links;
mod module_graph;
mod module_names;
mod refusals;
mod responses;
mod source;
mod tenant_rows;
mod test_names;
mod words;

use std::fmt;
use std::path::Path;

/// A violation of one rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    file: String,
    line: usize,
    message: String,
}

impl Violation {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Checks every rule and returns each violation as `file:line: message`.
pub(crate) fn check(root: &Path) -> Result<(), Vec<String>> {
    let sources = source::read_all(root)?;
    let exceptions = exceptions::Exceptions::read(root)?;
    let mut violations = exceptions.check_counts();
    violations.extend(file_size::check(&sources, &exceptions.file));
    violations.extend(crate_dependencies::check(root)?);
    violations.extend(links::check(root)?);
    violations.extend(refusals::check(root, &sources)?);
    violations.extend(words::check(&sources, &exceptions.words));
    let references = module_graph::references(&sources);
    violations.extend(areas::check(&references));
    violations.extend(areas::check_modules(&sources));
    violations.extend(cycles::check(&references, &exceptions.cycles));
    for source in &sources {
        violations.extend(module_names::check(source));
        violations.extend(lines::check(source));
        violations.extend(functions::check(source));
        violations.extend(io_paths::check(source));
        violations.extend(responses::check(source));
        violations.extend(tenant_rows::check(source));
        violations.extend(test_names::check(source));
    }
    violations.sort();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations.iter().map(Violation::to_string).collect())
    }
}
