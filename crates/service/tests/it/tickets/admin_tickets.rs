//! `/admin/tickets`: an administrator sees the tenant's reports, and answers and closes them.

use model::{DirectoryChange, TenantId, TicketState, TicketStep};

use super::{all, problem, refused, report, ticket};
use crate::{
    admin::{house, seated},
    authorize::browser::{Browser, between, location, number},
    house::{Answer, House},
};

/// A ticket of the tenant, by its page.
async fn reported(house: &House, text: &str) -> Answer {
    let mut browser = Browser::new(house);
    let page = refused(&mut browser).await;
    house.service.recorder.settled().await;
    report(&mut browser, &page, (text, "ana@demo.test")).await.good()
}

/// Presses a button of a ticket's page.
async fn press(
    browser: &mut Browser<'_>,
    page: &Answer,
    path: &str,
    (action, text): (&str, &str),
) -> Answer {
    let token = between(&page.text, "name=\"token\" value=\"", "\"").to_owned();
    browser.post(path, &[("token", &token), ("action", action), ("text", text)]).await
}

#[tokio::test]
async fn a_ticket_is_found_answered_closed_and_opened_again() {
    // By the buttons of its page; each step moves its state and is listed with who did it.
    let house = house().await;
    let first = reported(&house, "It <b>fails</b>").await;
    let ticket_id = ticket(&house, &first).await.id;
    let mut browser = seated(&house).await;
    let list = browser.get("/admin/tickets").await.good();
    let path = format!("/admin/tickets/{ticket_id}");
    assert!(list.text.replace("&#x2f;", "/").contains(&path), "{}", list.text);
    let page = browser.get(&path).await.good();
    for needed in ["It &lt;b&gt;fails", "ana@demo.test", "https:&#x2f;&#x2f;evil.test"] {
        assert!(page.text.contains(needed), "{needed}: {}", page.text);
    }
    assert!(!page.text.contains("<b>fails"), "{}", page.text);

    let empty = press(&mut browser, &page, &path, ("answer", "  ")).await;
    assert_eq!((empty.status.as_u16(), problem(&empty)), (400, 88_000_251));
    let steps = [
        ("answer", "<i>Mended</i>", TicketState::Answered, TicketStep::Answer),
        ("close", "", TicketState::Closed, TicketStep::Close),
        ("reopen", "again", TicketState::Open, TicketStep::Reopen),
    ];
    for (place, (action, text, state, step)) in steps.into_iter().enumerate() {
        let page = browser.get(&path).await.good();
        let answer = press(&mut browser, &page, &path, (action, text)).await;
        assert_eq!(location(&answer), path);
        let ticket = ticket(&house, &first).await;
        assert_eq!((ticket.state, ticket.entries.len()), (state, place + 1));
        assert_eq!(ticket.entries[place].kind, step);
        assert_eq!(ticket.entries[place].by, "alice@demo.test");
    }
    let page = browser.get(&path).await.good();
    assert!(page.text.contains("&lt;i&gt;Mended"), "{}", page.text);
    assert!(!page.text.contains("<i>Mended"), "{}", page.text);
}

#[tokio::test]
async fn the_list_is_filtered_by_state_number_time_and_request() {
    // One open and one closed ticket; each filter finds what fits, and says what is no filter.
    let house = house().await;
    let (open, closed) = (reported(&house, "one").await, reported(&house, "two").await);
    let (open, closed) = (ticket(&house, &open).await, ticket(&house, &closed).await);
    let mut browser = seated(&house).await;
    let path = format!("/admin/tickets/{}", closed.id);
    let page = browser.get(&path).await.good();
    press(&mut browser, &page, &path, ("close", "")).await;
    let rows = [
        (String::new(), [true, true]),
        ("state=open".to_owned(), [true, false]),
        ("state=closed".to_owned(), [false, true]),
        ("state=answered".to_owned(), [false, false]),
        ("number=AADSTS50011".to_owned(), [true, true]),
        ("number=50012".to_owned(), [false, false]),
        (format!("trace_id={}", open.trace_id), [true, false]),
        ("until=2026-01-01".to_owned(), [false, false]),
        ("until=2099-01-01".to_owned(), [true, true]),
    ];
    for (query, expected) in rows {
        let list = browser.get(&format!("/admin/tickets?{query}")).await.good();
        let found = [open.id, closed.id].map(|id| list.text.contains(&id.to_string()));
        assert_eq!(found, expected, "{query}");
    }
    for query in ["number=x", "trace_id=1", "until=soon"] {
        let list = browser.get(&format!("/admin/tickets?{query}")).await;
        assert_eq!(list.status.as_u16(), 400, "{query}");
        assert!(list.text.contains("field-problem"), "{query}");
    }
}

#[tokio::test]
async fn many_tickets_are_shown_page_by_page() {
    // More than one page of them; the link to older ones leads to the rest, and to no other.
    let house = house().await;
    let first = reported(&house, "the first").await;
    let like = ticket(&house, &first).await;
    for number in 1..=60_u8 {
        let mut bytes = [0; 10];
        bytes[0] = number;
        let ticket = model::Ticket {
            id: model::TicketId::new(bytes),
            opened_at: like.opened_at + model::Seconds::new(number.into()),
            ..like.clone()
        };
        let opening = house.service.history.open_ticket(ticket, Vec::new(), 1_000).await;
        assert_eq!(opening.expect("a history"), model::Opening::Opened);
    }
    let mut browser = seated(&house).await;
    let page = browser.get("/admin/tickets?state=open").await.good();
    assert_eq!(page.text.matches("class=\"when\"").count(), 50);
    assert!(!page.text.contains(&like.id.to_string()));
    let text = page.text.replace("&#x2f;", "/").replace("&amp;", "&");
    let older = between(&text, "id=\"older\" class=\"button small\" href=\"", "\"").to_owned();
    let rest = browser.get(&older).await.good();
    assert_eq!(rest.text.matches("class=\"when\"").count(), 11);
    assert!(rest.text.contains(&like.id.to_string()));
}

#[tokio::test]
async fn nobody_sees_or_answers_tickets_of_another_tenant() {
    // A ticket of another tenant and one of none: not in the list, and no page, as if not there.
    let house = house().await;
    let mine = reported(&house, "mine").await;
    let like = ticket(&house, &mine).await;
    let other = TenantId::new(uuid::Uuid::from_u128(0x99));
    let elsewhere = model::Tenant::new(other, "elsewhere", [9; 32]);
    house.apply(DirectoryChange::PutTenant(elsewhere)).await;
    let mut browser = seated(&house).await;
    let page = browser.get(&format!("/admin/tickets/{}", like.id)).await.good();
    for (number_of, tenant) in [(1, Some(other)), (2, None)] {
        let id = model::TicketId::new([number_of; 10]);
        let ticket = model::Ticket { id, tenant, text: "theirs".to_owned(), ..like.clone() };
        let opening = house.service.history.open_ticket(ticket, Vec::new(), 10).await;
        assert_eq!(opening.expect("a history"), model::Opening::Opened);
        let path = format!("/admin/tickets/{id}");
        let there = browser.get(&path).await;
        let nowhere = browser.get("/admin/tickets/T-0000-0000-0000-0000").await;
        for answer in [&there, &nowhere] {
            assert_eq!((answer.status.as_u16(), number(answer)), (404, 88_000_249));
        }
        let pressed = press(&mut browser, &page, &path, ("close", "")).await;
        assert_eq!((pressed.status.as_u16(), number(&pressed)), (404, 88_000_249));
    }
    let list = browser.get("/admin/tickets").await.good();
    assert_eq!(list.text.matches("class=\"when\"").count(), 1);
    assert!(!list.text.contains("theirs"));
    let untouched = all(&house).await;
    assert!(untouched.iter().all(|ticket| ticket.entries.is_empty()));
}

#[tokio::test]
async fn a_step_needs_the_token_of_this_very_desk() {
    // Without it, with another, from another site, and by nobody at all: nothing happens.
    let house = house().await;
    let first = reported(&house, "x").await;
    let ticket_id = ticket(&house, &first).await.id;
    let path = format!("/admin/tickets/{ticket_id}");
    let mut browser = seated(&house).await;
    let page = browser.get(&path).await.good();
    let token = between(&page.text, "name=\"token\" value=\"", "\"").to_owned();
    for token in ["", "x", &token[1..]] {
        let answer = browser.post(&path, &[("token", token), ("action", "close")]).await;
        assert_eq!((answer.status.as_u16(), number(&answer)), (403, 165_000), "{token}");
    }
    let foreign = http::Request::post(&path).header("sec-fetch-site", "cross-site");
    let body = crate::house::encode(&[("token", &token), ("action", "close")]);
    assert_eq!(number(&browser.send(foreign, body).await), 165_000);
    let mut nobody = Browser::new(&house);
    nobody.post(&path, &[("token", &token), ("action", "close")]).await;
    assert!(location(&nobody.get(&path).await).contains("/admin"));
    assert!(ticket(&house, &first).await.entries.is_empty());
}
