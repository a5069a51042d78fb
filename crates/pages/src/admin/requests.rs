//! The list of requests of a tenant, with a search form.

use catalogue::Language;
use serde::Serialize;

use crate::{AdminLayout, Input, Layout, RequestRow};

/// The data of the page. Its form is submitted with GET to `/admin/requests`.
#[derive(Clone, Debug)]
pub struct AdminRequests {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The search.
    pub search: RequestSearch,
    /// The requests found, newest first.
    pub rows: Vec<RequestRow>,
    /// The path of the first page, unless this is the first page.
    pub newest: Option<String>,
    /// The path of the next page, if there are older requests.
    pub older: Option<String>,
}

/// The submitted inputs of the search form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequestSearch {
    /// The trace ID of the request.
    pub trace_id: Input,
    /// The correlation ID of the request.
    pub correlation_id: Input,
    /// The user name or id of a user.
    pub user: Input,
    /// The name or id of a client.
    pub client: Input,
    /// An error number.
    pub number: Input,
    /// The start of the time range, inclusive.
    pub from: Input,
    /// The end of the time range, exclusive.
    pub until: Input,
    /// Only refused requests.
    pub failed_only: bool,
    /// True if any input is filled in.
    pub narrowed: bool,
}

impl AdminRequests {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_requests", language, &self.view())
    }

    fn view(&self) -> View<'_> {
        let search = &self.search;
        let further = [&search.trace_id, &search.correlation_id, &search.from, &search.until];
        View {
            layout: &self.layout,
            admin_layout: &self.admin_layout,
            search,
            more_filters: further.iter().any(|input| !input.value.is_empty()),
            groups: fold(&self.rows),
            newest: self.newest.as_deref(),
            older: self.older.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    admin_layout: &'a AdminLayout,
    search: &'a RequestSearch,
    /// True if an input that is folded away is filled in.
    more_filters: bool,
    groups: Vec<RowGroup<'a>>,
    newest: Option<&'a str>,
    older: Option<&'a str>,
}

/// Requests with the same response, client, user and endpoint: consecutive ones, or those that one
/// lock refused.
#[derive(Serialize)]
struct RowGroup<'a> {
    row: &'a RequestRow,
    /// The requests after the first one.
    others: Vec<&'a RequestRow>,
}

/// Groups rows that differ only in their time: consecutive ones, and all that one lock refused.
/// Other requests stand between those, at least the page that showed the refusal.
fn fold(rows: &[RequestRow]) -> Vec<RowGroup<'_>> {
    let mut groups: Vec<RowGroup<'_>> = Vec::new();
    for row in rows {
        let mut candidates =
            groups.iter_mut().rev().filter(|group| group.row.of_lock == row.of_lock);
        let like = if row.of_lock {
            candidates.find(|group| group.row.is_like(row))
        } else {
            candidates.next().filter(|group| group.row.is_like(row))
        };
        match like {
            Some(group) => group.others.push(row),
            None => groups.push(RowGroup { row, others: Vec::new() }),
        }
    }
    groups
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminRequests {
    const TEMPLATE: &'static str = "admin_requests";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let input = |value: &str| Input { value: value.to_owned(), problem: None };
        let page = Self {
            layout: crate::sample::layout_with(crate::LanguageSwitch::in_search("/admin/requests")),
            admin_layout: AdminLayout::sample(crate::Section::Requests),
            search: RequestSearch { failed_only: true, narrowed: true, ..Default::default() },
            rows: [RequestRow::samples(), RequestRow::repeated(), RequestRow::samples()].concat(),
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
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
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
        self.view()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_consecutive_equal_requests_are_folded() {
        // Sixteen equal requests, another one, and one like the first.
        let [ok, refused, _] = <[RequestRow; 3]>::try_from(RequestRow::samples()).unwrap();
        let mut rows = vec![refused.clone(); 16];
        rows.extend([ok, refused]);
        let groups: Vec<usize> = fold(&rows).iter().map(|group| group.others.len()).collect();
        assert_eq!(groups, [15, 0, 0]);
    }

    #[test]
    fn refusals_of_one_lock_are_one_row() {
        // Sixteen refusals of a lock, each followed by the page that showed it, with the request of
        // another user and the refusal of another lock between.
        let [ok, page, _] = <[RequestRow; 3]>::try_from(RequestRow::samples()).unwrap();
        let mut rows: Vec<RequestRow> =
            RequestRow::repeated().into_iter().flat_map(|locked| [page.clone(), locked]).collect();
        let other = RequestRow { user: Some("budi".to_owned()), ..rows.last().unwrap().clone() };
        rows.splice(6..6, [other, ok]);
        let groups: Vec<usize> = fold(&rows).iter().map(|group| group.others.len()).collect();
        assert_eq!(groups, [2, 15, 0, 0, 12]);
    }
}
