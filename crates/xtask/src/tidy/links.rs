//! Links between the project's own pages lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::Breach;

pub(super) fn check(root: &Path) -> Result<Vec<Breach>, Vec<String>> {
    let mut pages = Vec::new();
    pages_in(root, &mut pages, false)?;
    if root.join("docs").is_dir() {
        pages_in(&root.join("docs"), &mut pages, true)?;
    }
    pages.sort();
    let mut breaches = Vec::new();
    for page in pages {
        let name = page.strip_prefix(root).unwrap_or(&page).to_string_lossy().into_owned();
        let text = fs::read_to_string(&page).map_err(|error| vec![format!("{name}:1: {error}")])?;
        let folder = page.parent().unwrap_or(root);
        let dead = targets(&text).into_iter().filter(|(_, target)| !folder.join(target).exists());
        let dead = dead.map(|(line, target)| Breach::new(&name, line, format!("no file {target}")));
        breaches.extend(dead);
    }
    Ok(breaches)
}

fn pages_in(folder: &Path, pages: &mut Vec<PathBuf>, deep: bool) -> Result<(), Vec<String>> {
    let complain = |error: std::io::Error| vec![format!("{}:1: {error}", folder.display())];
    for entry in fs::read_dir(folder).map_err(complain)? {
        let path = entry.map_err(complain)?.path();
        if path.is_dir() && deep {
            pages_in(&path, pages, deep)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    Ok(())
}

/// What the links of a page name, with their lines; not other sites, not places within the page.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (place, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split([')', '#', ' ']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') {
                found.push((place + 1, target.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn links_to_files_are_found_and_others_are_not() {
        // Writes each kind of link once, and one within code.
        let page = "[a](docs/a.md#part) [b](https://b.example) [c](#part)\n```\n[d](d.md)\n```\n";
        assert_eq!(targets(page), [(1, "docs/a.md".to_owned())]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_a_breach() {
        // Checks a folder with one page that links to itself and to nothing.
        let folder = std::env::temp_dir().join(format!("admit-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.md"), "[here](a.md)\n[there](b.md)\n").unwrap();
        let breaches = super::check(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(breaches.len(), 1);
        assert_eq!(breaches[0].to_string(), "a.md:2: no file b.md");
    }
}
