//! How the claims of an assertion differ from those that would have been taken.

use catalogue::{Difference, Fact};
use model::{Seconds, Timestamp};
use serde_json::Value;

use super::claims::shown;
use crate::{
    context::Endpoints,
    difference::{clock, list, url},
    moment,
};

/// An audience that is not us: another endpoint, another tenant, an older form of the URL, or a
/// list.
pub(super) fn audience(sent: &Value, endpoints: &Endpoints) -> Fact {
    let accepted = [&endpoints.token, &endpoints.token_by_name, &endpoints.issuer];
    let fact = Fact::mismatch("aud", list(accepted), shown(sent));
    let Some(text) = sent.as_str() else {
        let kind = if sent.is_array() { "audience_is_list" } else { "not_a_text" };
        return fact.differing(Difference::of(kind));
    };
    let path = text.strip_prefix(&endpoints.origin).map(|path| path.trim_start_matches('/'));
    let own = [&endpoints.authorization, &endpoints.introspection, &endpoints.revocation];
    if own.contains(&&text.to_owned()) || text == endpoints.userinfo {
        return fact.differing(Difference::of("other_endpoint"));
    }
    if path == Some("") {
        return fact.differing(Difference::of("origin_alone"));
    }
    let difference = accepted.into_iter().find_map(|accepted| url(text, accepted));
    let is_path = difference.as_ref().is_none_or(|it| it.kind == "path");
    let Some(path) = path.filter(|_| is_path) else { return fact.differing(difference) };
    let (tenant, rest) = path.split_once('/').unwrap_or((path, ""));
    let ours = [endpoints.token.as_str(), endpoints.token_by_name.as_str()];
    let is_ours = ours.iter().any(|url| url.contains(&format!("/{tenant}/")));
    fact.differing(if matches!(rest, "oauth2/token" | "oauth2/v1.0/token") {
        Some(Difference::of("endpoint_of_version_1"))
    } else if !is_ours && matches!(rest, "oauth2/v2.0/token" | "v2.0") {
        Some(Difference::of("endpoint_of_another_tenant").with("tenant", tenant))
    } else {
        difference
    })
}

/// A span of time that is not now.
pub(super) fn validity(
    (begins, start): (&'static str, Option<Timestamp>),
    end: Timestamp,
    now: Timestamp,
) -> Fact {
    let start_shown = start.map_or_else(|| "-".to_owned(), moment::shown);
    let name = if start.is_some_and(|start| start > now) { begins } else { "exp" };
    Fact::mismatch(name, moment::shown(now), format!("{start_shown} .. {}", moment::shown(end)))
        .differing(clock::outside(start, end, now))
}

/// A life that is longer than we like to remember.
pub(super) fn lifetime(received: Seconds, most: Seconds) -> Fact {
    let difference = Difference::of("lifetime").with("received", received).with("most", most);
    Fact::mismatch("exp", format!("<= {most} s"), format!("{received} s")).differing(difference)
}

#[cfg(test)]
mod tests {
    use model::TenantId;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_audience_is_told_from_the_accepted_ones() {
        // Claims each audience that a client may mistake for ours.
        let tenant = TenantId::new(uuid::Uuid::from_u128(7));
        let endpoints = Endpoints::new("https://id.test", tenant, "demo");
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
            let fact = audience(&sent, &endpoints);
            assert_eq!(fact.difference.map(|it| it.kind), kind, "{sent}");
            assert!(fact.expected.is_some_and(|it| it.contains(&endpoints.token)));
        }
    }

    #[test]
    fn a_span_that_is_not_taken_says_what_would_be() {
        // Claims one that is too long, one that is over and one that is to come.
        let fact = lifetime(Seconds::days(1), Seconds::hours(1));
        assert_eq!(fact.difference.map(|it| it.kind), Some("lifetime"));
        let (now, hour) = (Timestamp::from_seconds(1_790_000_000), Seconds::hours(1));
        assert_eq!(validity(("nbf", None), now - hour, now).name, "exp");
        assert_eq!(validity(("nbf", Some(now + hour)), now + hour + hour, now).name, "nbf");
    }
}
