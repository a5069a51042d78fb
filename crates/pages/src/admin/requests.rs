//! What happened in a tenant: a search, and the requests that it finds.

use catalogue::Language;
use serde::Serialize;

use crate::{Desk, Frame, RequestRow};

/// The list of requests. Its form gets `/admin/requests`.
#[derive(Clone, Debug, Serialize)]
pub struct AdminRequests {
    /// What surrounds the page.
    pub frame: Frame,
    /// What every administration page shows.
    pub desk: Desk,
    /// What is asked for.
    pub search: RequestSearch,
    /// What was found, the newest first.
    pub rows: Vec<RequestRow>,
    /// Where the newest ones are, on a page of older ones.
    pub newest: Option<String>,
    /// Where older ones are, if there are any.
    pub older: Option<String>,
}

/// The fields of the search, as they were filled in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequestSearch {
    /// Our id of the request.
    pub trace_id: Input,
    /// The caller's id of it.
    pub correlation_id: Input,
    /// A person, by user name or id.
    pub user: Input,
    /// An app, by name or id.
    pub client: Input,
    /// An error number.
    pub number: Input,
    /// Not before this time.
    pub from: Input,
    /// Before this time.
    pub until: Input,
    /// Only what was turned down.
    pub failed_only: bool,
    /// Whether anything is asked for.
    pub narrowed: bool,
}

/// What stands in a field, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Input {
    /// What was typed.
    pub value: String,
    /// What is wrong with it, in the reader's language.
    pub problem: Option<String>,
}

impl AdminRequests {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_requests", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminRequests {
    const TEMPLATE: &'static str = "admin_requests";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let input = |value: &str| Input { value: value.to_owned(), problem: None };
        let page = Self {
            frame: crate::sample::frame(),
            desk: Desk::sample(crate::Section::Requests),
            search: RequestSearch { failed_only: true, narrowed: true, ..Default::default() },
            rows: [RequestRow::samples(), RequestRow::samples()].concat(),
            newest: Some("/admin/requests".to_owned()),
            older: Some("/admin/requests?before=1".to_owned()),
        };
        let problem = Some(catalogue::text(language, "admin-problem-id", &[]));
        let wrong = Self {
            search: RequestSearch {
                trace_id: Input { value: "6a1f1c7e-53a2".to_owned(), problem },
                user: input("rina@demo.example"),
                ..page.search.clone()
            },
            rows: Vec::new(),
            newest: None,
            older: None,
            ..page.clone()
        };
        let nothing = Self { search: RequestSearch::default(), ..wrong.clone() };
        vec![("found", page), ("wrong", wrong), ("nothing", nothing)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let input = || Input { value: text.to_owned(), problem: Some(text.to_owned()) };
        Self {
            frame: crate::sample::hostile_frame(text),
            desk: Desk::hostile(text),
            search: RequestSearch {
                trace_id: input(),
                correlation_id: input(),
                user: input(),
                client: input(),
                number: input(),
                from: input(),
                until: input(),
                failed_only: true,
                narrowed: true,
            },
            rows: vec![RequestRow::hostile(text)],
            newest: Some(text.to_owned()),
            older: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
