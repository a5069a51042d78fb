//! The administration pages: who sees them, and what is on them.

mod guard;
pub mod records;
mod refusals;
mod request;
mod requests;
mod sign_in;

use crate::{
    authorize::browser::{self, Browser, location},
    house::{Answer, House, ORIGIN},
};

/// The administrator.
pub const ADMINISTRATOR: &str = "alice@demo.test";

/// A house whose Alice is an administrator, and whose Budi is none.
pub async fn house() -> House {
    let house = browser::house().await;
    house.change_user(|alice| alice.administrator = true).await;
    house
}

/// Signs somebody in at the administration pages; what comes back ends the sign-in.
pub async fn enter(browser: &mut Browser<'_>, username: &str) -> Answer {
    let out = browser.get("/admin?tenant=demo").await;
    let back = browser.enter(location(&out), username).await;
    browser.get(&path(&back)).await
}

/// A browser in which the administrator is signed in.
pub async fn seated(house: &House) -> Browser<'_> {
    let mut browser = Browser::new(house);
    let answer = enter(&mut browser, ADMINISTRATOR).await;
    assert_eq!(location(&answer), "/admin/requests");
    browser
}

/// The path of a redirect to ourselves.
pub fn path(answer: &Answer) -> String {
    let location = location(answer);
    location.strip_prefix(ORIGIN).unwrap_or(location).to_owned()
}
