//! Rendering of a report as text and as JSON.

use std::fmt::Write;

use catalogue::{Language, text};
use model::Timestamp;
use serde_json::{Value, json};

use super::{
    report::{Check, CheckOutcome, Report},
    sanitize,
};

/// Renders a report as text.
pub(super) fn as_text(report: &Report, now: Timestamp, language: Language) -> String {
    let mut page = String::new();
    write(&mut page, report, now, language);
    page
}

/// Renders a report as JSON.
pub(super) fn as_json(report: &Report, now: Timestamp, language: Language) -> Value {
    let mut document = object(report, language);
    if let Some(members) = document.as_object_mut() {
        members.insert("at".to_owned(), json!(model::format_utc(now)));
    }
    document
}

fn write(page: &mut String, report: &Report, now: Timestamp, language: Language) {
    let message = |id: &str| text(language, id, &[]);
    if let Some(location) = &report.location {
        line(page, 0, &text(language, "decode-part", &[("place", location)]));
    }
    line(page, 0, &text(language, &format!("decode-kind-{}", report.kind), &[]));
    if !report.values.is_empty() {
        heading(page, &message("decode-holds"));
        let width = report.values.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or_default().min(24);
        for (name, value) in &report.values {
            line(page, 1, &format!("{name:width$}  {}", value.text(language)));
        }
    }
    if !report.checks.is_empty() {
        let checked_against = match &report.checked_against {
            Some(message) => message.text(language),
            None => message("decode-against-nothing"),
        };
        let time = model::format_utc(now);
        heading(
            page,
            &text(language, "decode-checks", &[("now", &time), ("against", &checked_against)]),
        );
        for check in &report.checks {
            line(page, 1, &check_line(check, language));
        }
    }
    write_verdict(page, report, language);
    write_steps(page, report, language);
    for part in &report.parts {
        page.push('\n');
        write(page, part, now, language);
    }
}

fn check_line(check: &Check, language: Language) -> String {
    let outcome = text(language, &format!("decode-{}", check.outcome.as_str()), &[]);
    // A mark shows a failure without colours, which would be control characters in a file.
    let mark = match check.outcome {
        CheckOutcome::Passed => "+",
        CheckOutcome::Failed => "!",
        CheckOutcome::Unknown => "?",
    };
    format!("{mark} {outcome}  {}: {}", check.name, check.message.text(language))
}

fn write_verdict(page: &mut String, report: &Report, language: Language) {
    if let Some(refusal) = &report.refusal {
        let label = refusal.entry().label();
        heading(page, &text(language, "decode-refused", &[("label", label)]));
        line(page, 1, &refusal.description(language));
        for comparison in refusal.comparisons() {
            for (id, value) in
                [("expected", &comparison.expected), ("received", &comparison.received)]
            {
                if let Some(value) = value {
                    let label = text(language, &format!("decode-{id}"), &[]);
                    line(page, 1, &format!("{} {label}: {}", comparison.name, sanitize(value)));
                }
            }
            if let Some(difference) = &comparison.difference {
                line(page, 1, &format!("{}: {}", comparison.name, difference.text(language)));
            }
        }
    } else if let Some(accepted) = report.accepted {
        let id = if accepted { "decode-accepted" } else { "decode-not-accepted" };
        heading(page, &text(language, id, &[]));
    }
}

/// Writes the steps of the refusal, then the general steps for the kind of input.
fn write_steps(page: &mut String, report: &Report, language: Language) {
    let remedy = report.refusal.as_ref().map(|refusal| refusal.remedy(language));
    let remedy = remedy.unwrap_or_default();
    if remedy.is_empty() && report.steps.is_empty() {
        return;
    }
    heading(page, &format!("{}:", text(language, "error-detail-steps", &[]).trim_end_matches(':')));
    remedy.lines().for_each(|step| line(page, 1, step));
    report.steps.iter().for_each(|step| line(page, 1, &step.text(language)));
}

fn heading(page: &mut String, text: &str) {
    page.push('\n');
    line(page, 0, text);
}

fn line(page: &mut String, indent: usize, text: &str) {
    // Writing to a String cannot fail.
    writeln!(page, "{}{text}", "  ".repeat(indent)).unwrap_or_default();
}

fn object(report: &Report, language: Language) -> Value {
    let mut document = json!({
        "kind": report.kind,
        "what": text(language, &format!("decode-kind-{}", report.kind), &[]),
        "values": report.values.iter()
            .map(|(name, value)| json!([name, value.text(language)])).collect::<Value>(),
        "against": report.checked_against.as_ref().map(|message| message.text(language)),
        "checks": report.checks.iter().map(|check| json!({
            "check": check.name,
            "outcome": check.outcome.as_str(),
            "text": check.message.text(language),
        })).collect::<Value>(),
        "accepted": report.accepted,
        "refusal": report.refusal.as_ref().map(|refusal| json!({
            "number": refusal.number(),
            "label": refusal.entry().label(),
            "error": refusal.entry().error,
            "description": refusal.description(language),
            "steps": refusal.remedy(language).lines().collect::<Vec<_>>(),
            "comparisons": refusal.comparisons().iter().map(|comparison| json!({
                "name": comparison.name,
                "expected": comparison.expected,
                "received": comparison.received,
                "difference": comparison.difference.as_ref().map(|kind| kind.text(language)),
            })).collect::<Value>(),
        })),
        "steps": report.steps.iter().map(|step| step.text(language)).collect::<Vec<_>>(),
    });
    if let Some(members) = document.as_object_mut() {
        if let Some(location) = &report.location {
            members.insert("location".to_owned(), json!(location));
        }
        if !report.parts.is_empty() {
            let parts = report.parts.iter().map(|part| object(part, language));
            members.insert("parts".to_owned(), parts.collect());
        }
    }
    document
}
