//! Describes how a requested scope or resource differs from the existing and the permitted ones.

use catalogue::{Comparison, Difference};
use model::{Client, Resource};

use super::{DEFAULT, OPENID_SCOPES, qualified};
use crate::difference::{list, nearest, suggest, suggest_in_list, url};

/// Describes an unknown resource identifier, and names the nearest known one.
pub(super) fn resource(name: &'static str, sent: &str, resources: &[Resource]) -> Comparison {
    let comparison = Comparison::new(name).received(sent);
    let known = || resources.iter().map(|it| it.identifier.as_str());
    match nearest(sent, known()).or_else(|| known().find(|known| url(sent, known).is_some())) {
        Some(known) => {
            let difference = url(sent, known).or_else(|| suggest(sent, [known]));
            comparison.expected(known).with_difference(difference)
        }
        None => comparison,
    }
}

/// Describes a disabled resource.
pub(crate) fn switched_off(identifier: &str) -> Comparison {
    let comparison = Comparison::new("resource").received(identifier);
    comparison.with_difference(Difference::new("resource_switched_off"))
}

/// Describes a scope that the resource does not have.
pub(super) fn scope(sent: &str, resource: &Resource, resources: &[Resource]) -> Comparison {
    let own = resource.scopes.iter().map(|scope| scope.value.as_str());
    let comparison = Comparison::new("scope").expected(list(own.clone())).received(sent);
    let is_role = resource.roles.iter().any(|role| role.value == sent);
    if is_role {
        return comparison.with_difference(Difference::new("role_as_scope"));
    }
    let names = own.chain(OPENID_SCOPES).chain([DEFAULT]);
    let difference = suggest_in_list(sent, names);
    let is_certain = difference.as_ref().is_some_and(|it| it.kind != "misspelled");
    let elsewhere = || of_another(sent, resource, resources);
    comparison.with_difference(if is_certain { difference } else { elsewhere().or(difference) })
}

/// Describes a scope without a resource in front, in a tenant without a default resource.
pub(super) fn unqualified(sent: &str, resources: &[Resource]) -> Comparison {
    let owner = resources.iter().find(|resource| resource.scope(sent).is_some());
    let comparison = Comparison::new("scope").received(sent);
    match owner {
        Some(resource) => comparison
            .expected(qualified(&resource.identifier, sent))
            .with_difference(Difference::new("resource_missing")),
        None => comparison.with_difference(suggest_in_list(sent, OPENID_SCOPES)),
    }
}

/// Describes a resource for which the client is not registered.
pub(super) fn not_permitted(sent: &str, client: &Client) -> Comparison {
    let permitted = client.permissions.iter().map(|permission| permission.resource.as_str());
    let comparison = Comparison::mismatch("resource", list(permitted.clone()), sent);
    comparison.with_difference(
        suggest(sent, permitted).or_else(|| Some(Difference::new("not_registered_for"))),
    )
}

/// Describes an existing scope that was not registered for the client, or not granted.
pub(crate) fn not_among(kind: &'static str, sent: &str, allowed: &[String]) -> Comparison {
    let names = allowed.iter().map(String::as_str);
    let certain = suggest(sent, names).filter(|it| it.kind != "misspelled");
    Comparison::mismatch("scope", list(allowed), sent)
        .with_difference(certain.or_else(|| Some(Difference::new(kind))))
}

/// Describes a role that the client does not have. Suggests `.default`, which requests all roles.
pub(crate) fn role(sent: &str, roles: &[String], resource: &Resource) -> Comparison {
    let all = qualified(&resource.identifier, DEFAULT);
    let names = roles.iter().map(String::as_str).chain([DEFAULT, all.as_str()]);
    let difference = if resource.scope(sent).is_some() {
        Some(Difference::new("scope_as_role"))
    } else if let Some(separator) = [',', ';', '|'].iter().find(|it| sent.contains(**it)) {
        Some(Difference::new("separator").with("separator", separator))
    } else {
        suggest_in_list(sent, names).or_else(|| Some(Difference::new("role_not_held")))
    };
    let expected = list(roles.iter().chain([&all]));
    Comparison::mismatch("scope", expected, sent).with_difference(difference)
}

/// Describes a malformed scope: a wrong separator, quotation marks, or an invalid character.
pub(super) fn malformed(sent: &str) -> Comparison {
    let is_valid = |letter: char| matches!(letter, '!' | '#'..='[' | ']'..='~');
    let at = sent.chars().position(|letter| !is_valid(letter)).unwrap_or_default();
    Comparison::new("scope").received(sent).with_difference(if sent.contains(['\t', '\n', '\r']) {
        Difference::new("separator").with("separator", "\\t, \\n")
    } else if sent.contains(['"', '\'']) {
        Difference::new("quoted")
    } else {
        Difference::new("character_at").with("position", at + 1)
    })
}

/// Describes a malformed resource identifier.
pub(super) fn malformed_identifier(sent: &str) -> Comparison {
    let kind = if sent.contains('#') { "fragment_in_it" } else { "not_absolute" };
    Comparison::new("resource").received(sent).with_difference(Difference::new(kind))
}

fn of_another(sent: &str, resource: &Resource, resources: &[Resource]) -> Option<Difference> {
    let other = resources
        .iter()
        .find(|it| it.identifier != resource.identifier && it.scope(sent).is_some())?;
    Some(Difference::new("of_another_resource").with("resource", &other.identifier))
}

#[cfg(test)]
mod tests {
    use model::{Role, Scope, TenantId};

    use super::*;

    fn api(identifier: &str, scopes: &[&str]) -> Resource {
        let scope = |value: &&str| Scope::new(value, "");
        Resource {
            scopes: scopes.iter().map(scope).collect(),
            roles: vec![Role { value: "Reader".to_owned(), description: "".into() }],
            ..Resource::new(TenantId::new(uuid::Uuid::from_u128(1)), identifier)
        }
    }

    fn kind(comparison: Comparison) -> Option<&'static str> {
        comparison.difference.map(|difference| difference.kind)
    }

    #[test]
    fn unknown_resource_is_described_by_the_nearest_one() {
        // Passes an identifier with each mistake, and one that resembles no known one.
        let resources = [api("api://orders", &[]), api("https://api.test/v1", &[])];
        for (sent, expected, wrong) in [
            ("api://orders/", Some("api://orders"), Some("trailing_slash")),
            ("api://Orders", Some("api://orders"), Some("letter_case")),
            ("api://order", Some("api://orders"), Some("host")),
            ("http://api.test/v1", Some("https://api.test/v1"), Some("scheme")),
            ("https://api.test/v2", Some("https://api.test/v1"), Some("path")),
            ("orders", Some("api://orders"), Some("misspelled")),
            ("urn:else", None, None),
        ] {
            let comparison = resource("resource", sent, &resources);
            assert_eq!(comparison.expected.as_deref(), expected, "{sent}");
            assert_eq!(kind(comparison), wrong, "{sent}");
        }
    }

    #[test]
    fn unknown_scope_is_described_by_the_nearest_one() {
        // Passes a scope with each mistake, and scopes without a resource.
        let resources = [api("api://a", &["orders.read", "write"]), api("api://b", &["bill"])];
        for (sent, wrong) in [
            ("orders.raed", Some("misspelled")),
            ("Orders.Read", Some("letter_case")),
            ("orders.read,write", Some("separator")),
            ("openid,write", Some("separator")),
            ("bill", Some("of_another_resource")),
            ("Reader", Some("role_as_scope")),
            ("wholly-else", None),
        ] {
            let comparison = scope(sent, &resources[0], &resources);
            assert_eq!(comparison.expected.as_deref(), Some("orders.read, write"));
            assert_eq!(kind(comparison), wrong, "{sent}");
        }
        let bare = unqualified("bill", &resources);
        assert_eq!(bare.expected.as_deref(), Some("api://b/bill"));
        assert_eq!(kind(bare), Some("resource_missing"));
        assert_eq!(kind(unqualified("offline-access", &resources)), Some("misspelled"));
    }

    #[test]
    fn forbidden_and_malformed_scopes_are_described_by_the_mistake() {
        // Passes scopes that are not permitted, malformed scopes and malformed identifiers.
        let allowed = ["read".to_owned()];
        assert_eq!(
            kind(not_among("not_registered_for", "write", &allowed)),
            Some("not_registered_for")
        );
        assert_eq!(kind(not_among("not_granted", "READ", &allowed)), Some("letter_case"));
        assert_eq!(kind(malformed("read\twrite")), Some("separator"));
        assert_eq!(kind(malformed("\"read\"")), Some("quoted"));
        assert_eq!(kind(malformed("re\\ad")), Some("character_at"));
        assert_eq!(kind(malformed_identifier("orders")), Some("not_absolute"));
        assert_eq!(kind(malformed_identifier("api://a#b")), Some("fragment_in_it"));
    }
}
