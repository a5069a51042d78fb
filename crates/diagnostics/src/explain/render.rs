//! A report as text for people, and as JSON for programs.

use std::fmt::Write;

use catalogue::{Language, text};
use model::Timestamp;
use serde_json::{Value, json};

use super::{
    report::{Check, Outcome, Report},
    safe,
};

/// The report for people.
pub(crate) fn for_people(report: &Report, now: Timestamp, language: Language) -> String {
    let mut page = String::new();
    write(&mut page, report, now, language);
    page
}

/// The report for programs.
pub(crate) fn for_programs(report: &Report, now: Timestamp, language: Language) -> Value {
    let mut document = object(report, language);
    if let Some(members) = document.as_object_mut() {
        members.insert("at".to_owned(), json!(safe::moment(now)));
    }
    document
}

fn write(page: &mut String, report: &Report, now: Timestamp, language: Language) {
    let say = |id: &str| text(language, id, &[]);
    if let Some(place) = &report.place {
        line(page, 0, &text(language, "decode-part", &[("place", place)]));
    }
    line(page, 0, &text(language, &format!("decode-kind-{}", report.kind), &[]));
    if !report.values.is_empty() {
        heading(page, &say("decode-holds"));
        let width = report.values.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or_default().min(24);
        for (name, value) in &report.values {
            line(page, 1, &format!("{name:width$}  {}", value.said(language)));
        }
    }
    if !report.checks.is_empty() {
        let against = match &report.against {
            Some(note) => note.said(language),
            None => say("decode-against-nothing"),
        };
        let when = safe::moment(now);
        heading(page, &text(language, "decode-checks", &[("now", &when), ("against", &against)]));
        for check in &report.checks {
            line(page, 1, &said(check, language));
        }
    }
    verdict(page, report, language);
    steps(page, report, language);
    for part in &report.parts {
        page.push('\n');
        write(page, part, now, language);
    }
}

fn said(check: &Check, language: Language) -> String {
    let outcome = text(language, &format!("decode-{}", check.outcome.word()), &[]);
    // What failed stands out without colours, which would be noise in a file.
    let mark = match check.outcome {
        Outcome::Passed => "+",
        Outcome::Failed => "!",
        Outcome::Unknown => "?",
    };
    format!("{mark} {outcome}  {}: {}", check.name, check.note.said(language))
}

fn verdict(page: &mut String, report: &Report, language: Language) {
    if let Some(refusal) = &report.refusal {
        let label = refusal.entry().label();
        heading(page, &text(language, "decode-refused", &[("label", label)]));
        line(page, 1, &refusal.happened(language));
        for fact in refusal.facts() {
            for (id, value) in [("expected", &fact.expected), ("received", &fact.received)] {
                if let Some(value) = value {
                    let word = text(language, &format!("decode-{id}"), &[]);
                    line(page, 1, &format!("{} {word}: {}", fact.name, safe::shown(value)));
                }
            }
            if let Some(difference) = &fact.difference {
                line(page, 1, &format!("{}: {}", fact.name, difference.text(language)));
            }
        }
    } else if let Some(accepted) = report.accepted {
        let id = if accepted { "decode-accepted" } else { "decode-not-accepted" };
        heading(page, &text(language, id, &[]));
    }
}

/// What the refusal asks for first, then what holds for every thing of the kind.
fn steps(page: &mut String, report: &Report, language: Language) {
    let remedy = report.refusal.as_ref().map(|refusal| refusal.remedy(language));
    let remedy = remedy.unwrap_or_default();
    if remedy.is_empty() && report.steps.is_empty() {
        return;
    }
    heading(page, &format!("{}:", text(language, "lookup-steps", &[]).trim_end_matches(':')));
    remedy.lines().for_each(|step| line(page, 1, step));
    report.steps.iter().for_each(|step| line(page, 1, &step.said(language)));
}

fn heading(page: &mut String, text: &str) {
    page.push('\n');
    line(page, 0, text);
}

fn line(page: &mut String, indent: usize, text: &str) {
    // Into a String, this cannot fail.
    writeln!(page, "{}{text}", "  ".repeat(indent)).unwrap_or_default();
}

fn object(report: &Report, language: Language) -> Value {
    let mut document = json!({
        "kind": report.kind,
        "what": text(language, &format!("decode-kind-{}", report.kind), &[]),
        "values": report.values.iter()
            .map(|(name, value)| json!([name, value.said(language)])).collect::<Value>(),
        "against": report.against.as_ref().map(|note| note.said(language)),
        "checks": report.checks.iter().map(|check| json!({
            "check": check.name,
            "outcome": check.outcome.word(),
            "text": check.note.said(language),
        })).collect::<Value>(),
        "accepted": report.accepted,
        "refusal": report.refusal.as_ref().map(|refusal| json!({
            "number": refusal.number(),
            "label": refusal.entry().label(),
            "error": refusal.entry().error,
            "happened": refusal.happened(language),
            "remedy": refusal.remedy(language).lines().collect::<Vec<_>>(),
            "differences": refusal.facts().iter().map(|fact| json!({
                "name": fact.name,
                "expected": fact.expected,
                "received": fact.received,
                "difference": fact.difference.as_ref().map(|one| one.text(language)),
            })).collect::<Value>(),
        })),
        "steps": report.steps.iter().map(|step| step.said(language)).collect::<Vec<_>>(),
    });
    if let Some(members) = document.as_object_mut() {
        if let Some(place) = &report.place {
            members.insert("place".to_owned(), json!(place));
        }
        if !report.parts.is_empty() {
            let parts = report.parts.iter().map(|part| object(part, language));
            members.insert("parts".to_owned(), parts.collect());
        }
    }
    document
}
