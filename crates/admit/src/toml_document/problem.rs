//! What is wrong with a file, and where.

use std::cell::RefCell;
use std::fmt;
use std::io::IsTerminal;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

/// One thing that is wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Where, in bytes.
    pub(crate) span: Range<usize>,
    /// What is wrong.
    pub(crate) message: String,
    /// What was found there.
    pub(crate) found: String,
    /// What is allowed.
    pub(crate) allowed: Option<String>,
    /// A command that mends it, to be pasted: shown on a line of its own.
    pub(crate) command: Option<String>,
}

impl Problem {
    /// A problem at a place, with what was found there.
    pub(crate) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self { span, message: message.into(), found: found.into(), allowed: None, command: None }
    }

    /// Says what is allowed.
    pub(crate) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }
}

/// Everything that is wrong with a file, as far as it was read.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: RefCell<Vec<Problem>>,
    hidden: RefCell<Vec<Range<usize>>>,
}

impl Problems {
    /// Adds one.
    pub(crate) fn add(&self, problem: Problem) {
        self.found.borrow_mut().push(problem);
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// Keeps what stands there out of all that is shown: a secret, on its way to some log.
    pub(crate) fn hide(&self, span: Range<usize>) {
        self.hidden.borrow_mut().push(span);
    }

    /// The refusal of a file that was not understood, though nothing is known to be wrong with it.
    pub(crate) fn unexplained(file: &str, text: &str) -> Refused {
        let problem = Problem::new(0..0, "the file could not be read", "");
        Refused { file: file.to_owned(), text: text.to_owned(), problems: vec![problem] }
    }

    /// The file's refusal, if anything is wrong.
    pub(crate) fn refusal(self, file: &str, text: &str) -> Option<Refused> {
        let mut problems = self.found.into_inner();
        let hidden = self.hidden.into_inner();
        problems.sort_by_key(|problem| problem.span.start);
        (!problems.is_empty()).then(|| Refused {
            file: file.to_owned(),
            text: masked(text, &hidden),
            problems,
        })
    }
}

/// A file that was refused: all that is wrong with it.
#[derive(Debug)]
pub(crate) struct Refused {
    file: String,
    text: String,
    problems: Vec<Problem>,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let theme = if std::io::stderr().is_terminal() {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
        for problem in &self.problems {
            let shown = Shown {
                problem,
                source: NamedSource::new(&self.file, self.text.clone()),
                span: first_line(&self.text, &problem.span),
            };
            handler.render_report(formatter, &shown)?;
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

/// The text with stars in place of what nobody may see, of the same length.
fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let is_hidden = |at: usize| hidden.iter().any(|span| span.contains(&at));
    let stars = |character: char| "*".repeat(character.len_utf8());
    text.char_indices()
        .map(|(at, character)| {
            let shown = character == '\n' || !is_hidden(at);
            if shown { character.to_string() } else { stars(character) }
        })
        .collect()
}

/// The part of a span on its first line: more would only fill the screen.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let shown = text.get(span.clone()).unwrap_or_default();
    let length = shown.find('\n').unwrap_or(shown.len());
    span.start..span.start + length
}

#[derive(Debug)]
struct Shown<'a> {
    problem: &'a Problem,
    source: NamedSource<String>,
    span: Range<usize>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
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
