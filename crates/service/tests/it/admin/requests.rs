//! The list of requests, and its search.

use model::{ClientId, Record, Seconds};

use super::{
    house,
    records::{answered, began, elsewhere, page_of, refused, remember, trace_id},
    seated,
};
use crate::{
    authorize::browser::{self, BUDI, Browser, between, plain},
    house::{Answer, House, encode},
};

/// The numbers of the requests that a page lists, in order.
fn listed(page: &Answer) -> Vec<u128> {
    let page = plain(page);
    let links = page.split("href=\"/admin/requests/").skip(1);
    let ids = links.map(|rest| rest.split('"').next().expect("an address"));
    let ids = ids.map(|id| uuid::Uuid::try_parse(id).expect("a trace id").as_u128());
    let first = trace_id(0).as_u128();
    ids.filter_map(|id| id.checked_sub(first)).filter(|number| *number < 1_000).collect()
}

async fn search(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    browser.get(&format!("/admin/requests?{}", encode(fields))).await
}

/// Four requests of this tenant, and one of another.
async fn furnished() -> House {
    let house = house().await;
    let typed = Record { client: Some("wep".to_owned()), user: None, ..refused(2, 20) };
    let budi = Record { user: Some(model::UserId::new(BUDI)), ..answered(3, 30) };
    let daemon = Record {
        client: Some("daemon".to_owned()),
        owner: ClientId::new("daemon"),
        user: None,
        correlation_id: answered(1, 0).correlation_id,
        ..answered(4, 40)
    };
    let records = vec![answered(1, 10), typed, budi, daemon, elsewhere(answered(5, 50))];
    remember(&house, records).await;
    house
}

/// What is typed into the search, and the requests that it finds.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [u128]);

#[tokio::test]
async fn each_field_narrows_the_list_down() {
    // One search per field, by each way to fill it in; the list has exactly what fits.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    let text = |number| trace_id(number).to_string();
    let correlation_id = answered(1, 0).correlation_id.to_string();
    let minute = |after: i64| {
        let at = (began() + Seconds::new(after)).seconds();
        jiff::Timestamp::from_second(at).expect("a time").strftime("%F %T").to_string()
    };
    let (from, until, budi) = (minute(20), minute(31), BUDI.to_string());
    let cases: [Case<'_>; 14] = [
        (&[("until", &minute(60))], &[4, 3, 2, 1]),
        (&[("trace_id", &text(2))], &[2]),
        (&[("trace_id", &format!(" {} ", text(2).to_uppercase()))], &[2]),
        (&[("correlation_id", &correlation_id)], &[4, 1]),
        (&[("user", "BUDI@demo.test")], &[3]),
        (&[("user", &budi)], &[3]),
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
        let page = search(&mut browser, fields).await.good();
        assert_eq!(listed(&page), expected, "{fields:?}");
    }
}

#[tokio::test]
async fn a_line_says_who_what_and_how_it_ended() {
    // Reads the line of a refusal and of an answer: names for ids, the number with its title.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    let page = search(&mut browser, &[("trace_id", &trace_id(2).to_string())]).await.good();
    let page = plain(&page);
    let row = between(&page, "<tr role=\"row\" class=\"tone-refused\">", "</tr>");
    for part in ["<code>AADSTS50011</code>", "wep", "GET /{tenant}/oauth2/v2.0/authorize"] {
        assert!(row.contains(part), "{part}: {row}");
    }
    let page = search(&mut browser, &[("trace_id", &trace_id(3).to_string())]).await.good();
    let page = plain(&page);
    let row = between(&page, "<tr role=\"row\" class=\"tone-good\">", "</tr>");
    for part in ["budi@demo.test", "The web app", "Tokens were issued"] {
        assert!(row.contains(part), "{part}: {row}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_stays_there() {
    // One wrong value per field: 400, a problem at that field alone, the value kept, and no list.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    let cases = [
        ("trace_id", "7ace"),
        ("correlation_id", "not an id"),
        ("user", "nobody@demo.test"),
        ("user", "01900000-0000-7000-8000-0000000000ff"),
        ("client", "no such app \u{e9}"),
        ("number", "AADSTSx"),
        ("from", "yesterday"),
        ("until", "2026-13-41"),
    ];
    for (field, value) in cases {
        let page = search(&mut browser, &[(field, value)]).await;
        assert_eq!(page.status.as_u16(), 400, "{field}");
        let text = plain(&page);
        let id = field.replace('_', "-");
        assert_eq!(text.matches("class=\"field-problem\"").count(), 1, "{field}: {text}");
        assert!(text.contains(&format!("id=\"{id}-problem\"")), "{field}: {text}");
        assert!(
            text.contains(&format!("name=\"{field}\" type=\"text\" value=\"{value}\"")),
            "{text}"
        );
        assert_eq!(listed(&page), [0_u128; 0], "{field}");
    }
    let turned = [("from", "2026-11-22 15:00"), ("until", "2026-11-22 14:00")];
    let page = search(&mut browser, &turned).await;
    assert!(plain(&page).contains("id=\"until-problem\""), "{}", page.text);
}

#[tokio::test]
async fn pages_of_the_list_go_on_where_the_last_one_ended() {
    // 120 requests, more than a page of them in one moment: the pages together list each of them.
    let house = house().await;
    let seam = |number: u128| if (40..=100).contains(&number) { 50 } else { number };
    let at = |number| i64::try_from(seam(number)).expect("small");
    let records = (1..=120).map(|number| Record {
        client: Some("native".to_owned()),
        owner: ClientId::new("native"),
        ..answered(number, 300 - at(number))
    });
    remember(&house, records.collect()).await;
    let mut browser = seated(&house).await;
    let mut page = search(&mut browser, &[("client", "native")]).await.good();
    assert!(!page.text.contains("id=\"newest\""), "the first page");
    let mut all = listed(&page);
    assert_eq!(all.len(), 50);
    for _ in 0..2 {
        let older = plain(&page);
        let older = between(&older, "id=\"older\" class=\"button small\" href=\"", "\"").to_owned();
        let older = older.replace("&amp;", "&");
        assert!(older.contains("client=native"), "{older}");
        page = browser.get(&older).await.good();
        all.extend(listed(&page));
        assert!(page.text.contains("id=\"newest\""), "a later page");
    }
    assert!(!page.text.contains("id=\"older\""), "the last page");
    all.sort_unstable();
    assert_eq!(all, (1..=120).collect::<Vec<u128>>());
}

#[tokio::test]
async fn nothing_of_another_tenant_is_ever_shown() {
    // Asks for the other tenant's request in every way: by ids, by its page, by its parameters.
    let house = furnished().await;
    let mut browser = seated(&house).await;
    let foreign = answered(5, 50);
    let searches = [
        ("trace_id", foreign.trace_id.to_string()),
        ("correlation_id", foreign.correlation_id.to_string()),
        ("tenant", super::records::OTHER.to_string()),
    ];
    for (field, value) in searches {
        let page = search(&mut browser, &[(field, &value)]).await.good();
        assert!(!listed(&page).contains(&5), "{field}");
    }
    let unknown = page_of(999);
    let mut answers = Vec::new();
    for (number, path) in [(5, page_of(5)), (999, unknown)] {
        let answer = browser.get(&path).await;
        assert_eq!((answer.status.as_u16(), browser::number(&answer)), (404, 88_000_224));
        let page = plain(&answer).replace(&trace_id(number).to_string(), "ID");
        // What is attached to a report is sealed, and holds the ids of this very answer.
        let said = between(&page, "<main", "class=\"details\"").to_owned();
        assert!(page.contains(answer.header("x-ms-request-id")), "{page}");
        answers.push(said);
    }
    assert_eq!(answers[0], answers[1], "the two answers tell the same");
}

#[tokio::test]
async fn hostile_values_stay_values() {
    // Markup in every field of the search, and in what a request claimed: escaped wherever shown.
    let house = house().await;
    let hostile = "\"><script>alert(1)</script>";
    let record = Record { client: Some(hostile.to_owned()), owner: None, ..refused(7, 70) };
    let mut reasoning = record.reasoning.clone().expect("a reasoning");
    reasoning.arguments.iter_mut().for_each(|(_, value)| hostile.clone_into(value));
    reasoning.comparisons[0].received = Some(hostile.to_owned());
    reasoning.comparisons[0].expected = Some(hostile.replace("alert", "confirm"));
    remember(&house, vec![Record { reasoning: Some(reasoning), ..record }]).await;
    let mut browser = seated(&house).await;
    let fields = ["trace_id", "correlation_id", "user", "client", "number", "from", "until"];
    let fields = fields.map(|field| (field, hostile));
    let pages = [
        search(&mut browser, &fields).await,
        search(&mut browser, &[("client", hostile)]).await,
        browser.get(&page_of(7)).await,
        browser.get(&format!("/admin/refusals?span={}", encode(&[("", hostile)]))).await,
        browser.get("/admin/requests/%22%3E%3Cscript%3Ealert(1)").await,
    ];
    for page in pages {
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert!(page.text.contains("</html>"), "{}", page.text);
    }
}
