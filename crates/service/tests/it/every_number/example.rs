//! The examples of the catalogue: request and response as readable text. Values are decoded;
//! secrets and values that change are replaced by their names in braces.

use std::fmt::Write as _;

use base64::Engine;
use catalogue::Language;
use serde_json::Value;

use crate::{
    authorize::browser::PASSWORD,
    test_service::{ORIGIN, SECRET, SentRequest, TENANT, TestResponse, VERIFIER, challenge},
};

/// The file of the examples.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalogue/examples.toml");
/// The command that writes it again.
const HOW: &str = "EXAMPLES=write cargo test -p service --test it every_number, then cargo xtask \
                   codegen";
/// With more parameters than this, only the first are shown.
const PARAMETERS_MAX: usize = 16;
/// Longer values are shortened.
const VALUE_CHARS_MAX: usize = 240;
const SENT_HEADERS: [&str; 5] = ["host", "content-type", "origin", "authorization", "dpop"];
const RESPONSE_HEADERS: [&str; 4] = ["location", "www-authenticate", "allow", "retry-after"];

/// The example of one number.
pub struct Example {
    number: u32,
    request: String,
    response: String,
    page: bool,
}

/// Compares the examples with the stored ones, or writes them if `EXAMPLES=write` is set.
pub fn compare(mut examples: Vec<Example>) {
    examples.sort_by_key(|example| example.number);
    examples.dedup_by_key(|example| example.number);
    let mut text =
        String::from("# Requests and responses for each number, from the test every_number.\n");
    let _ = writeln!(text, "# To regenerate: {HOW}.");
    for Example { number, request, response, page } in &examples {
        let _ = write!(
            text,
            "\n[[example]]\nnumber = {number}\nrequest = '''\n{request}'''\nresponse = '''\n\
             {response}'''\npage = {page}\n"
        );
    }
    if std::env::var("EXAMPLES").is_ok_and(|what| what == "write") {
        std::fs::write(FILE, &text).expect("written");
    }
    let stored = std::fs::read_to_string(FILE).expect("the examples");
    for (stored, generated) in stored.split("[[example]]").zip(text.split("[[example]]")) {
        assert_eq!(stored, generated, "an example differs from the service; if it is right: {HOW}");
    }
    assert_eq!(stored.len(), text.len(), "other numbers have examples: {HOW}");
}

impl Example {
    /// Renders the request and the response of a row.
    pub fn new(number: u32, response: &TestResponse) -> Self {
        let entry = catalogue::entry(number).expect("an entry");
        let page = response.header("content-type").starts_with("text/html");
        let example = Self {
            number,
            request: request_text(&response.sent),
            response: response_text(response, page),
            page,
        };
        // The page about the number promises what the response contains.
        if !response.json.is_null() {
            assert_eq!(response.json["error_codes"], serde_json::json!([number]), "{number}");
            let label = format!("{}: ", entry.label());
            assert!(response.member("error_description").starts_with(&label), "{number}");
        }
        let texts = [entry.title(Language::ENGLISH), entry.label().to_owned()];
        let visible = |text: &String| super::text_of(&response.text).contains(text.as_str());
        assert!(!page || texts.iter().any(visible), "{number}");
        example
    }
}

fn request_text(sent: &SentRequest) -> String {
    let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
    let mut text = format!("{} {}", sent.method, mask_ids(path));
    push_parameters(&mut text, query, "?");
    text.push('\n');
    for name in SENT_HEADERS {
        for value in sent.headers.get_all(name) {
            let value = value.to_str().unwrap_or_default();
            let usual = match name {
                "host" => value == "id.test",
                "origin" => value == "null",
                "content-type" => sent.body.as_deref().is_none_or(str::is_empty),
                _ => false,
            };
            if !usual {
                let _ = writeln!(text, "{}: {}", header_name(name), header(value));
            }
        }
    }
    match sent.body.as_deref() {
        Some("") => {}
        Some(body) => {
            let mut form = String::new();
            push_parameters(&mut form, body, "");
            let _ = writeln!(text, "\n{}", form.trim_start());
        }
        None => text.push_str(
            "
(no body, or only a part of it)
",
        ),
    }
    text
}

fn response_text(response: &TestResponse, page: bool) -> String {
    let mut text = format!("{}\n", response.status);
    for name in RESPONSE_HEADERS {
        for value in response.headers.get_all(name) {
            let value = value.to_str().unwrap_or_default();
            let _ = write!(text, "{}: ", header_name(name));
            match value.split_once(['?', '#']) {
                Some((index, parameters)) if name == "location" => {
                    text.push_str(&mask_ids(index));
                    push_parameters(&mut text, parameters, "?");
                }
                _ => text.push_str(&mask_times(&mask_ids(value))),
            }
            text.push('\n');
        }
    }
    if !page && !response.json.is_null() {
        let mut json = response.json.clone();
        for (name, value) in json.as_object_mut().into_iter().flatten() {
            if matches!(name.as_str(), "trace_id" | "correlation_id" | "timestamp") {
                *value = format!("{{{name}}}").into();
            } else if let Value::String(texts) = value {
                *texts = mask_times(&mask_ids(texts));
            }
        }
        let pretty = serde_json::to_string_pretty(&json).expect("JSON");
        let pretty = pretty.replace("[\n    ", "[").replace("\n  ]", "]");
        let _ = writeln!(text, "\n{pretty}");
    }
    text
}

/// Appends one parameter per line, decoded if possible.
fn push_parameters(text: &mut String, encoded: &str, first: &str) {
    if encoded.is_empty() {
        return;
    }
    let pairs: Vec<&str> = encoded.split('&').collect();
    for (index, pair) in pairs.iter().enumerate() {
        if index == 3 && pairs.len() > PARAMETERS_MAX {
            let _ = write!(text, "\n  ... ({} parameters)", pairs.len());
            return;
        }
        let mark = if index == 0 { first } else { "&" };
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name).unwrap_or_else(|| name.to_owned());
        let name = name.as_str();
        let value = decoded(value).map_or_else(|| value.to_owned(), |value| masked(name, &value));
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

/// Masks a value if it is secret or changes between runs.
fn masked(name: &str, value: &str) -> String {
    let known = [
        (SECRET, "client_secret"),
        (PASSWORD, "password"),
        (VERIFIER, "code_verifier"),
        (&challenge(), "code_challenge"),
    ];
    if let Some((_, name)) = known.iter().find(|(known, _)| *known == value) {
        return format!("{{{name}}}");
    }
    if name == "request_uri" && value.starts_with("urn:ietf:params:oauth:request_uri:") {
        return "{request_uri}".to_owned();
    }
    if let Some(jwt) = jwt(value) {
        return jwt;
    }
    // The digest of a page depends on ids that differ in each run.
    if let Some((step, _)) = value.split_once('.').filter(|_| name == "step") {
        return format!("{step}.{{digest}}");
    }
    // The response of an authenticator: the length of its signature differs.
    if name == "passkey" && value.len() > 100 {
        return "{passkey}".to_owned();
    }
    // A code of a mail, which depends on the keys of the service; `1234 5678` is a wrong one.
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b' ';
    if name == "code" && value.len() == 9 && value != "1234 5678" && value.bytes().all(is_digit) {
        return "{code}".to_owned();
    }
    let sealed = value.len() > 60
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && value.bytes().collect::<std::collections::BTreeSet<_>>().len() > 20;
    if sealed || name == "sid" { format!("{{{name}}}") } else { mask_times(&mask_ids(value)) }
}

fn header(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme @ ("Bearer" | "DPoP"), token)) if token.len() > 60 => {
            format!("{scheme} {{access_token}}")
        }
        _ => masked("header", value),
    }
}

/// Decodes a JWT of a client. A JWT of this service is replaced by its name.
fn jwt(value: &str) -> Option<String> {
    let mut parts = value.split('.');
    let (head, claims) = (decode_part(parts.next()?)?, decode_part(parts.next()?)?);
    parts.next().filter(|_| parts.next().is_none())?;
    if claims["iss"].as_str().is_some_and(|issuer| issuer.starts_with(ORIGIN)) {
        let kind = if head["typ"] == "at+jwt" { "access_token" } else { "id_token" };
        return Some(format!("{{{kind}}}"));
    }
    Some(format!("{}.{}.{{signature}}", mask_names(head), mask_names(claims)))
}

fn decode_part(part: &str) -> Option<Value> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// Replaces times by their distance from now, and keys and ids by their names.
fn mask_names(mut json: Value) -> Value {
    let now = service::now().seconds();
    // On a slow machine, the request was sent minutes ago.
    let sent_at = json["iat"].as_i64().filter(|at| (now - at).abs() < 600);
    let now = sent_at.unwrap_or(now);
    for (name, value) in json.as_object_mut().into_iter().flatten() {
        let new = match value {
            Value::Number(number) => number.as_i64().and_then(|at| distance(at - now)),
            Value::String(text) if name == "jti" || text.len() >= 43 && !text.contains(':') => {
                Some(format!("{{{name}}}"))
            }
            Value::String(text) => Some(mask_ids(text)),
            Value::Object(_) => {
                *value = mask_names(value.take());
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

/// Replaces tenant id, origin, report token and ids by their names.
fn mask_ids(text: &str) -> String {
    let text = text.replace(&TENANT.to_string(), "{tenant}").replace(ORIGIN, "{origin}");
    let text = match text.split_once("&report_token=") {
        Some((page, _)) => format!("{page}&report_token={{report_token}}"),
        None => text,
    };
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|one: char| one.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let id = from.get(..36).filter(|id| uuid::Uuid::try_parse(id).is_ok());
        let word = from.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(from.len());
        let (visible, length) = id.map_or((&from[..word], word), |_| ("{id}", 36));
        plain.push_str(visible);
        rest = &from[length..];
    }
    plain.push_str(rest);
    // The report token is sealed.
    if let Some((before, _)) = plain.split_once("&report_token=") {
        plain = format!("{before}&report_token={{report_token}}");
    }
    shortened(&without_ticket(&plain))
}

/// Masks a ticket ID: four groups of four letters and digits.
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

/// Masks times, counts of seconds and thumbprints.
fn mask_times(text: &str) -> String {
    let mut text_of: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let last = text_of.last().map(String::as_str).unwrap_or_default();
        let bare = word.trim_matches(|one: char| !one.is_ascii_alphanumeric());
        let date = |text: &str| text.len() == 10 && text.matches('-').count() == 2;
        let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
        if bare.ends_with('Z') && bare.matches(':').count() == 2 && date(last) {
            text_of.pop();
            text_of.push(word.replace(bare, "{time}"));
        } else if number && matches!(bare, "s" | "min") {
            text_of.pop();
            text_of.extend([
                format!("{{{}}}", if bare == "s" { "seconds" } else { "minutes" }),
                word.to_owned(),
            ]);
        } else if bare.len() >= 43 && !bare.contains(['/', ':', '{']) && !bare.contains("...") {
            text_of.push(word.replace(bare, "{thumbprint}"));
        } else {
            text_of.push(word.to_owned());
        }
    }
    text_of.join(" ")
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= VALUE_CHARS_MAX || text.contains(' ') {
        return text.to_owned();
    }
    let start: String = text.chars().take(16).collect();
    format!("{start}... ({count} characters)")
}

fn header_name(name: &str) -> String {
    let word = |word: &str| match word {
        "dpop" => "DPoP".to_owned(),
        "www" => "WWW".to_owned(),
        _ => word[..1].to_uppercase() + &word[1..],
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
