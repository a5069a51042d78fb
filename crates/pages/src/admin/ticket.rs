//! The page about one ticket: the report, the request, and the entries.

use catalogue::{FixedBy, Language, Refusal};
use serde::Serialize;

use crate::{AdminLayout, FormError, Layout, PageTime};

/// The data of the page. Its form posts `csrf_token`, `text` and `action` (`answer`, `close` or
/// `reopen`) to the URL of the page.
#[derive(Clone, Debug)]
pub struct AdminTicket {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The report.
    pub reported: ReportedProblem,
    /// The request as it was recorded at the time of the report.
    pub request: Option<ReportedRequest>,
    /// The path of the page about the request.
    pub request_url: String,
    /// The entries in order.
    pub entries: Vec<TicketLine>,
    /// The submitted text, if the form is shown again; may be empty.
    pub draft: String,
    /// The limit on the text, in characters.
    pub text_max: usize,
    /// The refusal of the last action.
    pub problem: Option<Refusal>,
}

/// A report and its reporter.
#[derive(Clone, Debug, Serialize)]
pub struct ReportedProblem {
    /// The ticket ID.
    pub ticket: String,
    /// `open`, `answered` or `closed`.
    pub state: &'static str,
    /// The time of the report.
    pub time: PageTime,
    /// The reported error number: `AADSTS50011`.
    pub label: String,
    /// The title of the error number.
    pub title: String,
    /// The trace ID of the request.
    pub trace_id: String,
    /// The reporter's language, by its own name.
    pub language: String,
    /// The email address for an answer, if the reporter gave one.
    pub address: Option<String>,
    /// Whether the reporter has confirmed the address. Answers are sent only then.
    pub is_address_confirmed: bool,
    /// The text of the report.
    pub text: String,
}

/// The request of a report.
#[derive(Clone, Debug, Serialize)]
pub struct ReportedRequest {
    /// The description of the refusal with its values.
    pub description: String,
    /// The steps of the remedy.
    pub steps: Vec<String>,
    /// The time of the request.
    pub time: PageTime,
    /// The other properties of the request: name and value.
    pub properties: Vec<(String, String)>,
    /// The comparisons: the parameter or claim, and a sentence about the difference.
    pub comparisons: Vec<(String, String)>,
}

/// One entry of a ticket.
#[derive(Clone, Debug, Serialize)]
pub struct TicketLine {
    /// The time of the entry.
    pub time: PageTime,
    /// The author of the entry.
    pub by: String,
    /// The kind: `answer`, `close`, `reopen` or `undelivered`.
    pub kind: &'static str,
    /// The text of the entry.
    pub text: String,
}

impl AdminTicket {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_ticket", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        View {
            layout: &self.layout,
            admin_layout: &self.admin_layout,
            reported: &self.reported,
            request: self.request.as_ref(),
            request_url: &self.request_url,
            entries: &self.entries,
            draft: &self.draft,
            text_max: self.text_max.to_string(),
            problem: self
                .problem
                .as_ref()
                .map(|it| FormError::from_refusal(it, FixedBy::Administrator, language)),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    admin_layout: &'a AdminLayout,
    reported: &'a ReportedProblem,
    request: Option<&'a ReportedRequest>,
    request_url: &'a str,
    entries: &'a [TicketLine],
    draft: &'a str,
    text_max: String,
    problem: Option<FormError>,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminTicket {
    const TEMPLATE: &'static str = "admin_ticket";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let refusal = crate::sample::refusal("https://app.demo.example/callback/");
        let line = |kind, by: &str, text: &str| TicketLine {
            time: PageTime::sample("17:02:10"),
            by: by.to_owned(),
            kind,
            text: text.to_owned(),
        };
        let open = Self {
            layout: crate::sample::layout_with(crate::LanguageSwitch::in_form()),
            admin_layout: AdminLayout::sample(crate::Section::Tickets),
            reported: ReportedProblem {
                ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
                state: "open",
                time: PageTime::sample("16:20:44"),
                label: "AADSTS50011".to_owned(),
                title: refusal.title(language),
                trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
                language: "English".to_owned(),
                address: Some("rina@demo.example".to_owned()),
                is_address_confirmed: false,
                text: "It worked yesterday.\nSince this morning it does not.".to_owned(),
            },
            request: Some(ReportedRequest {
                description: refusal.description(language),
                steps: refusal.remedy(language).lines().map(str::to_owned).collect(),
                time: PageTime::sample("16:20:44"),
                properties: vec![("client".to_owned(), "Demo web app".to_owned())],
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
                line("undelivered", "admit", "webhook: the receiver responded with 503"),
                line(
                    "answer",
                    "admin@demo.example",
                    "The redirect URI is registered now.\nTry again.",
                ),
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
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            reported: ReportedProblem {
                ticket: text.to_owned(),
                state: "open",
                time: PageTime::hostile(text),
                label: text.to_owned(),
                title: text.to_owned(),
                trace_id: text.to_owned(),
                language: text.to_owned(),
                address: Some(text.to_owned()),
                is_address_confirmed: false,
                text: text.to_owned(),
            },
            request: Some(ReportedRequest {
                time: PageTime::hostile(text),
                description: text.to_owned(),
                steps: vec![text.to_owned()],
                properties: vec![(text.to_owned(), text.to_owned())],
                comparisons: vec![(text.to_owned(), text.to_owned())],
            }),
            request_url: text.to_owned(),
            entries: vec![TicketLine {
                time: PageTime::hostile(text),
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
