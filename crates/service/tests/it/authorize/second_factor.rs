//! Second factors: setting an authenticator app up, codes, recovery codes, and when each is asked.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::StatusCode;
use model::{SecondFactor, Seconds, TenantId, Timestamp, UsedValue, UsedValueKind, User, UserId};

use super::{
    authenticator::App,
    browser::{
        Browser, PASSWORD, age_session, between, flow_field, form_action, form_path, link,
        parameter, problem_number, redirected_error_number, request, service_with_users,
        step_field,
    },
};
use crate::test_service::{ALICE, SECRET, TENANT, TestResponse, TestService, redirect_uri};

const ALICE_NAME: &str = "alice@demo.test";
/// A request that requires two factors.
pub const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"mfa"}}}"#;

/// Returns a service whose tenant has this policy.
async fn service_with(policy: SecondFactor) -> TestService {
    let service = service_with_users().await;
    set_policy(&service, policy).await;
    service
}

async fn set_policy(service: &TestService, policy: SecondFactor) {
    service.change_tenant(|tenant| tenant.second_factor = policy).await;
}

/// Signs in with the password.
async fn give_password(browser: &mut Browser<'_>, with: &[(&str, &str)]) -> TestResponse {
    let page = browser.get(&request(with)).await;
    browser.sign_in(&page, ALICE_NAME, PASSWORD).await
}

/// Posts a field of the first form on a page.
pub async fn give(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    (name, value): (&str, &str),
) -> TestResponse {
    let fields = [
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("action", "continue"),
        (name, value),
    ];
    browser.post(&form_action(page), &fields).await
}

/// Signs Alice in and sets an app up on the way. Returns the app and the recovery codes.
pub async fn set_up(service: &TestService, with: &[(&str, &str)]) -> (App, Vec<String>) {
    let mut browser = Browser::new(service);
    let page = give_password(&mut browser, with).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app", "{}", page.text);
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let codes = give(&mut browser, &page, ("code", &app.code())).await;
    let codes = between(&codes.text, "id=\"recovery-codes\">", "</ol>");
    let codes = codes.split("<code>").skip(1).map(|rest| rest.split('<').next().expect("a code"));
    (app, codes.map(str::to_owned).collect())
}

/// Answers "Stay signed in?" and returns the claims of the ID token.
async fn finish(
    service: &TestService,
    browser: &mut Browser<'_>,
    page: &TestResponse,
) -> serde_json::Value {
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let response = browser.press(page, "stay_signed_in", "no").await;
    claims(service, &response).await
}

async fn claims(service: &TestService, response: &TestResponse) -> serde_json::Value {
    let code = parameter(response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.claims("id_token")
}

#[tokio::test]
async fn required_app_is_set_up_while_signing_in_and_asked_for_then() {
    // Sets an app up, follows the page of the recovery codes, and signs in again in another
    // browser.
    let service = service_with(SecondFactor::Always).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    assert!(browser.cookie("__Host-session").is_none(), "no session before the second factor");
    assert_eq!(form_path(&page), "/demo/authenticator-app");
    assert!(page.text.contains("id=\"qr-code\""));
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let again = browser.reload().await;
    let key = |page: &TestResponse| between(&page.text, "id=\"key\">", "<").to_owned();
    assert_eq!(key(&again), key(&page), "a reload shows the same key");
    let refused = give(&mut browser, &page, ("code", "000000")).await;
    assert_eq!((refused.status, problem_number(&refused)), (StatusCode::BAD_REQUEST, 500_121));
    let codes = give(&mut browser, &refused, ("code", &app.code())).await;
    assert_eq!(codes.text.matches("<li><code>").count(), 10);
    let page = browser.get(&link(&codes, "continue")).await;
    let token = finish(&service, &mut browser, &page).await;
    assert_eq!(token["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    assert_eq!(token["acr"], "mfa");

    let mut other = Browser::new(&service);
    let page = give_password(&mut other, &[]).await;
    assert_eq!(form_path(&page), "/demo/second-factor");
    let page = give(&mut other, &page, ("code", &app.code_after(Seconds::new(30)))).await;
    let token = finish(&service, &mut other, &page).await;
    assert_eq!(token["acr"], "mfa");
}

#[tokio::test]
async fn policy_decides_which_users_are_asked_for_a_second_factor() {
    // One row per policy: of Alice, who has an app or not, is an administrator or not, and whose
    // browser is known or not, the page that follows the password.
    use SecondFactor::{Always, AlwaysForAdministrators, Enrolled, Never, OnNewBrowser};
    let (none, asked, set_up_page) =
        ("/demo/stay-signed-in", "/demo/second-factor", "/demo/authenticator-app");
    let rows = [
        (Never, [none, none, none, none]),
        (Enrolled, [none, none, asked, asked]),
        (OnNewBrowser, [none, none, asked, none]),
        (AlwaysForAdministrators, [set_up_page, none, asked, asked]),
        (Always, [set_up_page, set_up_page, asked, asked]),
    ];
    for (policy, expected) in rows {
        let service = service_with(policy).await;
        let mut found = Vec::new();
        for administrator in [true, false] {
            service.change_user(|user| user.administrator = administrator).await;
            found.push(form_path(&give_password(&mut Browser::new(&service), &[]).await));
        }
        set_policy(&service, Always).await;
        let (app, _) = set_up(&service, &[]).await;
        set_policy(&service, policy).await;
        let mut browser = Browser::new(&service);
        let page = give_password(&mut browser, &[]).await;
        found.push(form_path(&page));
        if form_path(&page) == asked {
            give(&mut browser, &page, ("code", &app.code_after(Seconds::new(30)))).await;
        }
        // The browser is known now. The user signs in again.
        found.push(form_path(&give_password(&mut browser, &[("prompt", "login")]).await));
        assert_eq!(found, expected, "{policy:?}");
    }
}

#[tokio::test]
async fn client_can_require_or_prefer_two_factors_whatever_the_policy_is() {
    // Hostile input S2: signs in with the password alone, then requests what needs more. The
    // session is replaced by a stronger one, which lasts as long.
    let service = service_with(SecondFactor::Never).await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), ALICE_NAME).await;
    let (weak, claim) =
        (browser.cookie("__Host-session").map(str::to_owned), ("claims", ESSENTIAL));
    let silent = browser.get(&request(&[claim, ("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 50_079);
    assert_eq!(parameter(&silent, "error").as_deref(), Some("interaction_required"));
    let preferred = browser.get(&request(&[("acr_values", "mfa")])).await;
    assert_eq!(claims(&service, &preferred).await["acr"], "1", "a wish without a second factor");

    let page = browser.get(&request(&[claim])).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app", "{}", page.text);
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let codes = give(&mut browser, &page, ("code", &app.code())).await;
    let response = browser.get(&link(&codes, "continue")).await;
    let token = claims(&service, &response).await;
    assert_eq!(
        (&token["acr"], token["amr"].clone()),
        (&"mfa".into(), serde_json::json!(["pwd", "otp", "mfa"]))
    );
    assert_ne!(browser.cookie("__Host-session").map(str::to_owned), weak);

    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let silent = other.get(&request(&[claim, ("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 50_076);
    let page = other.get(&request(&[claim])).await;
    let response = give(&mut other, &page, ("code", &app.code_after(Seconds::new(30)))).await;
    assert_eq!(claims(&service, &response).await["acr"], "mfa");
    let mut third = Browser::new(&service);
    let page = give_password(&mut third, &[("acr_values", "mfa")]).await;
    assert_eq!(form_path(&page), "/demo/second-factor", "a wish of a client, and a second factor");
}

#[tokio::test]
async fn session_of_a_lenient_client_is_asked_for_the_second_factor_elsewhere() {
    // The user has an app. One client never asks: its session, of the password alone, is asked by
    // another client and by the administration, and `acr_values` raises it, too.
    let service = service_with(SecondFactor::Enrolled).await;
    set_policy(&service, SecondFactor::Always).await;
    let (app, _) = set_up(&service, &[]).await;
    set_policy(&service, SecondFactor::Enrolled).await;
    service.change_client("spa", |client| client.second_factor = Some(SecondFactor::Never)).await;
    let lenient = [("client_id", "spa"), ("redirect_uri", redirect_uri("spa"))];
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &lenient).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    browser.press(&page, "stay_signed_in", "no").await;
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 50_076);
    let asked = browser.get(&request(&[])).await;
    assert_eq!(form_path(&asked), "/demo/second-factor");
    let wish = [lenient[0], lenient[1], ("acr_values", "mfa")];
    let asked = browser.get(&request(&wish)).await;
    assert_eq!(form_path(&asked), "/demo/second-factor", "a wish raises a session, too");
    let shown = give(&mut browser, &asked, ("code", &app.code_after(Seconds::new(30)))).await;
    assert!(parameter(&shown, "code").is_some());
}

#[tokio::test]
async fn old_session_cannot_set_a_second_factor_up() {
    // A session of six minutes is asked for the password before the set-up, and one of four is not.
    for (minutes, expected) in [(6, "/demo/sign-in"), (4, "/demo/authenticator-app")] {
        let service = service_with(SecondFactor::Never).await;
        let mut browser = Browser::new(&service);
        browser.sign_in_from(&request(&[]), ALICE_NAME).await;
        age_session(&service, &mut browser, minutes * 60).await;
        let page = browser.get(&request(&[("claims", ESSENTIAL)])).await;
        assert_eq!(form_path(&page), expected, "{minutes}");
    }
}

#[tokio::test]
async fn known_browser_is_one_that_has_given_two_factors() {
    // A browser that was known by the password alone is asked, under `on_new_browser`.
    let service = service_with(SecondFactor::Never).await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), ALICE_NAME).await;
    set_policy(&service, SecondFactor::Always).await;
    let (app, _) = set_up(&service, &[]).await;
    set_policy(&service, SecondFactor::OnNewBrowser).await;
    let again = [("prompt", "login")];
    let page = give_password(&mut browser, &again).await;
    assert_eq!(form_path(&page), "/demo/second-factor");
    give(&mut browser, &page, ("code", &app.code_after(Seconds::new(30)))).await;
    let page = give_password(&mut browser, &again).await;
    assert_eq!(form_path(&page), "/demo/stay-signed-in");
}

/// Requires a second factor from a time on, in seconds from now.
async fn require_from(service: &TestService, seconds: i64) {
    let from = Some(service::now() + Seconds::new(seconds));
    service
        .change_tenant(|tenant| {
            tenant.second_factor = SecondFactor::Always;
            tenant.second_factor_from = from;
        })
        .await;
}

#[tokio::test]
async fn set_up_can_be_postponed_until_the_policy_is_in_effect() {
    // Postpones the set-up, uses the session and its refresh token, and repeats both afterwards.
    let service = service_with_users().await;
    require_from(&service, 3_600).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[("scope", "openid offline_access")]).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app");
    assert!(page.text.contains("id=\"later\"") && page.text.contains("id=\"set-up-from\""));
    let page = browser.press(&page, "action", "later").await;
    let response = browser.press(&page, "stay_signed_in", "no").await;
    let tokens = tokens(&service, &response).await;
    assert_eq!(tokens.claims("id_token")["acr"], "1");
    let refresh = refresh_with(&tokens);
    service.token(&refresh).await.assert_ok();
    assert!(parameter(&browser.get(&request(&[("prompt", "none")])).await, "code").is_some());

    require_from(&service, 0).await;
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 50_079);
    service.token(&refresh).await.assert_refused(400, "invalid_grant", 50_076);
    let mut other = Browser::new(&service);
    let page = give_password(&mut other, &[]).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app");
    assert!(!page.text.contains("id=\"later\""));
    let forged = other.press(&page, "action", "later").await;
    assert_eq!(form_path(&forged), "/demo/authenticator-app", "{}", forged.text);
}

#[tokio::test]
async fn set_up_cannot_be_postponed_if_the_request_needs_two_factors() {
    // Requests two factors while the set-up may be postponed; then signs in with a second factor,
    // which is asked for meanwhile.
    let service = service_with_users().await;
    require_from(&service, 3_600).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[("claims", ESSENTIAL)]).await;
    assert!(!page.text.contains("id=\"later\""), "{}", page.text);
    let forged = browser.press(&page, "action", "later").await;
    assert_eq!(form_path(&forged), "/demo/authenticator-app", "{}", forged.text);
    set_up(&service, &[]).await;
    let page = give_password(&mut Browser::new(&service), &[]).await;
    assert_eq!(form_path(&page), "/demo/second-factor");
}

async fn tokens(service: &TestService, response: &TestResponse) -> TestResponse {
    let code = parameter(response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok()
}

fn refresh_with(tokens: &TestResponse) -> [(&'static str, &str); 4] {
    [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ]
}

#[tokio::test]
async fn known_browser_is_asked_again_after_its_lifetime() {
    // Signs in again in a known browser: within a lifetime, after one, and without one.
    let service = service_with(SecondFactor::Always).await;
    let (app, _) = set_up(&service, &[]).await;
    let policy = async |lifetime: Option<Seconds>| {
        service
            .change_tenant(|tenant| {
                tenant.second_factor = SecondFactor::OnNewBrowser;
                tenant.second_factor_browser_lifetime = lifetime;
            })
            .await;
    };
    policy(None).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    give(&mut browser, &page, ("code", &app.code_after(Seconds::new(30)))).await;
    let again = [("prompt", "login")];
    for (lifetime, expected) in [
        (Some(Seconds::days(1)), "/demo/stay-signed-in"),
        (Some(Seconds::new(0)), "/demo/second-factor"),
        (None, "/demo/stay-signed-in"),
    ] {
        policy(lifetime).await;
        let page = give_password(&mut browser, &again).await;
        assert_eq!(form_path(&page), expected, "{lifetime:?}");
    }
}

#[tokio::test]
async fn code_that_sets_an_app_up_is_used_and_a_success_gives_no_new_guesses() {
    // Gives the code of the set-up again, then nineteen wrong ones around a right one.
    let service = service_with(SecondFactor::Always).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let code = app.code();
    give(&mut browser, &page, ("code", &code)).await;
    let mut other = Browser::new(&service);
    let page = give_password(&mut other, &[]).await;
    let refused = give(&mut other, &page, ("code", &code)).await;
    assert_eq!(problem_number(&refused), 88_000_330);
    for round in 0..5 {
        let mut guesser = Browser::new(&service);
        let page = give_password(&mut guesser, &[]).await;
        for number in 0..4 {
            give(&mut guesser, &page, ("code", &format!("{number:06}"))).await;
        }
        if round == 2 {
            let right = app.code_after(Seconds::new(30));
            let shown = give(&mut guesser, &page, ("code", &right)).await;
            assert!(shown.text.contains("stay-yes"), "{}", shown.text);
        }
    }
    let mut guesser = Browser::new(&service);
    let page = give_password(&mut guesser, &[]).await;
    let refused = give(&mut guesser, &page, ("code", "000000")).await;
    assert_eq!(problem_number(&refused), 50_088);
    // The browser that has given two factors has a count of its own.
    let page = give_password(&mut browser, &[("prompt", "login")]).await;
    let refused = give(&mut browser, &page, ("code", "000000")).await;
    assert_eq!(problem_number(&refused), 500_121);
}

#[tokio::test]
async fn refresh_token_of_one_factor_ends_with_a_policy_of_two() {
    // Gets a refresh token with the password alone, and uses it before and after the policy
    // changes.
    let service = service_with(SecondFactor::Never).await;
    let tokens = service.token(&service.redeem(&service.code("web", |_| {}))).await.assert_ok();
    let refresh = |token: String| {
        let service = &service;
        async move {
            let parameters = [
                ("grant_type", "refresh_token"),
                ("client_id", "web"),
                ("client_secret", SECRET),
                ("refresh_token", token.as_str()),
            ];
            service.token(&parameters).await
        }
    };
    let next = refresh(tokens.member("refresh_token").to_owned()).await.assert_ok();
    set_policy(&service, SecondFactor::Always).await;
    let refused = refresh(next.member("refresh_token").to_owned()).await;
    assert_eq!((refused.error_number(), refused.error()), (50_076, "invalid_grant"));
    assert_eq!(refused.json["suberror"], "basic_action");
}

#[tokio::test]
async fn policy_of_a_client_replaces_that_of_the_tenant() {
    // A tenant that requires nothing, and a client that requires two factors; then the reverse.
    let service = service_with(SecondFactor::Never).await;
    service.change_client("web", |client| client.second_factor = Some(SecondFactor::Always)).await;
    let page = give_password(&mut Browser::new(&service), &[]).await;
    assert_eq!(form_path(&page), "/demo/authenticator-app");
    set_policy(&service, SecondFactor::Always).await;
    service.change_client("web", |client| client.second_factor = Some(SecondFactor::Never)).await;
    let page = give_password(&mut Browser::new(&service), &[]).await;
    assert_eq!(form_path(&page), "/demo/stay-signed-in");
}

#[tokio::test]
async fn code_is_accepted_once_in_all_browsers() {
    // Hostile input S13: gives the code of one step in two browsers, whose passwords were right.
    let service = service_with(SecondFactor::Always).await;
    let (app, _) = set_up(&service, &[]).await;
    let code = app.code_after(Seconds::new(30));
    let (mut one, mut two) = (Browser::new(&service), Browser::new(&service));
    let pages = [give_password(&mut one, &[]).await, give_password(&mut two, &[]).await];
    assert!(give(&mut one, &pages[0], ("code", &code)).await.text.contains("stay-yes"));
    let refused = give(&mut two, &pages[1], ("code", &code)).await;
    assert_eq!(problem_number(&refused), 88_000_330);
    assert!(two.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn code_of_the_future_is_spent_when_it_is_refused() {
    // Gives codes of a minute and a half ago and ahead. The one ahead is refused when its time
    // comes.
    let service = service_with(SecondFactor::Always).await;
    let (app, _) = set_up(&service, &[]).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    for (offset, word) in [(-90, "90 seconds behind"), (120, "120 seconds ahead")] {
        let code = app.code_after(Seconds::new(offset));
        let refused = give(&mut browser, &page, ("code", &code)).await;
        assert_eq!(problem_number(&refused), 88_000_331);
        let text = refused.text.replace(['\u{2068}', '\u{2069}'], "");
        assert!(text.contains(word), "{word} in {text}");
    }
    let step = service.state.now().seconds() / 30 + 4;
    assert!(!is_used(&service, step - 7).await, "a code of the past needs no memory");
    assert!(is_used(&service, step).await || is_used(&service, step - 1).await);
}

/// Returns whether the code of a step of Alice's app is stored as used.
async fn is_used(service: &TestService, step: i64) -> bool {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let stored = service.state.store.authenticators(tenant, user).await.expect("a store");
    let sealed = &stored.expect("a row").apps[0].sealed_secret;
    let secret = service.tenant.sealers.totp_secret.open_bytes(sealed).expect("a secret");
    let parts = [&user.into_bytes()[..], &secret, &step.to_be_bytes()];
    let value = UsedValue {
        tenant,
        kind: UsedValueKind::OneTimeCode,
        digest: jose::digest::sha256(&parts.concat()),
        expires_at: Timestamp::from_seconds((step + 2) * 30 + 120),
    };
    service.state.store.is_used(&value).await.expect("a store")
}

#[tokio::test]
async fn fifth_wrong_code_ends_a_challenge_and_parallel_ones_count() {
    // Hostile inputs S13 and S17: sends 40 wrong codes at once, then the right one, then begins a
    // new challenge, and reaches the limit of the user.
    let service = service_with(SecondFactor::Always).await;
    let (app, codes) = set_up(&service, &[]).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    let guesses = (0..40).map(|number| {
        let (mut browser, page) = (browser.copy(), &page);
        async move {
            let code = format!("{number:06}");
            problem_number(&give(&mut browser, page, ("code", &code)).await)
        }
    });
    let numbers = futures_util::future::join_all(guesses).await;
    assert_eq!(numbers.iter().filter(|number| **number == 500_121).count(), 5, "{numbers:?}");
    assert_eq!(numbers.iter().filter(|number| **number == 50_088).count(), 35);
    let right = app.code_after(Seconds::new(30));
    let refused = give(&mut browser, &page, ("code", &right)).await;
    assert_eq!((refused.status, problem_number(&refused)), (StatusCode::TOO_MANY_REQUESTS, 50_088));

    for _ in 0..4 {
        let mut browser = Browser::new(&service);
        let page = give_password(&mut browser, &[]).await;
        for number in 0..4 {
            give(&mut browser, &page, ("code", &format!("{number:06}"))).await;
        }
    }
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    let refused = give(&mut browser, &page, ("code", &right)).await;
    assert_eq!(problem_number(&refused), 50_088, "twenty codes of the user are used up");
    // Another factor is not locked.
    let page = give(&mut browser, &page, ("recovery_code", &codes[0])).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
}

#[tokio::test]
async fn recovery_code_opens_one_session_if_it_is_sent_at_once() {
    // Hostile input S13: sends one code from four browsers at once, then a wrong one, and uses all
    // others. The last page says that none is left.
    let service = service_with(SecondFactor::Always).await;
    let (_, codes) = set_up(&service, &[]).await;
    assert_eq!(codes.len(), 10);
    let mut browsers = Vec::new();
    for _ in 0..4 {
        let mut browser = Browser::new(&service);
        let page = give_password(&mut browser, &[]).await;
        browsers.push((browser, page));
    }
    let uses = browsers.iter_mut().map(|(browser, page)| {
        let code = codes[0].to_uppercase().replace('-', " ");
        async move { give(browser, page, ("recovery_code", &code)).await }
    });
    let pages = futures_util::future::join_all(uses).await;
    assert_eq!(pages.iter().filter(|page| page.text.contains("stay-yes")).count(), 1);
    let refused = pages.iter().filter(|page| page.status == StatusCode::BAD_REQUEST);
    assert_eq!(refused.map(problem_number).collect::<Vec<_>>(), [88_000_332; 3]);
    for code in &codes[1..] {
        let mut browser = Browser::new(&service);
        let page = give_password(&mut browser, &[]).await;
        let page = give(&mut browser, &page, ("recovery_code", code)).await;
        assert!(page.text.contains("stay-yes"), "{code}");
    }
    let page = give_password(&mut Browser::new(&service), &[]).await;
    assert!(!page.text.contains("recovery-form"), "{}", page.text);
}

#[tokio::test]
async fn password_alone_opens_nothing_while_a_factor_is_missing() {
    // Hostile input S13: after the password, requests a code, the choice of an account and each
    // form of later steps; then sends the form of the set-up page, although an app exists.
    let service = service_with(SecondFactor::Always).await;
    set_up(&service, &[]).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    assert!(browser.cookie("__Host-session").is_none());
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&silent), 50_058);
    let action = form_action(&page);
    for form in ["stay-signed-in", "consent", "continue", "choose-account", "authenticator-app"] {
        for step in [step_field(&page), "sign_in", "stay_signed_in", "account"] {
            let fields = [("flow", flow_field(&page)), ("step", step), ("code", "123456")];
            let path = action.replace("/second-factor?", &format!("/{form}?"));
            let shown = browser.post(&path, &fields).await;
            assert_eq!(form_path(&shown), "/demo/second-factor", "{form} {step}");
        }
    }
    assert!(browser.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn held_password_ends_with_a_new_password_and_with_another_account() {
    // Revokes the sessions of the user between password and code, and sets a new password that
    // leaves them; then presses "Use another account", and "Cancel" on both pages.
    let service = service_with(SecondFactor::Always).await;
    let (app, _) = set_up(&service, &[]).await;
    for changed in [User::with_revocation, User::with_new_password] {
        let mut browser = Browser::new(&service);
        let page = give_password(&mut browser, &[]).await;
        let now = service.state.now();
        service.change_user(|user| *user = changed(user.clone(), now)).await;
        let shown = give(&mut browser, &page, ("code", &app.code_after(Seconds::new(30)))).await;
        assert_eq!(form_path(&shown), "/demo/sign-in");
        assert!(browser.cookie("__Host-session").is_none());
    }

    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    let shown = browser.press(&page, "action", "other").await;
    assert_eq!(form_path(&shown), "/demo/sign-in");
    let page = give_password(&mut browser, &[]).await;
    let cancelled = browser.press(&page, "action", "cancel").await;
    assert_eq!(redirected_error_number(&cancelled), 50_074);
    assert_eq!(parameter(&cancelled, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn secrets_and_codes_are_stored_sealed_or_hashed() {
    // Sets an app up, and looks for its secret and the codes in the stored row.
    let service = service_with(SecondFactor::Always).await;
    let (_, codes) = set_up(&service, &[]).await;
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let stored = service.state.store.authenticators(tenant, user).await.expect("a store");
    let stored = stored.expect("a row");
    let opened = service.tenant.sealers.totp_secret.open_bytes(&stored.apps[0].sealed_secret);
    assert_eq!(opened.expect("a secret").len(), 20);
    let document = serde_json::to_string(&stored).expect("a document");
    for code in codes {
        assert!(!document.contains(&code) && !document.contains(&code.replace('-', "")));
    }
}

#[tokio::test]
async fn set_up_that_is_cancelled_stores_nothing() {
    // Presses "Cancel" on the page that sets an app up.
    let service = service_with(SecondFactor::Always).await;
    let mut browser = Browser::new(&service);
    let page = give_password(&mut browser, &[]).await;
    let cancelled = browser.press(&page, "action", "cancel").await;
    assert_eq!(redirected_error_number(&cancelled), 50_072);
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    assert_eq!(service.state.store.authenticators(tenant, user).await.expect("a store"), None);
    let page = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(redirected_error_number(&page), 50_058);
}
