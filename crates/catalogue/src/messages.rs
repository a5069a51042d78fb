//! Formats the Fluent messages of the locales.

use std::fmt::Write;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use crate::generated::locales::{LOCALES, Locale};
use crate::language::Language;

type Bundle = FluentBundle<FluentResource>;

/// The messages of each language, parsed when the first of them is needed.
static BUNDLES: [OnceLock<Bundle>; LOCALES.len()] = [const { OnceLock::new() }; LOCALES.len()];

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
    Language::all().filter_map(bundle_of).all(|bundle| {
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
    let mut bundles = candidates.into_iter().filter_map(bundle_of);
    bundles.find_map(|bundle| format_from(bundle, id, attribute, arguments))
}

/// Returns the messages of a language.
fn bundle_of(language: Language) -> Option<&'static Bundle> {
    let locale = LOCALES.get(language.index())?;
    Some(BUNDLES.get(language.index())?.get_or_init(|| bundle(locale)))
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
    if let Some(text) = format_simple(pattern, arguments) {
        return Some(text);
    }
    let mut values = FluentArgs::with_capacity(arguments.len());
    for (name, value) in arguments {
        values.set(*name, *value);
    }
    // Fluent shows a formatting error in place of the value; the tests prove that none occurs.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned())
}

/// Formats a pattern of texts and values of arguments, without the resolver of Fluent: every
/// refusal is formatted, and nearly all patterns have nothing else. Returns `None` for any other
/// pattern, and if an argument is missing.
fn format_simple(pattern: &Pattern<&str>, arguments: &[(&str, &str)]) -> Option<String> {
    let mut text = String::new();
    for element in &pattern.elements {
        text.push_str(match element {
            PatternElement::TextElement { value } => value,
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => arguments.iter().find(|(name, _)| *name == id.name).map(|(_, value)| *value)?,
            PatternElement::Placeable { .. } => return None,
        });
    }
    Some(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the text of a pattern as Fluent formats it.
    fn formatted<'b>(
        bundle: &'b Bundle,
        pattern: &'b Pattern<&'b str>,
        arguments: &[(&str, &str)],
    ) -> String {
        let values: FluentArgs<'_> = arguments.iter().copied().collect();
        bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }

    #[test]
    fn simple_patterns_are_formatted_as_fluent_formats_them() {
        // Formats the message, the title and the remedy of each error number in each language both
        // ways, with values that are numbers, or look like syntax.
        let mut simple = 0;
        for language in Language::all() {
            let bundle = bundle_of(language).expect("a bundle");
            for entry in crate::entry::entries() {
                let value = |index| if index == 0 { "{ $x } \u{e9}" } else { "1.50" };
                let arguments = entry.parameters.iter().enumerate();
                let arguments: Vec<_> = arguments.map(|(index, it)| (*it, value(index))).collect();
                let message = bundle.get_message(&format!("e{}", entry.number)).expect("one");
                let attributes = message.attributes().map(|attribute| attribute.value());
                for pattern in message.value().into_iter().chain(attributes) {
                    let Some(text) = format_simple(pattern, &arguments) else { continue };
                    assert_eq!(text, formatted(bundle, pattern, &arguments), "{}", entry.number);
                    simple += 1;
                }
            }
        }
        assert!(simple > 3 * crate::entry::entries().len(), "{simple}");
    }

    #[test]
    fn pattern_with_a_missing_argument_is_left_to_fluent() {
        // Formats a message with a value, without its value.
        let bundle = bundle_of(Language::ENGLISH).expect("a bundle");
        let pattern = bundle.get_message("e50011").and_then(|it| it.value()).expect("a pattern");
        assert_eq!(format_simple(pattern, &[]), None);
        assert!(formatted(bundle, pattern, &[]).contains("{$redirect_uri}"));
    }
}
