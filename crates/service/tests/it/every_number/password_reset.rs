//! The reset of a password by mail.

use super::Row;
use crate::{
    account,
    authorize::{
        browser::{Browser, age_flow, service_with_users},
        expired_password,
    },
    password_reset::{
        ALICE_NAME, NEW_PASSWORD, ask, ask_on, choose, code_of, link_of, newest,
        service_with_mailbox, type_code,
    },
};

pub async fn rows() -> Vec<Row> {
    let (service, mailbox) = service_with_mailbox().await;
    service.change_user(|user| "Lopezgarcia Montgomery".clone_into(&mut user.name)).await;
    service.change_tenant(|tenant| tenant.password_minimum_length = 8).await;
    let mut rows = Vec::new();
    let mut browser = Browser::new(&service);
    rows.push(Row(88_000_379, ask(&mut browser, " \t").await));
    let page = ask(&mut browser, ALICE_NAME).await;
    let mail = newest(&mailbox).await;
    let (code, link) = (code_of(&mail), link_of(&mail));
    rows.push(Row(88_000_371, type_code(&mut browser, &page, "1234 5678").await));
    rows.push(Row(88_000_374, Browser::new(&service).get(&link).await));
    rows.push(Row(88_000_375, browser.get("/demo/reset-link?mail_token=x").await));
    let mut second = browser.copy();
    let proven = type_code(&mut browser, &page, &code).await;
    rows.push(Row(88_000_373, type_code(&mut second, &page, &code).await));
    let mut kept = (browser.copy(), browser.at.clone());
    for (number, typed) in [
        (88_000_360, ["short"; 2]),
        (88_000_361, ["iloveyou"; 2]),
        (88_000_362, ["lopezgarciamontgomery"; 2]),
        (88_000_363, ["qwertyuiop[]"; 2]),
        (88_000_364, ["seven\tpurple lanterns"; 2]),
        (88_000_377, [NEW_PASSWORD, "seven purple lantern"]),
    ] {
        rows.push(Row(number, choose(&mut browser, &proven, typed, true).await));
    }
    choose(&mut browser, &proven, [NEW_PASSWORD; 2], true).await;
    rows.push(Row(88_000_378, kept.0.get(&kept.1).await));

    let mut guessing = Browser::new(&service);
    let page = ask(&mut guessing, "nobody@demo.test").await;
    for _ in 0..5 {
        type_code(&mut guessing, &page, "1234 5678").await;
    }
    rows.push(Row(88_000_376, type_code(&mut guessing, &page, "1234 5678").await));
    let mut page = page;
    for _ in 0..5 {
        page = ask_on(&mut guessing, &page, "nobody@demo.test").await;
    }
    rows.push(Row(88_000_370, page));

    let (other, _) = service_with_mailbox().await;
    rows.push(Row(88_000_380, account::password::exceed_limit(&mut Browser::new(&other)).await));

    let users = service_with_users().await;
    let (expired, same) = expired_password::refused(&users, false).await;
    rows.extend([Row(50_055, expired), Row(88_000_486, same)]);
    rows.push(Row(50_137, expired_password::refused(&users, true).await.0));
    rows.push(Row(88_000_480, account::breached_password::refused().await));

    let mut late = Browser::new(&service);
    ask(&mut late, ALICE_NAME).await;
    let address = age_flow(&service, &mut late, 11);
    rows.push(Row(88_000_372, late.get(&address).await));
    rows
}
