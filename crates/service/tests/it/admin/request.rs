//! The page about one request: its refusal, its sign-in and the adjacent requests.

use model::{ClientId, RefusalDetails, RequestRecord, Timestamp, Warning};

use super::{
    record_fixtures::{
        detail_path, in_flow, in_grant, refused_record, store_records, succeeded, trace_id,
    },
    service_with_admin, signed_in_admin,
};
use crate::{
    authorize::browser::{Browser, between, request, unescaped},
    test_service::{TestResponse, TestService},
};

/// Returns the list with this id on a page.
fn list_text<'t>(page: &'t str, id: &str) -> &'t str {
    between(page, &format!("id=\"{id}\">"), "</ol>")
}

/// Returns the numbers of the requests in a list, and the index of the current one.
fn listed_requests(list: &str) -> (Vec<u128>, Option<usize>) {
    let first = trace_id(0).as_u128();
    let items: Vec<&str> = list.split("<li").skip(1).collect();
    let current = items.iter().position(|item| item.contains("aria-current"));
    let number = |item: &&str| {
        let (_, rest) = item.split_once("/admin/requests/")?;
        let id = uuid::Uuid::try_parse(rest.get(..36)?).ok()?;
        id.as_u128().checked_sub(first)
    };
    (items.iter().filter_map(number).collect(), current)
}

/// Returns a request so many milliseconds after the first.
fn milliseconds_later(number: u128, milliseconds: i64) -> RequestRecord {
    let record = succeeded(number, 0);
    let at = Timestamp::from_microseconds(record.at.microseconds() + milliseconds * 1_000);
    RequestRecord { at, ..record }
}

async fn page(browser: &mut Browser<'_>, number: u128) -> String {
    unescaped(&browser.get(&detail_path(number)).await.assert_ok())
}

#[tokio::test]
async fn a_refused_request_shows_its_comparison_and_its_checks() {
    // Reads the page of a refusal: number, title, message, both values, difference, checks,
    // properties.
    let service = service_with_admin().await;
    store_records(&service, vec![refused_record(1, 0)]).await;
    let mut browser = signed_in_admin(&service).await;
    let text = page(&mut browser, 1).await;
    for part in [
        "id=\"error-number\">AADSTS50011<",
        "<code>redirect_uri</code>",
        "<dd class=\"expected\"><code>https://web.test/callback</code></dd>",
        "<code>https://web.test/callback<del>/</del></code>",
        "href=\"/error?code=50011\"",
        "id=\"client\"><a href=\"/admin/requests?client=web\">The web app (web)</a>",
        "alice@demo.test</a>",
        "id=\"remote-address\">192.0.2.7<",
        "id=\"duration\">2 ms<",
        "id=\"status\">400<",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let checks = list_text(&text, "checks");
    assert_eq!(checks.matches("class=\"passed\"").count(), 2, "{checks}");
    let last = checks.rsplit("<li").next().expect("a check");
    let title = catalogue::entry(50_011).expect("known").title(catalogue::Language::ENGLISH);
    assert!(last.contains("stopped") && last.contains(&title), "{checks}");
    let indonesian = browser.get(&format!("{}?ui_locales=id", detail_path(1))).await.assert_ok();
    assert!(indonesian.text.contains("Perbandingan"), "{}", indonesian.text);
}

#[tokio::test]
async fn a_successful_request_shows_its_warnings_and_no_refusal() {
    // A request that got tokens with a secret that expires soon.
    let service = service_with_admin().await;
    let warning = Warning::new("secret_expires", "5");
    store_records(&service, vec![RequestRecord { warnings: vec![warning], ..succeeded(1, 0) }])
        .await;
    let mut browser = signed_in_admin(&service).await;
    let text = page(&mut browser, 1).await;
    assert!(text.contains("<h1>Tokens issued</h1>"), "{text}");
    assert!(text.contains("expires in 5 days"), "{text}");
    assert!(!text.contains("id=\"error-number\"") && !text.contains("id=\"checks\""), "{text}");
}

#[tokio::test]
async fn the_cause_of_a_fault_is_not_shown_to_administrators() {
    // The cause of a fault names a file. The page refers the administrator to the operator and
    // omits the cause.
    let service = service_with_admin().await;
    let details = RefusalDetails {
        cause: Some("StoreUnavailable: /var/lib/admit/ledger.db: disk full".to_owned()),
        ..RefusalDetails::default()
    };
    let fault = RequestRecord {
        outcome: "fault".into(),
        number: Some(90_033),
        status: 503,
        refusal_details: Some(Box::new(details)),
        ..succeeded(1, 0)
    };
    store_records(&service, vec![fault]).await;
    let mut browser = signed_in_admin(&service).await;
    let text = page(&mut browser, 1).await;
    assert!(!text.contains("ledger.db"), "{text}");
    let hint = format!("admit explain {}", trace_id(1));
    assert!(text.contains(&hint) && text.contains("status-failed"), "{text}");
}

#[tokio::test]
async fn a_timeline_links_a_sign_in_to_the_refreshes_of_its_grant() {
    // Stores a sign-in, the grant of its code, a second sign-in of that grant, and a request with
    // the same correlation id. Unrelated requests and an old one with that id are left out.
    let service = service_with_admin().await;
    let current = in_grant(refused_record(6, 200), 1);
    let correlated = current.correlation_id;
    let records = vec![
        in_flow(succeeded(1, 0), 1),
        in_flow(succeeded(2, 5), 1),
        in_grant(in_flow(succeeded(3, 7), 1), 1),
        in_grant(succeeded(4, 9), 1),
        in_grant(in_flow(succeeded(5, 100), 2), 1),
        current,
        in_flow(succeeded(7, 99), 2),
        RequestRecord { correlation_id: correlated, ..succeeded(8, 201) },
        in_flow(milliseconds_later(12, 250), 1),
        succeeded(9, 50),
        in_flow(in_grant(succeeded(10, 60), 9), 9),
        RequestRecord { correlation_id: correlated, ..succeeded(11, -86_400) },
    ];
    store_records(&service, records).await;
    let mut browser = signed_in_admin(&service).await;
    let text = page(&mut browser, 6).await;
    let timeline = list_text(&text, "timeline");
    assert_eq!(listed_requests(timeline), (vec![1, 12, 2, 3, 4, 7, 5, 6, 8], Some(7)));
    for offset in [">+0 s<", ">+250 ms<", ">+5 s<", ">+1 min 39 s<", ">+3 min 20 s<"] {
        assert!(timeline.contains(offset), "{offset}: {timeline}");
    }
    assert!(!text.contains("id=\"timeline-truncated\""), "{text}");
    let text = page(&mut browser, 1).await;
    assert_eq!(
        listed_requests(list_text(&text, "timeline")),
        (vec![1, 12, 2, 3, 4, 7, 5, 6], Some(0))
    );
}

#[tokio::test]
async fn a_long_timeline_is_cut_around_the_request() {
    // Stores 150 refreshes of one grant and opens the page of one in the middle.
    let service = service_with_admin().await;
    let records = (1..=150)
        .map(|number| in_grant(succeeded(number, i64::try_from(number).expect("small")), 1));
    store_records(&service, records.collect()).await;
    let mut browser = signed_in_admin(&service).await;
    let text = page(&mut browser, 75).await;
    let (numbers, current) = listed_requests(list_text(&text, "timeline"));
    assert_eq!((numbers.len(), numbers[0], current), (60, 45, Some(30)));
    assert!(text.contains("id=\"timeline-truncated\""), "{text}");
}

#[tokio::test]
async fn adjacent_requests_are_the_nearest_before_and_after() {
    // Stores 40 requests of one user by two apps, a minute apart, and opens one in the middle.
    let service = service_with_admin().await;
    let daemon = |number: u128| number.is_multiple_of(2);
    let records = (1..=40).map(|number| {
        let after = i64::try_from(number).expect("small") * 60 - 3_000;
        let id = if daemon(number) { "daemon" } else { "web" };
        let owner = ClientId::new(id);
        RequestRecord {
            client: Some(id.to_owned()),
            attributed_client: owner,
            ..succeeded(number, after)
        }
    });
    store_records(&service, records.collect()).await;
    let mut browser = signed_in_admin(&service).await;
    let text = page(&mut browser, 20).await;
    let (of_user, current) = listed_requests(list_text(&text, "of-user"));
    // The current request is not a link.
    let expected: Vec<u128> = (10..=30).rev().filter(|number| *number != 20).collect();
    assert_eq!((of_user, current), (expected, Some(10)));
    let (of_client, _) = listed_requests(list_text(&text, "of-client"));
    let expected: Vec<u128> = (1..=40).rev().filter(|it| daemon(*it) && *it != 20).collect();
    assert_eq!(of_client, expected[..19.min(expected.len())], "9 before, 10 after");
    assert!(text.contains("id=\"of-client-all\" href=\"/admin/requests?client=daemon\""), "{text}");
}

#[tokio::test]
async fn the_page_of_a_token_request_shows_its_sign_in_steps() {
    // Signs in, redeems the code with a wrong secret, then rightly, and opens the page of the
    // success.
    let service: TestService = service_with_admin().await;
    let mut browser = Browser::new(&service);
    let path = request(&[("scope", "openid offline_access read")]);
    let response = browser.sign_in_from(&path, "alice@demo.test").await;
    let code = crate::authorize::browser::parameter(&response, "code").expect("a code");
    let mut redemption = service.redeem(&code);
    redemption.retain(|(name, _)| *name != "client_secret");
    redemption.push(("client_secret", "not-the-secret-of-this-client-0000000000"));
    let refused: TestResponse = service.token(&redemption).await;
    refused.assert_refused(401, "invalid_client", 7_000_215);
    let good = service.token(&service.redeem(&code)).await.assert_ok();
    let trace_id = good.header("x-ms-request-id").to_owned();
    let mut administrator = signed_in_admin(&service).await;
    service.state.recorder.flush().await;
    let found = administrator.get(&format!("/admin/requests/{trace_id}")).await.assert_ok();
    let text = unescaped(&found);
    let timeline = list_text(&text, "timeline");
    for step in ["Sign-in page shown", "Authorization code issued", "Tokens issued"] {
        assert!(timeline.contains(step), "{step}: {timeline}");
    }
    assert!(list_text(&text, "of-client").contains("AADSTS7000215"), "{text}");
}
