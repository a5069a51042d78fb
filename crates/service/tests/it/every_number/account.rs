//! The account pages: profile, e-mail address and deletion.

use super::Row;
use crate::{
    account::{
        delete::{self, allow, confirm},
        email::{self, ask, type_code},
        open, open_signed_out, profile,
    },
    authorize::browser::{Browser, service_with_users},
    password_reset::{ALICE_NAME, code_of, newest, service_with_mailbox},
};

pub async fn rows() -> Vec<Row> {
    let (service, mailbox) = service_with_mailbox().await;
    let mut rows = Vec::new();
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, "/demo/account/profile").await;
    let fields = [("name", "Ana\u{202e}"), ("locale", ""), ("zoneinfo", "")];
    rows.push(Row(88_000_437, profile::save(&mut browser, &page, &fields).await));
    let fields = [("name", "Ana"), ("locale", ""), ("zoneinfo", "Asia/Atlantis")];
    rows.push(Row(88_000_438, profile::save(&mut browser, &page, &fields).await));

    let page = open(&mut browser, email::PAGE).await;
    rows.push(Row(88_000_439, ask(&mut browser, &page, "alice at demo.test").await));
    let asked = ask(&mut browser, &page, "alice.new@mail.test").await;
    for _ in 0..5 {
        type_code(&mut browser, &asked, "1234 5678").await;
    }
    rows.push(Row(88_000_443, type_code(&mut browser, &asked, "1234 5678").await));
    let asked = ask(&mut browser, &page, "alice.new@mail.test").await;
    let code = code_of(&newest(&mailbox).await);
    type_code(&mut browser, &asked, &code).await;
    rows.push(Row(88_000_442, type_code(&mut browser, &asked, &code).await));
    rows.push(Row(88_000_441, browser.get("/demo/account/email/code?pending=x").await));
    for _ in 0..3 {
        ask(&mut browser, &page, "alice.new@mail.test").await;
    }
    rows.push(Row(88_000_440, ask(&mut browser, &page, "alice.new@mail.test").await));

    let without_mail = service_with_users().await;
    let mut without = Browser::new(&without_mail);
    let page = open_signed_out(&mut without, email::PAGE).await;
    rows.push(Row(88_000_444, ask(&mut without, &page, "alice.new@mail.test").await));

    rows.push(Row(88_000_445, open(&mut browser, delete::PAGE).await));
    allow(&service).await;
    service.change_user(|user| user.administrator = true).await;
    let page = open(&mut browser, delete::PAGE).await;
    rows.push(Row(88_000_446, confirm(&mut browser, &page, "budi@demo.test").await));
    rows.push(Row(88_000_447, confirm(&mut browser, &page, ALICE_NAME).await));
    rows
}
