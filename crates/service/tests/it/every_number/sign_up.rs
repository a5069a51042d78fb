//! Sign-up, invitations and terms of use.

use model::{SignUpMode, Terms, Timestamp};

use super::Row;
use crate::{
    authorize::browser::{Browser, request, service_with_users},
    password_reset::{code_of, newest, type_code},
    sign_up::{NEW_ADDRESS, accept, ask, complete, invite, open, open_service, open_with, prove},
};

pub async fn rows() -> Vec<Row> {
    let mut rows = policy_rows().await;
    rows.extend(invitation_rows().await);
    let (service, mailbox) = open_service().await;
    open_with(&service, |sign_up| {
        sign_up.domains = vec!["new.test".to_owned()];
        sign_up.blocked_domains = vec!["spam.test".to_owned()];
    })
    .await;
    let mut browser = Browser::new(&service);
    rows.push(Row(88_000_452, ask(&mut browser, "rina").await));
    rows.push(Row(88_000_453, ask(&mut browser, "rina@else.test").await));
    rows.push(Row(88_000_454, ask(&mut browser, "rina@spam.test").await));
    let page = ask(&mut browser, NEW_ADDRESS).await;
    let code = code_of(&newest(&mailbox).await);
    let mut copy = browser.copy();
    let page_of_account = type_code(&mut browser, &page, &code).await;
    rows.push(Row(88_000_458, type_code(&mut copy, &page, &code).await));
    rows.push(Row(88_000_455, complete(&mut browser, &page_of_account, &[("name", " ")]).await));
    let terms = Terms { version: "7".to_owned(), url: "https://demo.test/terms".to_owned() };
    open_with(&service, |sign_up| sign_up.terms = Some(terms)).await;
    rows.push(Row(88_000_456, complete(&mut browser, &page_of_account, &[]).await));
    let mut late = Browser::new(&service);
    prove(&mut late, &mailbox, NEW_ADDRESS).await;
    complete(&mut browser, &page_of_account, &[("terms", "7")]).await;
    rows.push(Row(88_000_459, late.reload().await));
    let other = Terms { version: "8".to_owned(), url: "https://demo.test/terms".to_owned() };
    open_with(&service, |sign_up| sign_up.terms = Some(other)).await;
    rows.push(Row(88_000_465, browser.get(&request(&[("prompt", "none")])).await));
    let mut flooding = Browser::at_address(&service, "198.51.100.9");
    let mut page = ask(&mut flooding, "flood@new.test").await;
    for _ in 0..5 {
        page = flooding.press(&page, "action", "send").await;
    }
    rows.push(Row(88_000_457, page));
    rows
}

async fn policy_rows() -> Vec<Row> {
    let service = service_with_users().await;
    let create = request(&[("prompt", "create")]);
    let mut rows = Vec::new();
    rows.push(Row(88_000_450, Browser::new(&service).get(&create).await));
    service.change_tenant(|tenant| tenant.sign_up.mode = SignUpMode::Invited).await;
    rows.push(Row(88_000_451, Browser::new(&service).get(&create).await));
    open(&service).await;
    rows.push(Row(88_000_466, Browser::new(&service).get(&create).await));
    rows
}

async fn invitation_rows() -> Vec<Row> {
    let service = service_with_users().await;
    open(&service).await;
    let link = invite(&service, |_| {}).await;
    let mut browser = Browser::new(&service);
    let mut rows = vec![Row(88_000_461, browser.get("/demo/invitation?mail_token=x").await)];
    invite(&service, |invitation| invitation.expires_at = Timestamp::from_seconds(1)).await;
    rows.push(Row(88_000_462, browser.get(&link).await));
    invite(&service, |invitation| invitation.digest = [1; 32]).await;
    rows.push(Row(88_000_464, browser.get(&link).await));
    invite(&service, |_| {}).await;
    service.change_tenant(|tenant| tenant.sign_up.mode = SignUpMode::Closed).await;
    rows.push(Row(88_000_467, browser.get(&link).await));
    open(&service).await;
    let page = browser.get(&link).await;
    let page = accept(&mut browser, &page).await;
    complete(&mut browser, &page, &[]).await;
    rows.push(Row(88_000_463, browser.get(&link).await));
    rows
}
