//! How a scope or a resource that was asked for differs from what there is, and from what the
//! client may have.

use catalogue::{Difference, Fact};
use model::{Client, Resource};

use super::{DEFAULT, OPENID_SCOPES, qualified};
use crate::difference::{among, list, named, nearest, url};

/// An identifier that no resource of the tenant has, and the one that is most like it.
pub(super) fn resource(name: &'static str, sent: &str, resources: &[Resource]) -> Fact {
    let fact = Fact::about(name).received(sent);
    let known = || resources.iter().map(|it| it.identifier.as_str());
    match nearest(sent, known()).or_else(|| known().find(|known| url(sent, known).is_some())) {
        Some(known) => {
            let difference = url(sent, known).or_else(|| named(sent, [known]));
            fact.expected(known).differing(difference)
        }
        None => fact,
    }
}

/// A resource that is there and gives nothing.
pub(crate) fn switched_off(identifier: &str) -> Fact {
    let fact = Fact::about("resource").received(identifier);
    fact.differing(Difference::of("resource_switched_off"))
}

/// A scope that the resource does not have.
pub(super) fn scope(sent: &str, of: &Resource, resources: &[Resource]) -> Fact {
    let own = of.scopes.iter().map(|scope| scope.value.as_str());
    let fact = Fact::about("scope").expected(list(own.clone())).received(sent);
    let role = of.roles.iter().any(|role| role.value == sent);
    if role {
        return fact.differing(Difference::of("role_as_scope"));
    }
    let names = own.chain(OPENID_SCOPES).chain([DEFAULT]);
    let difference = among(sent, names);
    let small = difference.as_ref().is_some_and(|it| it.kind != "misspelled");
    let elsewhere = || of_another(sent, of, resources);
    fact.differing(if small { difference } else { elsewhere().or(difference) })
}

/// A scope without its resource in front, where none is meant by default.
pub(super) fn unqualified(sent: &str, resources: &[Resource]) -> Fact {
    let with = resources.iter().find(|resource| resource.scope(sent).is_some());
    let fact = Fact::about("scope").received(sent);
    match with {
        Some(resource) => fact
            .expected(qualified(&resource.identifier, sent))
            .differing(Difference::of("resource_missing")),
        None => fact.differing(among(sent, OPENID_SCOPES)),
    }
}

/// A resource that the client may not ask for.
pub(super) fn not_permitted(sent: &str, client: &Client) -> Fact {
    let may = client.permissions.iter().map(|permission| permission.resource.as_str());
    let fact = Fact::mismatch("resource", list(may.clone()), sent);
    fact.differing(named(sent, may).or_else(|| Some(Difference::of("not_registered_for"))))
}

/// Something that exists and that is not among what was registered or given.
pub(crate) fn not_among(kind: &'static str, sent: &str, allowed: &[String]) -> Fact {
    let names = allowed.iter().map(String::as_str);
    let small = named(sent, names).filter(|it| it.kind != "misspelled");
    Fact::mismatch("scope", list(allowed), sent)
        .differing(small.or_else(|| Some(Difference::of(kind))))
}

/// A role that the client does not have, where it asks for itself: it had better ask for all.
pub(crate) fn role(sent: &str, held: &[String], of: &Resource) -> Fact {
    let whole = qualified(&of.identifier, DEFAULT);
    let names = held.iter().map(String::as_str).chain([DEFAULT, whole.as_str()]);
    let difference = if of.scope(sent).is_some() {
        Some(Difference::of("scope_as_role"))
    } else if let Some(separator) = [',', ';', '|'].iter().find(|it| sent.contains(**it)) {
        Some(Difference::of("separator").with("separator", separator))
    } else {
        among(sent, names).or_else(|| Some(Difference::of("role_not_held")))
    };
    let expected = list(held.iter().chain([&whole]));
    Fact::mismatch("scope", expected, sent).differing(difference)
}

/// A text that no scope can be: where it goes wrong, or how the list is put together.
pub(super) fn malformed(sent: &str) -> Fact {
    let good = |letter: char| matches!(letter, '!' | '#'..='[' | ']'..='~');
    let at = sent.chars().position(|letter| !good(letter)).unwrap_or_default();
    Fact::about("scope").received(sent).differing(if sent.contains(['\t', '\n', '\r']) {
        Difference::of("separator").with("separator", "\\t, \\n")
    } else if sent.contains(['"', '\'']) {
        Difference::of("quoted")
    } else {
        Difference::of("character_at").with("position", at + 1)
    })
}

/// A text that no identifier of a resource can be.
pub(super) fn no_identifier(sent: &str) -> Fact {
    let kind = if sent.contains('#') { "fragment_in_it" } else { "not_absolute" };
    Fact::about("resource").received(sent).differing(Difference::of(kind))
}

fn of_another(sent: &str, of: &Resource, resources: &[Resource]) -> Option<Difference> {
    let other =
        resources.iter().find(|it| it.identifier != of.identifier && it.scope(sent).is_some())?;
    Some(Difference::of("of_another_resource").with("resource", &other.identifier))
}

#[cfg(test)]
mod tests {
    use model::{Role, Scope, Seconds, TenantId};

    use super::*;

    fn api(identifier: &str, scopes: &[&str]) -> Resource {
        let scope = |value: &&str| Scope {
            value: (*value).to_owned(),
            description: String::new(),
            admin_only: false,
        };
        Resource {
            tenant: TenantId::new(uuid::Uuid::from_u128(1)),
            identifier: identifier.to_owned(),
            name: identifier.to_owned(),
            enabled: true,
            default: false,
            scopes: scopes.iter().map(scope).collect(),
            roles: vec![Role { value: "Reader".to_owned(), description: String::new() }],
            token_alg: "ES256".to_owned(),
            token_typ: "at+jwt".to_owned(),
            token_lifetime: Seconds::hours(1),
            introspection_clients: Vec::new(),
        }
    }

    fn kind(fact: Fact) -> Option<&'static str> {
        fact.difference.map(|difference| difference.kind)
    }

    #[test]
    fn a_resource_that_is_not_there_is_told_from_the_one_that_was_meant() {
        // Names one in each wrong way, and one that is like none.
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
            let fact = resource("resource", sent, &resources);
            assert_eq!(fact.expected.as_deref(), expected, "{sent}");
            assert_eq!(kind(fact), wrong, "{sent}");
        }
    }

    #[test]
    fn a_scope_that_is_not_there_is_told_from_the_one_that_was_meant() {
        // Asks for each kind of wrong scope.
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
            let fact = scope(sent, &resources[0], &resources);
            assert_eq!(fact.expected.as_deref(), Some("orders.read, write"));
            assert_eq!(kind(fact), wrong, "{sent}");
        }
        let bare = unqualified("bill", &resources);
        assert_eq!(bare.expected.as_deref(), Some("api://b/bill"));
        assert_eq!(kind(bare), Some("resource_missing"));
        assert_eq!(kind(unqualified("offline-access", &resources)), Some("misspelled"));
    }

    #[test]
    fn what_is_there_and_not_allowed_says_what_is() {
        // Holds scopes against those of a registration, and texts against what a scope can be.
        let allowed = ["read".to_owned()];
        assert_eq!(
            kind(not_among("not_registered_for", "write", &allowed)),
            Some("not_registered_for")
        );
        assert_eq!(kind(not_among("not_given", "READ", &allowed)), Some("letter_case"));
        assert_eq!(kind(malformed("read\twrite")), Some("separator"));
        assert_eq!(kind(malformed("\"read\"")), Some("quoted"));
        assert_eq!(kind(malformed("re\\ad")), Some("character_at"));
        assert_eq!(kind(no_identifier("orders")), Some("not_absolute"));
        assert_eq!(kind(no_identifier("api://a#b")), Some("fragment_in_it"));
    }
}
