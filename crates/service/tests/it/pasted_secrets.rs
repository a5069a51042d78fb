//! Client ids and secrets as people paste them: with a line break, white space, a byte order mark,
//! or without the encoding of HTTP Basic.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{ClientCredential, RecordQuery, RequestRecord};
use uuid::Uuid;

use crate::{
    explain::look_up,
    test_service::{SECRET, TestResponse, TestService, post},
};

/// The secret of the client `web` here, with the characters that HTTP Basic encodes.
const WITH_SIGNS: &str = "a+secret%41of/many+random-characters-0123";

const CLIENT_CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

async fn service() -> TestService {
    let service = TestService::new().await;
    let sha256 = jose::digest::sha256(WITH_SIGNS.as_bytes());
    let secret = ClientCredential::Secret { id: "signs".to_owned(), sha256, expires: None };
    service.change_client("web", |client| client.credentials = vec![secret]).await;
    service
}

/// Requests a token with raw credentials in HTTP Basic.
async fn by_header(service: &TestService, credentials: &str) -> TestResponse {
    let mut request = post("oauth2/v2.0/token", &[CLIENT_CREDENTIALS]);
    let header = format!("Basic {}", STANDARD.encode(credentials));
    request.headers_mut().insert("authorization", header.parse().expect("a header"));
    service.send(request).await
}

/// Requests a token with credentials in the body.
async fn by_body(service: &TestService, client: &str, secret: &str) -> TestResponse {
    let parameters = [CLIENT_CREDENTIALS, ("client_id", client), ("client_secret", secret)];
    service.token(&parameters).await
}

/// Returns the description without the ids of the request.
fn description(response: &TestResponse) -> &str {
    response.member("error_description").split(" Trace ID:").next().unwrap_or_default()
}

/// Returns the record of a response.
async fn record(service: &TestService, response: &TestResponse) -> RequestRecord {
    service.state.recorder.flush().await;
    let id = Uuid::try_parse(response.header("x-ms-request-id")).expect("an id");
    let all = RecordQuery { limit: 1_000, ..RecordQuery::default() };
    let records = service.state.history.find(all).await.expect("a history");
    records.into_iter().find(|record| record.trace_id == id).expect("a record")
}

#[tokio::test]
async fn a_hint_follows_from_the_form_of_the_secret_alone() {
    // Sends the right secret and a wrong one in each wrong form, in header and body: both get the
    // same description. Without a form there is no hint.
    let service = service().await;
    for (form, hint) in [
        ("{}\n", "has a line break at its end"),
        ("{}\r\n", "has a line break at its end"),
        ("{} ", "white space"),
        ("\t{}", "white space"),
        ("\u{feff}{}", "starts with a byte order mark"),
        ("'{}'", "quotation marks"),
    ] {
        let right = by_body(&service, "daemon", &form.replace("{}", SECRET)).await;
        let wrong = by_body(&service, "daemon", &form.replace("{}", "something-else")).await;
        right.assert_refused(401, "invalid_client", 7_000_215);
        wrong.assert_refused(401, "invalid_client", 7_000_215);
        assert!(description(&right).contains(hint), "{}", right.text);
        assert_eq!(description(&right), description(&wrong));
        let basic = by_header(&service, &format!("daemon:{}", form.replace("{}", SECRET))).await;
        assert_eq!(description(&right), description(&basic));
    }
    for (right, wrong, hint) in [
        (WITH_SIGNS, "b+secret%41of/many+random-characters-0123", "contains '+'"),
        ("a%2Bsecret%41of/many%2Brandom-characters-0123", "b%41", "contains '%'"),
    ] {
        let right = by_header(&service, &format!("web:{right}")).await;
        let wrong = by_header(&service, &format!("web:{wrong}")).await;
        right.assert_refused(401, "invalid_client", 7_000_215);
        assert!(description(&right).contains(hint), "{}", right.text);
        assert_eq!(description(&right), description(&wrong));
    }
    let broken = by_header(&service, "web:100%sure").await;
    broken.assert_refused(401, "invalid_client", 88_000_037);
    assert!(description(&broken).contains("a '%' is not followed by two"), "{}", broken.text);
    let plain = by_body(&service, "daemon", "something-else").await;
    assert!(description(&plain).ends_with("of the app 'The daemon app'."), "{}", plain.text);
    let encoded = WITH_SIGNS.replace('%', "%25").replace('+', "%2B");
    by_header(&service, &format!("web:{encoded}")).await.assert_ok();
}

#[tokio::test]
async fn only_administration_learns_that_another_form_is_right() {
    // Sends the right secret with a line break, and reads the record as the client and as operator.
    let service = service().await;
    let response = by_body(&service, "daemon", &format!("{SECRET}\n")).await;
    let record = record(&service, &response).await;
    let details = record.refusal_details.expect("details");
    let right = details
        .comparisons
        .iter()
        .find(|comparison| {
            let difference = comparison.difference.as_ref();
            difference.is_some_and(|difference| difference.kind == "right_without_white_space")
        })
        .expect("a comparison");
    assert!(right.operator_only);
    let id = response.header("x-ms-request-id");
    let explanation = look_up(&service, "daemon", &[("trace_id", id)]).await.assert_ok();
    assert!(explanation.text.contains("line_break_at_end"), "{}", explanation.text);
    assert!(!explanation.text.contains("right_"), "{}", explanation.text);
    assert!(!response.text.contains("correct"), "{}", response.text);
}

#[tokio::test]
async fn a_client_id_with_a_line_break_is_named_as_that() {
    // Sends the id with each addition and the right secret, in header and body; and a secret with a
    // line break in the place of the id, which is not repeated.
    let service = service().await;
    for (id, hint) in [
        ("daemon\n", "has a line break at its end"),
        ("daemon\r\n", "has a line break at its end"),
        ("\u{feff}daemon", "starts with a byte order mark"),
    ] {
        let responses = [
            by_body(&service, id, SECRET).await,
            by_header(&service, &format!("{id}:{SECRET}")).await,
        ];
        for response in responses {
            response.assert_refused(401, "invalid_client", 700_016);
            let description = description(&response);
            assert!(description.contains("client id 'daemon"), "{description}");
            assert!(description.contains(hint), "{description}");
            let record = record(&service, &response).await;
            let client = record.attributed_client.as_ref().map(model::ClientId::as_str);
            assert_eq!(client, Some("daemon"));
        }
    }
    let swapped = by_body(&service, &format!("{SECRET}\n"), "daemon").await;
    swapped.assert_refused(401, "invalid_client", 700_016);
    assert!(!swapped.text.contains(SECRET), "{}", swapped.text);
}
