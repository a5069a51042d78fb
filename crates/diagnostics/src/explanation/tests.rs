//! Records with everything in them, and with what no version knows, explained.

use model::{ClientId, Difference, GrantId, TenantId, UserId};

use super::*;

fn record() -> Record {
    let comparison = |name, operator_only| Comparison {
        name,
        expected: Some("https://app.test/cb".to_owned()),
        received: Some("https://app.test/cb/".to_owned()),
        difference: Some(Difference { kind: "trailing_slash".into(), arguments: Vec::new() }),
        operator_only,
    };
    Record {
        trace_id: Uuid::from_u128(1),
        correlation_id: Uuid::from_u128(2),
        at: Timestamp::from_microseconds(1_767_225_600_123_456),
        duration_us: 250,
        tenant: Some(TenantId::new(Uuid::from_u128(3))),
        method: "GET".into(),
        endpoint: "/{tenant}/oauth2/v2.0/authorize".into(),
        status: 400,
        outcome: "refusal".into(),
        number: Some(50_011),
        client: Some("orders".to_owned()),
        owner: ClientId::new("orders"),
        user: Some(UserId::new(Uuid::from_u128(0xdead))),
        grant_type: None,
        flow: None,
        grant: Some(GrantId::new([4; 16])),
        peer: "192.0.2.7".parse().ok(),
        warnings: vec![Warning { kind: "secret_expires".into(), value: "5".to_owned() }],
        reasoning: Some(Box::new(Reasoning {
            passed: vec!["request".into(), "of_another_version".into()],
            arguments: vec![
                ("redirect_uri".into(), "https://app.test/cb/".to_owned()),
                ("client".into(), "Orders".to_owned()),
            ],
            comparisons: vec![
                comparison("redirect_uri".into(), false),
                comparison("another".into(), true),
            ],
            cause: Some("disk full".to_owned()),
        })),
    }
}

#[test]
fn an_owner_reads_what_happened_and_nothing_of_people_or_of_others() {
    // Explains one record to both readers, and looks for what only one of them may see.
    let shown = |reader| {
        let explained = explanation(&record(), reader, Language::ENGLISH);
        serde_json::to_string(&explained).expect("JSON")
    };
    let (owner, operator) = (shown(Reader::Owner), shown(Reader::Operator));
    for both in ["AADSTS50011", "https://app.test/cb/", "slash", "2026-01-01T00:00:00.123Z"] {
        assert!(owner.contains(both) && operator.contains(both), "{both}: {owner}");
    }
    for hidden in ["dead", "192.0.2.7", "disk full", "another\"", "operator_only"] {
        assert!(!owner.contains(hidden), "{hidden}: {owner}");
        assert!(operator.contains(hidden), "{hidden}: {operator}");
    }
}

#[test]
fn the_sentence_is_made_again_in_every_language() {
    // Explains the same record in each, and looks for its values in the texts.
    for language in Language::all() {
        let explained = explanation(&record(), Reader::Owner, language);
        let cause = explained.refusal.clone().expect("a refusal");
        assert!(cause.happened.contains("https://app.test/cb/"), "{}", cause.happened);
        assert!(cause.happened.contains("Orders"), "{}", cause.happened);
        assert_eq!(cause.fixed_by.name, "developer");
        assert!(!cause.steps.is_empty() && !cause.title.is_empty());
        assert!(explained.warnings[0].text.contains('5'));
        assert_eq!(
            explained.at("https://id.test").refusal.expect("one").link,
            "https://id.test/error?code=50011"
        );
    }
}

#[test]
fn what_this_version_does_not_know_stands_for_itself() {
    // Explains a check, an outcome, a difference, a warning and a number that nobody gives.
    let mut record = record();
    record.number = Some(77);
    record.outcome = "page:of_tomorrow".into();
    record.warnings[0].kind = "of_tomorrow".into();
    let explained = explanation(&record, Reader::Owner, Language::ENGLISH);
    assert_eq!(explained.passed[1].text, "of_another_version");
    assert_eq!(explained.outcome.text, "page:of_tomorrow");
    assert_eq!(explained.warnings[0].text, "of_tomorrow");
    let cause = explained.refusal.expect("a refusal");
    assert!(cause.happened.contains("77") && cause.label == "77", "{}", cause.happened);
}

#[test]
fn a_value_that_was_not_kept_stands_as_its_name() {
    // Explains a record of a version whose sentence had fewer values.
    let mut record = record();
    record.reasoning = None;
    let explained = explanation(&record, Reader::Owner, Language::ENGLISH);
    let happened = explained.refusal.expect("a refusal").happened;
    assert!(happened.contains("{redirect_uri}"), "{happened}");
}

#[test]
fn what_changed_is_said_with_its_subject_and_value() {
    // Says one that has a text, and one that has none.
    let mut changed = Event {
        at: Timestamp::from_seconds(0),
        tenant: None,
        kind: "secret_added".into(),
        subject: "orders".to_owned(),
        detail: "s-1".to_owned(),
    };
    let said = event(&changed, Language::ENGLISH);
    assert!(said.contains("orders") && said.contains("s-1"), "{said}");
    changed.kind = "of_tomorrow".into();
    assert_eq!(event(&changed, Language::ENGLISH), "of_tomorrow orders s-1");
}

#[test]
fn every_word_that_a_record_may_hold_has_a_text_in_every_language() {
    // Says each outcome, warning and change; a word that stands for itself has no text.
    for language in Language::all() {
        for name in Record::OUTCOMES {
            assert_ne!(Word::of("outcome", name, language).text, *name, "{}", language.tag());
        }
        for kind in Warning::KINDS {
            let said = in_words(&Warning::new(kind, "5"), language);
            assert!(said.text != *kind && said.text.contains('5'), "{}: {kind}", language.tag());
        }
        for name in protocol::checks::NAMES {
            assert_ne!(Word::of("check", name, language).text, *name, "{}", language.tag());
        }
        for kind in Event::KINDS {
            let id = format!("event-{kind}");
            let values = [("subject", "x"), ("detail", "y")];
            assert!(known_text(language, &id, &values).is_some(), "{}: {kind}", language.tag());
        }
    }
}
