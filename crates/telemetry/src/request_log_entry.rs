//! The access log: one entry per request, which is also counted in the metrics.

use std::net::IpAddr;
use std::time::Duration;

use catalogue::{Language, Refusal};
use model::{Timestamp, UserId};
use uuid::Uuid;

use super::log_buffer::log;
use super::log_line::{Format, LogLine, field_name, reuse};
use super::metrics::{EndpointMetrics, metrics};

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
    pub endpoint: &'static str,
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
pub fn log_request(
    endpoint: &EndpointMetrics,
    entry: &RequestLogEntry<'_>,
    details: &RequestLogDetails<'_>,
) {
    metrics().observe(endpoint, entry.status, entry.error_number, entry.duration);
    if let Some(log) = log().filter(|log| log.logs_requests()) {
        let line = entry.format(log.format(), details);
        log.push(&line);
        reuse(line);
    }
}

impl RequestLogEntry<'_> {
    fn format(&self, format: Format, details: &RequestLogDetails<'_>) -> Vec<u8> {
        let level = if self.status >= 500 { "ERROR" } else { "INFO" };
        let mut line = LogLine::new(format, self.at.microseconds(), level);
        line.name(field_name!("message")).names(&["request"]);
        line.name(field_name!("trace_id")).id(self.trace_id);
        line.name(field_name!("correlation_id")).id(self.correlation_id);
        line.name(field_name!("method")).text(self.method);
        line.name(field_name!("endpoint")).names(&[self.endpoint]);
        line.name(field_name!("status")).number(self.status.into());
        if let Some(error_number) = self.error_number {
            line.name(field_name!("error_number")).number(error_number.into());
        }
        if let Some(tenant) = self.tenant {
            line.name(field_name!("tenant")).text(tenant);
        }
        if let Some(client) = self.client {
            line.name(field_name!("client")).text(client);
        }
        details.add_to(&mut line);
        let duration = u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX);
        line.name(field_name!("duration_us")).number(duration);
        if let Some(remote_address) = self.remote_address {
            line.name(field_name!("remote_address")).address(remote_address);
        }
        line.finish()
    }
}

impl RequestLogDetails<'_> {
    fn add_to(&self, line: &mut LogLine) {
        if let Some(grant_type) = self.grant_type {
            line.name(field_name!("grant_type")).text(grant_type);
        }
        if let Some(user) = self.user {
            line.name(field_name!("user")).harmless(user);
        }
        if !self.checks_passed.is_empty() {
            line.name(field_name!("checks_passed")).names(self.checks_passed);
        }
        if let Some(comparisons) = self.refusal.and_then(format_comparisons) {
            line.name(field_name!("comparisons")).text(&comparisons);
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
            text.push_str(first_chars(value, VALUE_CHARS_MAX));
            text.push_str(suffix);
        }
    }
    (!text.is_empty()).then_some(text)
}

fn first_chars(text: &str, chars_max: usize) -> &str {
    let is_short = text.len() <= chars_max;
    let end = if is_short { None } else { text.char_indices().nth(chars_max) };
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
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
