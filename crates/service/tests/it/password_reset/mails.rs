//! The contents of mails to users: both forms, the language, the tenant, and where they came from.

use http::Request;
use jose::digest::{base64url, sha256};
use model::Logo;

use super::{ALICE_NAME, ask_on, begin, code_of, link_of, newest, service_with_mailbox};
use crate::authorize::browser::{Browser, flow_field, form_action, step_field};

#[tokio::test]
async fn mail_has_code_link_and_origin_in_text_and_html() {
    // Asks for a mail with the header of a browser, and reads both forms of it.
    let (service, mailbox) = service_with_mailbox().await;
    let content = [0x89, b'P', b'N', b'G'];
    let logo = Logo {
        media_type: "image/png".to_owned(),
        sha256: sha256(&content),
        content: base64url(content),
    };
    service.change_tenant(|tenant| tenant.branding.logo = Some(logo)).await;
    let mut browser = Browser::at_address(&service, "198.51.100.7");
    let page = begin(&mut browser).await;
    let fields = [
        ("flow", flow_field(&page)),
        ("step", step_field(&page)),
        ("username", ALICE_NAME),
        ("action", "send"),
    ];
    let request = Request::post(form_action(&page))
        .header("sec-fetch-site", "same-origin")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0 <b>call me</b>");
    browser.send(request, crate::test_service::encode(&fields)).await;
    let mail = newest(&mailbox).await;
    assert_eq!((mail.to.as_str(), mail.sender.as_str()), ("alice@demo.test", "Demo"));
    let html = mail.html.clone().expect("HTML");
    assert_eq!(html.image.as_deref(), Some(&content[..]));
    let plain = html.html.replace("&#x2f;", "/");
    let (code, link) = (code_of(&mail), link_of(&mail));
    for part in [
        code.as_str(),
        link.as_str(),
        "Type this code only on id.test",
        "Never pass it on",
        "Firefox, Linux",
        "198.51.100.7",
        "Time",
        "If it was not you",
        "Demo",
    ] {
        assert!(mail.text.contains(part), "{part} in {}", mail.text);
        assert!(plain.contains(part), "{part} in {plain}");
    }
    assert!(plain.contains("cid:logo") && !plain.contains("call me"), "{plain}");
    assert!(!mail.text.contains("call me") && !mail.subject.contains(&code));
    assert_eq!(code.len(), 9);
    // The link has nothing of the app: neither its state nor its redirect URI.
    assert!(link.len() < 400 && !link.contains("state"), "{link}");
}

#[tokio::test]
async fn mail_is_in_the_language_of_the_profile_or_of_the_page() {
    // Asks for mails in an Indonesian page, before and after the profile names English.
    let (service, mailbox) = service_with_mailbox().await;
    for (locale, subject) in [(None, "Kode Anda"), (Some("en-GB"), "Your code")] {
        service.change_user(|user| user.profile.locale = locale.map(str::to_owned)).await;
        let mut browser = Browser::new(&service);
        let indonesian = crate::authorize::browser::request(&[("ui_locales", "id")]);
        let page = browser.get(&indonesian).await;
        let page = browser.press(&page, "action", "forgot").await;
        ask_on(&mut browser, &page, ALICE_NAME).await.assert_ok();
        let mail = newest(&mailbox).await;
        assert!(mail.subject.starts_with(subject), "{}", mail.subject);
        let html = mail.html.expect("HTML").html;
        let lang = if locale.is_some() { "<html lang=\"en\"" } else { "<html lang=\"id\"" };
        assert!(html.contains(lang), "{html}");
    }
}
