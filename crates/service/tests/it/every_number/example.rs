//! What was sent and what came back, as a person reads it: decoded, and with the name in braces of
//! whatever is secret or differs from one time to the next.

use std::fmt::Write as _;

use base64::Engine;
use catalogue::Language;
use serde_json::Value;

use crate::{
    authorize::browser::PASSWORD,
    house::{Answer, Asked, ORIGIN, SECRET, TENANT, VERIFIER, challenge},
};

/// Where the examples are kept.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalogue/examples.toml");
/// How to write them anew.
const HOW: &str = "EXAMPLES=write cargo test -p service --test it every_number, then cargo xtask \
                   codegen";
/// More parameters than this are not all shown.
const PARAMETERS_MAX: usize = 16;
/// What is longer is shortened.
const VALUE_CHARS_MAX: usize = 240;
const SENT_HEADERS: [&str; 5] = ["host", "content-type", "origin", "authorization", "dpop"];
const ANSWERED_HEADERS: [&str; 4] = ["location", "www-authenticate", "allow", "retry-after"];

/// One example.
pub struct Example {
    number: u32,
    request: String,
    answer: String,
    page: bool,
}

/// Holds the examples against those that are kept, or writes them where that is asked for.
pub fn compare(mut examples: Vec<Example>) {
    examples.sort_by_key(|example| example.number);
    examples.dedup_by_key(|example| example.number);
    let mut text = String::from(
        "# What really got each number: the requests of the test every_number, their answers.\n",
    );
    let _ = writeln!(text, "# To write them anew: {HOW}.");
    for Example { number, request, answer, page } in &examples {
        let _ = write!(
            text,
            "\n[[example]]\nnumber = {number}\nrequest = '''\n{request}'''\nanswer = '''\n\
             {answer}'''\npage = {page}\n"
        );
    }
    if std::env::var("EXAMPLES").is_ok_and(|what| what == "write") {
        std::fs::write(FILE, &text).expect("written");
    }
    let kept = std::fs::read_to_string(FILE).expect("the examples");
    for (kept, made) in kept.split("[[example]]").zip(text.split("[[example]]")) {
        assert_eq!(kept, made, "an example is not what the service does; if it is right: {HOW}");
    }
    assert_eq!(kept.len(), text.len(), "there are other numbers than examples: {HOW}");
}

impl Example {
    /// What a row asked, and what it got.
    pub fn of(number: u32, answer: &Answer) -> Self {
        let entry = catalogue::entry(number).expect("an entry");
        let page = answer.header("content-type").starts_with("text/html");
        let example =
            Self { number, request: request(&answer.asked), answer: response(answer, page), page };
        // What the page about the number promises is what the service gave.
        if !answer.json.is_null() {
            assert_eq!(answer.json["error_codes"], serde_json::json!([number]), "{number}");
            let label = format!("{}: ", entry.label());
            assert!(answer.member("error_description").starts_with(&label), "{number}");
        }
        let said = [entry.title(Language::ENGLISH), entry.label().to_owned()];
        let shown = |text: &String| super::words(&answer.text).contains(text.as_str());
        assert!(!page || said.iter().any(shown), "{number}");
        example
    }
}

fn request(asked: &Asked) -> String {
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    let mut text = format!("{} {}", asked.method, plain(path));
    push_parameters(&mut text, query, "?");
    text.push('\n');
    for name in SENT_HEADERS {
        for value in asked.headers.get_all(name) {
            let value = value.to_str().unwrap_or_default();
            let usual = match name {
                "host" => value == "id.test",
                "origin" => value == "null",
                "content-type" => asked.body.as_deref().is_none_or(str::is_empty),
                _ => false,
            };
            if !usual {
                let _ = writeln!(text, "{}: {}", capital(name), header(value));
            }
        }
    }
    match asked.body.as_deref() {
        Some("") => {}
        Some(body) => {
            let mut form = String::new();
            push_parameters(&mut form, body, "");
            let _ = writeln!(text, "\n{}", form.trim_start());
        }
        None => text.push_str("\n(a body that does not come, or only in part)\n"),
    }
    text
}

fn response(answer: &Answer, page: bool) -> String {
    let mut text = format!("{}\n", answer.status);
    for name in ANSWERED_HEADERS {
        for value in answer.headers.get_all(name) {
            let value = value.to_str().unwrap_or_default();
            let _ = write!(text, "{}: ", capital(name));
            match value.split_once(['?', '#']) {
                Some((place, parameters)) if name == "location" => {
                    text.push_str(&plain(place));
                    push_parameters(&mut text, parameters, "?");
                }
                _ => text.push_str(&calm(&plain(value))),
            }
            text.push('\n');
        }
    }
    if !page && !answer.json.is_null() {
        let mut json = answer.json.clone();
        for (name, value) in json.as_object_mut().into_iter().flatten() {
            if matches!(name.as_str(), "trace_id" | "correlation_id" | "timestamp") {
                *value = format!("{{{name}}}").into();
            } else if let Value::String(said) = value {
                *said = calm(&plain(said));
            }
        }
        let pretty = serde_json::to_string_pretty(&json).expect("JSON");
        let pretty = pretty.replace("[\n    ", "[").replace("\n  ]", "]");
        let _ = writeln!(text, "\n{pretty}");
    }
    text
}

/// One on each line, decoded where they can be.
fn push_parameters(text: &mut String, encoded: &str, first: &str) {
    if encoded.is_empty() {
        return;
    }
    let pairs: Vec<&str> = encoded.split('&').collect();
    for (place, pair) in pairs.iter().enumerate() {
        if place == 3 && pairs.len() > PARAMETERS_MAX {
            let _ = write!(text, "\n  ... ({} parameters)", pairs.len());
            return;
        }
        let mark = if place == 0 { first } else { "&" };
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name).unwrap_or_else(|| name.to_owned());
        let name = name.as_str();
        let value = decoded(value).map_or_else(|| value.to_owned(), |value| shown(name, &value));
        let equals = if pair.contains('=') { "=" } else { "" };
        let _ = write!(text, "\n  {mark}{}{equals}{value}", shortened(name));
    }
}

fn decoded(value: &str) -> Option<String> {
    let broken = value
        .split('%')
        .skip(1)
        .any(|rest| !rest.get(..2).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())));
    let spaced = value.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&spaced).decode_utf8().ok()?.into_owned();
    (!broken).then_some(text)
}

/// A value as it may be shown.
fn shown(name: &str, value: &str) -> String {
    let known = [
        (SECRET, "client_secret"),
        (PASSWORD, "password"),
        (VERIFIER, "code_verifier"),
        (&challenge(), "code_challenge"),
    ];
    if let Some((_, name)) = known.iter().find(|(known, _)| *known == value) {
        return format!("{{{name}}}");
    }
    if let Some(jwt) = jwt(value) {
        return jwt;
    }
    let sealed = value.len() > 60
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && value.bytes().collect::<std::collections::BTreeSet<_>>().len() > 20;
    if sealed || name == "sid" { format!("{{{name}}}") } else { calm(&plain(value)) }
}

fn header(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme @ ("Bearer" | "DPoP"), token)) if token.len() > 60 => {
            format!("{scheme} {{access_token}}")
        }
        _ => shown("header", value),
    }
}

/// The parts of a JWT that say something, opened; what this service issued stays closed.
fn jwt(value: &str) -> Option<String> {
    let mut parts = value.split('.');
    let (head, claims) = (opened(parts.next()?)?, opened(parts.next()?)?);
    parts.next().filter(|_| parts.next().is_none())?;
    if claims["iss"].as_str().is_some_and(|issuer| issuer.starts_with(ORIGIN)) {
        let kind = if head["typ"] == "at+jwt" { "access_token" } else { "id_token" };
        return Some(format!("{{{kind}}}"));
    }
    Some(format!("{}.{}.{{signature}}", named(head), named(claims)))
}

fn opened(part: &str) -> Option<Value> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// JSON with times as distances from now, and keys and ids by their names.
fn named(mut json: Value) -> Value {
    let now = service::now().seconds();
    for (name, value) in json.as_object_mut().into_iter().flatten() {
        let new = match value {
            Value::Number(number) => number.as_i64().and_then(|at| distance(at - now)),
            Value::String(text) if name == "jti" || text.len() >= 43 && !text.contains(':') => {
                Some(format!("{{{name}}}"))
            }
            Value::String(text) => Some(plain(text)),
            Value::Object(_) => {
                *value = named(value.take());
                None
            }
            _ => None,
        };
        if let Some(new) = new {
            *value = new.into();
        }
    }
    json
}

fn distance(seconds: i64) -> Option<String> {
    let minutes = (seconds + 30).div_euclid(60);
    match minutes {
        0 => Some("{now}".to_owned()),
        1..100_000 => Some(format!("{{now + {minutes} min}}")),
        -100_000..0 => Some(format!("{{now - {} min}}", -minutes)),
        _ => None,
    }
}

/// Our own names out, so that the example is of any tenant at any place; ids by a word.
fn plain(text: &str) -> String {
    let text = text.replace(&TENANT.to_string(), "{tenant}").replace(ORIGIN, "{origin}");
    let text = match text.split_once("&about=") {
        Some((page, _)) => format!("{page}&about={{about}}"),
        None => text,
    };
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|one: char| one.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let id = from.get(..36).filter(|id| uuid::Uuid::try_parse(id).is_ok());
        let word = from.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(from.len());
        let (shown, length) = id.map_or((&from[..word], word), |_| ("{id}", 36));
        plain.push_str(shown);
        rest = &from[length..];
    }
    plain.push_str(rest);
    // The link to report the problem, sealed.
    if let Some((before, _)) = plain.split_once("&about=") {
        plain = format!("{before}&about={{about}}");
    }
    shortened(&without_ticket(&plain))
}

/// The number of a ticket: four times four letters and digits.
fn without_ticket(text: &str) -> String {
    const LENGTH: usize = "T-0000-0000-0000-0000".len();
    let Some(at) = text.find("T-") else { return text.to_owned() };
    let number = text.get(at..at + LENGTH);
    let groups = number.map(|number| number[2..].split('-').all(|group| group.len() == 4));
    match groups {
        Some(true) => format!("{}{{ticket}}{}", &text[..at], &text[at + LENGTH..]),
        _ => text.to_owned(),
    }
}

/// Times and counts of seconds by their names.
fn calm(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let last = words.last().map(String::as_str).unwrap_or_default();
        let bare = word.trim_matches(|one: char| !one.is_ascii_alphanumeric());
        let date = |text: &str| text.len() == 10 && text.matches('-').count() == 2;
        let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
        if bare.ends_with('Z') && bare.matches(':').count() == 2 && date(last) {
            words.pop();
            words.push(word.replace(bare, "{time}"));
        } else if number && matches!(bare, "s" | "min") {
            words.pop();
            words.extend([
                format!("{{{}}}", if bare == "s" { "seconds" } else { "minutes" }),
                word.to_owned(),
            ]);
        } else if bare.len() >= 43 && !bare.contains(['/', ':', '{']) && !bare.contains("...") {
            words.push(word.replace(bare, "{thumbprint}"));
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= VALUE_CHARS_MAX || text.contains(' ') {
        return text.to_owned();
    }
    let start: String = text.chars().take(16).collect();
    format!("{start}... ({count} characters)")
}

fn capital(name: &str) -> String {
    let word = |word: &str| match word {
        "dpop" => "DPoP".to_owned(),
        "www" => "WWW".to_owned(),
        _ => word[..1].to_uppercase() + &word[1..],
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
