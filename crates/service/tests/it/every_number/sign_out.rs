//! The endpoint for signing out.

use super::Row;
use crate::{
    authorize::browser::{Browser, parameter, request},
    sign_out::logout,
    test_service::TestService,
};

pub async fn rows(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::new(service);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let hint = ("id_token_hint", tokens.member("id_token"));
    let uri = ("post_logout_redirect_uri", "https://web.test/out");
    let unregistered = logout(&[("client_id", "web"), uri, ("state", "s 1")]);
    vec![
        Row(88_000_350, browser.get(&unregistered).await),
        Row(88_000_351, browser.get(&logout(&[hint, ("client_id", "api")])).await),
    ]
}
