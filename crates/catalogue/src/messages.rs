//! Formats the Fluent messages of the locales.

use std::fmt::Write;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::generated::locales::{LOCALES, Locale};
use crate::language::Language;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<Bundle>> = LazyLock::new(|| LOCALES.iter().map(bundle).collect());

/// Formats a message or, with `id.attribute`, one of its attributes. Falls back to English, and if
/// English has no such message, to the id itself.
pub fn text(language: Language, id: &str, arguments: &[(&str, &str)]) -> String {
    known_text(language, id, arguments).unwrap_or_else(|| id.to_owned())
}

/// Formats a message like [`text`], or returns `None` if it does not exist. Records of another
/// version may name a message that this version does not have.
pub fn known_text(language: Language, id: &str, arguments: &[(&str, &str)]) -> Option<String> {
    let (message, attribute) = match id.split_once('.') {
        Some((message, attribute)) => (message, Some(attribute)),
        None => (id, None),
    };
    format(language, message, attribute, arguments)
}

/// Formats the message of an error number, or one of its attributes. Its parameters `minutes` and
/// `hours` are durations, and have their unit.
pub(crate) fn format_message(
    language: Language,
    number: u32,
    attribute: Option<&str>,
    arguments: &[(&str, &str)],
) -> String {
    let mut id = String::with_capacity(12);
    let _ = write!(id, "e{number}");
    if !arguments.iter().any(|(name, _)| matches!(*name, "minutes" | "hours")) {
        return format(language, &id, attribute, arguments).unwrap_or(id);
    }
    let duration = |name: &str, value: &str| match name {
        "minutes" => Some(duration(language, value, ("duration-minutes", 1))),
        "hours" => Some(duration(language, value, ("duration-hours", 60))),
        _ => None,
    };
    let durations: Vec<_> = arguments.iter().map(|(name, value)| duration(name, value)).collect();
    let arguments: Vec<_> = arguments
        .iter()
        .zip(&durations)
        .map(|((name, value), duration)| (*name, duration.as_deref().unwrap_or(value)))
        .collect();
    format(language, &id, attribute, &arguments).unwrap_or(id)
}

/// Formats a duration with its unit, rounded up: minutes, or hours from 90 minutes, or days from 48
/// hours. A value that is no number, such as `{minutes}` in the documentation, keeps its unit.
fn duration(language: Language, value: &str, (unit, minutes): (&str, u64)) -> String {
    let minutes = value.parse::<u64>().ok().map(|value| value.saturating_mul(minutes));
    let (id, number) = match minutes {
        None => (unit, value.to_owned()),
        Some(minutes @ ..90) => ("duration-minutes", minutes.to_string()),
        Some(minutes @ ..2_880) => ("duration-hours", minutes.div_ceil(60).to_string()),
        Some(minutes) => ("duration-days", minutes.div_ceil(1_440).to_string()),
    };
    text(language, id, &[("number", &number)])
}

/// Returns whether every language has the message and formats it without errors from these values.
pub(crate) fn exists_in_every_language(id: &str, arguments: &[(&str, &str)]) -> bool {
    BUNDLES.iter().all(|bundle| {
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return false;
        };
        let mut errors = Vec::new();
        let values = arguments.iter().copied().collect::<FluentArgs<'_>>();
        bundle.format_pattern(pattern, Some(&values), &mut errors);
        errors.is_empty()
    })
}

fn format(
    language: Language,
    id: &str,
    attribute: Option<&str>,
    arguments: &[(&str, &str)],
) -> Option<String> {
    let candidates = [language, Language::ENGLISH];
    let mut bundles = candidates.iter().filter_map(|language| BUNDLES.get(language.index()));
    bundles.find_map(|bundle| format_from(bundle, id, attribute, arguments))
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
    // Fluent shows a formatting error in place of the value; the tests prove that none occurs.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned())
}

fn bundle(locale: &Locale) -> Bundle {
    let identifier = locale.tag.parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The texts are also logged and sent on the wire, where isolation marks are not wanted.
    bundle.set_use_isolating(false);
    for source in locale.sources {
        let parsed = FluentResource::try_new((*source).to_owned());
        bundle.add_resource_overriding(parsed.unwrap_or_else(|(partial, _)| partial));
    }
    bundle
}
