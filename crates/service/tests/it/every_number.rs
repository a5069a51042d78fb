//! Every number of the catalogue is given by some request, and explained to whoever gets it.

use std::collections::BTreeSet;

use catalogue::Language;
use http::Request;

use crate::{
    authorize::browser,
    house::{Answer, House},
    limits::whole,
};

mod administration;
mod bearers;
mod clients;
mod example;
mod explaining;
mod faults;
mod grants;
mod people;
mod proofs;
mod reports;
mod requests;

/// A request's answer, and the number that it has to give.
pub struct Row(pub u64, pub Answer);

#[tokio::test]
async fn each_is_given_and_none_is_missing() {
    // One request per entry at least; the catalogue and the rows name the same numbers, every
    // refusal to a client is JSON with all its members, and the examples that the page of a number
    // shows are these requests and answers.
    let house = House::new().await;
    browser::furnish(&house).await;
    let (mut given, mut wrong, mut examples) = (BTreeSet::new(), Vec::new(), Vec::new());
    let families = [
        requests::rows(&house).await,
        clients::rows(&house).await,
        grants::rows(&house).await,
        proofs::rows(&house).await,
        bearers::rows(&house).await,
        people::rows(&house).await,
        faults::rows().await,
        explaining::rows(&house).await,
        administration::rows().await,
        reports::rows().await,
    ];
    for Row(expected, answer) in families.into_iter().flatten() {
        let got = number(&answer);
        if got != expected {
            wrong.push((expected, got));
            continue;
        }
        let entry = u32::try_from(expected).ok().and_then(catalogue::entry);
        let entry = entry.unwrap_or_else(|| panic!("{expected} is not in the catalogue"));
        assert!(entry.retired.is_none(), "{expected}");
        if !answer.json.is_null() {
            whole(&answer);
            assert_eq!(answer.error() == "none", entry.error == "none", "{expected}");
        }
        if given.insert(entry.number) {
            examples.push(example::Example::of(entry.number, &answer));
        }
    }
    assert!(wrong.is_empty(), "expected and got: {wrong:?}");
    example::compare(examples);
    let alive = catalogue::entries().iter().filter(|entry| entry.retired.is_none());
    let missing: Vec<u32> =
        alive.map(|entry| entry.number).filter(|number| !given.contains(number)).collect();
    assert!(missing.is_empty(), "no request gives {missing:?}");
}

/// The number in a body, in a redirect, on an error page, or of the problem on a page of ours.
fn number(answer: &Answer) -> u64 {
    if answer.number() > 0 {
        return answer.number();
    }
    if !answer.header("location").is_empty() {
        return u64::from(browser::number_sent(answer));
    }
    if answer.text.contains("id=\"error-number\"") {
        return u64::from(browser::number(answer));
    }
    if !answer.text.contains("problem-title") {
        return 0;
    }
    let title = readable(browser::between(&answer.text, "problem-title\">", "<"));
    let named = |entry: &&catalogue::Entry| entry.title(Language::ENGLISH) == title;
    catalogue::entries().iter().find(named).map_or(0, |entry| entry.number.into())
}

/// A page's words alone.
fn words(page: &str) -> String {
    let parts = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    readable(&parts.collect::<String>())
}

/// A text of a page as it is read.
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
async fn each_is_explained_in_every_language_at_its_address() {
    // Follows `error_uri` of every entry in every language to title, sentence, each step, and the
    // example's request and answer.
    let house = House::new().await;
    for entry in catalogue::entries() {
        for language in Language::all() {
            let request = Request::get(format!("/error?code={}", entry.number))
                .header("host", "id.test")
                .header("accept-language", language.tag())
                .body("".into());
            let answer = house.send(request.expect("a request")).await.good();
            // How a page sets a value off from the words is its own affair.
            let page = words(&answer.text).replace(['{', '}'], "");
            let lang = format!("<html lang=\"{}\"", language.tag());
            assert!(
                answer.text.contains(&lang) && page.contains(entry.label()),
                "{}",
                entry.number
            );
            let remedy = entry.remedy(language);
            let said = [entry.title(language), entry.happened(language)];
            let steps = remedy
                .lines()
                .map(|step| step.split_once(": ").map_or(step, |(_, what)| what).to_owned());
            let example = catalogue::example(entry.number);
            let example = example.unwrap_or_else(|| panic!("{} has no example", entry.number));
            let shown = [example.request, example.answer].map(|text| text.trim_end().to_owned());
            for text in said.into_iter().chain(steps).chain(shown) {
                assert!(!text.is_empty(), "{} {}", entry.number, language.tag());
                let text = text.replace(['{', '}'], "");
                assert!(page.contains(&text), "{} {}: {text}", entry.number, language.tag());
            }
        }
    }
}
