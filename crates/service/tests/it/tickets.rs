//! Tickets: reports from error pages, administration, mails and webhooks.

mod admin_tickets;
mod delivery_restart;
pub mod mail;
mod outbound;
mod report_limits;
mod reporting;
mod smtp_server;
mod webhook;
pub mod webhook_receiver;

use std::sync::Arc;

use jose::seal::{Keyring, Purpose, RootKey};
use model::{History, Support, Tenant, Ticket, TicketId, TicketQuery, Timestamp, Webhook};
use service::{Service, Settings, tickets::WebhookSecret};
use store::{CachedStore, MemoryHistory, MemoryStore};

use crate::{
    authorize::browser::{self, Browser, between, request, unescaped},
    test_service::{ORIGIN, TestResponse, TestService},
};

/// The secret that signs webhook requests.
pub const HOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Returns a service with users, these settings and this history.
pub async fn service_with(settings: Settings, history: Arc<dyn History>) -> TestService {
    let store = Arc::new(MemoryStore::new());
    let service = TestService::over(Arc::<MemoryStore>::clone(&store)).await;
    browser::add_users(&service).await;
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let store = Arc::new(CachedStore::new(store));
    TestService::from_state(Service::new(settings, store, history, keyring)).await
}

/// Returns a service with users and default settings.
pub async fn default_service() -> TestService {
    service_with(Settings::new(ORIGIN.to_owned()), Arc::new(MemoryHistory::new())).await
}

/// Sets the tenant's support address and webhook.
pub async fn set_support(service: &TestService, address: Option<&str>, hook: Option<&str>) {
    let secret = WebhookSecret::parse(HOOK_SECRET).expect("a secret");
    let sealed =
        service.tenant.sealers.webhook_secret.seal_bytes(secret.as_bytes()).expect("sealed");
    let webhook = hook.map(|url| Webhook { url: url.to_owned(), sealed_secret: sealed });
    let support = Support { address: address.map(str::to_owned), webhook, contact: None };
    service.change_tenant(|tenant: &mut Tenant| *tenant.support = support).await;
}

/// Returns the error page of a refusal that the user cannot fix.
pub async fn refusal_page(browser: &mut Browser<'_>) -> TestResponse {
    let page = browser.get(&request(&[("redirect_uri", "https://evil.test/")])).await;
    assert_eq!(browser::error_number(&page), 50_011);
    page
}

/// Returns the report link of an error page, if it has one.
pub fn report_link(page: &TestResponse) -> Option<String> {
    let page = unescaped(page).replace("&amp;", "&");
    let link = page.contains("id=\"report\"");
    let element = page.split("id=\"report\"").nth(1).unwrap_or_default();
    link.then(|| between(element, "href=\"", "\"").to_owned())
}

/// Returns the report token in a report form.
pub fn report_token(page: &TestResponse) -> String {
    between(&page.text, "name=\"report_token\" value=\"", "\"").to_owned()
}

/// Opens the report form of an error page, fills it in and posts it.
pub async fn report(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    (text, address): (&str, &str),
) -> TestResponse {
    let form = browser.get(&report_link(page).expect("a link")).await.assert_ok();
    let about = report_token(&form);
    let fields = [("report_token", &*about), ("text", text), ("address", address)];
    let sent = browser.post("/report", &fields).await;
    confirmation(browser, sent).await
}

/// Follows the redirect from a report that was sent to its confirmation page.
pub async fn confirmation(browser: &mut Browser<'_>, sent: TestResponse) -> TestResponse {
    match sent.header("location") {
        "" => sent,
        path => browser.get(path).await,
    }
}

/// Returns a copy of a report token that is more than a day older.
pub fn expired_report_token(about: &str) -> String {
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let sealer = keyring.sealer([0; 16], Purpose::Report).expect("a sealer");
    let mut bytes = sealer.open(about).expect("a token of this service");
    let at = service::now().microseconds() - 25 * 3_600 * 1_000_000;
    bytes[36..].copy_from_slice(&at.to_be_bytes());
    sealer.seal(&bytes).expect("sealed")
}

/// Returns a service whose history stores no ticket.
pub async fn service_with_full_history() -> TestService {
    service_with(
        Settings::new(ORIGIN.to_owned()),
        Arc::new(report_limits::FullHistory(MemoryHistory::new())),
    )
    .await
}

/// Returns the ticket whose number a page shows.
pub async fn ticket_on_page(service: &TestService, page: &TestResponse) -> Ticket {
    let id: TicketId = between(&page.text, "id=\"ticket\">", "<").parse().expect("a number");
    service.state.history.ticket(id).await.expect("a history").expect("a ticket")
}

/// Returns all tickets.
pub async fn all_tickets(service: &TestService) -> Vec<Ticket> {
    let query = TicketQuery { limit: 1_000, ..TicketQuery::default() };
    service.state.history.tickets(query).await.expect("a history")
}

/// Returns the error number above a form that was refused.
pub fn form_error_number(page: &TestResponse) -> u32 {
    let label = between(&page.text, "id=\"problem-number\">", "<");
    label.trim_start_matches(|letter: char| letter.is_alphabetic()).parse().expect("a number")
}

/// Sends the deliveries that are due at a time.
pub async fn deliver(service: &TestService, now: Timestamp) {
    service::tickets::deliver(&service.state.tickets, now).await.expect("a history");
}
