//! Example pages about one request.

use catalogue::Language;
use serde::Serialize;

use super::{
    AdjacentRequests, AdminRequest, HighlightedComparison, RequestProperty, RequestRefusal,
    TimelineStep,
};
use crate::{AdminLayout, PageTime, RequestRow, RequestStatus, Section, sample};

impl sample::Page for AdminRequest {
    const TEMPLATE: &'static str = "admin_request";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let refused = refused(language);
        let succeeded = Self {
            status: RequestStatus::Succeeded,
            title: "Tokens issued".to_owned(),
            refusal: None,
            comparisons: Vec::new(),
            checks_passed: Vec::new(),
            warnings: vec!["The client secret expires in 5 days.".to_owned()],
            adjacent: Vec::new(),
            ..refused.clone()
        };
        vec![("refused", refused), ("succeeded", succeeded)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        let step = TimelineStep { row: RequestRow::hostile(text), offset: owned(), current: true };
        let other = TimelineStep { current: false, ..step.clone() };
        let steps = vec![step, other];
        Self {
            layout: sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            status: RequestStatus::Failed,
            title: owned(),
            refusal: Some(RequestRefusal {
                label: owned(),
                description: owned(),
                steps: vec![owned(), owned()],
                fixed_by: owned(),
                url: owned(),
            }),
            comparisons: vec![HighlightedComparison {
                name: owned(),
                expected: Some([owned(), owned(), owned()]),
                received: Some([owned(), owned(), owned()]),
                difference: Some(owned()),
            }],
            checks_passed: vec![owned()],
            warnings: vec![owned()],
            time: PageTime::hostile(text),
            properties: vec![RequestProperty {
                id: "x",
                name: owned(),
                value: owned(),
                url: Some(owned()),
            }],
            timeline: steps.clone(),
            timeline_truncated: true,
            adjacent: vec![AdjacentRequests { id: "y", heading: owned(), steps, all: owned() }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self.view()
    }
}

fn refused(language: Language) -> AdminRequest {
    let refusal = sample::refusal("https://app.demo.example/callback/");
    let entry = refusal.entry();
    let text = |id: &str| catalogue::text(language, id, &[]);
    let property = |id, name: &str, value: &str, url: Option<&str>| RequestProperty {
        id,
        name: text(name),
        value: value.to_owned(),
        url: url.map(str::to_owned),
    };
    let steps = steps();
    AdminRequest {
        layout: sample::layout(),
        admin_layout: AdminLayout::sample(Section::Requests),
        status: RequestStatus::Refused,
        title: refusal.title(language),
        refusal: Some(RequestRefusal {
            label: entry.label().to_owned(),
            description: refusal.description(language),
            steps: refusal.remedy(language).lines().map(str::to_owned).collect(),
            fixed_by: text("role-name-developer"),
            url: "/error?code=50011".to_owned(),
        }),
        comparisons: vec![HighlightedComparison::new(
            "redirect_uri".to_owned(),
            Some("https://app.demo.example/callback".to_owned()),
            Some("https://app.demo.example/callback/".to_owned()),
            Some("It ends with a slash, and the registered one does not.".to_owned()),
        )],
        checks_passed: ["check-form", "check-client_known", "check-client_enabled"]
            .map(text)
            .to_vec(),
        warnings: Vec::new(),
        time: PageTime::sample("16:20:44"),
        properties: vec![
            property(
                "trace-id",
                "error-page-trace-id",
                "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12",
                None,
            ),
            property(
                "client",
                "admin-row-client",
                "Demo web app",
                Some("/admin/requests?client=x"),
            ),
        ],
        timeline: steps.clone(),
        timeline_truncated: true,
        adjacent: vec![AdjacentRequests {
            id: "of-client",
            heading: catalogue::text(language, "admin-of-client", &[("client", "Demo web app")]),
            steps,
            all: "/admin/requests?client=x".to_owned(),
        }],
    }
}

fn steps() -> Vec<TimelineStep> {
    let rows = RequestRow::samples().into_iter().rev();
    let step = |(index, row): (usize, RequestRow)| TimelineStep {
        current: index == 1,
        offset: ["0 s", "+43 s", "+1 min 1 s"].get(index).copied().unwrap_or_default().to_owned(),
        row,
    };
    rows.enumerate().map(step).collect()
}
