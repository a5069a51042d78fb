//! The page for a refusal that cannot be carried back to the app.

use catalogue::{FixedBy, Language, Refusal, text};
use serde::Serialize;

use crate::Frame;
use crate::remedy::{self, Steps};

/// The error page, with everything that someone who can help will ask for.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What was refused, and why.
    pub refusal: Refusal,
    /// Our id of the request.
    pub trace_id: String,
    /// The caller's id of the request, or ours in its place.
    pub correlation_id: String,
    /// When it happened, as it is on the wire.
    pub timestamp: String,
    /// Where the same sign-in begins anew, if that can help.
    pub start_again: Option<String>,
    /// Where the problem can be reported, if the reader cannot mend it.
    pub report: Option<String>,
}

impl ErrorPage {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("error", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let entry = self.refusal.entry();
        let steps = remedy::steps(&self.refusal.remedy(language), entry.fixed_by, language);
        let nothing =
            || text(language, &format!("error-page-nothing-{}", entry.fixed_by.word()), &[]);
        let mut yours = remedy::of(FixedBy::User, &steps);
        if yours.is_empty() {
            yours.push(nothing());
        }
        View {
            frame: &self.frame,
            number: entry.number,
            label: entry.label(),
            title: self.refusal.title(language),
            happened: self.refusal.happened(language),
            yours,
            others: remedy::of_others(&steps, language),
            mended_by: remedy::named(entry.fixed_by, language),
            trace_id: &self.trace_id,
            correlation_id: &self.correlation_id,
            timestamp: &self.timestamp,
            start_again: self.start_again.as_deref(),
            report: self.report.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    number: u32,
    label: &'static str,
    title: String,
    happened: String,
    /// What the person in front of the page can do.
    yours: Vec<String>,
    /// What others can do, by group.
    others: Vec<Steps>,
    mended_by: String,
    trace_id: &'a str,
    correlation_id: &'a str,
    timestamp: &'a str,
    start_again: Option<&'a str>,
    report: Option<&'a str>,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ErrorPage {
    const TEMPLATE: &'static str = "error";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: crate::sample::frame(),
            refusal: crate::sample::refusal("https://app.demo.example/callback/"),
            trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            correlation_id: "0d2a58cb-6f0e-4f3e-8f5e-6b1b0f0f9f33".to_owned(),
            timestamp: "2026-11-22 16:20:00Z".to_owned(),
            start_again: None,
            report: None,
        };
        let again = Some("/demo/oauth2/v2.0/authorize?client_id=demo".to_owned());
        let report = Some("/report?about=c2VhbGVk".to_owned());
        let reported = Self { report, ..page.clone() };
        let again = Self { start_again: again, ..page.clone() };
        vec![("again", again), ("report", reported), ("final", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            refusal: crate::sample::refusal(text),
            trace_id: text.to_owned(),
            correlation_id: text.to_owned(),
            timestamp: text.to_owned(),
            start_again: Some(text.to_owned()),
            report: Some(text.to_owned()),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}
