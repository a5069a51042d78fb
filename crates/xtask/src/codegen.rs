//! Generated files: made from their sources, committed, and checked to be fresh.

mod example;
mod foreign;
mod locale;
mod options;
mod reference;
mod rust;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

/// A file that is generated: its path below the root, and what must stand in it.
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Generated {
    pub(crate) fn new(path: &str, text: String) -> Self {
        Self { path: PathBuf::from(path), text }
    }
}

/// Writes every generated file that is stale.
pub(crate) fn refresh(root: &Path) -> Result<(), Vec<String>> {
    for generated in all(root)? {
        let path = root.join(&generated.path);
        if is_fresh(&path, &generated) {
            continue;
        }
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, &generated.text))
            .map_err(|error| vec![format!("{}: {error}", generated.path.display())])?;
    }
    Ok(())
}

/// Names every generated file that is stale.
pub(crate) fn check(root: &Path) -> Result<(), Vec<String>> {
    let stale: Vec<String> = all(root)?
        .into_iter()
        .filter(|generated| !is_fresh(&root.join(&generated.path), generated))
        .map(|generated| format!("{}: stale: run cargo xtask codegen", generated.path.display()))
        .collect();
    if stale.is_empty() { Ok(()) } else { Err(stale) }
}

fn is_fresh(path: &Path, generated: &Generated) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text == generated.text)
}

fn all(root: &Path) -> Result<Vec<Generated>, Vec<String>> {
    let catalogue = root.join("crates/catalogue");
    let refusals = source::read(&catalogue.join("errors.toml"))?;
    let foreigners = foreign::read(&catalogue.join("foreign.toml"), &refusals)?;
    let examples = example::read(&catalogue.join("examples.toml"))?;
    let locales = locale::read_all(&catalogue.join("locales"))?;
    let english = locale::Speech::of(&locales, "en")?;
    let untitled = refusals.iter().filter(|refusal| english.title(refusal.number).is_none());
    let untitled: Vec<String> = untitled
        .map(|refusal| format!("locales/en/errors.ftl: e{} has no .title", refusal.number))
        .collect();
    if !untitled.is_empty() {
        return Err(untitled);
    }
    let mut generated = rust::files(&refusals, (&foreigners, &examples), &locales, &english)?;
    generated.push(reference::page(&refusals, (&foreigners, &examples), &english));
    generated.extend(options::pages(root)?);
    Ok(generated)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_generated_file_is_fresh() {
        // Generates all of them in memory and compares with what is committed.
        assert_eq!(super::check(&crate::root()), Ok(()));
    }
}
