//! The checks of the options of a declared tenant.

use model::{Seconds, check_new_tenant_name};

use super::super::{
    Algorithm, ClientDeclaration, ResourceDeclaration, UserDeclaration, check_unique,
};
use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// The minimum time without use after which a session ends.
const IDLE_LIFETIME_MIN: Seconds = Seconds::minutes(5);

/// Checks that the rows of the tenant have names of their own, and that one resource at most is the
/// default.
pub(super) fn check_rows(
    resources: &[Spanned<ResourceDeclaration>],
    (clients, users): (&[Spanned<ClientDeclaration>], &[Spanned<UserDeclaration>]),
    reader: &mut TableReader<'_>,
) {
    let identifiers = resources.iter().map(|resource| &resource.identifier);
    check_unique("resource", identifiers, reader.problems());
    check_unique("client", clients.iter().map(|client| &client.name), reader.problems());
    check_unique("user", users.iter().map(|user| &user.username), reader.problems());
    check_one_default(resources, reader);
}

/// Reads a lifetime.
pub(super) fn read_lifetime(name: &'static str, reader: &mut TableReader<'_>) -> Declared<Seconds> {
    reader.declared(name).without_span()
}

/// Reads the time without use after which a session ends.
pub(super) fn read_idle_lifetime(
    name: &'static str,
    reader: &mut TableReader<'_>,
) -> Declared<Seconds> {
    let lifetime: Declared<Spanned<Seconds>> = reader.declared(name);
    if let Some(lifetime) = lifetime.value().filter(|it| it.value < IDLE_LIFETIME_MIN) {
        let found = "a user who reads a page and fills in a form would be signed out meanwhile";
        let span = lifetime.span.clone();
        let problem = Problem::new(span, "the time without use is too short", found);
        reader.problems().add(problem.allowed("expected at least \"5m\""));
    }
    lifetime.without_span()
}

/// Checks the name of the tenant.
pub(super) fn check_name(name: &Spanned<String>, reader: &TableReader<'_>) {
    let Err(error) = check_new_tenant_name(name) else { return };
    let problem =
        Problem::new(name.span.clone(), "this tenant name is not allowed", error.to_string());
    reader.problems().add(problem);
}

/// Checks that no algorithm is in the list twice.
pub(super) fn check_signing_algs(algorithms: &[Spanned<Algorithm>], reader: &TableReader<'_>) {
    for (index, algorithm) in algorithms.iter().enumerate() {
        let mut before = algorithms.iter().take(index);
        if before.any(|known| known.value == algorithm.value) {
            let found = format!("{} is in the list twice", algorithm.as_str());
            let problem =
                Problem::new(algorithm.span.clone(), "an algorithm is needed once only", found);
            reader.problems().add(problem);
        }
    }
}

fn check_one_default(resources: &[Spanned<ResourceDeclaration>], reader: &TableReader<'_>) {
    for second in
        resources.iter().filter(|resource| resource.default.value() == Some(&true)).skip(1)
    {
        let span = second.identifier.span.clone();
        let message = "a tenant can have only one default resource";
        reader.problems().add(Problem::new(span, message, "a resource above is the default"));
    }
}
