//! One request, whole: why it was answered so, what came before and after it.

mod contrast;

use catalogue::Language;
use serde::Serialize;

use crate::{Desk, Frame, RequestRow, Tone};
pub use contrast::Contrast;

/// The page about one request.
#[derive(Clone, Debug, Serialize)]
pub struct AdminRequest {
    /// What surrounds the page.
    pub frame: Frame,
    /// What every administration page shows.
    pub desk: Desk,
    /// How it ended.
    pub tone: Tone,
    /// The heading: the title of the refusal, or what the answer was.
    pub title: String,
    /// Why it was turned down.
    pub refusal: Option<RequestRefusal>,
    /// What was compared.
    pub comparisons: Vec<Contrast>,
    /// The checks that it passed, in words and in order.
    pub passed: Vec<String>,
    /// What goes well and will not for long.
    pub warnings: Vec<String>,
    /// Everything else that is known, by name.
    pub facts: Vec<RequestFact>,
    /// The sign-in that it is a step of, in order.
    pub timeline: Vec<TimelineStep>,
    /// The timeline has more steps than are shown.
    pub timeline_cut: bool,
    /// Requests around it, of the same person and of the same app.
    pub neighbours: Vec<Neighbours>,
}

/// Why a request was turned down.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRefusal {
    /// The number: `AADSTS50011`.
    pub label: String,
    /// What happened, with the values.
    pub happened: String,
    /// What to do.
    pub steps: Vec<String>,
    /// Who can mend it.
    pub mended_by: String,
    /// The page about the number; a path of ours.
    pub url: String,
}

/// One thing that is known about a request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestFact {
    /// A stable name, the element's id.
    pub id: &'static str,
    /// What it is, in the reader's language.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where there is more with the same value; a path of ours.
    pub url: Option<String>,
}

/// One step of a sign-in.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineStep {
    /// The request.
    pub row: RequestRow,
    /// How long after the first step, in words.
    pub offset: String,
    /// It is the request that the page is about.
    pub present: bool,
}

/// Requests around one, which have something in common with it.
#[derive(Clone, Debug, Serialize)]
pub struct Neighbours {
    /// A stable name, the element's id.
    pub id: &'static str,
    /// What they have in common.
    pub heading: String,
    /// The requests, the newest first, the present one among them.
    pub steps: Vec<TimelineStep>,
    /// Where all of them are; a path of ours.
    pub all: String,
}

impl AdminRequest {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_request", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
mod samples;
