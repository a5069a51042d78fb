//! The figures in docs/reference/stress.md: a section for the full forms, and one for the short
//! forms.

use std::path::{Path, PathBuf};
use std::process::Command;

use model::{Timestamp, format_rfc3339};

use super::figure::heading;
use crate::{Result, clock};

/// A file, and what is written into one of its sections.
pub(super) struct Report {
    file: PathBuf,
    section: &'static str,
    introduction: String,
    lines: Vec<String>,
}

impl Report {
    /// Creates the report of a run that starts now.
    pub(super) fn new(file: &Path, binary: &Path, is_short: bool, seed: u64) -> Result<Self> {
        let section = if is_short { "### Short forms" } else { "### Full forms" };
        let text = std::fs::read_to_string(file)?;
        if !text.lines().any(|line| line == section) {
            return Err(format!("{} has no line `{section}`", file.display()).into());
        }
        let arguments = if is_short { "stress --short" } else { "stress" };
        let introduction = format!(
            "{}, commit {}, `{}` ({} build of `load`), {}: `load {arguments} --seed {seed}`",
            format_rfc3339(Timestamp::from_seconds(i64::try_from(clock::unix_seconds())?)),
            commit().unwrap_or_else(|| "unknown".to_owned()),
            version(binary)?,
            if cfg!(debug_assertions) { "debug" } else { "release" },
            machine()?,
        );
        Ok(Self { file: file.to_owned(), section, introduction, lines: Vec::new() })
    }

    /// Writes the section with the figures so far, so that an interrupted run leaves them.
    pub(super) fn add(&mut self, lines: Vec<String>, seconds: f64) -> Result<()> {
        self.lines.extend(lines);
        let (introduction, heading) = (&self.introduction, heading());
        let body =
            format!("{introduction}, {seconds:.0} s.\n\n{heading}\n{}\n", self.lines.join("\n"));
        let text = std::fs::read_to_string(&self.file)?;
        Ok(std::fs::write(&self.file, with_section(&text, self.section, &body))?)
    }
}

/// Replaces the text below a heading, up to the next one.
fn with_section(text: &str, heading: &str, body: &str) -> String {
    let (mut lines, mut is_inside) = (Vec::new(), false);
    for line in text.lines() {
        if line.starts_with('#') {
            is_inside = line == heading;
            lines.push(line);
            if is_inside {
                lines.extend(["", body]);
            }
        } else if !is_inside {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}

fn commit() -> Option<String> {
    let mut command = Command::new("git");
    let command = command.args(["describe", "--always", "--dirty"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn version(binary: &Path) -> Result<String> {
    let output = Command::new(binary).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Returns the number of cores, the kernel, and the load averages.
fn machine() -> Result<String> {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores, Linux {}, load average {}", kernel.trim(), load.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::with_section;

    #[test]
    fn a_report_replaces_its_section_only() {
        // Replaces a section between two others, and the last one.
        let text = "# Stress\n\n### Full forms\n\nold\n\n| a |\n\n### Short forms\n\nkept\n";
        let full = with_section(text, "### Full forms", "new\n");
        assert_eq!(full, "# Stress\n\n### Full forms\n\nnew\n\n### Short forms\n\nkept\n");
        let short = with_section(&full, "### Short forms", "other\n");
        assert_eq!(short, "# Stress\n\n### Full forms\n\nnew\n\n### Short forms\n\nother\n");
    }
}
