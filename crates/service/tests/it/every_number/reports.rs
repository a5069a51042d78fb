//! Reports and tickets.

use model::{Ticket, TicketEntry, TicketEntryKind};

use super::Row;
use crate::{
    admin::{self, signed_in_admin},
    authorize::browser::{Browser, between},
    test_service::TestService,
    tickets::{
        expired_report_token, refusal_page, report, report_link, report_token,
        service_with_full_history,
    },
};

pub async fn rows() -> Vec<Row> {
    let service = admin::service_with_admin().await;
    let mut rows = forms(&service).await;
    rows.extend(limits(&service).await);
    rows.extend(ticket_actions(&service).await);
    let full = service_with_full_history().await;
    let mut browser = Browser::new(&full);
    let page = refusal_page(&mut browser).await;
    rows.push(Row(88_000_248, report(&mut browser, &page, ("", "")).await));
    rows
}

async fn forms(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::at_address(service, "192.0.2.200");
    let page = refusal_page(&mut browser).await;
    let form = browser.get(&report_link(&page).expect("a link")).await;
    let expired = browser
        .post("/report", &[("report_token", &expired_report_token(&report_token(&form)))])
        .await;
    let long = "x".repeat(Ticket::TEXT_MAX + 1);
    vec![
        Row(88_000_240, browser.get("/report?report_token=x").await),
        Row(88_000_241, expired),
        Row(88_000_242, report(&mut browser, &page, (&long, "")).await),
        Row(88_000_243, report(&mut browser, &page, ("", "ana")).await),
    ]
}

/// More reports than a limit needs to refuse one on the slowest machine: permits come back while
/// the test runs, one every five seconds or fewer.
const REPORTS_MAX: u32 = 20_000;

/// Reports from more and more addresses until each limit refuses one.
async fn limits(service: &TestService) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut browser = Browser::at_address(service, "192.0.2.1");
    for _ in 0..6 {
        let page = refusal_page(&mut browser).await;
        let response = report(&mut browser, &page, ("", "")).await;
        if response.status.as_u16() == 429 {
            rows.push(Row(88_000_244, response));
        }
    }
    let open = crate::tickets::all_tickets(service).await;
    let template = open.first().expect("a ticket").clone();
    let mut browser = Browser::at_address(service, "192.0.2.2");
    for number in 0..500_u32 {
        let mut id = [7; 10];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let ticket = Ticket { id: model::TicketId::new(id), ..template.clone() };
        let _ = service.state.history.open_ticket(ticket, Vec::new(), u32::MAX).await;
    }
    let page = refusal_page(&mut browser).await;
    rows.push(Row(88_000_247, report(&mut browser, &page, ("", "")).await));
    rows.push(Row(88_000_245, limited_by_tenant(service).await));
    rows.push(Row(88_000_246, globally_limited(service).await));
    rows
}

/// Reports from ever new addresses until the limit of the tenant refuses one.
async fn limited_by_tenant(service: &TestService) -> crate::test_service::TestResponse {
    for at in 0..REPORTS_MAX {
        let address = format!("198.51.{}.{}", at / 200, at % 200);
        let mut browser = Browser::at_address(service, &address);
        let page = refusal_page(&mut browser).await;
        let response = report(&mut browser, &page, ("", "")).await;
        if crate::tickets::form_error_number(&response) == 88_000_245 {
            return response;
        }
    }
    panic!("the tenant has no limit")
}

/// Reports refusals of ever new tenants until the limit over all tenants refuses one.
async fn globally_limited(service: &TestService) -> crate::test_service::TestResponse {
    for at in 0..REPORTS_MAX {
        let name = model::TenantId::new(uuid::Uuid::from_u128(0x7000 + u128::from(at)));
        let tenant = model::Tenant::new(name, &format!("t{at}"), [1; 32]);
        service.apply(model::DirectoryChange::PutTenant(tenant)).await;
        let mut browser = Browser::at_address(service, &format!("203.0.{}.{}", at / 200, at % 200));
        let path = format!("/t{at}/oauth2/v2.0/authorize?client_id=x");
        let page = browser.get(&path).await;
        let response = report(&mut browser, &page, ("", "")).await;
        if response.status.as_u16() == 429 {
            return response;
        }
    }
    panic!("there is no limit")
}

async fn ticket_actions(service: &TestService) -> Vec<Row> {
    let found = crate::tickets::all_tickets(service).await;
    let id = found.last().expect("a ticket").id;
    let path = format!("/admin/tickets/{id}");
    let mut browser = signed_in_admin(service).await;
    let page = browser.get(&path).await.assert_ok();
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    let fields = |text: &'static str| {
        [("csrf_token", token.clone()), ("action", "answer".to_owned()), ("text", text.to_owned())]
    };
    let mut press = async |text| {
        let fields = fields(text);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&path, &fields).await
    };
    let empty = press("").await;
    for _ in 0..Ticket::ENTRIES_MAX {
        let entry = TicketEntry {
            at: service::now(),
            by: "operator".to_owned(),
            kind: TicketEntryKind::Answer,
            text: String::new(),
        };
        let appended = service.state.history.append_entry(id, entry, Vec::new()).await;
        assert!(appended.is_ok());
    }
    let full = press("more").await;
    let unknown = browser.get("/admin/tickets/T-0000-0000-0000-0000").await;
    let limited = too_many_answers(service, &mut browser).await;
    vec![
        Row(88_000_249, unknown),
        Row(88_000_250, full),
        Row(88_000_251, empty),
        Row(88_000_252, limited),
    ]
}

/// Answers a reporter with a confirmed address until the limit refuses it.
async fn too_many_answers(
    service: &TestService,
    browser: &mut Browser<'_>,
) -> crate::test_service::TestResponse {
    let confirmed = TicketEntry {
        at: service::now(),
        by: "reporter".to_owned(),
        kind: TicketEntryKind::AddressConfirmed,
        text: String::new(),
    };
    let template = crate::tickets::all_tickets(service).await.pop().expect("a ticket");
    let ticket = Ticket {
        id: model::TicketId::new([9; 10]),
        address: Some("ana@demo.test".to_owned()),
        entries: vec![confirmed],
        ..template
    };
    let path = format!("/admin/tickets/{}", ticket.id);
    let _ = service.state.history.open_ticket(ticket, Vec::new(), u32::MAX).await;
    let page = browser.get(&path).await.assert_ok();
    let token = between(&page.text, "name=\"csrf_token\" value=\"", "\"").to_owned();
    for _ in 0..100 {
        let fields = [("csrf_token", &*token), ("action", "answer"), ("text", "Try again.")];
        let response = browser.post(&path, &fields).await;
        if response.status.as_u16() == 429 {
            return response;
        }
    }
    panic!("there is no limit")
}
