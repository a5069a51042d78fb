//! The page of changes.

use model::{Actor, ChangeEvent, Seconds, TenantId, Timestamp};
use uuid::Uuid;

use super::{record_fixtures::OTHER_TENANT, service_with_admin, signed_in_admin};
use crate::{
    authorize::browser::{between, unescaped},
    test_service::{TENANT, TestService},
};

fn apply(run: u128) -> Actor {
    Actor::Command {
        name: "apply".to_owned(),
        host: "id-1".to_owned(),
        user: "deploy".to_owned(),
        run: Uuid::from_u128(run),
    }
}

fn event(at: Timestamp, kind: &'static str, subject: &str, actor: Option<Actor>) -> ChangeEvent {
    let tenant = Some(TenantId::new(TENANT));
    ChangeEvent { actor, ..ChangeEvent::new(at, tenant, (kind, subject, "")) }
}

/// Stores a run that creates 500 users, a run with one change, a change of the service, one of
/// unknown actor and one of another tenant.
async fn service_with_changes() -> TestService {
    let service = service_with_admin().await;
    let before = |seconds| service::now() - Seconds::new(seconds);
    let users = (0..500).map(|number| {
        event(before(10), "user_created", &format!("user{number}@demo.test"), Some(apply(1)))
    });
    let foreign = event(before(15), "user_created", "foreign@else.test", Some(apply(9)));
    let mut events: Vec<ChangeEvent> = users.collect();
    events.extend([
        event(before(20), "client_disabled", "<b>The web app</b>", Some(apply(2))),
        event(before(30), "signing_key_created", "k1", Some(Actor::Service)),
        event(before(40), "secret_added", "The old app", None),
        ChangeEvent { tenant: Some(TenantId::new(OTHER_TENANT)), ..foreign },
    ]);
    service.state.history.record_events(events).await.expect("a history");
    service
}

#[tokio::test]
async fn the_changes_of_one_run_are_one_row_that_opens() {
    // Reads the rows: the run of 500 users has its changes in a closed `details`.
    let service = service_with_changes().await;
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get("/admin/changes").await.assert_ok();
    let text = unescaped(&page);
    let rows: Vec<&str> = text.split("<tr role=\"row\">").skip(2).collect();
    assert_eq!(rows.len(), 4, "{text}");
    let details = between(rows[0], "<details>", "</details>");
    assert!(details.contains("<summary>500 changes</summary>"), "{details}");
    assert_eq!(details.matches("<li>").count(), 500);
    assert!(details.contains("user499@demo.test"), "{details}");
    for (row, actor) in rows.iter().zip([
        "admit apply on id-1, user deploy",
        "admit apply on id-1, user deploy",
        "the service itself",
        "unknown",
    ]) {
        assert!(row.contains(actor), "{actor}: {row}");
    }
    assert!(page.text.contains("&lt;b&gt;The web app&lt;&#x2f;b&gt;"), "{}", rows[1]);
    assert!(!text.contains("foreign@else.test"));
    assert!(!page.text.contains("id=\"older\""));
}

#[tokio::test]
async fn pages_of_changes_together_list_each_change_once() {
    // Stores 120 changes of single runs, three of them at each time, and follows the links.
    let service = service_with_admin().await;
    let now = service::now();
    let events = (0..120_i64).map(|number| {
        let at = now - Seconds::new(60 + number / 3);
        event(at, "client_enabled", &format!("[app {number}]"), Some(Actor::Service))
    });
    service.state.history.record_events(events.collect()).await.expect("a history");
    let mut browser = signed_in_admin(&service).await;
    let (mut path, mut seen) = ("/admin/changes".to_owned(), Vec::new());
    for _ in 0..9 {
        let page = browser.get(&path).await.assert_ok();
        let text = unescaped(&page);
        seen.extend(text.split("[app ").skip(1).map(|rest| {
            rest.split(']').next().and_then(|id| id.parse::<i64>().ok()).expect("a number")
        }));
        if !text.contains("id=\"older\"") {
            break;
        }
        let link = between(&text, "id=\"older\" class=\"button small\" href=\"", "\"");
        path = link.to_owned();
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..120).collect::<Vec<_>>());
}
