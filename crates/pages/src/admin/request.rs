//! The page about one request: why it was refused, and the requests before and after it.

mod highlight;
#[cfg(any(test, feature = "samples"))]
mod samples;

use catalogue::Language;
use serde::Serialize;

use crate::{AdminLayout, Layout, PageTime, RequestRow, RequestStatus};
pub use highlight::HighlightedComparison;

/// The data of the page.
#[derive(Clone, Debug)]
pub struct AdminRequest {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The outcome of the request.
    pub status: RequestStatus,
    /// The heading: the title of the refusal, or a short text for the response.
    pub title: String,
    /// The refusal, if the request was refused.
    pub refusal: Option<RequestRefusal>,
    /// The comparisons that led to the refusal.
    pub comparisons: Vec<HighlightedComparison>,
    /// The texts of the checks that the request passed, in order.
    pub checks_passed: Vec<String>,
    /// The warnings about the request, such as a secret that expires soon.
    pub warnings: Vec<String>,
    /// The time of the request.
    pub time: PageTime,
    /// The other recorded properties of the request.
    pub properties: Vec<RequestProperty>,
    /// The requests of the same sign-in flow, in order.
    pub timeline: Vec<TimelineStep>,
    /// True if the timeline has more steps than are shown.
    pub timeline_truncated: bool,
    /// The requests before and after it, of the same user and of the same client.
    pub adjacent: Vec<AdjacentRequests>,
}

/// The refusal of a request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRefusal {
    /// The error number: `AADSTS50011`.
    pub label: String,
    /// The description with its values.
    pub description: String,
    /// The steps of the remedy.
    pub steps: Vec<String>,
    /// The name of the role that can fix the cause.
    pub fixed_by: String,
    /// The path of the page about the error number.
    pub url: String,
}

/// One recorded property of a request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestProperty {
    /// The id of the element.
    pub id: &'static str,
    /// The label, in the reader's language.
    pub name: String,
    /// The value.
    pub value: String,
    /// The path of the list of requests with the same value.
    pub url: Option<String>,
}

/// One request of a sign-in flow.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineStep {
    /// The request.
    pub row: RequestRow,
    /// The time since the first step, formatted.
    pub offset: String,
    /// True for the request that the page is about.
    pub current: bool,
}

/// The requests before and after a request that have the same user or client.
#[derive(Clone, Debug, Serialize)]
pub struct AdjacentRequests {
    /// The id of the element.
    pub id: &'static str,
    /// The heading: what the requests have in common.
    pub heading: String,
    /// The requests, newest first, including the current one.
    pub steps: Vec<TimelineStep>,
    /// The path of the list of all of them.
    pub all: String,
}

impl AdminRequest {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_request", language, &self.view())
    }

    fn view(&self) -> View<'_> {
        View {
            layout: &self.layout,
            admin_layout: &self.admin_layout,
            status: self.status,
            title: &self.title,
            refusal: self.refusal.as_ref(),
            comparisons: &self.comparisons,
            checks_passed: &self.checks_passed,
            warnings: &self.warnings,
            time: &self.time,
            properties: &self.properties,
            timeline: fold(&self.timeline),
            timeline_truncated: self.timeline_truncated,
            adjacent: &self.adjacent,
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    admin_layout: &'a AdminLayout,
    status: RequestStatus,
    title: &'a str,
    refusal: Option<&'a RequestRefusal>,
    comparisons: &'a [HighlightedComparison],
    checks_passed: &'a [String],
    warnings: &'a [String],
    time: &'a PageTime,
    properties: &'a [RequestProperty],
    timeline: Vec<StepGroup<'a>>,
    timeline_truncated: bool,
    adjacent: &'a [AdjacentRequests],
}

/// Consecutive requests with the same response: one change of state.
#[derive(Serialize)]
struct StepGroup<'a> {
    step: &'a TimelineStep,
    /// The requests after the first one.
    others: Vec<&'a TimelineStep>,
}

/// Groups consecutive steps with the same response. The current request stays on its own.
fn fold(steps: &[TimelineStep]) -> Vec<StepGroup<'_>> {
    let mut groups: Vec<StepGroup<'_>> = Vec::new();
    for step in steps {
        let is_same = |group: &&mut StepGroup<'_>| {
            !step.current && !group.step.current && group.step.row.has_response_of(&step.row)
        };
        match groups.last_mut().filter(is_same) {
            Some(group) => group.others.push(step),
            None => groups.push(StepGroup { step, others: Vec::new() }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeline_is_folded_to_changes_of_state() {
        // Five equal steps of which the third is the current one, then another response.
        let [ok, refused, _] = <[RequestRow; 3]>::try_from(RequestRow::samples()).unwrap();
        let step = |row: &RequestRow, current| TimelineStep {
            row: row.clone(),
            offset: String::new(),
            current,
        };
        let mut steps: Vec<_> = (0..5).map(|index| step(&refused, index == 2)).collect();
        steps.push(step(&ok, false));
        let groups: Vec<usize> = fold(&steps).iter().map(|group| group.others.len()).collect();
        assert_eq!(groups, [1, 0, 1, 0]);
    }
}
