//! The explanation of a recorded request, for the client developer or the operator.

mod client_authenticated;
mod explained_refusal;

use catalogue::{Language, known_text};
use model::{
    Actor, ChangeEvent, RefusalDetails, RequestRecord, StoredComparison, TypedUsername, Warning,
    format_rfc3339_milliseconds,
};
use serde::Serialize;
use uuid::Uuid;

pub use explained_refusal::ExplainedRefusal;

/// The reader of an explanation, whose role decides about its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The client developer, who holds the client's credentials. Sees nothing about users and
    /// other clients.
    ClientDeveloper,
    /// The operator of the service or an administrator of the tenant.
    Operator,
}

/// The explanation of a request. The names of its fields are under semantic versioning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The id that this service gave the request.
    pub trace_id: Uuid,
    /// The id that the client gave the request; the trace id if it gave none.
    pub correlation_id: Uuid,
    /// The time of arrival (RFC 3339).
    pub time: String,
    /// The time until the response, in microseconds.
    pub duration_us: u64,
    /// The id of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path template of the matched route.
    pub endpoint: String,
    /// The HTTP status of the response.
    pub status: u16,
    /// The kind of the response.
    pub outcome: Label,
    /// The client that the request names. It may be wrong: see `authenticated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Whether the request authenticated that client. Only for the client developer: anyone can
    /// name a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticated: Option<bool>,
    /// The `grant_type` of a token request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
    /// The refusal or fault, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<ExplainedRefusal>,
    /// The checks that the request passed, in their order.
    pub checks_passed: Vec<Label>,
    /// The values that a rule compared.
    pub comparisons: Vec<ComparisonView>,
    /// Warnings about the request, such as a secret that expires soon.
    pub warnings: Vec<Label>,
    /// Details for the operator only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<OperatorDetails>,
}

/// A stable name with its text in the viewer's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The stable name.
    pub name: String,
    /// The localized text.
    pub text: String,
}

/// A value that a rule compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparisonView {
    /// The parameter or claim.
    pub name: String,
    /// The value that would have been accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The value that was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// The kind of difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Label>,
    /// Whether only the operator sees the comparison.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub operator_only: bool,
}

/// The details that only the operator sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorDetails {
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The typed user name that no user has. It is only kept if it resembles a user name of the
    /// tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed_username: Option<TypedUsernameView>,
    /// The client that the request is attributed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributed_client: Option<String>,
    /// The IP address that the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_address: Option<String>,
    /// The grant that the request created or used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// The internal cause of a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// A typed user name that no user has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypedUsernameView {
    /// The text, if it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl TypedUsernameView {
    fn new(typed: &TypedUsername) -> Self {
        Self { text: typed.text.clone() }
    }

    /// Returns the text or, if it was not kept, the reason why.
    pub fn describe(&self, language: Language) -> String {
        self.text
            .clone()
            .unwrap_or_else(|| catalogue::text(language, "typed-username-not-kept", &[]))
    }
}

/// Describes a change event in one sentence.
pub fn describe_event(event: &ChangeEvent, language: Language) -> String {
    let id = format!("event-{}", event.kind);
    let values = [("subject", event.subject.as_str()), ("detail", event.detail.as_str())];
    let parts = [&*event.kind, &event.subject, &event.detail];
    known_text(language, &id, &values).unwrap_or_else(|| parts.join(" ").trim_end().to_owned())
}

/// Describes who made a change.
pub fn describe_actor(actor: Option<&Actor>, language: Language) -> String {
    match actor {
        Some(Actor::Command { name, host, user, .. }) => {
            let values = [("name", name.as_str()), ("host", host), ("user", user)];
            catalogue::text(language, "actor-command", &values)
        }
        Some(Actor::Administrator { username }) => {
            catalogue::text(language, "actor-administrator", &[("username", username)])
        }
        Some(Actor::User { username }) => {
            catalogue::text(language, "actor-user", &[("username", username)])
        }
        Some(Actor::Service) => catalogue::text(language, "actor-service", &[]),
        None => catalogue::text(language, "actor-unknown", &[]),
    }
}

/// Returns the labels of checks.
pub fn check_labels(names: &[impl AsRef<str>], language: Language) -> Vec<Label> {
    names.iter().map(|name| Label::new("check", name.as_ref(), language)).collect()
}

/// Returns the comparisons that the viewer may see.
pub fn visible_comparisons(
    all: &[StoredComparison],
    viewer: Viewer,
    language: Language,
) -> Vec<ComparisonView> {
    let visible =
        |comparison: &&StoredComparison| viewer == Viewer::Operator || !comparison.operator_only;
    all.iter().filter(visible).map(|comparison| ComparisonView::new(comparison, language)).collect()
}

impl Explanation {
    /// Explains a recorded request to a viewer.
    pub fn new(record: &RequestRecord, viewer: Viewer, language: Language) -> Self {
        let empty = RefusalDetails::default();
        let details = record.refusal_details.as_deref().unwrap_or(&empty);
        let comparisons = visible_comparisons(&details.comparisons, viewer, language);
        let refusal = |number| {
            ExplainedRefusal::new(number, &details.arguments, language)
                .with_steps_of(&comparisons, language)
        };
        Self {
            trace_id: record.trace_id,
            correlation_id: record.correlation_id,
            time: format_rfc3339_milliseconds(record.at),
            duration_us: record.duration_us,
            tenant: record.tenant.map(|tenant| tenant.to_string()),
            method: record.method.clone().into_owned(),
            endpoint: record.endpoint.clone().into_owned(),
            status: record.status,
            outcome: Label::new("outcome", &record.outcome, language),
            client: record.client.clone(),
            authenticated: (viewer == Viewer::ClientDeveloper)
                .then(|| client_authenticated::is_authenticated(record)),
            grant_type: record.grant_type.clone().map(String::from),
            refusal: record.number.map(refusal),
            checks_passed: check_labels(&details.checks_passed, language),
            comparisons,
            warnings: record.warnings.iter().map(|it| warning_label(it, language)).collect(),
            operator: (viewer == Viewer::Operator).then(|| OperatorDetails::new(record, details)),
        }
    }

    /// Completes the link with the public origin of the service.
    #[must_use]
    pub fn with_origin(mut self, origin: &str) -> Self {
        self.refusal = self.refusal.map(|refusal| refusal.with_origin(origin));
        self
    }
}

impl Label {
    /// Creates the label of a name. A name without a text, from another version, is its own
    /// text.
    pub(crate) fn new(kind: &str, name: &str, language: Language) -> Self {
        Self::with_values(kind, name, language, &[])
    }

    fn with_values(kind: &str, name: &str, language: Language, values: &[(&str, &str)]) -> Self {
        let id = format!("{kind}-{}", name.replace(':', "-"));
        let text = known_text(language, &id, values);
        Self { name: name.to_owned(), text: text.unwrap_or_else(|| name.to_owned()) }
    }
}

impl ComparisonView {
    fn new(comparison: &StoredComparison, language: Language) -> Self {
        let difference = comparison.difference.as_ref().map(|difference| {
            let values = difference.arguments.iter();
            let values: Vec<(&str, &str)> =
                values.map(|(name, value)| (&**name, value.as_str())).collect();
            Label::with_values("difference", &difference.kind, language, &values)
        });
        Self {
            name: comparison.name.clone().into_owned(),
            expected: comparison.expected.clone(),
            received: comparison.received.clone(),
            difference,
            operator_only: comparison.operator_only,
        }
    }
}

impl OperatorDetails {
    fn new(record: &RequestRecord, details: &RefusalDetails) -> Self {
        Self {
            user: record.user.map(|user| user.to_string()),
            typed_username: details.typed_username.as_ref().map(TypedUsernameView::new),
            attributed_client: record.attributed_client.as_ref().map(ToString::to_string),
            remote_address: record.remote_address.map(|address| address.to_string()),
            grant: record.grant.map(|grant| grant.to_string()),
            cause: details.cause.clone(),
        }
    }
}

fn warning_label(warning: &Warning, language: Language) -> Label {
    let arguments = warning.arguments.iter().map(|(name, value)| (&**name, value.as_str()));
    let values: Vec<(&str, &str)> =
        std::iter::once(("value", warning.value.as_str())).chain(arguments).collect();
    Label::with_values("warning", &warning.kind, language, &values)
}

#[cfg(test)]
mod tests;
