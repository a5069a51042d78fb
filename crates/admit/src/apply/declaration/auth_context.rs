//! Declaration of the authentication contexts of a tenant.

use model::{AuthContext, ContextStrength};

use super::{check_unique, shown_text};
use crate::toml_document::{Declared, EnumOption, Problem, Spanned, TableReader};

/// An authentication context: an id by which APIs require a stronger sign-in (`acrs`). See [Protect
/// your API](../guides/protect-your-api.md#require-a-stronger-sign-in).
#[derive(Clone, Debug)]
pub(crate) struct AuthContextDeclaration {
    /// The id: `"c1"` to `"c25"`. APIs name it in their challenges.
    ///
    /// Example: `id = "c1"`
    pub(crate) id: Spanned<String>,
    /// The name for developers and administrators.
    ///
    /// Example: `name = "Payments"`
    pub(crate) name: Spanned<String>,
    /// The sign-in that it requires: `"two_factors"`, or `"phishing_resistant"` for passkeys only.
    pub(crate) strength: Spanned<ContextStrength>,
}

impl EnumOption for ContextStrength {
    const NAMES: &'static [(&'static str, Self)] =
        &[("two_factors", Self::TwoFactors), ("phishing_resistant", Self::PhishingResistant)];
}

/// Reads the contexts. `passkeys` is the option of the tenant.
pub(super) fn read(
    passkeys: &Declared<bool>,
    reader: &mut TableReader<'_>,
) -> Declared<Vec<AuthContextDeclaration>> {
    let contexts = reader.declared_tables("auth_contexts", AuthContextDeclaration::read);
    let declared = contexts.value().into_iter().flatten();
    check_unique("authentication context", declared.clone().map(|it| &it.id), reader.problems());
    if passkeys.value() == Some(&false) {
        for context in declared.filter(|it| it.strength.value == ContextStrength::PhishingResistant)
        {
            let message = "the context requires passkeys, which the tenant has switched off";
            let found = "no sign-in satisfies it";
            let problem = Problem::new(context.strength.span.clone(), message, found);
            let allowed = "write strength = \"two_factors\", or passkeys = true in the tenant";
            reader.problems().add(problem.allowed(allowed));
        }
    }
    contexts.map(|contexts| contexts.into_iter().map(|context| context.value).collect())
}

impl AuthContextDeclaration {
    fn read(reader: &mut TableReader<'_>) -> Option<Self> {
        let id: Option<Spanned<String>> = reader.required("id");
        if let Some(id) = id.as_ref().filter(|id| !AuthContext::is_id(id)) {
            let found = format!("expected \"c1\" to \"c{}\"", AuthContext::COUNT_MAX);
            let message = "this id of an authentication context is not allowed";
            reader.problems().add(Problem::new(id.span.clone(), message, found));
        }
        let name: Option<Spanned<String>> = reader.required("name");
        if let Some(name) = &name {
            shown_text::check(name, "name", reader);
        }
        let strength = reader.required("strength");
        Some(Self { id: id?, name: name?, strength: strength? })
    }

    /// Returns the declared context.
    pub(crate) fn row(&self) -> AuthContext {
        let Self { id, name, strength } = self;
        AuthContext { id: id.value.clone(), name: name.value.clone(), strength: strength.value }
    }
}
