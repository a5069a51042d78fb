//! The list of requests and its search form.

use model::{ClientId, RequestRecord, Seconds};

use super::{
    record_fixtures::{
        base_time, detail_path, in_other_tenant, refused_record, store_records, succeeded, trace_id,
    },
    service_with_admin, signed_in_admin,
};
use crate::{
    authorize::browser::{self, BUDI, Browser, between, unescaped, without_report_token},
    test_service::{TestResponse, TestService, encode},
};

/// Returns the numbers of the requests that a page lists, in order.
fn listed(page: &TestResponse) -> Vec<u128> {
    let page = unescaped(page);
    let links = page.split("href=\"/admin/requests/").skip(1);
    let ids = links.map(|rest| rest.split('"').next().expect("an address"));
    let ids = ids.map(|id| uuid::Uuid::try_parse(id).expect("a trace id").as_u128());
    let first = trace_id(0).as_u128();
    ids.filter_map(|id| id.checked_sub(first)).filter(|number| *number < 1_000).collect()
}

async fn search(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> TestResponse {
    browser.get(&format!("/admin/requests?{}", encode(fields))).await
}

/// Returns a service with four requests of this tenant and one of another.
async fn service_with_requests() -> TestService {
    let service = service_with_admin().await;
    let typed =
        RequestRecord { client: Some("wep".to_owned()), user: None, ..refused_record(2, 20) };
    let budi = RequestRecord { user: Some(model::UserId::new(BUDI)), ..succeeded(3, 30) };
    let daemon = RequestRecord {
        client: Some("daemon".to_owned()),
        attributed_client: ClientId::new("daemon"),
        user: None,
        correlation_id: succeeded(1, 0).correlation_id,
        ..succeeded(4, 40)
    };
    let records = vec![succeeded(1, 10), typed, budi, daemon, in_other_tenant(succeeded(5, 50))];
    store_records(&service, records).await;
    service
}

/// Search fields, and the requests that match.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [u128]);

#[tokio::test]
async fn each_search_field_filters_the_request_list() {
    // One search per field and notation; the list has exactly the matching requests.
    let service = service_with_requests().await;
    let mut browser = signed_in_admin(&service).await;
    let text = |number| trace_id(number).to_string();
    let correlation_id = succeeded(1, 0).correlation_id.to_string();
    let minute = |after: i64| {
        let at = (base_time() + Seconds::new(after)).seconds();
        jiff::Timestamp::from_second(at).expect("a time").strftime("%F %T").to_string()
    };
    let (from, until, budi) = (minute(20), minute(31), BUDI.to_string());
    let cases: [Case<'_>; 17] = [
        (&[("until", &minute(60))], &[4, 3, 2, 1]),
        (&[("trace_id", &text(2))], &[2]),
        (&[("trace_id", &format!(" {} ", text(2).to_uppercase()))], &[2]),
        (&[("correlation_id", &correlation_id)], &[4, 1]),
        (&[("user", "BUDI@demo.test")], &[3]),
        (&[("user", &budi)], &[3]),
        (&[("user", "udi")], &[3]),
        (&[("user", " BUDI ")], &[3]),
        (&[("user", "@demo.test"), ("until", &minute(60))], &[3, 1]),
        (&[("client", "daemon")], &[4]),
        (&[("client", "the daemon APP")], &[4]),
        (&[("client", "wep")], &[2]),
        (&[("number", "AADSTS50011")], &[2]),
        (&[("number", "50011")], &[2]),
        (&[("failed_only", "1"), ("until", &minute(60))], &[2]),
        (&[("from", &from), ("until", &until)], &[3, 2]),
        (&[("client", "web"), ("number", "50011"), ("user", "")], &[2]),
    ];
    for (fields, expected) in cases {
        let page = search(&mut browser, fields).await.assert_ok();
        assert_eq!(listed(&page), expected, "{fields:?}");
    }
}

#[tokio::test]
async fn a_request_row_shows_user_client_and_outcome() {
    // Reads the rows of a refusal and of a success: names for ids, and the number with its title.
    let service = service_with_requests().await;
    let mut browser = signed_in_admin(&service).await;
    let page = search(&mut browser, &[("trace_id", &trace_id(2).to_string())]).await.assert_ok();
    let page = unescaped(&page);
    let row = between(&page, "<tr role=\"row\" class=\"status-refused\">", "</tr>");
    for part in ["<code>AADSTS50011</code>", "wep", "GET /{tenant}/oauth2/v2.0/authorize"] {
        assert!(row.contains(part), "{part}: {row}");
    }
    let page = search(&mut browser, &[("trace_id", &trace_id(3).to_string())]).await.assert_ok();
    let page = unescaped(&page);
    let row = between(&page, "<tr role=\"row\" class=\"status-succeeded\">", "</tr>");
    for part in ["budi@demo.test", "The web app", "Tokens issued"] {
        assert!(row.contains(part), "{part}: {row}");
    }
}

#[tokio::test]
async fn an_invalid_search_value_is_reported_at_its_field() {
    // One wrong value per field: 400, an error at that field only, the value kept, and an empty
    // list. A user name that no user has is no error: it may have been typed.
    let service = service_with_requests().await;
    let mut browser = signed_in_admin(&service).await;
    let cases = [
        ("trace_id", "7ace"),
        ("correlation_id", "not an id"),
        ("user", "nobody@else.test"),
        ("user", "01900000-0000-7000-8000-0000000000ff"),
        ("client", "no such app \u{e9}"),
        ("number", "AADSTSx"),
        ("from", "yesterday"),
        ("until", "2026-13-41"),
    ];
    for (field, value) in cases {
        let page = search(&mut browser, &[(field, value)]).await;
        assert_eq!(page.status.as_u16(), if field == "user" { 200 } else { 400 }, "{field}");
        let text = unescaped(&page);
        let id = field.replace('_', "-");
        assert_eq!(text.matches("class=\"field-problem\"").count(), 1, "{field}: {text}");
        assert!(text.contains(&format!("id=\"{id}-problem\"")), "{field}: {text}");
        assert!(
            text.contains(&format!("name=\"{field}\" type=\"text\" value=\"{value}\"")),
            "{text}"
        );
        assert_eq!(listed(&page), [0_u128; 0], "{field}");
    }
    let reversed = [("from", "2026-11-22 15:00"), ("until", "2026-11-22 14:00")];
    let page = search(&mut browser, &reversed).await;
    assert!(unescaped(&page).contains("id=\"until-problem\""), "{}", page.text);
}

#[tokio::test]
async fn request_list_pages_together_list_each_request_once() {
    // Stores 120 requests, more than a page of them at one time: the pages list each request once.
    let service = service_with_admin().await;
    let moment = |number: u128| if (40..=100).contains(&number) { 50 } else { number };
    let at = |number| i64::try_from(moment(number)).expect("small");
    let records = (1..=120).map(|number| RequestRecord {
        client: Some("native".to_owned()),
        attributed_client: ClientId::new("native"),
        ..succeeded(number, 300 - at(number))
    });
    store_records(&service, records.collect()).await;
    let mut browser = signed_in_admin(&service).await;
    let mut page = search(&mut browser, &[("client", "native")]).await.assert_ok();
    assert!(!page.text.contains("id=\"newest\""), "the first page");
    let mut all = listed(&page);
    assert_eq!(all.len(), 50);
    for _ in 0..2 {
        let older = unescaped(&page);
        let older = between(&older, "id=\"older\" class=\"button small\" href=\"", "\"").to_owned();
        let older = older.replace("&amp;", "&");
        assert!(older.contains("client=native"), "{older}");
        page = browser.get(&older).await.assert_ok();
        all.extend(listed(&page));
        assert!(page.text.contains("id=\"newest\""), "a later page");
    }
    assert!(!page.text.contains("id=\"older\""), "the last page");
    all.sort_unstable();
    assert_eq!(all, (1..=120).collect::<Vec<u128>>());
}

#[tokio::test]
async fn requests_of_another_tenant_are_never_shown() {
    // Requests the other tenant's record in every way: by ids, by its page, by parameters.
    let service = service_with_requests().await;
    let mut browser = signed_in_admin(&service).await;
    let other = succeeded(5, 50);
    let searches = [
        ("trace_id", other.trace_id.to_string()),
        ("correlation_id", other.correlation_id.to_string()),
        ("tenant", super::record_fixtures::OTHER_TENANT.to_string()),
    ];
    for (field, value) in searches {
        let page = search(&mut browser, &[(field, &value)]).await.assert_ok();
        assert!(!listed(&page).contains(&5), "{field}");
    }
    let unknown = detail_path(999);
    let mut responses = Vec::new();
    for (number, path) in [(5, detail_path(5)), (999, unknown)] {
        let response = browser.get(&path).await;
        assert_eq!((response.status.as_u16(), browser::error_number(&response)), (404, 88_000_224));
        let page = unescaped(&response).replace(&trace_id(number).to_string(), "ID");
        // The report token on the page is sealed and holds the ids of this very response.
        let content = without_report_token(between(&page, "<main", "id=\"details\""));
        assert!(page.contains(response.header("x-ms-request-id")), "{page}");
        responses.push(content);
    }
    assert_eq!(responses[0], responses[1], "the two responses are equal");
}

#[tokio::test]
async fn markup_in_searches_and_records_is_escaped() {
    // Puts markup into every search field and into a record: it is escaped on each page.
    let service = service_with_admin().await;
    let hostile = "\"><script>alert(1)</script>";
    let record = RequestRecord {
        client: Some(hostile.to_owned()),
        attributed_client: None,
        ..refused_record(7, 70)
    };
    let mut details = record.refusal_details.clone().expect("the details");
    details.arguments.iter_mut().for_each(|(_, value)| hostile.clone_into(value));
    details.comparisons[0].received = Some(hostile.to_owned());
    details.comparisons[0].expected = Some(hostile.replace("alert", "confirm"));
    store_records(&service, vec![RequestRecord { refusal_details: Some(details), ..record }]).await;
    let mut browser = signed_in_admin(&service).await;
    let fields = ["trace_id", "correlation_id", "user", "client", "number", "from", "until"];
    let fields = fields.map(|field| (field, hostile));
    let pages = [
        search(&mut browser, &fields).await,
        search(&mut browser, &[("client", hostile)]).await,
        browser.get(&detail_path(7)).await,
        browser.get(&format!("/admin/refusals?range={}", encode(&[("", hostile)]))).await,
        browser.get("/admin/requests/%22%3E%3Cscript%3Ealert(1)").await,
    ];
    for page in pages {
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert!(page.text.contains("</html>"), "{}", page.text);
    }
}
