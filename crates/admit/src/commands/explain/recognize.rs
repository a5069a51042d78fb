//! Finds an error's number in whatever people paste.

use serde_json::Value;

/// An error as far as it was recognized.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recognized {
    /// Its number.
    pub(super) number: u32,
    /// What the service said of this very case.
    pub(super) said: Option<String>,
}

/// Finds the number in a number, a label, an error as JSON, a line of our log, an address, or any
/// text.
pub(super) fn recognize(input: &str) -> Option<Recognized> {
    let input = input.trim();
    if let Ok(number) = input.parse() {
        return Some(Recognized { number, said: None });
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
    if let Some(recognized) = input.lines().find_map(|line| object(line.trim())) {
        return Some(recognized);
    }
    let number = labelled(input).or_else(|| in_log_line(input))?;
    Some(Recognized { number, said: None })
}

/// The number in a JSON object: an answer of the service, or a line of its log.
fn object(text: &str) -> Option<Recognized> {
    let Ok(Value::Object(members)) = serde_json::from_str(text) else { return None };
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let listed = members.get("error_codes").and_then(|codes| codes.get(0));
    let number = listed.or_else(|| members.get("number")).and_then(Value::as_u64);
    let number = number.and_then(|number| u32::try_from(number).ok());
    found(number, text("error_description"), text("error_uri").as_deref())
}

fn found(number: Option<u32>, said: Option<String>, uri: Option<&str>) -> Option<Recognized> {
    let number = number
        .or_else(|| said.as_deref().and_then(labelled))
        .or_else(|| uri.and_then(on_error_page))?;
    Some(Recognized { number, said: said.map(|said| printable(&said)) })
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
fn parameters(address: &str) -> Vec<(String, String)> {
    let start = address.find(['?', '#']).map_or(address.len(), |at| at + 1);
    let rest = address.get(start..).unwrap_or_default();
    rest.split(['&', '#', '?'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
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

/// Without anything that a terminal could act on: it may have been sent by anybody.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
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
            assert_eq!(recognize(input).map(|found| found.number), Some(50_011), "{input}");
        }
        assert_eq!(recognize("ADMIT88000001").map(|found| found.number), Some(88_000_001));
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
