//! Details on the error pages of a development service: the compared values, and the option that
//! fixes the cause.

use catalogue::{Comparison, Language, Refusal, text};
use pages::{Development, DevelopmentComparison};

/// The error number of a redirect URI that is not registered.
const REDIRECT_URI_NOT_REGISTERED: u32 = 50_011;

/// Returns what a developer sees who looks at their own service. Only this machine reaches it, so
/// it may show what a page otherwise never says.
pub(super) fn view(refusal: &Refusal, language: Language) -> Development {
    let comparisons = refusal.comparisons();
    let fix = comparisons.iter().find(|it| it.name == "redirect_uri");
    let fix = fix.filter(|_| refusal.number() == REDIRECT_URI_NOT_REGISTERED);
    Development {
        comparisons: comparisons.iter().map(|it| comparison(it, language)).collect(),
        declaration: fix.and_then(redirect_uris),
    }
}

fn comparison(it: &Comparison, language: Language) -> DevelopmentComparison {
    let sentence = it.difference.as_ref().map(|difference| {
        let arguments: Vec<(&str, &str)> =
            difference.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        text(language, &format!("difference-{}", difference.kind), &arguments)
    });
    DevelopmentComparison {
        name: it.name.to_owned(),
        difference: sentence.unwrap_or_default(),
        expected: it.expected.clone(),
        received: it.received.clone(),
    }
}

/// Returns the option of the declaration with the registered and the received redirect URI.
fn redirect_uris(it: &Comparison) -> Option<String> {
    let is_plain = |uri: &&str| !uri.contains(['"', '\\']) && uri.contains(':');
    let uris = [it.expected.as_deref(), it.received.as_deref()];
    let uris: Vec<String> =
        uris.into_iter().flatten().filter(is_plain).map(|uri| format!("\"{uri}\"")).collect();
    (!uris.is_empty()).then(|| format!("redirect_uris = {{ web = [{}] }}", uris.join(", ")))
}

#[cfg(test)]
mod tests {
    use catalogue::refusal;

    use super::*;

    #[test]
    fn development_page_shows_the_registered_uri_and_the_option() {
        // A redirect URI with a slash too many; then a refusal without compared values.
        let compared = Comparison::mismatch("redirect_uri", "https://a.test/cb", "https://a.test/");
        let refusal = refusal::redirect_uri_not_registered("https://a.test/", "web").with(compared);
        let view = view(&refusal, Language::ENGLISH);
        assert_eq!(view.comparisons[0].expected.as_deref(), Some("https://a.test/cb"));
        let declaration = r#"redirect_uris = { web = ["https://a.test/cb", "https://a.test/"] }"#;
        assert_eq!(view.declaration.as_deref(), Some(declaration));
        let other = super::view(&refusal::sign_in_expired(), Language::ENGLISH);
        assert!(other.comparisons.is_empty() && other.declaration.is_none());
    }
}
