//! The part of a page about a refusal for the developer who runs a development service.

use serde::Serialize;

/// The data of the part.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Development {
    /// The compared values.
    pub comparisons: Vec<DevelopmentComparison>,
    /// The registered values of the kind that the refusal is about.
    pub registered: Option<RegisteredValues>,
    /// The text id of a sentence to read before the fix: the request may be what is wrong.
    pub advice: Option<&'static str>,
    /// The fix of the cause.
    pub fix: Option<DevelopmentFix>,
}

/// One compared value.
#[derive(Clone, Debug, Serialize)]
pub struct DevelopmentComparison {
    /// The name of the parameter.
    pub name: String,
    /// The kind of mismatch, in the reader's language.
    pub difference: String,
    /// The value that would have been accepted.
    pub expected: Option<String>,
    /// The received value.
    pub received: Option<String>,
}

/// The registered values of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct RegisteredValues {
    /// The kind, which selects the heading `registered-<kind>`.
    pub kind: &'static str,
    /// The values, the nearest one first.
    pub values: Vec<RegisteredValue>,
    /// The number of values that are not shown.
    pub hidden: usize,
}

/// One registered value.
#[derive(Clone, Debug, Serialize)]
pub struct RegisteredValue {
    /// The value.
    pub value: String,
    /// A detail of the value, such as the platform of a redirect URI; may be empty.
    pub detail: String,
    /// Whether the received value is nearest to it.
    pub is_nearest: bool,
}

/// The fix of the cause of a refusal, ready to be copied.
#[derive(Clone, Debug, Serialize)]
pub struct DevelopmentFix {
    /// The command.
    pub command: String,
    /// The declaration that the command applies. `None` for a command without one.
    pub declaration: Option<String>,
}

#[cfg(any(test, feature = "samples"))]
impl Development {
    /// Creates the part of an example page.
    pub(crate) fn sample() -> Self {
        let value = |value: &str, is_nearest| RegisteredValue {
            value: value.to_owned(),
            detail: "web".to_owned(),
            is_nearest,
        };
        let declaration = "[[tenants]]\nname = \"demo\"\n\n[[tenants.clients]]\nname = \"Demo web \
             app\"\nredirect_uris = { web = [\"https://app.demo.example/callback\", \
             \"https://app.demo.example/callback/\"] }\n";
        Self {
            comparisons: vec![DevelopmentComparison {
                name: "redirect_uri".to_owned(),
                difference: "It ends with a slash, and the registered one does not.".to_owned(),
                expected: Some("https://app.demo.example/callback".to_owned()),
                received: Some("https://app.demo.example/callback/".to_owned()),
            }],
            registered: Some(RegisteredValues {
                kind: "redirect-uris",
                values: vec![
                    value("https://app.demo.example/callback", true),
                    value("https://app.demo.example/silent-renew", false),
                ],
                hidden: 3,
            }),
            advice: Some("advice-redirect-uri"),
            fix: Some(DevelopmentFix {
                command: "admit apply fix.toml --data ./admit-data".to_owned(),
                declaration: Some(declaration.to_owned()),
            }),
        }
    }

    /// Creates the part with a hostile text in every field.
    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        Self {
            comparisons: vec![DevelopmentComparison {
                name: owned(),
                difference: owned(),
                expected: Some(owned()),
                received: Some(owned()),
            }],
            registered: Some(RegisteredValues {
                kind: "redirect-uris",
                values: vec![RegisteredValue { value: owned(), detail: owned(), is_nearest: true }],
                hidden: 1,
            }),
            advice: None,
            fix: Some(DevelopmentFix { command: owned(), declaration: Some(owned()) }),
        }
    }
}
