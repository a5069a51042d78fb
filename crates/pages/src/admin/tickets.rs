//! What people reported to a tenant: a filter, and the tickets that fit.

use catalogue::Language;
use serde::Serialize;

use crate::{Desk, Frame, Input};

/// The list of tickets. Its form gets `/admin/tickets`.
#[derive(Clone, Debug, Serialize)]
pub struct AdminTickets {
    /// What surrounds the page.
    pub frame: Frame,
    /// What every administration page shows.
    pub desk: Desk,
    /// What is asked for.
    pub filter: TicketFilter,
    /// What was found, the newest first.
    pub rows: Vec<TicketRow>,
    /// Where the newest ones are, on a page of older ones.
    pub newest: Option<String>,
    /// Where older ones are, if there are any.
    pub older: Option<String>,
}

/// The fields of the filter, as they were filled in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketFilter {
    /// `open`, `answered` or `closed`; empty for all.
    pub state: String,
    /// An error number.
    pub number: Input,
    /// Our id of the request.
    pub trace_id: Input,
    /// Reported before this time.
    pub until: Input,
    /// Whether anything is asked for.
    pub narrowed: bool,
}

/// One ticket in a list.
#[derive(Clone, Debug, Serialize)]
pub struct TicketRow {
    /// When it was reported: `2026-01-01 00:00:00Z`.
    pub time: String,
    /// The page about it; a path of ours.
    pub url: String,
    /// Its number.
    pub ticket: String,
    /// `open`, `answered` or `closed`.
    pub state: &'static str,
    /// The number that was reported: `AADSTS50011`.
    pub label: String,
    /// What that means, in a few words.
    pub title: String,
    /// The beginning of what the reporter wrote.
    pub beginning: String,
}

impl AdminTickets {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_tickets", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminTickets {
    const TEMPLATE: &'static str = "admin_tickets";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let row = |state, beginning: &str| TicketRow {
            time: "2026-11-22 16:20:44Z".to_owned(),
            url: "/admin/tickets/T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            state,
            label: "AADSTS50011".to_owned(),
            title: crate::sample::refusal("https://app.demo.example/").title(language),
            beginning: beginning.to_owned(),
        };
        let found = Self {
            frame: crate::sample::frame(),
            desk: Desk::sample(crate::Section::Tickets),
            filter: TicketFilter::default(),
            rows: vec![
                row("open", "It worked yesterday. Since this morning it does not."),
                row("answered", ""),
                row("closed", "I cannot sign in to the shop from my new phone"),
            ],
            newest: Some("/admin/tickets".to_owned()),
            older: Some("/admin/tickets?before=1".to_owned()),
        };
        let problem = Some(catalogue::text(language, "admin-problem-number", &[]));
        let wrong = Self {
            filter: TicketFilter {
                state: "open".to_owned(),
                number: Input { value: "x".to_owned(), problem },
                narrowed: true,
                ..TicketFilter::default()
            },
            rows: Vec::new(),
            newest: None,
            older: None,
            ..found.clone()
        };
        vec![("found", found), ("wrong", wrong)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let input = || Input { value: text.to_owned(), problem: Some(text.to_owned()) };
        Self {
            frame: crate::sample::hostile_frame(text),
            desk: Desk::hostile(text),
            filter: TicketFilter {
                state: text.to_owned(),
                number: input(),
                trace_id: input(),
                until: input(),
                narrowed: true,
            },
            rows: vec![TicketRow {
                time: text.to_owned(),
                url: text.to_owned(),
                ticket: text.to_owned(),
                state: "open",
                label: text.to_owned(),
                title: text.to_owned(),
                beginning: text.to_owned(),
            }],
            newest: Some(text.to_owned()),
            older: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
