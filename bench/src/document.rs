//! Writes the report of a command into a document, between two markers.

use std::path::Path;

use crate::{Result, print_line};

/// Replaces the report of a command in a document. Does nothing without a document.
pub(crate) fn replace(document: Option<&Path>, command: &str, report: &str) -> Result<()> {
    let Some(document) = document else { return Ok(()) };
    let text = std::fs::read_to_string(document)?;
    let replaced = replaced(&text, command, report)
        .ok_or_else(|| format!("{}: no markers of `bench {command}`", document.display()))?;
    std::fs::write(document, replaced)?;
    print_line(&format!("{}: written", document.display()));
    Ok(())
}

/// Returns the text with a report between the markers of a command.
fn replaced(text: &str, command: &str, report: &str) -> Option<String> {
    let [begin, end] = ["begin", "end"].map(|edge| format!("<!-- bench {command}: {edge} -->\n"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    let report = report.trim();
    Some(format!("{before}{begin}\n```text\n{report}\n```\n\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_report_replaces_the_earlier_one_of_its_command() {
        // Writes a report twice into a document with the markers of two commands.
        let text = "# Title\n<!-- bench token: begin -->\n<!-- bench token: end -->\nrest\n\
            <!-- bench growth: begin -->\n<!-- bench growth: end -->\n";
        let first = replaced(text, "token", "\nold\n").unwrap();
        let second = replaced(&first, "token", "new").unwrap();
        assert_eq!(second, first.replace("old", "new"));
        assert!(second.contains("begin -->\n\n```text\nnew\n```\n\n<!-- bench token: end"));
        assert!(
            second.ends_with("rest\n<!-- bench growth: begin -->\n<!-- bench growth: end -->\n")
        );
        assert_eq!(replaced(text, "latency", "new"), None);
    }
}
