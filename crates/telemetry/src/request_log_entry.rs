//! The one line that every request leaves, in the log and in the metrics.

use std::net::IpAddr;
use std::time::Duration;

use catalogue::{Language, Refusal};
use model::{Timestamp, UserId};
use uuid::Uuid;

use super::line::Line;
use super::log::{Format, log};
use super::metrics::metrics;

/// Of each value that was compared, the line holds so many characters.
const FACT_CHARS_MAX: usize = 200;

/// What is told of a request: never its query, its body or its headers.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine<'a> {
    /// When it came.
    pub at: Timestamp,
    /// Our id for it.
    pub trace_id: Uuid,
    /// The caller's id for it, or ours.
    pub correlation_id: Uuid,
    /// Its method.
    pub method: &'a str,
    /// The path template that it matched, such as `/{tenant}/oauth2/v2.0/token`.
    pub endpoint: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The number of the refusal or fault, if it was one.
    pub number: Option<u32>,
    /// The tenant.
    pub tenant: Option<&'a str>,
    /// The client.
    pub client: Option<&'a str>,
    /// How long it took.
    pub duration: Duration,
    /// Who sent it.
    pub peer: Option<IpAddr>,
}

/// What only the log is told of a request: how far it came, and what stopped it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Details<'a> {
    /// The grant type of a token request.
    pub grant_type: Option<&'static str>,
    /// The person that tokens were given for.
    pub user: Option<UserId>,
    /// What a token request passed, in order.
    pub passed: &'a [&'static str],
    /// What turned it down: what it compared is told. Never a secret.
    pub refusal: Option<&'a Refusal>,
}

/// Counts and logs a request. Cheap, and never waits for the output.
pub fn emit(line: &RequestLine<'_>, details: &Details<'_>) {
    metrics().request(line);
    if let Some(log) = log().filter(|log| log.info()) {
        log.push(&line.written(log.format(), details));
    }
}

impl RequestLine<'_> {
    fn written(&self, format: Format, details: &Details<'_>) -> Vec<u8> {
        let level = if self.status >= 500 { "ERROR" } else { "INFO" };
        let mut line = Line::new(format, self.at.microseconds(), level);
        let mut buffer = Uuid::encode_buffer();
        line.text("message", "request");
        line.text("trace_id", self.trace_id.as_hyphenated().encode_lower(&mut buffer));
        line.text("correlation_id", self.correlation_id.as_hyphenated().encode_lower(&mut buffer));
        line.text("method", self.method);
        line.text("endpoint", self.endpoint);
        line.number("status", self.status);
        if let Some(number) = self.number {
            line.number("number", number);
        }
        if let Some(tenant) = self.tenant {
            line.text("tenant", tenant);
        }
        if let Some(client) = self.client {
            line.text("client", client);
        }
        details.add_to(&mut line);
        line.number("duration_us", self.duration.as_micros());
        if let Some(peer) = self.peer {
            line.text("peer", &peer.to_string());
        }
        line.finish()
    }
}

impl Details<'_> {
    fn add_to(&self, line: &mut Line) {
        if let Some(grant_type) = self.grant_type {
            line.text("grant_type", grant_type);
        }
        if let Some(user) = self.user {
            line.text("user", &user.to_string());
        }
        if !self.passed.is_empty() {
            line.text("passed", &self.passed.join(","));
        }
        if let Some(facts) = self.refusal.and_then(facts) {
            line.text("facts", &facts);
        }
    }
}

/// What a refusal compared, in words: `scope: expected read received write (…); …`.
fn facts(refusal: &Refusal) -> Option<String> {
    let mut text = String::new();
    for fact in refusal.facts() {
        text.push_str(if text.is_empty() { "" } else { "; " });
        text.push_str(fact.name);
        text.push(':');
        let parts = [("expected ", &fact.expected, ""), ("received ", &fact.received, "")];
        let words = fact.difference.as_ref().map(|it| it.text(Language::ENGLISH));
        let difference = ("(", &words, ")");
        for (before, value, after) in parts.into_iter().chain([difference]) {
            let Some(value) = value else { continue };
            text.extend([" ", before]);
            text.extend(value.chars().take(FACT_CHARS_MAX));
            text.push_str(after);
        }
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use catalogue::{Fact, refusal};

    use super::*;

    #[test]
    fn a_request_is_one_line_whatever_its_client_is_called() {
        // A client id and a fact with a forged line in them, written in both formats.
        let fact = Fact { received: Some("a\nb".to_owned()), ..Fact::about("redirect_uri") };
        let refusal = refusal::redirect_uri_not_registered("a", "Orders").with(fact);
        let details = Details {
            grant_type: Some("authorization_code"),
            user: Some(UserId::new(Uuid::from_u128(3))),
            passed: &["client", "proof"],
            refusal: Some(&refusal),
        };
        let request = RequestLine {
            at: Timestamp::from_seconds(1_795_363_200),
            trace_id: Uuid::from_u128(1),
            correlation_id: Uuid::from_u128(2),
            method: "POST",
            endpoint: "/{tenant}/oauth2/v2.0/token",
            status: 401,
            number: Some(7_000_215),
            tenant: Some("demo"),
            client: Some("x\n{\"status\":200}"),
            duration: Duration::from_micros(42),
            peer: Some(IpAddr::from([127, 0, 0, 1])),
        };
        let json = String::from_utf8(request.written(Format::Json, &details)).expect("UTF-8");
        assert_eq!(
            json,
            "{\"time\":\"2026-11-22T16:00:00.000000Z\",\"level\":\"INFO\",\"message\":\"request\",\
             \"trace_id\":\"00000000-0000-0000-0000-000000000001\",\
             \"correlation_id\":\"00000000-0000-0000-0000-000000000002\",\"method\":\"POST\",\
             \"endpoint\":\"/{tenant}/oauth2/v2.0/token\",\"status\":401,\"number\":7000215,\
             \"tenant\":\"demo\",\"client\":\"x\\n{\\\"status\\\":200}\",\
             \"grant_type\":\"authorization_code\",\
             \"user\":\"00000000-0000-0000-0000-000000000003\",\"passed\":\"client,proof\",\
             \"facts\":\"redirect_uri: received a\\nb\",\"duration_us\":42,\
             \"peer\":\"127.0.0.1\"}\n"
        );
        let text = String::from_utf8(request.written(Format::Text, &details)).expect("UTF-8");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
