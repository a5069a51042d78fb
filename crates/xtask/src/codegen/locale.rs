//! The folders of languages, and what English says in them.

use std::fs;
use std::path::Path;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use super::source::Refusal;

/// A folder below `locales/`: its language tag and its files, both in a fixed order.
pub(crate) struct Locale {
    pub(crate) tag: String,
    pub(crate) files: Vec<(String, String)>,
}

/// Every language, English first: it is the one that fills in for the others.
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
    let complain = |error| vec![format!("{}: {error}", folder.display())];
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(complain)? {
        names.push(entry.map_err(complain)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The refusals of one language, each value standing as its name in braces.
pub(crate) struct Speech(FluentBundle<FluentResource>);

impl Speech {
    pub(crate) fn of(locales: &[Locale], tag: &str) -> Result<Self, Vec<String>> {
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
        self.say(&format!("e{number}"), Some("title"), &[])
    }

    pub(crate) fn happened(&self, refusal: &Refusal) -> Option<String> {
        self.say(&format!("e{}", refusal.number), None, &refusal.parameters)
    }

    pub(crate) fn remedy(&self, refusal: &Refusal) -> Option<String> {
        self.say(&format!("e{}", refusal.number), Some("remedy"), &refusal.parameters)
    }

    pub(crate) fn text(&self, id: &str) -> Option<String> {
        self.say(id, None, &[])
    }

    fn say(&self, id: &str, attribute: Option<&str>, parameters: &[String]) -> Option<String> {
        let message = self.0.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::new();
        for parameter in parameters {
            values.set(parameter.as_str(), format!("{{{parameter}}}"));
        }
        let mut mistakes = Vec::new();
        Some(self.0.format_pattern(pattern, Some(&values), &mut mistakes).into_owned())
    }
}
