//! Returns every number of the catalogue from some request, and checks its explanation.

use std::collections::BTreeSet;

use catalogue::Language;
use http::Request;

use crate::{
    authorize::browser,
    request_limits::assert_complete_error,
    test_service::{TestResponse, TestService},
};

mod access_tokens;
mod account;
mod admin;
mod authorize;
mod clients;
mod dpop;
mod example;
mod explain;
mod faults;
mod grants;
mod passkeys;
mod password_reset;
mod reports;
mod requests;
mod second_factors;
mod sign_out;
mod sign_up;

/// The number that a request must get, and the response that it got.
pub struct Row(pub u64, pub TestResponse);

#[tokio::test]
async fn every_number_is_returned_by_some_request() {
    // Sends at least one request per entry. Catalogue and rows have the same numbers, every refusal
    // to a client is complete JSON, and these requests and responses are the stored examples.
    let service = TestService::new().await;
    browser::add_users(&service).await;
    let (mut given, mut wrong, mut examples) = (BTreeSet::new(), Vec::new(), Vec::new());
    let groups = [
        requests::rows(&service).await,
        clients::rows(&service).await,
        grants::rows(&service).await,
        dpop::rows(&service).await,
        access_tokens::rows(&service).await,
        authorize::rows(&service).await,
        second_factors::rows(&service).await,
        passkeys::rows(&service).await,
        password_reset::rows().await,
        account::rows().await,
        faults::rows().await,
        explain::rows(&service).await,
        admin::rows().await,
        reports::rows().await,
        sign_out::rows(&service).await,
        sign_up::rows().await,
    ];
    for Row(expected, response) in groups.into_iter().flatten() {
        let got = error_number(&response);
        if got != expected {
            wrong.push((expected, got));
            continue;
        }
        let entry = u32::try_from(expected).ok().and_then(catalogue::entry);
        let entry = entry.unwrap_or_else(|| panic!("{expected} is not in the catalogue"));
        assert!(entry.retired.is_none(), "{expected}");
        if !response.json.is_null() {
            assert_complete_error(&response);
            assert_eq!(response.error() == "none", entry.error == "none", "{expected}");
        }
        if response.text.starts_with("<!doctype html>") {
            let buttons = response.text.matches("name=\"language\"").count();
            assert_eq!(buttons, Language::all().count(), "languages on the page of {expected}");
        }
        if given.insert(entry.number) {
            examples.push(example::Example::new(entry.number, &response));
        }
    }
    assert!(wrong.is_empty(), "expected and got: {wrong:?}");
    example::compare(examples);
    let active = catalogue::entries().iter().filter(|entry| entry.retired.is_none());
    let missing: Vec<u32> =
        active.map(|entry| entry.number).filter(|number| !given.contains(number)).collect();
    assert!(missing.is_empty(), "no request gives {missing:?}");
}

/// Returns the number in a body, in a redirect, on an error page, or above a form.
fn error_number(response: &TestResponse) -> u64 {
    if response.error_number() > 0 {
        return response.error_number();
    }
    if !response.header("location").is_empty() {
        return u64::from(browser::redirected_error_number(response));
    }
    if response.text.contains("id=\"error-number\"") {
        return u64::from(browser::error_number(response));
    }
    if !response.text.contains("problem-title") {
        return 0;
    }
    let title = readable(browser::between(&response.text, "problem-title\">", "<"));
    let has_title = |entry: &&catalogue::Entry| entry.title(Language::ENGLISH) == title;
    catalogue::entries().iter().find(has_title).map_or(0, |entry| entry.number.into())
}

/// Returns the text of a page without its tags.
fn text_of(page: &str) -> String {
    let parts = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    readable(&parts.collect::<String>())
}

/// Returns a text of a page with its entities unescaped.
pub fn readable(text: &str) -> String {
    let marks = [
        ("&#x2f;", "/"),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    marks.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[tokio::test]
async fn every_number_is_explained_in_every_language_at_its_url() {
    // Follows `error_uri` of every entry in every language, and compares title, description, steps
    // and the example.
    let service = TestService::new().await;
    for entry in catalogue::entries() {
        for language in Language::all() {
            let request = Request::get(format!("/error?code={}", entry.number))
                .header("host", "id.test")
                .header("accept-language", language.tag())
                .body("".into());
            let response = service.send(request.expect("a request")).await.assert_ok();
            // Pages show samples of the parameters. Other braces are removed on both sides.
            let page = text_of(&response.text).replace(['{', '}'], "");
            let lang = format!("<html lang=\"{}\"", language.tag());
            assert!(
                response.text.contains(&lang) && page.contains(entry.label()),
                "{}",
                entry.number
            );
            let remedy = entry.remedy(language);
            let texts = [entry.title(language), entry.description(language)];
            let steps = remedy
                .lines()
                .map(|step| step.split_once(": ").map_or(step, |(_, what)| what).to_owned());
            let example = catalogue::example(entry.number);
            let example = example.unwrap_or_else(|| panic!("{} has no example", entry.number));
            let example_texts =
                [example.request, example.response].map(|text| text.trim_end().to_owned());
            let with_samples = texts.into_iter().chain(steps).map(|text| {
                entry.parameters.iter().fold(text, |text, name| {
                    text.replace(&format!("{{{name}}}"), catalogue::sample(name))
                })
            });
            for text in with_samples.chain(example_texts) {
                assert!(!text.is_empty(), "{} {}", entry.number, language.tag());
                let text = text.replace(['{', '}'], "");
                assert!(page.contains(&text), "{} {}: {text}", entry.number, language.tag());
            }
        }
    }
}
