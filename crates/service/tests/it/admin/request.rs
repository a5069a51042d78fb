//! The page about one request: its reasoning, its sign-in, its neighbours.

use model::{ClientId, Reasoning, Record, Timestamp, Warning};

use super::{
    house,
    records::{answered, of_flow, of_grant, page_of, refused, remember, trace_id},
    seated,
};
use crate::{
    authorize::browser::{Browser, between, plain, request},
    house::{Answer, House},
};

/// The part of a page that has this id, until the list ends.
fn list<'t>(page: &'t str, id: &str) -> &'t str {
    between(page, &format!("id=\"{id}\">"), "</ol>")
}

/// The numbers of the requests that a list leads to, and that of the present one.
fn steps(list: &str) -> (Vec<u128>, Option<usize>) {
    let first = trace_id(0).as_u128();
    let items: Vec<&str> = list.split("<li class=").skip(1).collect();
    let present = items.iter().position(|item| item.contains("aria-current"));
    let number = |item: &&str| {
        let (_, rest) = item.split_once("/admin/requests/")?;
        let id = uuid::Uuid::try_parse(rest.get(..36)?).ok()?;
        id.as_u128().checked_sub(first)
    };
    (items.iter().filter_map(number).collect(), present)
}

/// A request so many milliseconds after the first.
fn soon(number: u128, milliseconds: i64) -> Record {
    let record = answered(number, 0);
    let at = Timestamp::from_microseconds(record.at.microseconds() + milliseconds * 1_000);
    Record { at, ..record }
}

async fn page(browser: &mut Browser<'_>, number: u128) -> String {
    plain(&browser.get(&page_of(number)).await.good())
}

#[tokio::test]
async fn it_says_why_with_both_values_and_how_far_it_came() {
    // Reads the page of a refusal: number, title, sentence, both values, difference, checks, facts.
    let house = house().await;
    remember(&house, vec![refused(1, 0)]).await;
    let mut browser = seated(&house).await;
    let text = page(&mut browser, 1).await;
    for part in [
        "id=\"error-number\">AADSTS50011<",
        "<code>redirect_uri</code>",
        "<dd class=\"expected\"><code>https://web.test/callback</code></dd>",
        "<code>https://web.test/callback<del>/</del></code>",
        "href=\"/error?code=50011\"",
        "id=\"client\"><a href=\"/admin/requests?client=web\">The web app (web)</a>",
        "alice@demo.test</a>",
        "id=\"peer\">192.0.2.7<",
        "id=\"duration\">2 ms<",
        "id=\"status\">400<",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let checks = list(&text, "checks");
    assert_eq!(checks.matches("class=\"passed\"").count(), 2, "{checks}");
    let last = checks.rsplit("<li").next().expect("a check");
    let title = catalogue::entry(50_011).expect("known").title(catalogue::Language::ENGLISH);
    assert!(last.contains("stopped") && last.contains(&title), "{checks}");
    let indonesian = browser.get(&format!("{}?ui_locales=id", page_of(1))).await.good();
    assert!(indonesian.text.contains("Yang dibandingkan"), "{}", indonesian.text);
}

#[tokio::test]
async fn what_went_well_has_no_refusal_but_its_warnings() {
    // A request that got tokens with a secret that ends soon.
    let house = house().await;
    let warning = Warning { kind: "secret_expires".into(), value: "5".to_owned() };
    remember(&house, vec![Record { warnings: vec![warning], ..answered(1, 0) }]).await;
    let mut browser = seated(&house).await;
    let text = page(&mut browser, 1).await;
    assert!(text.contains("<h1>Tokens were issued</h1>"), "{text}");
    assert!(text.contains("expires in 5 days"), "{text}");
    assert!(!text.contains("id=\"error-number\"") && !text.contains("id=\"checks\""), "{text}");
}

#[tokio::test]
async fn the_cause_of_a_fault_stays_inside() {
    // A fault whose cause names a file: an administrator is led to the operator, and not told.
    let house = house().await;
    let reasoning = Reasoning {
        cause: Some("StoreUnavailable: /var/lib/admit/ledger.db: disk full".to_owned()),
        ..Reasoning::default()
    };
    let fault = Record {
        outcome: "fault".into(),
        number: Some(90_033),
        status: 503,
        reasoning: Some(Box::new(reasoning)),
        ..answered(1, 0)
    };
    remember(&house, vec![fault]).await;
    let mut browser = seated(&house).await;
    let text = page(&mut browser, 1).await;
    assert!(!text.contains("ledger.db"), "{text}");
    let hint = format!("admit explain {}", trace_id(1));
    assert!(text.contains(&hint) && text.contains("tone-failed"), "{text}");
}

#[tokio::test]
async fn the_timeline_follows_a_sign_in_to_its_last_refresh() {
    // A sign-in, the grant of its code, a second sign-in in that grant, what shares the
    // correlation id; and requests that share nothing, or it long ago.
    let house = house().await;
    let present = of_grant(refused(6, 200), 1);
    let correlated = present.correlation_id;
    let records = vec![
        of_flow(answered(1, 0), 1),
        of_flow(answered(2, 5), 1),
        of_grant(of_flow(answered(3, 7), 1), 1),
        of_grant(answered(4, 9), 1),
        of_grant(of_flow(answered(5, 100), 2), 1),
        present,
        of_flow(answered(7, 99), 2),
        Record { correlation_id: correlated, ..answered(8, 201) },
        of_flow(soon(12, 250), 1),
        answered(9, 50),
        of_flow(of_grant(answered(10, 60), 9), 9),
        Record { correlation_id: correlated, ..answered(11, -86_400) },
    ];
    remember(&house, records).await;
    let mut browser = seated(&house).await;
    let text = page(&mut browser, 6).await;
    let timeline = list(&text, "timeline");
    assert_eq!(steps(timeline), (vec![1, 12, 2, 3, 4, 7, 5, 6, 8], Some(7)));
    for offset in [">+0 s<", ">+250 ms<", ">+5 s<", ">+1 min 39 s<", ">+3 min 20 s<"] {
        assert!(timeline.contains(offset), "{offset}: {timeline}");
    }
    assert!(!text.contains("id=\"timeline-cut\""), "{text}");
    let text = page(&mut browser, 1).await;
    assert_eq!(steps(list(&text, "timeline")), (vec![1, 12, 2, 3, 4, 7, 5, 6], Some(0)));
}

#[tokio::test]
async fn a_long_timeline_shows_what_is_around_the_request() {
    // 150 refreshes of one grant; the page about one in the middle.
    let house = house().await;
    let records = (1..=150)
        .map(|number| of_grant(answered(number, i64::try_from(number).expect("small")), 1));
    remember(&house, records.collect()).await;
    let mut browser = seated(&house).await;
    let text = page(&mut browser, 75).await;
    let (numbers, present) = steps(list(&text, "timeline"));
    assert_eq!((numbers.len(), numbers[0], present), (60, 45, Some(30)));
    assert!(text.contains("id=\"timeline-cut\""), "{text}");
}

#[tokio::test]
async fn neighbours_are_the_nearest_before_and_after() {
    // 40 requests of one user by two apps, a minute apart; the page about one in the middle.
    let house = house().await;
    let daemon = |number: u128| number.is_multiple_of(2);
    let records = (1..=40).map(|number| {
        let after = i64::try_from(number).expect("small") * 60 - 3_000;
        let id = if daemon(number) { "daemon" } else { "web" };
        let owner = ClientId::new(id);
        Record { client: Some(id.to_owned()), owner, ..answered(number, after) }
    });
    remember(&house, records.collect()).await;
    let mut browser = seated(&house).await;
    let text = page(&mut browser, 20).await;
    let (of_user, present) = steps(list(&text, "of-user"));
    // The present one is no link.
    let expected: Vec<u128> = (10..=30).rev().filter(|number| *number != 20).collect();
    assert_eq!((of_user, present), (expected, Some(10)));
    let (of_client, _) = steps(list(&text, "of-client"));
    let expected: Vec<u128> = (1..=40).rev().filter(|it| daemon(*it) && *it != 20).collect();
    assert_eq!(of_client, expected[..19.min(expected.len())], "9 before, 10 after");
    assert!(text.contains("id=\"of-client-all\" href=\"/admin/requests?client=daemon\""), "{text}");
}

#[tokio::test]
async fn a_sign_in_that_really_happened_is_found_with_all_its_steps() {
    // Signs in as an app does, redeems the code wrongly, and looks at it from the inside.
    let house: House = house().await;
    let mut browser = Browser::new(&house);
    let path = request(&[("scope", "openid offline_access read")]);
    let answer = browser.enter(&path, "alice@demo.test").await;
    let code = crate::authorize::browser::parameter(&answer, "code").expect("a code");
    let mut redemption = house.redeem(&code);
    redemption.retain(|(name, _)| *name != "client_secret");
    redemption.push(("client_secret", "not-the-secret-of-this-client-0000000000"));
    let refused: Answer = house.token(&redemption).await;
    refused.refused(401, "invalid_client", 7_000_215);
    let good = house.token(&house.redeem(&code)).await.good();
    let trace_id = good.header("x-ms-request-id").to_owned();
    let mut administrator = seated(&house).await;
    house.service.recorder.settled().await;
    let found = administrator.get(&format!("/admin/requests/{trace_id}")).await.good();
    let text = plain(&found);
    let timeline = list(&text, "timeline");
    for step in ["The sign-in page was shown", "An authorization code was issued", "Tokens were"] {
        assert!(timeline.contains(step), "{step}: {timeline}");
    }
    assert!(list(&text, "of-client").contains("AADSTS7000215"), "{text}");
}
