//! The answer of a token endpoint: each of its tokens in turn.

use serde_json::{Map, Value};

use super::{
    Setting, Unsaid,
    report::{Note, Report},
    report_of, safe,
    shape::Shape,
};

/// All that can be said about an answer.
pub(super) async fn report(
    members: &Map<String, Value>,
    setting: &Setting,
) -> Result<Report, Unsaid> {
    let mut report = Report::new("token_answer");
    for (name, value) in members.iter().take(20) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !safe::is_secret(name) {
            report.value(name.clone(), &text);
            continue;
        }
        report.token(name.clone(), &text);
        let Some(shape) = Shape::of(&text) else { continue };
        if matches!(shape, Shape::Signed(_) | Shape::Encrypted(_) | Shape::Handle(_))
            && let Ok(part) = Box::pin(report_of(shape, setting)).await
        {
            report.parts.push(part.at(name.clone()));
        }
    }
    report.steps.push(Note::plain("decode-step-token-answer"));
    Ok(report)
}
