//! Finds an error's number, and the id of the request, in whatever people paste.

use serde_json::Value;
use uuid::Uuid;

/// An error as far as it was recognized: the number, or the request, or both.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Recognized {
    /// Its number.
    pub(crate) number: Option<u32>,
    /// What the service said of this very case.
    pub(crate) said: Option<String>,
    /// The service's id of the request.
    pub(crate) trace_id: Option<Uuid>,
}

/// Finds the error in a number, a label, an error as JSON, a line of our log, an address, an error
/// page, or any text.
pub(crate) fn recognize(input: &str) -> Option<Recognized> {
    let input = input.trim();
    if let Ok(number) = input.parse() {
        return Some(Recognized { number: Some(number), ..Recognized::default() });
    }
    if let Some(recognized) = object(input) {
        return Some(recognized);
    }
    let one_word = !input.contains(char::is_whitespace);
    if one_word && (input.contains("://") || input.starts_with('/')) {
        let parameters = parameters(input);
        let text = |name: &str| {
            parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        return found(
            on_error_page(input),
            text("error_description"),
            text("error_uri").as_deref(),
        );
    }
    // A piece of the log: its first line that is about a refusal.
    let objects: Vec<_> = input.lines().filter_map(|line| object(line.trim())).collect();
    if !objects.is_empty() {
        let refused = objects.iter().position(|line| line.number.is_some()).unwrap_or_default();
        return objects.into_iter().nth(refused);
    }
    let text = if is_page(input) { text_of_page(input) } else { input.to_owned() };
    let number = labelled(&text).or_else(|| in_log_line(&text));
    let trace_id = named_trace_id(&text);
    let something = number.is_some() || trace_id.is_some();
    something.then_some(Recognized { number, said: None, trace_id })
}

/// What is in a JSON object: an answer of the service, or a line of its log.
fn object(text: &str) -> Option<Recognized> {
    let Ok(Value::Object(members)) = serde_json::from_str(text) else { return None };
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let listed = members.get("error_codes").and_then(|codes| codes.get(0));
    let number = listed.or_else(|| members.get("number")).and_then(Value::as_u64);
    let number = number.and_then(|number| u32::try_from(number).ok());
    let trace_id = text("trace_id").and_then(|id| Uuid::try_parse(&id).ok());
    match found(number, text("error_description"), text("error_uri").as_deref()) {
        Some(found) => Some(Recognized { trace_id: trace_id.or(found.trace_id), ..found }),
        None => trace_id.map(|id| Recognized { trace_id: Some(id), ..Recognized::default() }),
    }
}

fn found(number: Option<u32>, said: Option<String>, uri: Option<&str>) -> Option<Recognized> {
    let number = number
        .or_else(|| said.as_deref().and_then(labelled))
        .or_else(|| uri.and_then(on_error_page))?;
    let trace_id = said.as_deref().and_then(named_trace_id);
    let said = said.map(|said| said.chars().filter(|one| !one.is_control()).collect());
    Some(Recognized { number: Some(number), said, trace_id })
}

/// Whether a text is the source of a web page.
fn is_page(text: &str) -> bool {
    let start: String = text.chars().take(4_096).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<main", "<dl", "<p"].iter().any(|it| start.contains(it))
}

/// What a browser shows of a page, as far as it matters here.
fn text_of_page(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((shown, tag)) = rest.split_once('<') {
        text.push_str(shown);
        text.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

/// The names that a request's id goes by: on the wire, in logs, and on pages in each language.
const TRACE_ID: [&str; 4] = ["trace id", "trace_id", "id pelacakan", "x-ms-request-id"];

/// The id of a request after one of its names.
fn named_trace_id(text: &str) -> Option<Uuid> {
    let lower = text.to_ascii_lowercase();
    let after = |name: &&str| lower.split(*name).nth(1).map(str::to_owned);
    TRACE_ID.iter().filter_map(after).find_map(|rest| {
        let id = rest.trim_start_matches(|one: char| !one.is_ascii_hexdigit());
        Uuid::try_parse(id.get(..36)?).ok()
    })
}

/// The number after a label, wherever it stands; a label without a number is passed over.
fn labelled(text: &str) -> Option<u32> {
    let upper = text.to_ascii_uppercase();
    ["AADSTS", "ADMIT"].iter().find_map(|label| upper.split(label).skip(1).find_map(leading_number))
}

/// `number=` of a log line in text.
fn in_log_line(text: &str) -> Option<u32> {
    text.split_whitespace().filter_map(|word| word.strip_prefix("number=")).find_map(leading_number)
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// `code` of an error page; anywhere else it is an authorization code.
fn on_error_page(address: &str) -> Option<u32> {
    let (path, _) = address.split_once('?')?;
    let code = parameters(address).into_iter().find(|(name, _)| name == "code")?.1;
    path.ends_with("/error").then(|| code.parse().ok())?
}

/// The parameters of query and fragment, decoded.
pub(super) fn parameters(address: &str) -> Vec<(String, String)> {
    let start = address.find(['?', '#']).map_or(address.len(), |at| at + 1);
    let rest = address.get(start..).unwrap_or_default();
    rest.split(['&', '#', '?'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let value = std::str::from_utf8(&digits).ok();
                bytes.extend(value.and_then(|value| u8::from_str_radix(value, 16).ok()));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_in_everything_that_people_paste() {
        // One of each form, with the number in another place every time.
        for input in [
            "50011",
            " 50011\n",
            "AADSTS50011",
            "aadsts50011: The redirect URI",
            "Error: MsalError AADSTS50011: something",
            r#"{"error":"invalid_request","error_codes":[50011]}"#,
            r#"{"error_description":"AADSTS50011: text Trace ID: 1"}"#,
            r#"{"error_uri":"https://localhost:8443/error?code=50011"}"#,
            "https://localhost:8443/error?code=50011",
            "/error?code=50011",
            "/error?ui_locales=en&code=50011",
            "admit says AADSTS and then AADSTS50011",
            "ADMIT: admit refused it (AADSTS50011)",
            r#"{"time":"2026-11-22T16:00:00Z","level":"INFO","status":400,"number":50011}"#,
            "{\"message\":\"ready\"}\n{\"status\":400,\"number\":50011}\n",
            "2026-11-22T16:00:00.000000Z INFO  message=request status=400 number=50011 tenant=x",
            "https://localhost:8443/error?ui_locales=id&code=50011",
            "http://localhost:5000/cb?error=x&error_description=AADSTS50011%3A+text&state=1",
            "http://localhost:5173/#error=x&error_uri=https%3A%2F%2Fa%2Ferror%3Fcode%3D50011",
        ] {
            let number = recognize(input).and_then(|found| found.number);
            assert_eq!(number, Some(50_011), "{input}");
        }
        let ours = recognize("ADMIT88000001").and_then(|found| found.number);
        assert_eq!(ours, Some(88_000_001));
    }

    #[test]
    fn the_request_is_found_beside_the_number() {
        // The page as a browser shows it and as it is sent, in both languages; a description; logs.
        let id = "0ae14b10-0fd6-4c24-89d3-0d4e8a3e9d2f";
        for (input, number) in [
            (format!("AADSTS50011\nError number\nAADSTS50011\nTrace ID\n{id}\n"), Some(50_011)),
            (format!("Nomor kesalahan AADSTS50011 ID pelacakan {id}"), Some(50_011)),
            (
                format!(
                    "<!doctype html><p class=\"number\">AADSTS50011</p><dl><dt>Trace ID</dt>\
                     <dd id=\"trace-id\">{id}</dd></dl>"
                ),
                Some(50_011),
            ),
            (format!("AADSTS50011: text Trace ID: {id} Correlation ID: x"), Some(50_011)),
            (format!(r#"{{"error":"x","error_codes":[50011],"trace_id":"{id}"}}"#), Some(50_011)),
            (format!(r#"{{"message":"request","status":200,"trace_id":"{id}"}}"#), None),
            (format!("INFO message=request status=200 trace_id={id}"), None),
        ] {
            let found = recognize(&input).expect("recognized");
            assert_eq!(found.number, number, "{input}");
            assert_eq!(found.trace_id.map(|id| id.to_string()).as_deref(), Some(id), "{input}");
        }
    }

    #[test]
    fn what_has_no_number_is_not_explained() {
        // An authorization code is not an error's number, nor is any number in any text.
        for input in [
            "",
            "nothing",
            "{}",
            "[50011]",
            "http://localhost/cb?code=50011",
            "at 50011",
            "/code?x=50011",
        ] {
            assert_eq!(recognize(input), None, "{input}");
        }
    }

    #[test]
    fn what_was_said_is_shown_without_anything_a_terminal_acts_on() {
        // An escape sequence, percent-encoded in an address.
        let input = "http://a/?error_description=AADSTS50011%3A%1b%5b31mred%0a";
        let said = recognize(input).and_then(|found| found.said);
        assert_eq!(said.as_deref(), Some("AADSTS50011:[31mred"));
    }
}
