//! The access log: one entry per request, which is also counted in the metrics.

use std::net::IpAddr;
use std::time::Duration;

use catalogue::{Language, Refusal};
use model::{Timestamp, UserId};
use uuid::Uuid;

use super::log_buffer::log;
use super::log_line::{Format, LogLine};
use super::metrics::metrics;

/// Maximum length of a compared value in the entry, in characters.
const VALUE_CHARS_MAX: usize = 200;

/// The access log entry of a request. Never contains its query, body or headers.
#[derive(Clone, Copy, Debug)]
pub struct RequestLogEntry<'a> {
    /// The time at which the request arrived.
    pub at: Timestamp,
    /// The trace ID.
    pub trace_id: Uuid,
    /// The correlation ID: sent by the client, or generated.
    pub correlation_id: Uuid,
    /// The HTTP method.
    pub method: &'a str,
    /// The matched path template, such as `/{tenant}/oauth2/v2.0/token`.
    pub endpoint: &'a str,
    /// The HTTP status of the response.
    pub status: u16,
    /// The error number of the refusal or fault.
    pub error_number: Option<u32>,
    /// The name of the tenant.
    pub tenant: Option<&'a str>,
    /// The client id that the request names.
    pub client: Option<&'a str>,
    /// The time from the start of the request to its response.
    pub duration: Duration,
    /// The IP address of the sender.
    pub remote_address: Option<IpAddr>,
}

/// The details of a request for the access log only, not for the metrics.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestLogDetails<'a> {
    /// The grant type of a token request.
    pub grant_type: Option<&'static str>,
    /// The user.
    pub user: Option<UserId>,
    /// The checks that the request passed, in order.
    pub checks_passed: &'a [&'static str],
    /// The refusal, whose comparisons are logged. Contains no secret.
    pub refusal: Option<&'a Refusal>,
}

/// Counts a request in the metrics and writes its access log entry. Never waits for the output.
pub fn log_request(entry: &RequestLogEntry<'_>, details: &RequestLogDetails<'_>) {
    metrics().observe(entry.endpoint, entry.status, entry.error_number, entry.duration);
    if let Some(log) = log().filter(|log| log.logs_requests()) {
        log.push(&entry.format(log.format(), details));
    }
}

impl RequestLogEntry<'_> {
    fn format(&self, format: Format, details: &RequestLogDetails<'_>) -> Vec<u8> {
        let level = if self.status >= 500 { "ERROR" } else { "INFO" };
        let mut line = LogLine::new(format, self.at.microseconds(), level);
        let mut buffer = Uuid::encode_buffer();
        line.text("message", "request");
        line.text("trace_id", self.trace_id.as_hyphenated().encode_lower(&mut buffer));
        line.text("correlation_id", self.correlation_id.as_hyphenated().encode_lower(&mut buffer));
        line.text("method", self.method);
        line.text("endpoint", self.endpoint);
        line.number("status", self.status);
        if let Some(error_number) = self.error_number {
            line.number("error_number", error_number);
        }
        if let Some(tenant) = self.tenant {
            line.text("tenant", tenant);
        }
        if let Some(client) = self.client {
            line.text("client", client);
        }
        details.add_to(&mut line);
        line.number("duration_us", self.duration.as_micros());
        if let Some(remote_address) = self.remote_address {
            line.text("remote_address", &remote_address.to_string());
        }
        line.finish()
    }
}

impl RequestLogDetails<'_> {
    fn add_to(&self, line: &mut LogLine) {
        if let Some(grant_type) = self.grant_type {
            line.text("grant_type", grant_type);
        }
        if let Some(user) = self.user {
            line.text("user", &user.to_string());
        }
        if !self.checks_passed.is_empty() {
            line.text("checks_passed", &self.checks_passed.join(","));
        }
        if let Some(comparisons) = self.refusal.and_then(format_comparisons) {
            line.text("comparisons", &comparisons);
        }
    }
}

/// Formats the comparisons of a refusal: `scope: expected read received write (…); …`.
fn format_comparisons(refusal: &Refusal) -> Option<String> {
    let mut text = String::new();
    for comparison in refusal.comparisons() {
        text.push_str(if text.is_empty() { "" } else { "; " });
        text.push_str(comparison.name);
        text.push(':');
        let parts =
            [("expected ", &comparison.expected, ""), ("received ", &comparison.received, "")];
        let difference = comparison.difference.as_ref().map(|it| it.text(Language::ENGLISH));
        let difference = ("(", &difference, ")");
        for (prefix, value, suffix) in parts.into_iter().chain([difference]) {
            let Some(value) = value else { continue };
            text.extend([" ", prefix]);
            text.extend(value.chars().take(VALUE_CHARS_MAX));
            text.push_str(suffix);
        }
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use catalogue::{Comparison, refusal};

    use super::*;

    #[test]
    fn a_request_is_one_log_line_whatever_its_client_id() {
        // Log injection: line breaks in the client id and in a comparison, in both formats.
        let comparison =
            Comparison { received: Some("a\nb".to_owned()), ..Comparison::new("redirect_uri") };
        let refusal = refusal::redirect_uri_not_registered("a", "Orders").with(comparison);
        let details = RequestLogDetails {
            grant_type: Some("authorization_code"),
            user: Some(UserId::new(Uuid::from_u128(3))),
            checks_passed: &["client", "proof"],
            refusal: Some(&refusal),
        };
        let entry = RequestLogEntry {
            at: Timestamp::from_seconds(1_795_363_200),
            trace_id: Uuid::from_u128(1),
            correlation_id: Uuid::from_u128(2),
            method: "POST",
            endpoint: "/{tenant}/oauth2/v2.0/token",
            status: 401,
            error_number: Some(7_000_215),
            tenant: Some("demo"),
            client: Some("x\n{\"status\":200}"),
            duration: Duration::from_micros(42),
            remote_address: Some(IpAddr::from([127, 0, 0, 1])),
        };
        let json = String::from_utf8(entry.format(Format::Json, &details)).expect("UTF-8");
        assert_eq!(
            json,
            "{\"time\":\"2026-11-22T16:00:00.000000Z\",\"level\":\"INFO\",\"message\":\"request\",\
             \"trace_id\":\"00000000-0000-0000-0000-000000000001\",\
             \"correlation_id\":\"00000000-0000-0000-0000-000000000002\",\"method\":\"POST\",\
             \"endpoint\":\"/{tenant}/oauth2/v2.0/token\",\"status\":401,\"error_number\":7000215,\
             \"tenant\":\"demo\",\"client\":\"x\\n{\\\"status\\\":200}\",\
             \"grant_type\":\"authorization_code\",\
             \"user\":\"00000000-0000-0000-0000-000000000003\",\"checks_passed\":\"client,proof\",\
             \"comparisons\":\"redirect_uri: received a\\nb\",\"duration_us\":42,\
             \"remote_address\":\"127.0.0.1\"}\n"
        );
        let text = String::from_utf8(entry.format(Format::Text, &details)).expect("UTF-8");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
