//! The list of tickets of a tenant, with a filter form.

use catalogue::Language;
use serde::Serialize;

use crate::{AdminLayout, Input, Layout, PageTime};

/// The data of the page. Its form is submitted with GET to `/admin/tickets`.
#[derive(Clone, Debug, Serialize)]
pub struct AdminTickets {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The filter.
    pub filter: TicketFilter,
    /// The tickets found, newest first.
    pub rows: Vec<TicketRow>,
    /// The path of the first page, unless this is the first page.
    pub newest: Option<String>,
    /// The path of the next page, if there are older tickets.
    pub older: Option<String>,
}

/// The submitted inputs of the filter form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketFilter {
    /// `open`, `answered` or `closed`; empty for all.
    pub state: String,
    /// An error number.
    pub number: Input,
    /// The trace ID of the request.
    pub trace_id: Input,
    /// Tickets reported before this time.
    pub until: Input,
    /// True if any input is filled in.
    pub narrowed: bool,
}

/// One ticket in the list.
#[derive(Clone, Debug, Serialize)]
pub struct TicketRow {
    /// The time of the report.
    pub time: PageTime,
    /// The path of the page about the ticket.
    pub url: String,
    /// The ticket ID.
    pub ticket: String,
    /// `open`, `answered` or `closed`.
    pub state: &'static str,
    /// The reported error number: `AADSTS50011`.
    pub label: String,
    /// The title of the error number.
    pub title: String,
    /// The beginning of the reporter's text.
    pub beginning: String,
}

impl AdminTickets {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_tickets", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminTickets {
    const TEMPLATE: &'static str = "admin_tickets";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let row = |state, beginning: &str| TicketRow {
            time: PageTime::sample("16:20:44"),
            url: "/admin/tickets/T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            state,
            label: "AADSTS50011".to_owned(),
            title: crate::sample::refusal("https://app.demo.example/").title(language),
            beginning: beginning.to_owned(),
        };
        let found = Self {
            layout: crate::sample::layout_with(crate::LanguageSwitch::in_search("/admin/tickets")),
            admin_layout: AdminLayout::sample(crate::Section::Tickets),
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
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            filter: TicketFilter {
                state: text.to_owned(),
                number: input(),
                trace_id: input(),
                until: input(),
                narrowed: true,
            },
            rows: vec![TicketRow {
                time: PageTime::hostile(text),
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
