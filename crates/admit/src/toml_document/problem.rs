//! The problems of a file and their report.

use std::cell::RefCell;
use std::fmt;
use std::io::IsTerminal;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

/// A problem of a file.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The position in the file, in bytes.
    pub(crate) span: Range<usize>,
    /// The message.
    pub(crate) message: String,
    /// The label at the position: what was found.
    pub(crate) found: String,
    /// The help: what is allowed.
    pub(crate) allowed: Option<String>,
    /// A command that fixes the problem, printed on a line of its own.
    pub(crate) command: Option<String>,
}

impl Problem {
    /// Creates a problem at a position.
    pub(crate) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self { span, message: message.into(), found: found.into(), allowed: None, command: None }
    }

    /// Creates the problem of an option that a table does not have.
    pub(crate) fn missing(span: Range<usize>, name: &str, location: &str) -> Self {
        Self::new(span, format!("`{name}` is missing"), format!("{location} has no `{name}`"))
    }

    /// Adds the help.
    pub(crate) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }
}

/// All problems of a file.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: RefCell<Vec<Problem>>,
    masked: RefCell<Vec<Range<usize>>>,
}

impl Problems {
    /// Adds a problem.
    pub(crate) fn add(&self, problem: Problem) {
        self.found.borrow_mut().push(problem);
    }

    /// Removes the problem of an option of a table that is missing because its name is misspelled:
    /// the wrong name is a problem of its own.
    pub(crate) fn remove_missing(&self, table: &Range<usize>, name: &str) {
        let message = format!("`{name}` is missing");
        self.found.borrow_mut().retain(|it| it.span != *table || it.message != message);
    }

    /// Returns whether there are no problems so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// Masks a part of the file in the report: a secret, which could end up in a log.
    pub(crate) fn mask(&self, span: Range<usize>) {
        self.masked.borrow_mut().push(span);
    }

    /// Returns the masked parts.
    pub(crate) fn masked(&self) -> Vec<Range<usize>> {
        self.masked.borrow().clone()
    }

    /// Creates the error of a file that could not be read without a known problem.
    pub(crate) fn unexplained(file: &str, text: &str) -> DocumentErrors {
        let problem = Problem::new(0..0, "the file could not be read", "");
        DocumentErrors { file: file.to_owned(), text: text.to_owned(), problems: vec![problem] }
    }

    /// Returns the errors of the file, if there are any.
    pub(crate) fn into_errors(self, file: &str, text: &str) -> Option<DocumentErrors> {
        let mut problems = self.found.into_inner();
        let masked = self.masked.into_inner();
        problems.sort_by_key(|problem| problem.span.start);
        (!problems.is_empty()).then(|| DocumentErrors {
            file: file.to_owned(),
            text: mask(text, &masked),
            problems,
        })
    }
}

/// The errors of a file.
#[derive(Debug)]
pub(crate) struct DocumentErrors {
    file: String,
    text: String,
    problems: Vec<Problem>,
}

impl fmt::Display for DocumentErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let theme = if std::io::stderr().is_terminal() {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
        for problem in &self.problems {
            let report = Report {
                problem,
                source: NamedSource::new(&self.file, self.text.clone()),
                span: first_line(&self.text, &problem.span),
            };
            handler.render_report(formatter, &report)?;
            if let Some(command) = &problem.command {
                writeln!(formatter, "    {command}")?;
            }
            writeln!(formatter)?;
        }
        match self.problems.len() {
            1 => write!(formatter, "{}: 1 problem", self.file),
            count => write!(formatter, "{}: {count} problems", self.file),
        }
    }
}

/// Replaces the masked parts of a text by stars. The length in bytes stays the same.
fn mask(text: &str, masked: &[Range<usize>]) -> String {
    let is_masked = |at: usize| masked.iter().any(|span| span.contains(&at));
    let stars = |character: char| "*".repeat(character.len_utf8());
    text.char_indices()
        .map(|(at, character)| {
            let is_visible = character == '\n' || !is_masked(at);
            if is_visible { character.to_string() } else { stars(character) }
        })
        .collect()
}

/// Returns the part of a span that is on its first line.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let spanned = text.get(span.clone()).unwrap_or_default();
    let length = spanned.find('\n').unwrap_or(spanned.len());
    span.start..span.start + length
}

#[derive(Debug)]
struct Report<'a> {
    problem: &'a Problem,
    source: NamedSource<String>,
    span: Range<usize>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let allowed = self.problem.allowed.as_ref()?;
        Some(Box::new(allowed))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let found = (!self.problem.found.is_empty()).then(|| self.problem.found.clone());
        let label = LabeledSpan::new_with_span(found, self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
