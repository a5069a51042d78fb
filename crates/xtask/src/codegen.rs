//! Generates files from their sources. They are committed, and checked to be up to date.

mod claims;
mod emit;
mod errors_toml;
mod example;
mod locale;
mod metrics;
mod microsoft_only;
mod options;
mod reference;
mod rust;
mod user_claims;

use std::fs;
use std::path::{Path, PathBuf};

/// A generated file: its path below the root, and its text.
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Generated {
    pub(crate) fn new(path: &str, text: String) -> Self {
        Self { path: PathBuf::from(path), text }
    }
}

/// Writes every generated file that differs from its sources.
pub(crate) fn refresh(root: &Path) -> Result<(), Vec<String>> {
    for generated in all(root)? {
        let path = root.join(&generated.path);
        if is_up_to_date(&path, &generated) {
            continue;
        }
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, &generated.text))
            .map_err(|error| vec![format!("{}: {error}", generated.path.display())])?;
    }
    Ok(())
}

/// Reports every generated file that differs from its sources.
pub(crate) fn check(root: &Path) -> Result<(), Vec<String>> {
    let outdated: Vec<String> = all(root)?
        .into_iter()
        .filter(|generated| !is_up_to_date(&root.join(&generated.path), generated))
        .map(|generated| {
            format!("{}: out of date: run cargo xtask codegen", generated.path.display())
        })
        .collect();
    if outdated.is_empty() { Ok(()) } else { Err(outdated) }
}

fn is_up_to_date(path: &Path, generated: &Generated) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text == generated.text)
}

fn all(root: &Path) -> Result<Vec<Generated>, Vec<String>> {
    let catalogue = root.join("crates/catalogue");
    let refusals = errors_toml::read(&catalogue.join("errors.toml"))?;
    let microsoft_only = microsoft_only::read(&catalogue.join("microsoft_only.toml"), &refusals)?;
    let examples = example::read(&catalogue.join("examples.toml"))?;
    let locales = locale::read_all(&catalogue.join("locales"))?;
    let english = locale::Messages::new(&locales, "en")?;
    let untitled = refusals.iter().filter(|refusal| english.title(refusal.number).is_none());
    let untitled: Vec<String> = untitled
        .map(|refusal| format!("locales/en/errors.ftl: e{} has no .title", refusal.number))
        .collect();
    if !untitled.is_empty() {
        return Err(untitled);
    }
    let (metric_table, metrics_page) = metrics::files(&root.join("crates/telemetry/metrics.toml"))?;
    let mut generated = rust::files(&refusals, (&microsoft_only, &examples), &locales, &english)?;
    generated.push(rust::file("crates/telemetry/src/metric_table.rs", &metric_table)?);
    generated.push(metrics_page);
    generated.push(reference::page(&refusals, (&microsoft_only, &examples), &english));
    generated.extend(options::pages(root)?);
    generated.push(claims::page(root)?);
    Ok(generated)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_generated_file_is_up_to_date() {
        // Generates all of them in memory and compares them with the committed files.
        assert_eq!(super::check(&crate::root()), Ok(()));
    }
}
