//! Where refusals are explained: `/error`, the page about one number, and the catalogue.

use catalogue::Language;
use http::{Method, Request, StatusCode};

use crate::{
    every_number::readable,
    house::{Answer, House, get},
};

async fn look_up(house: &House, query: &str, accept_language: &str) -> Answer {
    let request = Request::get(format!("/error{query}"))
        .header("host", "id.test")
        .header("accept-language", accept_language)
        .body("".into());
    house.send(request.expect("a request")).await
}

#[tokio::test]
async fn a_number_is_explained_however_it_is_written() {
    // Bare, with the label, in any case, with spaces, and for one of our own.
    let house = House::new().await;
    let title = catalogue::entry(50_011).expect("an entry").title(Language::ENGLISH);
    for code in ["50011", "AADSTS50011", "aadsts50011", "%20AADSTS50011%20"] {
        let answer = look_up(&house, &format!("?code={code}"), "en").await.good();
        assert!(answer.text.contains(&title), "{code}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    let title = catalogue::entry(88_000_011).expect("an entry").title(Language::ENGLISH);
    for code in ["88000011", "ADMIT88000011", "admit88000011"] {
        assert!(look_up(&house, &format!("?code={code}"), "en").await.good().text.contains(&title));
    }
}

#[tokio::test]
async fn the_reader_chooses_the_language() {
    // By the browser's header, and by `ui_locales` and `mkt`, which come first.
    let house = House::new().await;
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
        let answer = look_up(&house, query, accept).await.good();
        let lang = format!("<html lang=\"{expected}\"");
        assert!(answer.text.contains(&lang), "{query} {accept}");
    }
}

#[tokio::test]
async fn whatever_is_looked_up_is_no_more_than_text() {
    // S5, S6: unknown numbers and markup; headers that keep a page from running or being framed.
    let house = House::new().await;
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for query in [format!("?code={hostile}"), "?code=1".to_owned(), "?code=AADSTS".to_owned()] {
        let answer = look_up(&house, &query, "en").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(!answer.text.contains("<script>alert"));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
    let searched = look_up(&house, &format!("?q={hostile}"), "en").await.good();
    assert!(!searched.text.contains("<script>alert"));
    for broken in ["?code=%zz", "?code=1&code=2"] {
        let answer = look_up(&house, broken, "en").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    let request = Request::post("/error").header("host", "id.test").body("".into());
    let answer = house.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn the_list_finds_numbers_by_words() {
    // The whole list, and a search that leaves only some of it.
    let house = House::new().await;
    let all = look_up(&house, "", "en").await.good();
    for entry in catalogue::entries() {
        assert!(all.text.contains(&format!("code={}", entry.number)), "{}", entry.number);
    }
    let some = look_up(&house, "?q=redirect", "en").await.good();
    assert!(some.text.contains("code=50011"));
    assert!(!some.text.contains("code=7000222"));
}

#[tokio::test]
async fn the_catalogue_is_there_for_programs() {
    // Every entry, with its texts, and the numbers that are not given here apart from them; cached
    // and readable by anyone.
    let house = House::new().await;
    let answer = house.send(get("/error/catalogue.json")).await.good();
    for entry in catalogue::entries() {
        assert!(answer.text.contains(&entry.number.to_string()), "{}", entry.number);
        assert!(answer.text.contains(entry.name), "{}", entry.name);
    }
    let count = |list: &str| answer.json[list].as_array().map(Vec::len);
    assert_eq!(count("refusals"), Some(catalogue::entries().len()));
    assert_eq!(count("foreign"), Some(catalogue::foreign::foreigners().len()));
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let request = Request::builder().method(Method::DELETE).uri("/error/catalogue.json");
    let answer = house.send(request.header("host", "id.test").body("".into()).expect("it")).await;
    answer.refused(405, "invalid_request", 900_561);
}

#[tokio::test]
async fn a_number_that_only_microsoft_gives_is_explained_in_every_language() {
    // Each of them in each language: what it means, why it is not given here, and where to look.
    let house = House::new().await;
    for foreign in catalogue::foreign::foreigners() {
        for language in Language::all() {
            let query = format!("?code={}", foreign.number);
            let answer = look_up(&house, &query, language.tag()).await.good();
            let page = readable(&answer.text);
            assert!(page.contains(foreign.label()), "{}", foreign.number);
            for text in [foreign.meaning(language), foreign.reason(language)] {
                assert!(page.contains(&text), "{} {}: {text}", foreign.number, language.tag());
            }
            let nearest = foreign.nearest.map(|number| format!("code={number}&"));
            let leads = nearest.is_none_or(|link| page.contains(&link));
            assert!(leads, "{} does not lead to the number of ours", foreign.number);
        }
    }
}

#[tokio::test]
async fn the_search_understands_readers() {
    // Misspelled, in either language, several words, an OAuth error, a pasted description; the
    // number that is meant stands first or near it.
    let house = House::new().await;
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
        let answer = look_up(&house, &format!("?q={query}"), language).await.good();
        let results = answer.text.split("id=\"results\"").nth(1).unwrap_or_default();
        let found: Vec<&str> = results.split("code=").skip(1).take(4).collect();
        let first = found.iter().any(|one| one.starts_with(&format!("{expected}&")));
        assert!(first, "{query}: {found:?}");
    }
    let nothing = look_up(&house, "?q=kangaroo", "en").await.good();
    assert!(!nothing.text.contains("id=\"results\""));
}
