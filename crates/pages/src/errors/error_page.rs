//! The error page, for a refusal that cannot be sent to the client by redirect.

use catalogue::{FixedBy, Language, Refusal, text};
use serde::Serialize;

use crate::remedy::{self, RoleSteps};
use crate::{Development, Layout, PageTime};

/// The data of the page, including the ids that support staff need.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    /// The layout of the page.
    pub layout: Layout,
    /// The refusal.
    pub refusal: Refusal,
    /// The trace ID of the request.
    pub trace_id: String,
    /// The correlation ID of the request; the trace ID if the client sent none.
    pub correlation_id: String,
    /// The time of the refusal.
    pub timestamp: PageTime,
    /// The URL that restarts the sign-in, if that can help.
    pub start_again: Option<String>,
    /// The URL of the report form.
    pub report: Option<String>,
    /// The part for a developer who looks at their own service on this machine.
    pub development: Option<Development>,
}

impl ErrorPage {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("error", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let entry = self.refusal.entry();
        let steps = remedy::steps(&self.refusal.remedy(language), entry.fixed_by, language);
        let nothing =
            || text(language, &format!("error-page-nothing-{}", entry.fixed_by.as_str()), &[]);
        let mut user_steps = remedy::by_role(FixedBy::User, &steps);
        if user_steps.is_empty() {
            user_steps.push(nothing());
        }
        View {
            layout: &self.layout,
            number: entry.number,
            label: entry.label(),
            title: self.refusal.title(language),
            description: self.refusal.description(language),
            user_steps,
            other_steps: remedy::by_other_roles(&steps, language),
            fixed_by: remedy::role_name(entry.fixed_by, language),
            trace_id: &self.trace_id,
            correlation_id: &self.correlation_id,
            timestamp: &self.timestamp,
            start_again: self.start_again.as_deref(),
            report: self.report.as_deref(),
            severity: severity(&self.refusal),
            development: self.development.as_ref(),
        }
    }
}

/// Returns the name of the icon: red if the service failed, blue if the user can go on, else amber.
fn severity(refusal: &Refusal) -> &'static str {
    let entry = refusal.entry();
    match (entry.status, entry.fixed_by) {
        (500.., _) => "error",
        (_, FixedBy::User) => "info",
        _ => "warning",
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    number: u32,
    label: &'static str,
    title: String,
    description: String,
    /// The steps that the user can take.
    user_steps: Vec<String>,
    /// The steps of the other roles.
    other_steps: Vec<RoleSteps>,
    fixed_by: String,
    trace_id: &'a str,
    correlation_id: &'a str,
    timestamp: &'a PageTime,
    start_again: Option<&'a str>,
    report: Option<&'a str>,
    /// The name of the icon. Its presence marks the page as an error in the title.
    severity: &'static str,
    development: Option<&'a Development>,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ErrorPage {
    const TEMPLATE: &'static str = "error";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: crate::sample::layout(),
            refusal: crate::sample::refusal("https://app.demo.example/callback/"),
            trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            correlation_id: "0d2a58cb-6f0e-4f3e-8f5e-6b1b0f0f9f33".to_owned(),
            timestamp: PageTime::sample("16:20:00"),
            start_again: None,
            report: None,
            development: None,
        };
        let start_again = Some("/demo/oauth2/v2.0/authorize?client_id=demo".to_owned());
        let report = Some("/report?report_token=c2VhbGVk".to_owned());
        let reported = Self { report, ..page.clone() };
        let restartable = Self { start_again, ..page.clone() };
        let failed = Self { refusal: catalogue::refusal::service_failed(), ..reported.clone() };
        let development = Some(Development::sample());
        let developed = Self { development, ..reported.clone() };
        vec![
            ("restartable", restartable),
            ("report", reported),
            ("failed", failed),
            ("development", developed),
            ("final", page),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            refusal: crate::sample::refusal(text),
            trace_id: text.to_owned(),
            correlation_id: text.to_owned(),
            timestamp: PageTime::hostile(text),
            start_again: Some(text.to_owned()),
            report: Some(text.to_owned()),
            development: Some(Development::hostile(text)),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}
