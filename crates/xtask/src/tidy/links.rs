//! Checks that every link between the project's own pages names an existing file.

use std::fs;
use std::path::{Path, PathBuf};

use super::Violation;

/// Checks the pages in the root folder and those below `docs/`.
pub(super) fn check(root: &Path) -> Result<Vec<Violation>, Vec<String>> {
    let mut pages = Vec::new();
    pages_in(root, &mut pages, false)?;
    if root.join("docs").is_dir() {
        pages_in(&root.join("docs"), &mut pages, true)?;
    }
    pages.sort();
    let mut violations = Vec::new();
    for page in pages {
        let name = page.strip_prefix(root).unwrap_or(&page).to_string_lossy().into_owned();
        let text = fs::read_to_string(&page).map_err(|error| vec![format!("{name}:1: {error}")])?;
        let folder = page.parent().unwrap_or(root);
        let missing =
            targets(&text).into_iter().filter(|(_, target)| !folder.join(target).exists());
        violations.extend(
            missing.map(|(line, target)| Violation::new(&name, line, format!("no file {target}"))),
        );
    }
    Ok(violations)
}

fn pages_in(folder: &Path, pages: &mut Vec<PathBuf>, recursive: bool) -> Result<(), Vec<String>> {
    let failed = |error: std::io::Error| vec![format!("{}:1: {error}", folder.display())];
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() && recursive {
            pages_in(&path, pages, recursive)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    Ok(())
}

/// Returns the files that a page links to, with the lines of the links. Leaves out other sites and
/// anchors within the page.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split([')', '#', ' ']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') {
                found.push((index + 1, target.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn only_links_to_files_are_found() {
        // Writes each kind of link once, and one within code.
        let page = "[a](docs/a.md#part) [b](https://b.example) [c](#part)\n```\n[d](d.md)\n```\n";
        assert_eq!(targets(page), [(1, "docs/a.md".to_owned())]);
    }

    #[test]
    fn a_link_to_a_missing_file_is_a_violation() {
        // Checks a folder with one page that links to itself and to a missing file.
        let folder = std::env::temp_dir().join(format!("admit-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.md"), "[here](a.md)\n[there](b.md)\n").unwrap();
        let violations = super::check(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].to_string(), "a.md:2: no file b.md");
    }
}
