//! The language folders of the catalogue, and the English messages in them.

use std::fs;
use std::path::Path;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use super::errors_toml::Refusal;

/// A folder below `locales/`: its language tag, and the names and texts of its files, sorted.
pub(crate) struct Locale {
    pub(crate) tag: String,
    pub(crate) files: Vec<(String, String)>,
}

/// Reads every language. English comes first: it replaces what other languages lack.
pub(crate) fn read_all(folder: &Path) -> Result<Vec<Locale>, Vec<String>> {
    let mut locales = Vec::new();
    for tag in names_in(folder)? {
        let mut files = Vec::new();
        let names = names_in(&folder.join(&tag))?;
        for name in names.into_iter().filter(|name| name.strip_suffix(".ftl").is_some()) {
            let text = fs::read_to_string(folder.join(&tag).join(&name));
            let text = text.map_err(|error| vec![format!("locales/{tag}/{name}: {error}")])?;
            files.push((name, text));
        }
        locales.push(Locale { tag, files });
    }
    locales.sort_by_key(|locale| (locale.tag != "en", locale.tag.clone()));
    Ok(locales)
}

fn names_in(folder: &Path) -> Result<Vec<String>, Vec<String>> {
    let failed = |error| vec![format!("{}: {error}", folder.display())];
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The messages of one language, with the name of each parameter in braces for its value.
pub(crate) struct Messages(FluentBundle<FluentResource>);

impl Messages {
    pub(crate) fn new(locales: &[Locale], tag: &str) -> Result<Self, Vec<String>> {
        let identifier: LanguageIdentifier =
            tag.parse().map_err(|_| vec![format!("locales/{tag}: not a language tag")])?;
        let mut bundle = FluentBundle::new(vec![identifier]);
        bundle.set_use_isolating(false);
        let locale = locales.iter().find(|locale| locale.tag == tag);
        for (name, text) in locale.map(|locale| locale.files.as_slice()).unwrap_or_default() {
            let resource = FluentResource::try_new(text.clone())
                .map_err(|(_, errors)| vec![format!("locales/{tag}/{name}: {errors:?}")])?;
            bundle
                .add_resource(resource)
                .map_err(|errors| vec![format!("locales/{tag}/{name}: {errors:?}")])?;
        }
        Ok(Self(bundle))
    }

    pub(crate) fn title(&self, number: u32) -> Option<String> {
        self.format(&format!("e{number}"), Some("title"), &[])
    }

    pub(crate) fn description(&self, refusal: &Refusal) -> Option<String> {
        self.format(&format!("e{}", refusal.number), None, &refusal.parameters)
    }

    pub(crate) fn remedy(&self, refusal: &Refusal) -> Option<String> {
        self.format(&format!("e{}", refusal.number), Some("remedy"), &refusal.parameters)
    }

    pub(crate) fn text(&self, id: &str) -> Option<String> {
        self.format(id, None, &[])
    }

    fn format(&self, id: &str, attribute: Option<&str>, parameters: &[String]) -> Option<String> {
        let message = self.0.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::new();
        for parameter in parameters {
            values.set(parameter.as_str(), format!("{{{parameter}}}"));
        }
        let mut errors = Vec::new();
        Some(self.0.format_pattern(pattern, Some(&values), &mut errors).into_owned())
    }
}
