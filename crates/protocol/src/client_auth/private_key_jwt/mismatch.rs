//! Describes how the claims of an assertion differ from accepted ones.

use catalogue::{Comparison, Difference};
use model::{Seconds, Timestamp, format_utc};
use serde_json::Value;

use crate::{
    context::Endpoints,
    difference::{clock, list, url},
};

/// Describes a wrong audience: another endpoint, another tenant, an older form of the URL, or a
/// list.
pub(super) fn audience(sent: &Value, endpoints: &Endpoints) -> Comparison {
    let accepted = [&endpoints.token, &endpoints.token_by_other_form, &endpoints.issuer];
    let comparison = Comparison::mismatch("aud", list(accepted), to_text(sent));
    let Some(text) = sent.as_str() else {
        let kind = if sent.is_array() { "audience_is_list" } else { "not_a_text" };
        return comparison.with_difference(Difference::new(kind));
    };
    let path = text.strip_prefix(&endpoints.origin).map(|path| path.trim_start_matches('/'));
    let own = [&endpoints.authorization, &endpoints.introspection, &endpoints.revocation];
    if own.contains(&&text.to_owned()) || text == endpoints.userinfo {
        return comparison.with_difference(Difference::new("other_endpoint"));
    }
    if path == Some("") {
        return comparison.with_difference(Difference::new("origin_alone"));
    }
    let difference = accepted.into_iter().find_map(|accepted| url(text, accepted));
    let is_path = difference.as_ref().is_none_or(|it| it.kind == "path");
    let Some(path) = path.filter(|_| is_path) else {
        return comparison.with_difference(difference);
    };
    let (tenant, rest) = path.split_once('/').unwrap_or((path, ""));
    let token_urls = [endpoints.token.as_str(), endpoints.token_by_other_form.as_str()];
    let is_own_tenant = token_urls.iter().any(|url| url.contains(&format!("/{tenant}/")));
    comparison.with_difference(if matches!(rest, "oauth2/token" | "oauth2/v1.0/token") {
        Some(Difference::new("endpoint_of_version_1"))
    } else if !is_own_tenant && matches!(rest, "oauth2/v2.0/token" | "v2.0") {
        Some(Difference::new("endpoint_of_another_tenant").with("tenant", tenant))
    } else {
        difference
    })
}

/// Describes a validity period that does not include the current time.
pub(super) fn validity(
    (start_claim, start): (&'static str, Option<Timestamp>),
    end: Timestamp,
    now: Timestamp,
) -> Comparison {
    let start_text = start.map_or_else(|| "-".to_owned(), format_utc);
    let name = if start.is_some_and(|start| start > now) { start_claim } else { "exp" };
    Comparison::mismatch(name, format_utc(now), format!("{start_text} .. {}", format_utc(end)))
        .with_difference(clock::outside(start, end, now))
}

/// Describes a lifetime that is longer than the limit.
pub(super) fn lifetime(received: Seconds, most: Seconds) -> Comparison {
    let difference = Difference::new("lifetime").with("received", received).with("most", most);
    Comparison::mismatch("exp", format!("<= {most} s"), format!("{received} s"))
        .with_difference(difference)
}

/// Returns the text of a JSON value, without quotation marks if it is a string.
pub(super) fn to_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use model::{Tenant, TenantId};
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_audience_is_described_by_the_mistake() {
        // Passes each audience that clients send instead of the token endpoint.
        let tenant = Tenant::new(TenantId::new(uuid::Uuid::from_u128(7)), "demo", [0; 32]);
        let endpoints = Endpoints::new("https://id.test", &tenant);
        for (sent, kind) in [
            (json!(format!("{}/", endpoints.token)), Some("trailing_slash")),
            (json!(endpoints.token.replace("https", "http")), Some("scheme")),
            (json!(endpoints.token.replace("id.test", "login.test")), Some("host")),
            (json!(endpoints.token.to_uppercase()), Some("letter_case")),
            (json!(endpoints.authorization), Some("other_endpoint")),
            (json!(endpoints.userinfo), Some("other_endpoint")),
            (json!("https://id.test/demo/oauth2/token"), Some("endpoint_of_version_1")),
            (json!("https://id.test/other/oauth2/v2.0/token"), Some("endpoint_of_another_tenant")),
            (json!("https://id.test/"), Some("origin_alone")),
            (json!([endpoints.token]), Some("audience_is_list")),
            (json!(7), Some("not_a_text")),
            (json!("wholly else"), None),
        ] {
            let comparison = audience(&sent, &endpoints);
            assert_eq!(comparison.difference.map(|it| it.kind), kind, "{sent}");
            assert!(comparison.expected.is_some_and(|it| it.contains(&endpoints.token)));
        }
    }

    #[test]
    fn wrong_validity_period_names_the_claim_that_is_wrong() {
        // Passes a lifetime that is too long, an expired period and a future one.
        let comparison = lifetime(Seconds::days(1), Seconds::hours(1));
        assert_eq!(comparison.difference.map(|it| it.kind), Some("lifetime"));
        let (now, hour) = (Timestamp::from_seconds(1_790_000_000), Seconds::hours(1));
        assert_eq!(validity(("nbf", None), now - hour, now).name, "exp");
        assert_eq!(validity(("nbf", Some(now + hour)), now + hour + hour, now).name, "nbf");
    }
}
