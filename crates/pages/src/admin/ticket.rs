//! One ticket: what was reported, what is known of the request, and what was done about it.

use catalogue::{FixedBy, Language, Refusal};
use serde::Serialize;

use crate::{Desk, Frame, report::Trouble};

/// The page of a ticket. Its form posts `token`, `text` and `action` (`answer`, `close` or
/// `reopen`) to the page itself.
#[derive(Clone, Debug)]
pub struct AdminTicket {
    /// What surrounds the page.
    pub frame: Frame,
    /// What every administration page shows.
    pub desk: Desk,
    /// What was reported.
    pub reported: ReportedProblem,
    /// The request, as it was remembered when it was reported.
    pub request: Option<ReportedRequest>,
    /// The page about the request; a path of ours.
    pub request_url: String,
    /// What was done, in order.
    pub entries: Vec<TicketLine>,
    /// What was typed before; may be empty.
    pub draft: String,
    /// The most characters of a text.
    pub text_max: usize,
    /// Why the last step was not taken.
    pub problem: Option<Refusal>,
}

/// What was reported, and by whom.
#[derive(Clone, Debug, Serialize)]
pub struct ReportedProblem {
    /// The ticket's number.
    pub ticket: String,
    /// `open`, `answered` or `closed`.
    pub state: &'static str,
    /// When it was reported.
    pub time: String,
    /// The number that was reported: `AADSTS50011`.
    pub label: String,
    /// What that means, in a few words.
    pub title: String,
    /// Our id of the request.
    pub trace_id: String,
    /// The reporter's language, by its own name.
    pub language: String,
    /// Where the reporter wants to be answered.
    pub address: Option<String>,
    /// What the reporter wrote.
    pub text: String,
}

/// What is known of the request.
#[derive(Clone, Debug, Serialize)]
pub struct ReportedRequest {
    /// What happened, with the values.
    pub happened: String,
    /// What to do.
    pub steps: Vec<String>,
    /// The parts of it: a name and a value each.
    pub facts: Vec<(String, String)>,
    /// What was compared: a name, and in words how it differs.
    pub comparisons: Vec<(String, String)>,
}

/// One thing that was done.
#[derive(Clone, Debug, Serialize)]
pub struct TicketLine {
    /// When.
    pub time: String,
    /// Who.
    pub by: String,
    /// What: `answer`, `close`, `reopen` or `undelivered`.
    pub kind: &'static str,
    /// What was written.
    pub text: String,
}

impl AdminTicket {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_ticket", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        View {
            frame: &self.frame,
            desk: &self.desk,
            reported: &self.reported,
            request: self.request.as_ref(),
            request_url: &self.request_url,
            entries: &self.entries,
            draft: &self.draft,
            text_max: self.text_max.to_string(),
            problem: self
                .problem
                .as_ref()
                .map(|it| Trouble::new(it, FixedBy::Administrator, language)),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
    reported: &'a ReportedProblem,
    request: Option<&'a ReportedRequest>,
    request_url: &'a str,
    entries: &'a [TicketLine],
    draft: &'a str,
    text_max: String,
    problem: Option<Trouble>,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminTicket {
    const TEMPLATE: &'static str = "admin_ticket";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let refusal = crate::sample::refusal("https://app.demo.example/callback/");
        let line = |kind, by: &str, text: &str| TicketLine {
            time: "2026-11-22 17:02:10Z".to_owned(),
            by: by.to_owned(),
            kind,
            text: text.to_owned(),
        };
        let open = Self {
            frame: crate::sample::frame(),
            desk: Desk::sample(crate::Section::Tickets),
            reported: ReportedProblem {
                ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
                state: "open",
                time: "2026-11-22 16:20:44Z".to_owned(),
                label: "AADSTS50011".to_owned(),
                title: refusal.title(language),
                trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
                language: "English".to_owned(),
                address: Some("rina@demo.example".to_owned()),
                text: "It worked yesterday.\nSince this morning it does not.".to_owned(),
            },
            request: Some(ReportedRequest {
                happened: refusal.happened(language),
                steps: refusal.remedy(language).lines().map(str::to_owned).collect(),
                facts: vec![("client".to_owned(), "Demo web app".to_owned())],
                comparisons: vec![("redirect_uri".to_owned(), "/callback/".to_owned())],
            }),
            request_url: "/admin/requests/6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            entries: Vec::new(),
            draft: String::new(),
            text_max: 4_000,
            problem: None,
        };
        let closed = Self {
            reported: ReportedProblem {
                state: "closed",
                address: None,
                text: String::new(),
                ..open.reported.clone()
            },
            request: None,
            entries: vec![
                line("undelivered", "admit", "webhook: the receiver answered 503"),
                line("answer", "admin@demo.example", "It is mended.\nPlease try again."),
                line("close", "operator", ""),
            ],
            ..open.clone()
        };
        let problem = Some(catalogue::refusal::ticket_text_missing());
        let refused = Self { problem, ..open.clone() };
        vec![("open", open), ("closed", closed), ("refused", refused)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            desk: Desk::hostile(text),
            reported: ReportedProblem {
                ticket: text.to_owned(),
                state: "open",
                time: text.to_owned(),
                label: text.to_owned(),
                title: text.to_owned(),
                trace_id: text.to_owned(),
                language: text.to_owned(),
                address: Some(text.to_owned()),
                text: text.to_owned(),
            },
            request: Some(ReportedRequest {
                happened: text.to_owned(),
                steps: vec![text.to_owned()],
                facts: vec![(text.to_owned(), text.to_owned())],
                comparisons: vec![(text.to_owned(), text.to_owned())],
            }),
            request_url: text.to_owned(),
            entries: vec![TicketLine {
                time: text.to_owned(),
                by: text.to_owned(),
                kind: "answer",
                text: text.to_owned(),
            }],
            draft: text.to_owned(),
            text_max: 4_000,
            problem: Some(crate::sample::refusal(text)),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}
