//! The policy of sign-ups: who can create an account, with which addresses, and what they give.

use model::{SignUp, SignUpAttribute, SignUpMode, Terms};

use super::{NEW_ADDRESS, ask, begin, complete, open, open_service, open_with, prove, user_named};
use crate::{
    authorize::browser::{
        Browser, error_number, form_path, problem_number, redirected_error_number, request,
        service_with_users,
    },
    password_reset::mails,
    test_service::get,
};

#[tokio::test]
async fn sign_up_is_offered_only_where_policy_and_mail_allow() {
    // Compares the sign-in page, `prompt=create` and the metadata in each mode, and without mail.
    let (service, _) = open_service().await;
    for (mode, number) in [(SignUpMode::Closed, 88_000_450), (SignUpMode::Invited, 88_000_451)] {
        let contact = Some("help@demo.test".to_owned());
        service
            .change_tenant(|tenant| {
                tenant.sign_up.mode = mode;
                tenant.support.contact = contact;
            })
            .await;
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        assert!(!page.text.contains("id=\"sign-up\""), "{}", page.text);
        // The form of the link changes nothing either.
        let page = browser.press(&page, "action", "sign-up").await;
        assert_eq!(form_path(&page), "/demo/sign-in", "{}", page.text);
        let refused = browser.get(&request(&[("prompt", "create")])).await;
        if mode == SignUpMode::Closed {
            assert_eq!(redirected_error_number(&refused), number);
        } else {
            assert_eq!(error_number(&refused), number);
            assert!(
                refused.text.contains("help&#64;demo.test")
                    || refused.text.contains("help@demo.test")
            );
        }
        let metadata = service.send(get("/demo/v2.0/.well-known/openid-configuration")).await;
        assert!(!metadata.text.contains("\"create\""), "{}", metadata.text);
    }
    open(&service).await;
    let metadata = service.send(get("/demo/v2.0/.well-known/openid-configuration")).await;
    assert!(metadata.text.contains("\"create\""), "{}", metadata.text);
    let silent = service_with_users().await;
    open(&silent).await;
    let mut browser = Browser::new(&silent);
    let page = browser.get(&request(&[])).await;
    assert!(!page.text.contains("id=\"sign-up\""), "{}", page.text);
    let refused = browser.get(&request(&[("prompt", "create")])).await;
    assert_eq!(redirected_error_number(&refused), 88_000_466);
}

#[tokio::test]
async fn address_is_refused_before_any_mail_if_it_cannot_sign_up() {
    // Hostile input S34: types what is no address, header injection, long ones and domains that the
    // tenant does not accept.
    let (service, mailbox) = open_service().await;
    let sign_up = SignUp {
        mode: SignUpMode::Open,
        domains: vec!["new.test".to_owned()],
        blocked_domains: vec!["spam.test".to_owned()],
        ..SignUp::default()
    };
    service.change_tenant(|tenant| *tenant.sign_up = sign_up).await;
    let long = format!("{}@new.test", "x".repeat(250));
    let mut browser = Browser::new(&service);
    for (typed, number) in [
        ("", 88_000_452),
        ("rina", 88_000_452),
        ("rina@new.test\r\nBcc: x@y.test", 88_000_452),
        ("rina@new.test,budi@new.test", 88_000_452),
        ("Rina <rina@new.test>", 88_000_452),
        (&long, 88_000_452),
        ("rina@else.test", 88_000_453),
        ("rina@a.spam.test", 88_000_454),
    ] {
        let refused = ask(&mut browser, typed).await;
        assert_eq!(problem_number(&refused), number, "{typed:?}");
        assert_eq!(form_path(&refused), "/demo/sign-up");
    }
    assert!(mails(&mailbox).await.is_empty());
    ask(&mut browser, " Rina@NEW.test ").await.assert_ok();
    assert_eq!(mails(&mailbox).await.len(), 1);
}

#[tokio::test]
async fn new_user_gives_every_required_attribute_and_accepts_the_terms() {
    // Leaves each field out, breaks the rules of passwords, then completes the account.
    let (service, mailbox) = open_service().await;
    let terms = Terms { version: "7".to_owned(), url: "https://demo.test/terms".to_owned() };
    open_with(&service, |sign_up| {
        sign_up.attributes = vec![SignUpAttribute::PhoneNumber];
        sign_up.terms = Some(terms);
    })
    .await;
    let mut browser = Browser::new(&service);
    let page = prove(&mut browser, &mailbox, NEW_ADDRESS).await;
    let (phone, terms) = (("phone_number", "+62 21 5550"), ("terms", "7"));
    for (with, number) in [
        (vec![phone, terms, ("name", " ")], 88_000_455),
        (vec![terms], 88_000_455),
        (vec![phone], 88_000_456),
        (vec![phone, ("terms", "6")], 88_000_456),
        (vec![phone, terms, ("new_password", "short")], 88_000_377),
        (vec![phone, terms, ("new_password", "short"), ("repeated_password", "short")], 88_000_360),
    ] {
        let refused = complete(&mut browser, &page, &with).await;
        assert_eq!(problem_number(&refused), number, "{with:?}");
        assert_eq!(form_path(&refused), "/demo/create-account");
    }
    // What was typed is shown again, apart from the password.
    let shown = browser.reload().await;
    assert!(shown.text.contains("value=\"Rina\""), "{}", shown.text);
    assert!(shown.text.contains("5550"), "{}", shown.text);
    assert!(user_named(&service, NEW_ADDRESS).await.is_none());
    complete(&mut browser, &page, &[phone, terms]).await;
    let user = user_named(&service, NEW_ADDRESS).await.expect("a user");
    assert_eq!(user.profile.phone_number.as_deref(), Some("+62 21 5550"));
    assert!(!user.profile.phone_number_verified);
    assert_eq!(user.accepted_terms.as_ref().map(|terms| terms.version.as_str()), Some("7"));
}

#[tokio::test]
async fn closed_policy_ends_a_sign_up_that_has_begun() {
    // Closes the tenant between the code and the account: no account is created.
    let (service, mailbox) = open_service().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let page = browser.press(&page, "action", "sign-up").await;
    let page = super::ask_on(&mut browser, &page, NEW_ADDRESS).await;
    let code = crate::password_reset::code_of(&crate::password_reset::newest(&mailbox).await);
    let page = crate::password_reset::type_code(&mut browser, &page, &code).await;
    service.change_tenant(|tenant| *tenant.sign_up = SignUp::default()).await;
    let shown = complete(&mut browser, &page, &[]).await;
    assert_eq!(form_path(&shown), "/demo/sign-in", "{}", shown.text);
    assert!(user_named(&service, NEW_ADDRESS).await.is_none());
    open(&service).await;
    begin(&mut browser).await;
}
