//! Messages of the locales, formatted with values.

use std::fmt::Write;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::generated::locales::{LOCALES, Locale};
use crate::language::Language;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<Bundle>> = LazyLock::new(|| LOCALES.iter().map(bundle).collect());

/// A message, or with `id.attribute` an attribute of one, in a language. Where the language lacks
/// it, English speaks; where English lacks it, the id stands for itself.
pub fn text(language: Language, id: &str, arguments: &[(&str, &str)]) -> String {
    known_text(language, id, arguments).unwrap_or_else(|| id.to_owned())
}

/// The same as [`text`], if there is such a message: what was kept by another version may name one
/// that this version has not.
pub fn known_text(language: Language, id: &str, arguments: &[(&str, &str)]) -> Option<String> {
    let (message, attribute) = match id.split_once('.') {
        Some((message, attribute)) => (message, Some(attribute)),
        None => (id, None),
    };
    format(language, message, attribute, arguments)
}

pub(crate) fn say(
    language: Language,
    number: u32,
    attribute: Option<&str>,
    arguments: &[(&str, &str)],
) -> String {
    let mut id = String::with_capacity(12);
    let _ = write!(id, "e{number}");
    format(language, &id, attribute, arguments).unwrap_or(id)
}

/// Whether every language has a message, and can format it with these values and no others.
pub(crate) fn is_whole(id: &str, arguments: &[(&str, &str)]) -> bool {
    BUNDLES.iter().all(|bundle| {
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return false;
        };
        let mut mistakes = Vec::new();
        let values = arguments.iter().copied().collect::<FluentArgs<'_>>();
        bundle.format_pattern(pattern, Some(&values), &mut mistakes);
        mistakes.is_empty()
    })
}

fn format(
    language: Language,
    id: &str,
    attribute: Option<&str>,
    arguments: &[(&str, &str)],
) -> Option<String> {
    let bundles = [language, Language::ENGLISH];
    let mut spoken = bundles.iter().filter_map(|language| BUNDLES.get(language.place()));
    spoken.find_map(|bundle| format_from(bundle, id, attribute, arguments))
}

fn format_from(
    bundle: &Bundle,
    id: &str,
    attribute: Option<&str>,
    arguments: &[(&str, &str)],
) -> Option<String> {
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut values = FluentArgs::with_capacity(arguments.len());
    for (name, value) in arguments {
        values.set(*name, *value);
    }
    // What goes wrong while formatting is shown in place; the tests prove that nothing does.
    let mut mistakes = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&values), &mut mistakes).into_owned())
}

fn bundle(locale: &Locale) -> Bundle {
    let identifier = locale.tag.parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The texts also go onto the wire and into logs; Fluent's isolation marks do not belong there.
    bundle.set_use_isolating(false);
    for source in locale.sources {
        let parsed = FluentResource::try_new((*source).to_owned());
        bundle.add_resource_overriding(parsed.unwrap_or_else(|(partial, _)| partial));
    }
    bundle
}
