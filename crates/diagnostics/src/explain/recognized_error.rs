//! Recognition of an error number and a trace id in pasted text.

use serde_json::Value;
use uuid::Uuid;

/// An error in a pasted text: its number, its trace id, or both.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RecognizedError {
    /// The error number.
    pub(super) number: Option<u32>,
    /// The `error_description` that the service sent.
    pub(super) message: Option<String>,
    /// The trace id of the request.
    pub(super) trace_id: Option<Uuid>,
}

/// Recognizes an error in a number, a label, a JSON error, a log line, a URL, an error page or any
/// other text.
pub(super) fn recognize(input: &str) -> Option<RecognizedError> {
    let input = input.trim();
    if let Ok(number) = input.parse() {
        return Some(RecognizedError { number: Some(number), ..RecognizedError::default() });
    }
    if let Some(recognized) = from_json(input) {
        return Some(recognized);
    }
    let one_word = !input.contains(char::is_whitespace);
    if one_word && (input.contains("://") || input.starts_with('/')) {
        let parameters = parameters(input);
        let text = |name: &str| {
            parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        return from_parts(
            in_error_page_url(input),
            text("error_description"),
            text("error_uri").as_deref(),
        );
    }
    // Several log lines: takes the first one with an error number.
    let objects: Vec<_> = input.lines().filter_map(|line| from_json(line.trim())).collect();
    if !objects.is_empty() {
        let index = objects.iter().position(|line| line.number.is_some()).unwrap_or_default();
        return objects.into_iter().nth(index);
    }
    let text = if is_page(input) { without_tags(input) } else { input.to_owned() };
    let number = after_label(&text).or_else(|| in_log_line(&text));
    let trace_id = trace_id_in(&text);
    let is_recognized = number.is_some() || trace_id.is_some();
    is_recognized.then_some(RecognizedError { number, message: None, trace_id })
}

/// Reads a JSON object: a response of the service, or a line of its log.
fn from_json(text: &str) -> Option<RecognizedError> {
    let Ok(Value::Object(members)) = serde_json::from_str(text) else { return None };
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let listed = members.get("error_codes").and_then(|codes| codes.get(0));
    // `error_number` in the access log, `number` in the JSON of this service.
    let number = listed.or_else(|| members.get("error_number")).or_else(|| members.get("number"));
    let number = number.and_then(Value::as_u64);
    let number = number.and_then(|number| u32::try_from(number).ok());
    let trace_id = text("trace_id").and_then(|id| Uuid::try_parse(&id).ok());
    match from_parts(number, text("error_description"), text("error_uri").as_deref()) {
        Some(error) => Some(RecognizedError { trace_id: trace_id.or(error.trace_id), ..error }),
        None => {
            trace_id.map(|id| RecognizedError { trace_id: Some(id), ..RecognizedError::default() })
        }
    }
}

fn from_parts(
    number: Option<u32>,
    message: Option<String>,
    uri: Option<&str>,
) -> Option<RecognizedError> {
    let number = number
        .or_else(|| message.as_deref().and_then(after_label))
        .or_else(|| uri.and_then(in_error_page_url))?;
    let trace_id = message.as_deref().and_then(trace_id_in);
    let message = message.map(|text| text.chars().filter(|one| !one.is_control()).collect());
    Some(RecognizedError { number: Some(number), message, trace_id })
}

/// Returns whether a text is HTML.
fn is_page(text: &str) -> bool {
    let start: String = text.chars().take(4_096).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<main", "<dl", "<p"].iter().any(|it| start.contains(it))
}

/// Removes the tags of an HTML page.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

/// The names of the trace id: in headers, in logs, and on pages in each language.
const TRACE_ID: [&str; 4] = ["trace id", "trace_id", "id pelacakan", "x-ms-request-id"];

/// Finds a trace id after one of its names.
fn trace_id_in(text: &str) -> Option<Uuid> {
    let lower = text.to_ascii_lowercase();
    let after = |name: &&str| lower.split(*name).nth(1).map(str::to_owned);
    TRACE_ID.iter().filter_map(after).find_map(|rest| {
        let id = rest.trim_start_matches(|one: char| !one.is_ascii_hexdigit());
        Uuid::try_parse(id.get(..36)?).ok()
    })
}

/// Finds the first number after a label such as `AADSTS`.
fn after_label(text: &str) -> Option<u32> {
    let upper = text.to_ascii_uppercase();
    ["AADSTS", "ADMIT"].iter().find_map(|label| upper.split(label).skip(1).find_map(leading_number))
}

/// Finds the error number of a log line in text format.
fn in_log_line(text: &str) -> Option<u32> {
    let mut values = text.split_whitespace().filter_map(|word| word.strip_prefix("error_number="));
    values.find_map(leading_number)
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// Returns the parameter `code` of the URL of an error page. On other pages it is an authorization
/// code.
fn in_error_page_url(address: &str) -> Option<u32> {
    let (path, _) = address.split_once('?')?;
    let code = parameters(address).into_iter().find(|(name, _)| name == "code")?.1;
    path.ends_with("/error").then(|| code.parse().ok())?
}

/// Returns the decoded parameters in the query and the fragment of a URL.
pub(super) fn parameters(address: &str) -> Vec<(String, String)> {
    let start = address.find(['?', '#']).map_or(address.len(), |at| at + 1);
    let rest = address.get(start..).unwrap_or_default();
    rest.split(['&', '#', '?'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (percent_decode(name), percent_decode(value)))
        .collect()
}

pub(super) fn percent_decode(text: &str) -> String {
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
    fn an_error_number_is_recognized_in_every_kind_of_text() {
        // Recognizes one text of each kind, with the number in different places.
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
            r#"{"time":"2026-11-22T16:00:00Z","level":"INFO","status":400,"error_number":50011}"#,
            "{\"message\":\"ready\"}\n{\"status\":400,\"error_number\":50011}\n",
            r#"{"outcome":"refusal","number":50011}"#,
            "2026-11-22T16:00:00.000000Z INFO  message=request status=400 error_number=50011",
            "https://localhost:8443/error?ui_locales=id&code=50011",
            "http://localhost:5000/cb?error=x&error_description=AADSTS50011%3A+text&state=1",
            "http://localhost:5173/#error=x&error_uri=https%3A%2F%2Fa%2Ferror%3Fcode%3D50011",
        ] {
            let number = recognize(input).and_then(|found| found.number);
            assert_eq!(number, Some(50_011), "{input}");
        }
        let own = recognize("ADMIT88000001").and_then(|found| found.number);
        assert_eq!(own, Some(88_000_001));
    }

    #[test]
    fn a_trace_id_is_recognized_beside_an_error_number() {
        // Recognizes an error page as text and as HTML, in both languages, a description and logs.
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
    fn a_text_without_error_number_is_not_recognized() {
        // Tries texts with an authorization code, and with numbers that have no label.
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
    fn control_characters_of_an_error_description_are_removed() {
        // Recognizes a URL with a percent-encoded escape sequence.
        let input = "http://a/?error_description=AADSTS50011%3A%1b%5b31mred%0a";
        let message = recognize(input).and_then(|found| found.message);
        assert_eq!(message.as_deref(), Some("AADSTS50011:[31mred"));
    }
}
