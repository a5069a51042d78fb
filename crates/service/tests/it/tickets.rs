//! From an error page to a ticket, and what is sent because of it.

mod desk;
mod kept;
mod limits;
pub mod mail;
mod outbound;
mod receiver;
mod reporting;
mod smtp;
mod webhook;

use std::sync::Arc;

use jose::seal::{Keyring, RootKey};
use model::{History, Support, Tenant, Ticket, TicketId, TicketSearch, Timestamp, Webhook};
use service::{Service, Settings, tickets::WebhookSecret};
use store::{Cached, Memory, MemoryHistory};

use crate::{
    authorize::browser::{self, Browser, between, plain, request},
    house::{Answer, House, ORIGIN},
};

/// The secret of the webhook.
pub const HOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A house with these settings and this history.
pub async fn with(settings: Settings, history: Arc<dyn History>) -> House {
    let store = Arc::new(Memory::new());
    let house = House::over(Arc::<Memory>::clone(&store)).await;
    browser::furnish(&house).await;
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let service = Service::new(settings, Arc::new(Cached::new(store)), history, keyring);
    let realm = service.realm("demo").await.expect("a realm");
    House { router: service::router(Arc::clone(&service)), service, realm }
}

/// A house as any other, with people in it.
pub async fn house() -> House {
    with(Settings::new(ORIGIN.to_owned()), Arc::new(MemoryHistory::new())).await
}

/// Where the tenant's reports go.
pub async fn support(house: &House, address: Option<&str>, hook: Option<&str>) {
    let secret = WebhookSecret::parse(HOOK_SECRET).expect("a secret");
    let sealed = house.realm.seals.webhook_secret.seal_bytes(secret.as_bytes()).expect("sealed");
    let webhook = hook.map(|url| Webhook { url: url.to_owned(), sealed_secret: sealed });
    let support = Support { address: address.map(str::to_owned), webhook };
    house.change_tenant(|tenant: &mut Tenant| tenant.support = support).await;
}

/// The page of a refusal that the reader cannot mend.
pub async fn refused(browser: &mut Browser<'_>) -> Answer {
    let page = browser.get(&request(&[("redirect_uri", "https://evil.test/")])).await;
    assert_eq!(browser::number(&page), 50_011);
    page
}

/// Where an error page's link to report the problem leads, if it has one.
pub fn link(page: &Answer) -> Option<String> {
    let page = plain(page).replace("&amp;", "&");
    let link = page.contains("id=\"report\"");
    link.then(|| between(&page, "id=\"report\" class=\"button\" href=\"", "\"").to_owned())
}

/// What the form of a report carries.
pub fn about(page: &Answer) -> String {
    between(&page.text, "name=\"about\" value=\"", "\"").to_owned()
}

/// Follows the link of an error page, fills the form in and sends it.
pub async fn report(
    browser: &mut Browser<'_>,
    page: &Answer,
    (text, address): (&str, &str),
) -> Answer {
    let form = browser.get(&link(page).expect("a link")).await.good();
    let about = about(&form);
    browser.post("/report", &[("about", &about), ("text", text), ("address", address)]).await
}

/// A link that was made more than a day before this one.
pub fn old(about: &str) -> String {
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let sealer = keyring.sealer([0; 16], "report").expect("a sealer");
    let mut bytes = sealer.open(about).expect("it is ours");
    let at = service::now().microseconds() - 25 * 3_600 * 1_000_000;
    bytes[36..].copy_from_slice(&at.to_be_bytes());
    sealer.seal(&bytes).expect("sealed")
}

/// A house whose history takes no ticket.
pub async fn kept_nowhere() -> House {
    with(Settings::new(ORIGIN.to_owned()), Arc::new(limits::Full(MemoryHistory::new()))).await
}

/// The ticket whose number a page shows.
pub async fn ticket(house: &House, page: &Answer) -> Ticket {
    let id: TicketId = between(&page.text, "id=\"ticket\">", "<").parse().expect("a number");
    house.service.history.ticket(id).await.expect("a history").expect("a ticket")
}

/// All tickets.
pub async fn all(house: &House) -> Vec<Ticket> {
    let search = TicketSearch { limit: 1_000, ..TicketSearch::default() };
    house.service.history.tickets(search).await.expect("a history")
}

/// The number of the problem that a form says it was not taken for.
pub fn problem(page: &Answer) -> u32 {
    let label = between(&page.text, "id=\"problem-number\">", "<");
    label.trim_start_matches(|letter: char| letter.is_alphabetic()).parse().expect("a number")
}

/// Sends what is due at a moment.
pub async fn deliver(house: &House, now: Timestamp) {
    service::tickets::deliver(&house.service, now).await.expect("a history");
}
