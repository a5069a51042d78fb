//! `/admin/tickets`: an administrator lists, answers, closes and reopens the tenant's tickets.

use model::{DirectoryChange, TenantId, TicketEntryKind, TicketState};

use super::{all_tickets, form_error_number, refusal_page, report, ticket_on_page};
use crate::{
    admin::{service_with_admin, signed_in_admin},
    authorize::browser::{Browser, between, error_number, location},
    test_service::{TestResponse, TestService},
};

/// Reports a refusal and returns the confirmation page.
async fn reported(service: &TestService, text: &str) -> TestResponse {
    let mut browser = Browser::new(service);
    let page = refusal_page(&mut browser).await;
    service.state.recorder.flush().await;
    report(&mut browser, &page, (text, "ana@demo.test")).await.assert_ok()
}

/// Presses a button on the page of a ticket.
async fn press(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    path: &str,
    (action, text): (&str, &str),
) -> TestResponse {
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    browser.post(path, &[("csrf_token", &token), ("action", action), ("text", text)]).await
}

#[tokio::test]
async fn an_administrator_answers_closes_and_reopens_a_ticket() {
    // Presses each button of its page; each entry changes the state and names the administrator.
    let service = service_with_admin().await;
    let first = reported(&service, "It <b>fails</b>").await;
    let ticket_id = ticket_on_page(&service, &first).await.id;
    let mut browser = signed_in_admin(&service).await;
    let list = browser.get("/admin/tickets").await.assert_ok();
    let path = format!("/admin/tickets/{ticket_id}");
    assert!(list.text.replace("&#x2f;", "/").contains(&path), "{}", list.text);
    let page = browser.get(&path).await.assert_ok();
    for needed in ["It &lt;b&gt;fails", "ana@demo.test", "https:&#x2f;&#x2f;evil.test"] {
        assert!(page.text.contains(needed), "{needed}: {}", page.text);
    }
    assert!(!page.text.contains("<b>fails"), "{}", page.text);

    let empty = press(&mut browser, &page, &path, ("answer", "  ")).await;
    assert_eq!((empty.status.as_u16(), form_error_number(&empty)), (400, 88_000_251));
    let steps = [
        ("answer", "<i>Mended</i>", TicketState::Answered, TicketEntryKind::Answer),
        ("close", "", TicketState::Closed, TicketEntryKind::Close),
        ("reopen", "again", TicketState::Open, TicketEntryKind::Reopen),
    ];
    for (place, (action, text, state, step)) in steps.into_iter().enumerate() {
        let page = browser.get(&path).await.assert_ok();
        let response = press(&mut browser, &page, &path, (action, text)).await;
        assert_eq!(location(&response), path);
        let ticket = ticket_on_page(&service, &first).await;
        let mut entries = ticket.entries;
        entries.retain(|entry| entry.kind != TicketEntryKind::AddressAsked);
        assert_eq!((ticket.state, entries.len()), (state, place + 1));
        assert_eq!(entries[place].kind, step);
        assert_eq!(entries[place].by, "alice@demo.test");
    }
    let page = browser.get(&path).await.assert_ok();
    assert!(page.text.contains("&lt;i&gt;Mended"), "{}", page.text);
    assert!(!page.text.contains("<i>Mended"), "{}", page.text);
}

#[tokio::test]
async fn the_ticket_list_filters_by_state_number_time_and_request() {
    // One open and one closed ticket: each filter finds the matching ones, and refuses malformed
    // values.
    let service = service_with_admin().await;
    let (open, closed) = (reported(&service, "one").await, reported(&service, "two").await);
    let (open, closed) =
        (ticket_on_page(&service, &open).await, ticket_on_page(&service, &closed).await);
    let mut browser = signed_in_admin(&service).await;
    let path = format!("/admin/tickets/{}", closed.id);
    let page = browser.get(&path).await.assert_ok();
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
        let list = browser.get(&format!("/admin/tickets?{query}")).await.assert_ok();
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
async fn the_ticket_list_is_paginated() {
    // Stores more tickets than one page lists; the link to older ones shows the rest.
    let service = service_with_admin().await;
    let first = reported(&service, "the first").await;
    let template = ticket_on_page(&service, &first).await;
    for number in 1..=60_u8 {
        let mut bytes = [0; 10];
        bytes[0] = number;
        let ticket = model::Ticket {
            id: model::TicketId::new(bytes),
            opened_at: template.opened_at + model::Seconds::new(number.into()),
            ..template.clone()
        };
        let opening = service.state.history.open_ticket(ticket, Vec::new(), 1_000).await;
        assert_eq!(opening.expect("a history"), model::OpenTicketOutcome::Opened);
    }
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get("/admin/tickets?state=open").await.assert_ok();
    assert_eq!(page.text.matches("class=\"when\"").count(), 50);
    assert!(!page.text.contains(&template.id.to_string()));
    let text = page.text.replace("&#x2f;", "/").replace("&amp;", "&");
    let older = between(&text, "id=\"older\" class=\"button small\" href=\"", "\"").to_owned();
    let rest = browser.get(&older).await.assert_ok();
    assert_eq!(rest.text.matches("class=\"when\"").count(), 11);
    assert!(rest.text.contains(&template.id.to_string()));
}

#[tokio::test]
async fn tickets_of_another_tenant_are_not_found() {
    // A ticket of another tenant and one without a tenant: not listed, and no page.
    let service = service_with_admin().await;
    let own = reported(&service, "mine").await;
    let template = ticket_on_page(&service, &own).await;
    let other = TenantId::new(uuid::Uuid::from_u128(0x99));
    let elsewhere = model::Tenant::new(other, "elsewhere", [9; 32]);
    service.apply(DirectoryChange::PutTenant(elsewhere)).await;
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get(&format!("/admin/tickets/{}", template.id)).await.assert_ok();
    for (number_of, tenant) in [(1, Some(other)), (2, None)] {
        let id = model::TicketId::new([number_of; 10]);
        let ticket = model::Ticket { id, tenant, text: "theirs".to_owned(), ..template.clone() };
        let opening = service.state.history.open_ticket(ticket, Vec::new(), 10).await;
        assert_eq!(opening.expect("a history"), model::OpenTicketOutcome::Opened);
        let path = format!("/admin/tickets/{id}");
        let response = browser.get(&path).await;
        let unknown = browser.get("/admin/tickets/T-0000-0000-0000-0000").await;
        for response in [&response, &unknown] {
            assert_eq!((response.status.as_u16(), error_number(response)), (404, 88_000_249));
        }
        let pressed = press(&mut browser, &page, &path, ("close", "")).await;
        assert_eq!((pressed.status.as_u16(), error_number(&pressed)), (404, 88_000_249));
    }
    let list = browser.get("/admin/tickets").await.assert_ok();
    assert_eq!(list.text.matches("class=\"when\"").count(), 1);
    assert!(!list.text.contains("theirs"));
    let untouched = all_tickets(&service).await;
    assert!(untouched.iter().all(|ticket| ticket.entries.is_empty()));
}

#[tokio::test]
async fn a_ticket_action_without_its_csrf_token_is_refused() {
    // Sends no token, a wrong one, the right one cross-site, and one without a session.
    let service = service_with_admin().await;
    let first = reported(&service, "x").await;
    let ticket_id = ticket_on_page(&service, &first).await.id;
    let path = format!("/admin/tickets/{ticket_id}");
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get(&path).await.assert_ok();
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    for token in ["", "x", &token[1..]] {
        let response = browser.post(&path, &[("csrf_token", token), ("action", "close")]).await;
        assert_eq!((response.status.as_u16(), error_number(&response)), (403, 165_000), "{token}");
    }
    let foreign = http::Request::post(&path).header("sec-fetch-site", "cross-site");
    let body = crate::test_service::encode(&[("csrf_token", &token), ("action", "close")]);
    assert_eq!(error_number(&browser.send(foreign, body).await), 165_000);
    let mut signed_out = Browser::new(&service);
    signed_out.post(&path, &[("csrf_token", &token), ("action", "close")]).await;
    assert!(location(&signed_out.get(&path).await).contains("/admin"));
    assert!(ticket_on_page(&service, &first).await.entries.is_empty());
}
