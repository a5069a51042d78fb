//! The chart of refusals.

use model::{ChangeEvent, RequestRecord, Seconds, TenantId};

use super::{
    record_fixtures::{OTHER_TENANT, in_other_tenant, refused_record, store_records, succeeded},
    service_with_admin, signed_in_admin,
};
use crate::{
    authorize::browser::{between, unescaped},
    test_service::{TENANT, TestService},
};

fn change_event(
    kind: &'static str,
    tenant: Option<uuid::Uuid>,
    subject: &str,
    ago: Seconds,
) -> ChangeEvent {
    ChangeEvent {
        at: service::now() - ago,
        tenant: tenant.map(TenantId::new),
        kind: kind.into(),
        subject: subject.to_owned(),
        user: None,
        actor: None,
        detail: "summer".to_owned(),
    }
}

/// Returns a service with refusals of eight numbers, one a week old and one of another tenant; and
/// change events.
async fn service_with_refusals() -> TestService {
    let service = service_with_admin().await;
    let numbers = [50_011, 7_000_215, 54_005, 70_008, 50_126, 50_173, 70_000, 65_001];
    let mut records = Vec::new();
    for (index, number) in (1_u128..).zip(numbers) {
        for copy in 0..(10 - index) {
            let record = refused_record(index * 20 + copy, i64::try_from(copy).expect("small"));
            records.push(RequestRecord { number: Some(number), ..record });
        }
    }
    let week = -(6 * 86_400);
    records.push(RequestRecord { number: Some(900_971), ..refused_record(900, week) });
    records.push(in_other_tenant(RequestRecord { number: Some(50_057), ..refused_record(901, 0) }));
    records.push(succeeded(902, 0));
    store_records(&service, records).await;
    let events = vec![
        change_event("secret_added", Some(TENANT), "The web app", Seconds::hours(2)),
        change_event("version", None, "admit", Seconds::hours(3)),
        change_event("secret_added", Some(OTHER_TENANT), "The foreign app", Seconds::hours(2)),
        change_event("signing_key_active", Some(TENANT), "k1", Seconds::days(20)),
    ];
    service.state.history.record_events(events).await.expect("a history");
    service
}

#[tokio::test]
async fn the_chart_shows_the_six_top_numbers_and_sums_the_rest() {
    // Reads the sums in the legend and compares them with the last row of the table.
    let service = service_with_refusals().await;
    let mut browser = signed_in_admin(&service).await;
    let page = unescaped(&browser.get("/admin/refusals").await.assert_ok());
    let legend = between(&page, "id=\"legend\">", "</ul>");
    let items: Vec<&str> = legend.split("<li>").skip(1).collect();
    let labels: Vec<&str> =
        items.iter().filter_map(|item| item.split_once("<code>")?.1.split('<').next()).collect();
    let expected = ["50011", "7000215", "54005", "70008", "50126", "50173"];
    assert_eq!(labels, expected.map(|number| format!("AADSTS{number}")));
    let sums: Vec<&str> = items.iter().map(|item| between(item, "class=\"count\">", "<")).collect();
    assert_eq!(sums, ["9", "8", "7", "6", "5", "4", "5"]);
    assert!(legend.contains("href=\"/admin/requests?number=50011&amp;from="), "{legend}");
    let foot = between(&page, "<tfoot>", "</tfoot>");
    let cells: Vec<&str> =
        foot.split("<td>").skip(1).map(|cell| cell.split('<').next().expect("a cell")).collect();
    assert_eq!(cells, sums);
    assert!(!page.contains("AADSTS50057"), "the number of another tenant");
    assert_eq!(page.matches("<tr><th scope=\"row\"><a ").count(), 24);
    assert!(page.matches("<rect class=\"series-").count() > 7, "{page}");
}

#[tokio::test]
async fn the_chart_marks_change_events_of_its_tenant_and_range() {
    // Compares the changes of the chart with the events of the tenant and of the installation in
    // the range.
    let service = service_with_refusals().await;
    let mut browser = signed_in_admin(&service).await;
    let day = unescaped(&browser.get("/admin/refusals?range=24h").await.assert_ok());
    let changes = between(&day, "id=\"changes\">", "</ol>");
    assert_eq!(changes.matches("class=\"annotation-number\"").count(), 2, "{changes}");
    assert!(changes.contains("The web app") && !changes.contains("foreign"), "{changes}");
    let (first, second) = changes.split_once("The web app").expect("the secret");
    assert!(first.contains("Version") && !second.contains("Version"), "in order: {changes}");
    assert_eq!(day.matches("class=\"annotation-line\"").count(), 2);
    let month = unescaped(&browser.get("/admin/refusals?range=30d").await.assert_ok());
    assert!(between(&month, "id=\"changes\">", "</ol>").contains("Signing key"), "{month}");
}

#[tokio::test]
async fn the_chart_counts_the_refusals_within_its_range() {
    // A refusal of a week ago is outside a day, and within 7 and 30 days. An unknown range is a
    // day.
    let service = service_with_refusals().await;
    let mut browser = signed_in_admin(&service).await;
    for (span, others, buckets) in [("24h", 5, 24), ("7d", 6, 28), ("30d", 6, 30), ("x", 5, 24)] {
        let page =
            unescaped(&browser.get(&format!("/admin/refusals?range={span}")).await.assert_ok());
        let foot = between(&page, "<tfoot>", "</tfoot>");
        let last = foot.rsplit("<td>").next().expect("a cell").split('<').next().expect("a sum");
        assert_eq!(last, others.to_string(), "{span}");
        assert_eq!(page.matches("<tr><th scope=\"row\"><a ").count(), buckets, "{span}");
        let current = if span == "x" { "24h" } else { span };
        let link =
            format!("id=\"range-{current}\" href=\"/admin/refusals?range={current}\" aria-current");
        assert!(page.contains(&link), "{page}");
    }
}

#[tokio::test]
async fn a_chart_without_refusals_says_that_there_are_none() {
    // Stores a successful request only.
    let service = service_with_admin().await;
    store_records(&service, vec![succeeded(1, 0)]).await;
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get("/admin/refusals").await.assert_ok();
    assert!(page.text.contains("id=\"nothing\""), "{}", page.text);
    assert!(page.text.contains("id=\"no-changes\""), "{}", page.text);
    assert!(!page.text.contains("id=\"figures\""), "{}", page.text);
}
