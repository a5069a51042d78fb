//! Explanations of complete records and of records from another version.

use model::{ClientId, GrantId, StoredDifference, TenantId, Timestamp, UserId};

use super::*;

fn record() -> RequestRecord {
    let comparison = |name, operator_only| StoredComparison {
        name,
        expected: Some("https://app.test/cb".to_owned()),
        received: Some("https://app.test/cb/".to_owned()),
        difference: Some(StoredDifference { kind: "trailing_slash".into(), arguments: Vec::new() }),
        operator_only,
    };
    RequestRecord {
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
        attributed_client: ClientId::new("orders"),
        user: Some(UserId::new(Uuid::from_u128(0xdead))),
        grant_type: None,
        flow_id: None,
        grant: Some(GrantId::new([4; 16])),
        remote_address: "192.0.2.7".parse().ok(),
        warnings: vec![Warning::new("secret_expires", "5")],
        refusal_details: Some(Box::new(RefusalDetails {
            checks_passed: vec!["request".into(), "of_another_version".into()],
            arguments: vec![
                ("redirect_uri".into(), "https://app.test/cb/".to_owned()),
                ("client".into(), "Orders".to_owned()),
            ],
            comparisons: vec![
                comparison("redirect_uri".into(), false),
                comparison("another".into(), true),
            ],
            cause: Some("disk full".to_owned()),
            typed_username: None,
        })),
    }
}

#[test]
fn a_client_developer_sees_nothing_about_users_or_other_clients() {
    // Explains one record to both viewers, and looks for the details of the operator in each.
    let json = |viewer| {
        let explanation = Explanation::new(&record(), viewer, Language::ENGLISH);
        serde_json::to_string(&explanation).expect("JSON")
    };
    let (developer, operator) = (json(Viewer::ClientDeveloper), json(Viewer::Operator));
    for both in ["AADSTS50011", "https://app.test/cb/", "slash", "2026-01-01T00:00:00.123Z"] {
        assert!(developer.contains(both) && operator.contains(both), "{both}: {developer}");
    }
    for hidden in ["dead", "192.0.2.7", "disk full", "another\"", "operator_only"] {
        assert!(!developer.contains(hidden), "{hidden}: {developer}");
        assert!(operator.contains(hidden), "{hidden}: {operator}");
    }
}

#[test]
fn a_record_is_explained_in_every_language_with_its_values() {
    // Explains the same record in each language, and looks for its values in the texts.
    for language in Language::all() {
        let explanation = Explanation::new(&record(), Viewer::ClientDeveloper, language);
        let refusal = explanation.refusal.clone().expect("a refusal");
        assert!(refusal.description.contains("https://app.test/cb/"), "{}", refusal.description);
        assert!(refusal.description.contains("Orders"), "{}", refusal.description);
        assert_eq!(refusal.fixed_by.name, "developer");
        assert!(!refusal.steps.is_empty() && !refusal.title.is_empty());
        assert!(explanation.warnings[0].text.contains('5'));
        assert_eq!(
            explanation.with_origin("https://id.test").refusal.expect("one").link,
            "https://id.test/error?code=50011"
        );
    }
}

#[test]
fn a_name_of_another_version_is_its_own_text() {
    // Explains a check, an outcome, a warning and a number that this version does not have.
    let mut record = record();
    record.number = Some(77);
    record.outcome = "page:of_tomorrow".into();
    record.warnings[0].kind = "of_tomorrow".into();
    let explanation = Explanation::new(&record, Viewer::ClientDeveloper, Language::ENGLISH);
    assert_eq!(explanation.checks_passed[1].text, "of_another_version");
    assert_eq!(explanation.outcome.text, "page:of_tomorrow");
    assert_eq!(explanation.warnings[0].text, "of_tomorrow");
    let refusal = explanation.refusal.expect("a refusal");
    assert!(refusal.description.contains("77") && refusal.label == "77", "{}", refusal.description);
}

#[test]
fn a_missing_argument_is_shown_by_its_name() {
    // Explains a record of a version whose message had fewer values.
    let mut record = record();
    record.refusal_details = None;
    let explanation = Explanation::new(&record, Viewer::ClientDeveloper, Language::ENGLISH);
    let description = explanation.refusal.expect("a refusal").description;
    assert!(description.contains("{redirect_uri}"), "{description}");
}

#[test]
fn a_change_event_is_described_with_subject_and_detail() {
    // Describes an event of a kind that has a text, and of a kind that has none.
    let mut event = ChangeEvent {
        at: Timestamp::from_seconds(0),
        tenant: None,
        kind: "secret_added".into(),
        subject: "orders".to_owned(),
        user: None,
        actor: None,
        detail: "s-1".to_owned(),
    };
    let text = describe_event(&event, Language::ENGLISH);
    assert!(text.contains("orders") && text.contains("s-1"), "{text}");
    event.kind = "of_tomorrow".into();
    assert_eq!(describe_event(&event, Language::ENGLISH), "of_tomorrow orders s-1");
}

#[test]
fn every_name_in_a_record_has_a_text_in_every_language() {
    // Labels each outcome, warning, check and event; a label without a text is its own name.
    for language in Language::all() {
        for name in RequestRecord::OUTCOMES {
            assert_ne!(Label::new("outcome", name, language).text, *name, "{}", language.tag());
        }
        for kind in Warning::KINDS {
            let label = warning_label(&Warning::new(kind, "5"), language);
            assert_ne!(label.text, *kind, "{}", language.tag());
        }
        for name in protocol::checks::NAMES {
            assert_ne!(Label::new("check", name, language).text, *name, "{}", language.tag());
        }
        for kind in ChangeEvent::KINDS {
            let id = format!("event-{kind}");
            let values = [("subject", "x"), ("detail", "y")];
            assert!(known_text(language, &id, &values).is_some(), "{}: {kind}", language.tag());
        }
    }
}
