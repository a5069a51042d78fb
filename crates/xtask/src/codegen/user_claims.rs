//! Reads the table of claims about a user from its source.

use std::path::Path;

use syn::visit::Visit;
use syn::{Expr, ExprCall, Ident, Item, Lit};

use super::options::{find_item, find_struct};

/// The structs whose fields are attributes of a user in a declaration.
const ATTRIBUTES: [(&str, &str); 2] =
    [("user.rs", "UserDeclaration"), ("profile.rs", "ProfileDeclaration")];

/// A claim about a user.
pub(super) struct UserClaim {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) scope: String,
    /// The option of a declaration that sets it.
    pub(super) attribute: Option<String>,
}

/// Reads every claim of the table `CLAIMS`.
pub(super) fn read(sources: &Path, declared: &Path) -> Result<Vec<UserClaim>, Vec<String>> {
    let failed = |error: String| vec![format!("user_claims.rs: {error}")];
    let attributes = attributes(declared).map_err(failed)?;
    let table = find_item(&sources.join("user_claims.rs"), |item| match item {
        Item::Const(item) if item.ident == "CLAIMS" => Some(*item.expr),
        _ => None,
    });
    let table = table.map_err(failed)?.ok_or_else(|| failed("there is no CLAIMS".to_owned()))?;
    let Expr::Array(table) = table else { return Err(failed("CLAIMS is no array".to_owned())) };
    let claims = table.elems.iter().map(|claim| match claim {
        Expr::Call(call) => claim_of(call, &attributes),
        _ => None,
    });
    claims.collect::<Option<_>>().ok_or_else(|| failed("CLAIMS has another form".to_owned()))
}

/// Returns the names of the attributes of users in declarations.
fn attributes(declared: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for (file, name) in ATTRIBUTES {
        let item = find_struct(&declared.join(file), name)?;
        names.extend(item.fields.iter().filter_map(|it| Some(it.ident.as_ref()?.to_string())));
    }
    Ok(names)
}

/// Reads `claim("name", SCOPE, |user| …)`.
fn claim_of(call: &ExprCall, attributes: &[String]) -> Option<UserClaim> {
    let mut arguments = call.args.iter();
    let name = text(arguments.next()?)?;
    let scope = match arguments.next()? {
        Expr::Path(path) => path.path.get_ident()?.to_string().to_lowercase(),
        literal => text(literal)?,
    };
    let words = words(arguments.next()?);
    let kind = words.iter().find_map(|word| match word.as_str() {
        "Truth" => Some("true or false"),
        "Time" => Some("number"),
        "Address" => Some("object"),
        "ObjectId" | "Text" | "text" => Some("text"),
        _ => None,
    })?;
    let mut candidates = words.iter().filter(|word| attributes.contains(word));
    let same = candidates.clone().find(|word| **word == name);
    let attribute = same.or_else(|| candidates.next()).cloned();
    Some(UserClaim { name, kind, scope, attribute })
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the identifiers in an expression, in its order.
fn words(expression: &Expr) -> Vec<String> {
    struct Words(Vec<String>);
    impl<'a> Visit<'a> for Words {
        fn visit_ident(&mut self, ident: &'a Ident) {
            self.0.push(ident.to_string());
        }
    }
    let mut words = Words(Vec::new());
    words.visit_expr(expression);
    words.0
}

#[cfg(test)]
mod tests {
    use super::claim_of;

    #[test]
    fn a_claim_has_the_type_scope_and_attribute_of_its_entry() {
        // Reads an entry of each form, and one whose attribute cannot be declared.
        let attributes = ["email", "email_verified", "given_name"].map(str::to_owned);
        for (entry, expected) in [
            (
                r#"claim("given_name", PROFILE, |user| text(user.profile.given_name.as_deref()))"#,
                ("text", "profile", Some("given_name")),
            ),
            (
                r#"claim("email_verified", "email", |user| {
                    user.email.as_ref().map(|_| ClaimValue::Truth(user.email_verified))
                })"#,
                ("true or false", "email", Some("email_verified")),
            ),
            (
                r#"claim("updated_at", PROFILE, |user| Some(ClaimValue::Time(user.updated_at)))"#,
                ("number", "profile", None),
            ),
        ] {
            let call = syn::parse_str(entry).expect("a call");
            let claim = claim_of(&call, &attributes).expect("a claim");
            assert_eq!((claim.kind, claim.scope.as_str(), claim.attribute.as_deref()), expected);
        }
    }
}
