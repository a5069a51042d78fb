//! Explanation of an error number, and of the request that was refused with it.

use std::fmt::Write;

use catalogue::{Entry, text};
use serde_json::json;

use super::{
    ExplainContext, ExplainError, Rendered, recognized_error::RecognizedError, report::Message,
    request_record, sanitize,
};

/// Explains an error. If there is a store and the input names a request, explains that too.
pub(super) async fn explain(
    recognized: &RecognizedError,
    context: &ExplainContext,
) -> Result<Vec<Rendered>, ExplainError> {
    let mut rendered = Vec::new();
    if let Some(number) = recognized.number {
        let Some(entry) = catalogue::entry(number) else {
            let values = [("number", number.to_string())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            return Err(ExplainError::Message(Message::with("decode-number-unknown", values)));
        };
        rendered.push(Rendered {
            text: as_text(entry, recognized, context),
            json: as_json(entry, recognized, context),
        });
    }
    let Some(trace_id) = recognized.trace_id else { return Ok(rendered) };
    if context.store_lookup.is_none() && !rendered.is_empty() {
        return Ok(rendered);
    }
    // The explanation of the number is complete without the request, which may be deleted.
    match request_record::explain_id(trace_id, context).await {
        Ok(records) => rendered.extend(records),
        Err(error) if rendered.is_empty() => return Err(error),
        Err(_) => {}
    }
    Ok(rendered)
}

fn as_text(entry: &Entry, recognized: &RecognizedError, context: &ExplainContext) -> String {
    let language = context.language;
    let message = |id: &str| text(language, id, &[]);
    let role = message(&format!("role-name-{}", entry.fixed_by.as_str()));
    let mut page = format!("{} {}\n{}\n\n", entry.label(), entry.name, entry.title(language));
    let mut add = |heading: &str, body: &str| {
        // Writing to a String cannot fail.
        writeln!(page, "{}:", heading.trim_end_matches(':')).unwrap_or_default();
        for line in body.lines() {
            writeln!(page, "  {line}").unwrap_or_default();
        }
        page.push('\n');
    };
    add(&message("error-detail-what"), &entry.description(language));
    if let Some(received) = &recognized.message {
        add(&message("error-detail-message"), received);
    }
    add(&message("error-page-fixed-by"), &role);
    add(&message("error-detail-steps"), &entry.remedy(language));
    let error =
        if entry.error == "none" { message("error-detail-error-none") } else { entry.error.into() };
    add(&message("error-detail-error"), &error);
    add(&message("error-detail-status"), &entry.status.to_string());
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn as_json(
    entry: &Entry,
    recognized: &RecognizedError,
    context: &ExplainContext,
) -> serde_json::Value {
    let language = context.language;
    json!({
        "kind": "error",
        "number": entry.number,
        "label": entry.label(),
        "name": entry.name,
        "title": entry.title(language),
        "description": entry.description(language),
        "message": recognized.message.as_deref().map(sanitize),
        "fixed_by": entry.fixed_by.as_str(),
        "steps": entry.remedy(language).lines().collect::<Vec<_>>(),
        "error": entry.error,
        "status": entry.status,
        "trace_id": recognized.trace_id,
    })
}
