//! The error pages: `/error`, the page about one number, and the catalogue.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use catalogue::Language;
use http::{Method, Request, StatusCode};

use crate::{
    every_number::readable,
    test_service::{TestResponse, TestService, get},
};

async fn look_up(service: &TestService, query: &str, accept_language: &str) -> TestResponse {
    let request = Request::get(format!("/error{query}"))
        .header("host", "id.test")
        .header("accept-language", accept_language)
        .body("".into());
    service.send(request.expect("a request")).await
}

#[tokio::test]
async fn the_error_page_finds_a_number_in_every_notation() {
    // Sends the bare number, the label in any case, with spaces, and a number of this service.
    let service = TestService::new().await;
    let title = catalogue::entry(50_011).expect("an entry").title(Language::ENGLISH);
    for code in ["50011", "AADSTS50011", "aadsts50011", "%20AADSTS50011%20"] {
        let response = look_up(&service, &format!("?code={code}"), "en").await.assert_ok();
        assert!(response.text.contains(&title), "{code}");
        assert!(response.header("content-type").starts_with("text/html"));
    }
    let title = catalogue::entry(88_000_011).expect("an entry").title(Language::ENGLISH);
    for code in ["88000011", "ADMIT88000011", "admit88000011"] {
        assert!(
            look_up(&service, &format!("?code={code}"), "en")
                .await
                .assert_ok()
                .text
                .contains(&title)
        );
    }
}

#[tokio::test]
async fn the_error_page_language_follows_parameter_then_header() {
    // By the Accept-Language header, and by `ui_locales` and `mkt`, which take precedence.
    let service = TestService::new().await;
    let rows = [
        ("?code=50011", "en", "en"),
        ("?code=50011", "id,en;q=0.5", "id"),
        ("?code=50011", "fr", "en"),
        ("?code=50011&ui_locales=id", "en", "id"),
        ("?code=50011&mkt=id-ID", "en", "id"),
        ("", "id", "id"),
        ("?ui_locales=en", "id", "en"),
    ];
    for (query, accept, expected) in rows {
        let response = look_up(&service, query, accept).await.assert_ok();
        let lang = format!("<html lang=\"{expected}\"");
        assert!(response.text.contains(&lang), "{query} {accept}");
    }
}

#[tokio::test]
async fn markup_in_an_error_look_up_is_escaped() {
    // S5, S6: sends unknown numbers and markup, and reads the headers against scripts and framing.
    let service = TestService::new().await;
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for query in [format!("?code={hostile}"), "?code=1".to_owned(), "?code=AADSTS".to_owned()] {
        let response = look_up(&service, &query, "en").await;
        assert_eq!(response.status, StatusCode::NOT_FOUND);
        assert!(!response.text.contains("<script>alert"));
        let policy = response.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(response.header("x-frame-options"), "DENY");
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("referrer-policy"), "no-referrer");
    }
    let searched = look_up(&service, &format!("?q={hostile}"), "en").await.assert_ok();
    assert!(!searched.text.contains("<script>alert"));
    for broken in ["?code=%zz", "?code=1&code=2"] {
        let response = look_up(&service, broken, "en").await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST);
        assert!(response.header("content-type").starts_with("text/html"));
    }
    let request = Request::post("/error").header("host", "id.test").body("".into());
    let response = service.send(request.expect("a request")).await;
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn the_error_list_is_searchable_by_words() {
    // Reads the whole list, and the results of a search.
    let service = TestService::new().await;
    let all = look_up(&service, "", "en").await.assert_ok();
    for entry in catalogue::entries() {
        assert!(all.text.contains(&format!("code={}", entry.number)), "{}", entry.number);
    }
    let some = look_up(&service, "?q=redirect", "en").await.assert_ok();
    assert!(some.text.contains("code=50011"));
    assert!(!some.text.contains("code=7000222"));
}

#[tokio::test]
async fn catalogue_json_lists_every_number_and_is_cacheable() {
    // Reads every entry with its texts and the list of Microsoft-only numbers. The response is
    // cacheable and readable from any origin.
    let service = TestService::new().await;
    let response = service.send(get("/error/catalogue.json")).await.assert_ok();
    for entry in catalogue::entries() {
        assert!(response.text.contains(&entry.number.to_string()), "{}", entry.number);
        assert!(response.text.contains(entry.name), "{}", entry.name);
    }
    let count = |list: &str| response.json[list].as_array().map(Vec::len);
    assert_eq!(count("refusals"), Some(catalogue::entries().len()));
    assert_eq!(
        count("microsoft_only"),
        Some(catalogue::microsoft_only::microsoft_only_errors().len())
    );
    assert_eq!(response.header("cache-control"), "public, max-age=3600");
    assert_eq!(response.header("access-control-allow-origin"), "*");
    let request = Request::builder().method(Method::DELETE).uri("/error/catalogue.json");
    let response =
        service.send(request.header("host", "id.test").body("".into()).expect("it")).await;
    response.assert_refused(405, "invalid_request", 900_561);
}

#[tokio::test]
async fn microsoft_only_numbers_are_explained_in_every_language() {
    // Reads each in each language: its meaning, why it is not returned here, and the link to the
    // nearest number.
    let service = TestService::new().await;
    for error in catalogue::microsoft_only::microsoft_only_errors() {
        for language in Language::all() {
            let query = format!("?code={}", error.number);
            let response = look_up(&service, &query, language.tag()).await.assert_ok();
            let page = readable(&response.text);
            assert!(page.contains(error.label()), "{}", error.number);
            for text in [error.meaning(language), error.explanation(language)] {
                assert!(page.contains(&text), "{} {}: {text}", error.number, language.tag());
            }
            let nearest = error.nearest.map(|number| format!("code={number}&"));
            let leads = nearest.is_none_or(|link| page.contains(&link));
            assert!(leads, "{} has no link to the nearest number", error.number);
        }
    }
}

#[tokio::test]
async fn the_error_search_finds_misspelled_and_pasted_texts() {
    // Misspelled words, either language, several words, an OAuth error, a pasted description: the
    // expected number is among the first four results.
    let service = TestService::new().await;
    let rows = [
        ("rediret+uri", "en", 50_011),
        ("REDIRECT+Uri", "en", 50_011),
        ("kata+sandi+salah", "id", 50_126),
        ("redirect+uri", "id", 50_011),
        ("client+secret+expired", "en", 7_000_222),
        ("use_dpop_nonce", "en", 88_000_131),
        ("AADSTS700016%3A+Application+with+identifier", "en", 700_016),
        ("guest+invited", "en", 50_014),
    ];
    for (query, language, expected) in rows {
        let response = look_up(&service, &format!("?q={query}"), language).await.assert_ok();
        let results = response.text.split("id=\"results\"").nth(1).unwrap_or_default();
        let found: Vec<&str> = results.split("code=").skip(1).take(4).collect();
        let first = found.iter().any(|one| one.starts_with(&format!("{expected}&")));
        assert!(first, "{query}: {found:?}");
    }
    let nothing = look_up(&service, "?q=kangaroo", "en").await.assert_ok();
    assert!(!nothing.text.contains("id=\"results\""));
}
