//! What a number means, what to do about it, and the request that got it, where that is known.

use std::fmt::Write;

use catalogue::{Entry, text};
use serde_json::json;

use super::{Said, Setting, Unsaid, error::Recognized, record, report::Note, safe};

/// Explains an error, and the request that it is from if the store are at hand.
pub(super) async fn explain(
    recognized: &Recognized,
    setting: &Setting,
) -> Result<Vec<Said>, Unsaid> {
    let mut said = Vec::new();
    if let Some(number) = recognized.number {
        let Some(entry) = catalogue::entry(number) else {
            let values = [("number", number.to_string())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            return Err(Unsaid::Note(Note::new("decode-number-unknown", values)));
        };
        said.push(Said {
            text: for_people(entry, recognized, setting),
            object: for_programs(entry, recognized, setting),
        });
    }
    let Some(trace_id) = recognized.trace_id else { return Ok(said) };
    if setting.known.is_none() && !said.is_empty() {
        return Ok(said);
    }
    // The number is explained in any case; that its request is no longer kept is no failure.
    match record::of_request(trace_id, setting).await {
        Ok(records) => said.extend(records),
        Err(unsaid) if said.is_empty() => return Err(unsaid),
        Err(_) => {}
    }
    Ok(said)
}

fn for_people(entry: &Entry, recognized: &Recognized, setting: &Setting) -> String {
    let language = setting.language;
    let say = |id: &str| text(language, id, &[]);
    let who = say(&format!("lookup-{}", entry.fixed_by.word()));
    let mut page = format!("{} {}\n{}\n\n", entry.label(), entry.name, entry.title(language));
    let mut add = |heading: &str, body: &str| {
        // Into a String, this cannot fail.
        writeln!(page, "{}:", heading.trim_end_matches(':')).unwrap_or_default();
        for line in body.lines() {
            writeln!(page, "  {line}").unwrap_or_default();
        }
        page.push('\n');
    };
    add(&say("lookup-what"), &entry.happened(language));
    if let Some(said) = &recognized.said {
        add(&say("lookup-said"), said);
    }
    add(&say("error-page-mended-by"), &who);
    add(&say("lookup-steps"), &entry.remedy(language));
    let error = if entry.error == "none" { say("lookup-error-none") } else { entry.error.into() };
    add(&say("lookup-error"), &error);
    add(&say("lookup-status"), &entry.status.to_string());
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn for_programs(entry: &Entry, recognized: &Recognized, setting: &Setting) -> serde_json::Value {
    let language = setting.language;
    json!({
        "kind": "error",
        "number": entry.number,
        "label": entry.label(),
        "name": entry.name,
        "title": entry.title(language),
        "happened": entry.happened(language),
        "said": recognized.said.as_deref().map(safe::shown),
        "fixed_by": entry.fixed_by.word(),
        "steps": entry.remedy(language).lines().collect::<Vec<_>>(),
        "error": entry.error,
        "status": entry.status,
        "trace_id": recognized.trace_id,
    })
}
