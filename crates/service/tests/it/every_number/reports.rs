//! Reports and tickets.

use model::{Ticket, TicketEntry, TicketStep};

use super::Row;
use crate::{
    admin::{self, seated},
    authorize::browser::{Browser, between},
    house::House,
    tickets::{about, kept_nowhere, link, old, refused, report},
};

pub async fn rows() -> Vec<Row> {
    let house = admin::house().await;
    let mut rows = forms(&house).await;
    rows.extend(limits(&house).await);
    rows.extend(steps(&house).await);
    let full = kept_nowhere().await;
    let mut browser = Browser::new(&full);
    let page = refused(&mut browser).await;
    rows.push(Row(88_000_248, report(&mut browser, &page, ("", "")).await));
    rows
}

async fn forms(house: &House) -> Vec<Row> {
    let mut browser = Browser::at(house, "192.0.2.200");
    let page = refused(&mut browser).await;
    let form = browser.get(&link(&page).expect("a link")).await;
    let late = browser.post("/report", &[("about", &old(&about(&form)))]).await;
    let long = "x".repeat(Ticket::TEXT_MAX + 1);
    vec![
        Row(88_000_240, browser.get("/report?about=x").await),
        Row(88_000_241, late),
        Row(88_000_242, report(&mut browser, &page, (&long, "")).await),
        Row(88_000_243, report(&mut browser, &page, ("", "ana")).await),
    ]
}

/// From more and more networks, until each limit is met in turn.
async fn limits(house: &House) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut browser = Browser::at(house, "192.0.2.1");
    for _ in 0..6 {
        let page = refused(&mut browser).await;
        let answer = report(&mut browser, &page, ("", "")).await;
        if answer.status.as_u16() == 429 {
            rows.push(Row(88_000_244, answer));
        }
    }
    let open = crate::tickets::all(house).await;
    let like = open.first().expect("a ticket").clone();
    let mut browser = Browser::at(house, "192.0.2.2");
    for number in 0..500_u32 {
        let mut id = [7; 10];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let ticket = Ticket { id: model::TicketId::new(id), ..like.clone() };
        let _ = house.service.history.open_ticket(ticket, Vec::new(), u32::MAX).await;
    }
    let page = refused(&mut browser).await;
    rows.push(Row(88_000_247, report(&mut browser, &page, ("", "")).await));
    for at in 0..250 {
        let mut browser = Browser::at(house, &format!("198.51.100.{at}"));
        let page = refused(&mut browser).await;
        let answer = report(&mut browser, &page, ("", "")).await;
        if crate::tickets::problem(&answer) == 88_000_245 {
            rows.push(Row(88_000_245, answer));
            break;
        }
    }
    rows.push(Row(88_000_246, flooded(house).await));
    rows
}

/// Reports of requests that named no tenant at all, or another one each time.
async fn flooded(house: &House) -> crate::house::Answer {
    for at in 0..400_u32 {
        let name = model::TenantId::new(uuid::Uuid::from_u128(0x7000 + u128::from(at)));
        let tenant = model::Tenant::new(name, &format!("t{at}"), [1; 32]);
        house.apply(model::DirectoryChange::PutTenant(tenant)).await;
        let mut browser = Browser::at(house, &format!("203.0.{}.{}", at / 200, at % 200));
        let path = format!("/t{at}/oauth2/v2.0/authorize?client_id=x");
        let page = browser.get(&path).await;
        let answer = report(&mut browser, &page, ("", "")).await;
        if answer.status.as_u16() == 429 {
            return answer;
        }
    }
    panic!("there is no limit")
}

async fn steps(house: &House) -> Vec<Row> {
    let found = crate::tickets::all(house).await;
    let id = found.last().expect("a ticket").id;
    let path = format!("/admin/tickets/{id}");
    let mut browser = seated(house).await;
    let page = browser.get(&path).await.good();
    let token = between(&page.text, "name=\"token\" value=\"", "\"").to_owned();
    let fields = |text: &'static str| {
        [("token", token.clone()), ("action", "answer".to_owned()), ("text", text.to_owned())]
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
            kind: TicketStep::Answer,
            text: String::new(),
        };
        let stepped = house.service.history.step_ticket(id, entry, Vec::new()).await;
        assert!(stepped.is_ok());
    }
    let full = press("more").await;
    let gone = browser.get("/admin/tickets/T-0000-0000-0000-0000").await;
    vec![Row(88_000_249, gone), Row(88_000_250, full), Row(88_000_251, empty)]
}
