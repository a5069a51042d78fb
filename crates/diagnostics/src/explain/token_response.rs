//! Report about a token endpoint response and each token in it.

use protocol::request_secrets::is_secret;
use serde_json::{Map, Value};

use super::{
    ExplainContext, ExplainError,
    input_kind::InputKind,
    report::{Message, Report},
};

/// Returns the report about a token response. Reads at most 20 members.
pub(super) async fn report(
    members: &Map<String, Value>,
    context: &ExplainContext,
) -> Result<Report, ExplainError> {
    let mut report = Report::new("token_response");
    for (name, value) in members.iter().take(20) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !is_secret(name) {
            report.add_value(name.clone(), &text);
            continue;
        }
        report.add_token(name.clone(), &text);
        let Some(kind) = InputKind::detect(&text) else { continue };
        if matches!(
            kind,
            InputKind::Signed(_) | InputKind::Encrypted(_) | InputKind::SealedToken(_)
        ) && let Ok(part) = Box::pin(super::report(kind, context)).await
        {
            report.parts.push(part.at(name.clone()));
        }
    }
    report.steps.push(Message::new("decode-step-token-response"));
    Ok(report)
}
