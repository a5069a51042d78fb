//! The chart of refusals.

use model::{Event, Record, Seconds, TenantId};

use super::{
    house,
    records::{OTHER, answered, elsewhere, refused, remember},
    seated,
};
use crate::{
    authorize::browser::{between, plain},
    house::{House, TENANT},
};

fn changed(kind: &'static str, tenant: Option<uuid::Uuid>, subject: &str, ago: Seconds) -> Event {
    Event {
        at: service::now() - ago,
        tenant: tenant.map(TenantId::new),
        kind: kind.into(),
        subject: subject.to_owned(),
        detail: "summer".to_owned(),
    }
}

/// Refusals of eight numbers, one of them a week old, some of another tenant; and changes.
async fn furnished() -> House {
    let house = house().await;
    let numbers = [50_011, 7_000_215, 54_005, 70_008, 50_126, 50_173, 70_000, 65_001];
    let mut records = Vec::new();
    for (place, number) in (1_u128..).zip(numbers) {
        for copy in 0..(10 - place) {
            let record = refused(place * 20 + copy, i64::try_from(copy).expect("small"));
            records.push(Record { number: Some(number), ..record });
        }
    }
    let week = -(6 * 86_400);
    records.push(Record { number: Some(900_971), ..refused(900, week) });
    records.push(elsewhere(Record { number: Some(50_057), ..refused(901, 0) }));
    records.push(answered(902, 0));
    remember(&house, records).await;
    let events = vec![
        changed("secret_added", Some(TENANT), "The web app", Seconds::hours(2)),
        changed("version", None, "admit", Seconds::hours(3)),
        changed("secret_added", Some(OTHER), "The foreign app", Seconds::hours(2)),
        changed("key_active", Some(TENANT), "k1", Seconds::days(20)),
    ];
    house.service.history.note(events).await.expect("a history");
    house
}

#[tokio::test]
async fn the_most_frequent_numbers_stand_for_themselves_and_the_rest_together() {
    // Reads the legend with its sums, and holds the table's last line against it.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    let page = plain(&browser.get("/admin/refusals").await.good());
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
async fn what_changed_is_marked_and_said() {
    // The tenant's own changes and those of the installation, within the span; none of others.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    let day = plain(&browser.get("/admin/refusals?span=24h").await.good());
    let changes = between(&day, "id=\"changes\">", "</ol>");
    assert_eq!(changes.matches("class=\"mark-number\"").count(), 2, "{changes}");
    assert!(changes.contains("The web app") && !changes.contains("foreign"), "{changes}");
    let (first, second) = changes.split_once("The web app").expect("the secret");
    assert!(first.contains("Version") && !second.contains("Version"), "in order: {changes}");
    assert_eq!(day.matches("class=\"mark-line\"").count(), 2);
    let month = plain(&browser.get("/admin/refusals?span=30d").await.good());
    assert!(between(&month, "id=\"changes\">", "</ol>").contains("Signing key"), "{month}");
}

#[tokio::test]
async fn each_span_counts_what_lies_in_it() {
    // A refusal of a week ago: not in a day, in 7 and in 30 days; a span that is none is a day.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    for (span, others, stretches) in [("24h", 5, 24), ("7d", 6, 28), ("30d", 6, 30), ("x", 5, 24)] {
        let page = plain(&browser.get(&format!("/admin/refusals?span={span}")).await.good());
        let foot = between(&page, "<tfoot>", "</tfoot>");
        let last = foot.rsplit("<td>").next().expect("a cell").split('<').next().expect("a sum");
        assert_eq!(last, others.to_string(), "{span}");
        assert_eq!(page.matches("<tr><th scope=\"row\"><a ").count(), stretches, "{span}");
        let current = if span == "x" { "24h" } else { span };
        let link =
            format!("id=\"span-{current}\" href=\"/admin/refusals?span={current}\" aria-current");
        assert!(page.contains(&link), "{page}");
    }
}

#[tokio::test]
async fn where_nothing_was_refused_the_chart_says_so() {
    // A house where only good things happened.
    let house = house().await;
    remember(&house, vec![answered(1, 0)]).await;
    let mut browser = seated(&house).await;
    let page = browser.get("/admin/refusals").await.good();
    assert!(page.text.contains("id=\"nothing\""), "{}", page.text);
    assert!(page.text.contains("id=\"no-changes\""), "{}", page.text);
    assert!(!page.text.contains("id=\"figures\""), "{}", page.text);
}
