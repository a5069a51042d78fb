//! Example pages about one request.

use catalogue::Language;
use serde::Serialize;

use super::{AdminRequest, Contrast, Neighbours, RequestFact, RequestRefusal, TimelineStep};
use crate::{Desk, RequestRow, Section, Tone, sample};

impl sample::Page for AdminRequest {
    const TEMPLATE: &'static str = "admin_request";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let refused = refused(language);
        let good = Self {
            tone: Tone::Good,
            title: "Tokens were issued".to_owned(),
            refusal: None,
            comparisons: Vec::new(),
            passed: Vec::new(),
            warnings: vec!["The client secret expires in 5 days.".to_owned()],
            neighbours: Vec::new(),
            ..refused.clone()
        };
        vec![("refused", refused), ("good", good)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        let step = TimelineStep { row: RequestRow::hostile(text), offset: owned(), present: true };
        let other = TimelineStep { present: false, ..step.clone() };
        let steps = vec![step, other];
        Self {
            frame: sample::hostile_frame(text),
            desk: Desk::hostile(text),
            tone: Tone::Failed,
            title: owned(),
            refusal: Some(RequestRefusal {
                label: owned(),
                happened: owned(),
                steps: vec![owned(), owned()],
                mended_by: owned(),
                url: owned(),
            }),
            comparisons: vec![Contrast {
                name: owned(),
                expected: Some([owned(), owned(), owned()]),
                received: Some([owned(), owned(), owned()]),
                difference: Some(owned()),
            }],
            passed: vec![owned()],
            warnings: vec![owned()],
            facts: vec![RequestFact { id: "x", name: owned(), value: owned(), url: Some(owned()) }],
            timeline: steps.clone(),
            timeline_cut: true,
            neighbours: vec![Neighbours { id: "y", heading: owned(), steps, all: owned() }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}

fn refused(language: Language) -> AdminRequest {
    let refusal = sample::refusal("https://app.demo.example/callback/");
    let entry = refusal.entry();
    let say = |id: &str| catalogue::text(language, id, &[]);
    let fact = |id, name: &str, value: &str, url: Option<&str>| RequestFact {
        id,
        name: say(name),
        value: value.to_owned(),
        url: url.map(str::to_owned),
    };
    let steps = steps();
    AdminRequest {
        frame: sample::frame(),
        desk: Desk::sample(Section::Requests),
        tone: Tone::Refused,
        title: refusal.title(language),
        refusal: Some(RequestRefusal {
            label: entry.label().to_owned(),
            happened: refusal.happened(language),
            steps: refusal.remedy(language).lines().map(str::to_owned).collect(),
            mended_by: say("lookup-developer"),
            url: "/error?code=50011".to_owned(),
        }),
        comparisons: vec![Contrast::new(
            "redirect_uri".to_owned(),
            Some("https://app.demo.example/callback".to_owned()),
            Some("https://app.demo.example/callback/".to_owned()),
            Some("It ends with a slash, and the registered one does not.".to_owned()),
        )],
        passed: ["check-form", "check-client_known", "check-client_enabled"].map(say).to_vec(),
        warnings: Vec::new(),
        facts: vec![
            fact("time", "error-page-timestamp", "2026-11-22 16:20:44.120Z", None),
            fact("trace-id", "error-page-trace-id", "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12", None),
            fact("client", "admin-row-client", "Demo web app", Some("/admin/requests?client=x")),
        ],
        timeline: steps.clone(),
        timeline_cut: true,
        neighbours: vec![Neighbours {
            id: "of-client",
            heading: catalogue::text(language, "admin-of-client", &[("client", "Demo web app")]),
            steps,
            all: "/admin/requests?client=x".to_owned(),
        }],
    }
}

fn steps() -> Vec<TimelineStep> {
    let rows = RequestRow::samples().into_iter().rev();
    let step = |(place, row): (usize, RequestRow)| TimelineStep {
        present: place == 1,
        offset: ["0 s", "+43 s", "+1 min 1 s"].get(place).copied().unwrap_or_default().to_owned(),
        row,
    };
    rows.enumerate().map(step).collect()
}
