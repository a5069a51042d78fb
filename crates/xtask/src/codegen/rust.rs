//! Generates the Rust code of the catalogue: entries, constructors and the texts of each language.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::Generated;
use super::emit::{NOTE, separated};
use super::errors_toml::{Constructor, Refusal};
use super::example::{self, Example};
use super::locale::{Locale, Messages};
use super::microsoft_only::{self, MicrosoftOnlyError};

pub(crate) fn files(
    refusals: &[Refusal],
    (errors, examples): (&[MicrosoftOnlyError], &[Example]),
    locales: &[Locale],
    english: &Messages,
) -> Result<Vec<Generated>, Vec<String>> {
    let files = [
        ("crates/catalogue/src/generated.rs", entries(refusals)),
        ("crates/catalogue/src/generated/constructors.rs", constructors(refusals, english)),
        ("crates/catalogue/src/generated/examples.rs", example::rust(examples)),
        ("crates/catalogue/src/generated/microsoft_only.rs", microsoft_only::rust(errors)),
        ("crates/catalogue/src/generated/locales.rs", embedded(locales)),
    ];
    files.into_iter().map(|(path, text)| file(path, &text)).collect()
}

/// Formats a generated file.
pub(super) fn file(path: &str, text: &str) -> Result<Generated, Vec<String>> {
    formatted(text)
        .map(|text| Generated::new(path, text))
        .map_err(|error| vec![format!("{path}: {error}")])
}

fn entries(refusals: &[Refusal]) -> String {
    let mut text = format!("//! Every entry of `errors.toml`.\n\n{NOTE}");
    text.push_str(
        "pub(crate) mod constructors;\npub(crate) mod examples;\n\
         pub(crate) mod microsoft_only;\npub(crate) mod locales;\n\n",
    );
    text.push_str("use crate::entry::{Entry, FixedBy};\n\n");
    let _ = writeln!(text, "pub(crate) static ENTRIES: [Entry; {}] = [", refusals.len());
    for refusal in refusals {
        let _ = writeln!(text, "{},", constant(&refusal.constructor));
    }
    text.push_str("];\n");
    for refusal in refusals {
        for constructor in refusal.constructors() {
            push_entry(&mut text, refusal, &constructor);
        }
    }
    text
}

fn push_entry(text: &mut String, refusal: &Refusal, constructor: &Constructor<'_>) {
    let Constructor { name, error, status } = constructor;
    let related: Vec<String> = refusal.related.iter().copied().map(separated).collect();
    let _ = write!(
        text,
        "\npub(crate) const {}: Entry = Entry {{
            number: {}, name: {:?}, label: {:?}, constructor: {name:?},
            error: {error:?}, error_on_authorize: {:?}, status: {status}, suberror: {:?},
            fixed_by: FixedBy::{:?}, parameters: &{:?}, since: {:?}, retired: {:?},
            related: &[{}], page_only: {}, passes: {} }};\n",
        constant(name),
        separated(refusal.number),
        refusal.name,
        refusal.label(),
        refusal.error_on_authorize,
        refusal.suberror,
        refusal.fixed_by,
        refusal.parameters,
        refusal.since,
        refusal.retired,
        related.join(", "),
        refusal.page_only,
        refusal.passes,
    );
}

fn constructors(refusals: &[Refusal], english: &Messages) -> String {
    // A retired number keeps its entry, which explains it, but no rule can construct it.
    let current = refusals.iter().filter(|refusal| refusal.retired.is_none());
    let mut text = format!("//! One constructor for each cause.\n\n{NOTE}");
    text.push_str("use std::fmt::Display;\n\nuse crate::refusal::{Refusal, argument};\n");
    for refusal in current {
        for constructor in refusal.constructors() {
            push_constructor(&mut text, refusal, &constructor, english);
        }
    }
    text
}

fn push_constructor(
    text: &mut String,
    refusal: &Refusal,
    constructor: &Constructor<'_>,
    english: &Messages,
) {
    let Constructor { name, error, .. } = constructor;
    let title = english.title(refusal.number).unwrap_or_default();
    let label = refusal.label();
    let parameters = refusal.parameters.iter();
    let arguments: Vec<String> =
        parameters.clone().map(|parameter| format!("{parameter}: impl Display")).collect();
    let values: Vec<String> =
        parameters.map(|parameter| format!("({parameter:?}, argument({parameter}))")).collect();
    let (arguments, constant) = (arguments.join(", "), constant(name));
    let values = match values.as_slice() {
        [] => "Vec::new()".to_owned(),
        values => format!("vec![{}]", values.join(", ")),
    };
    let _ = write!(
        text,
        "\n/// {title} ({label}, `{error}`).\n\
         #[must_use]\npub fn {name}({arguments}) -> Refusal {{\n\
         Refusal::new(&super::{constant}, {values})\n}}\n",
    );
}

fn embedded(locales: &[Locale]) -> String {
    let mut text = format!("//! The texts of every language.\n\n{NOTE}");
    text.push_str(
        "/// A language and its texts.\npub(crate) struct Locale {\n\
         pub(crate) tag: &'static str,\npub(crate) sources: &'static [&'static str],\n}\n\n",
    );
    let _ = writeln!(text, "pub(crate) static LOCALES: [Locale; {}] = [", locales.len());
    for locale in locales {
        let _ = writeln!(text, "Locale {{ tag: {:?}, sources: &[", locale.tag);
        for (name, _) in &locale.files {
            let path = format!("../../locales/{}/{name}", locale.tag);
            let _ = writeln!(text, "include_str!({path:?}),");
        }
        text.push_str("] },\n");
    }
    text.push_str("];\n");
    text
}

fn constant(constructor: &str) -> String {
    constructor.to_uppercase()
}

/// Formats the text as `cargo fmt` does, so that a generated file passes the format check.
fn formatted(text: &str) -> Result<String, String> {
    let config = format!("{}/../../rustfmt.toml", env!("CARGO_MANIFEST_DIR"));
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", &config])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(text.as_bytes()).map_err(|error| format!("rustfmt: {error}"))?;
    }
    let output = rustfmt.wait_with_output().map_err(|error| format!("rustfmt: {error}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("rustfmt rejects the generated text: {error}"));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Locale, Messages, constructors, entries, formatted};
    use crate::codegen::errors_toml::parse;

    const TOML: &str = "[[refusal]]\nnumber = 70000\nname = \"Old\"\nconstructor = \"old\"\n\
        error = \"invalid_grant\"\nstatus = 400\nfixed_by = \"user\"\nsince = \"0.1.0\"\n";

    #[test]
    fn a_retired_refusal_keeps_its_entry_without_a_constructor() {
        // Generates one entry twice, before and after it is retired.
        let file = ("errors.ftl".to_owned(), "e70000 = Old.\n    .title = Old\n".to_owned());
        let locales = [Locale { tag: "en".to_owned(), files: vec![file] }];
        let english = Messages::new(&locales, "en").unwrap();
        let current = parse(TOML).unwrap();
        let retired = parse(&format!("{TOML}retired = \"0.2.0\"\n")).unwrap();
        assert!(constructors(&current, &english).contains("pub fn old()"));
        assert!(!constructors(&retired, &english).contains("pub fn old()"));
        assert!(entries(&retired).contains("number: 70_000"));
    }

    #[test]
    fn text_that_is_not_rust_is_rejected() {
        // Formats half a function.
        assert!(formatted("fn half() {").is_err());
    }
}
