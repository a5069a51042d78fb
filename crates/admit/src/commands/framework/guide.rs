//! The steps of a guide that connects an app: install, write files, run.

use crate::cli::Framework;

/// A guide with a program. Its tests run the program, so that the printed one works as well.
pub(super) struct Guide {
    /// The text of the page, or of its section.
    text: &'static str,
    /// The address of the page in the repository.
    pub(super) path: &'static str,
    /// The commands that install the libraries, if the text does not say them.
    install: Option<&'static str>,
    /// The line before the program, if the text has none.
    file: Option<&'static str>,
    /// The commands that run the program with a certificate that every client trusts.
    run: Option<&'static str>,
    /// Whether a command of the framework creates the project, so that its files exist already.
    pub(super) has_generator: bool,
}

/// The mark of a block that a person types as it is, with the files of `--into`.
const STEP: &str = "<!-- step -->";

macro_rules! page {
    ($path:literal) => {
        Guide {
            text: include_str!(concat!("../../../../../", $path)),
            path: $path,
            install: None,
            file: None,
            run: None,
            has_generator: false,
        }
    };
}

/// The steps to a running app.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// The commands that install what the program needs.
    pub(super) install: String,
    /// The files: the line that names each, and its text.
    pub(super) files: Vec<(String, &'static str)>,
    /// The commands that run the program with a certificate that every client trusts.
    pub(super) run: String,
    /// The commands that run it with the certificate of `admit dev`.
    pub(super) run_in_development: String,
    /// The commands that run it with the values in `.env`. Empty if only a shell reads that file.
    pub(super) run_with_values: String,
}

/// A fenced block of a page.
struct Block {
    label: &'static str,
    is_step: bool,
    language: &'static str,
    text: &'static str,
}

impl Guide {
    /// Returns the guide of a framework.
    pub(super) fn of(framework: Framework) -> Self {
        match framework {
            Framework::Django => {
                Self { has_generator: true, ..page!("docs/guides/connect/django.md") }
            }
            Framework::Dotnet => {
                Self { has_generator: true, ..page!("docs/guides/connect/dotnet.md") }
            }
            Framework::Express => page!("docs/guides/connect/express.md"),
            Framework::Fastapi => page!("docs/guides/connect/fastapi.md"),
            Framework::Go => page!("docs/guides/connect/go.md"),
            Framework::Next => page!("docs/guides/connect/next.md"),
            Framework::Spring => Self {
                install: Some("# Java 17 or later, and Maven, which loads the rest"),
                run: Some("mvn -q spring-boot:run"),
                ..page!("docs/guides/connect/spring-boot.md")
            },
            Framework::MsalNode => Self {
                install: Some("npm install @azure/msal-node"),
                file: Some("`app.mjs`:"),
                run: Some("node app.mjs"),
                ..Self::section("### MSAL for Node")
            },
            Framework::MsalPython => Self {
                install: Some("pip install msal"),
                file: Some("`app.py`:"),
                run: Some("python app.py"),
                ..Self::section("### MSAL for Python")
            },
        }
    }

    /// Returns a section of the README.
    fn section(heading: &str) -> Self {
        let page = page!("README.md");
        let after = page.text.split_once(heading).map_or("", |(_, after)| after);
        Self { text: after.split("\n### ").next().unwrap_or_default(), ..page }
    }

    /// Returns the redirect URI that the program is written for.
    pub(super) fn redirect_uri(&self) -> &'static str {
        let first = self.text.split(['`', '"']).find(|part| part.starts_with("http://localhost"));
        first.unwrap_or_default()
    }

    /// Returns the steps.
    pub(super) fn steps(&self) -> Steps {
        let mut steps = Steps::default();
        for Block { label, is_step, language, text } in blocks(self.text) {
            let label = self.file.unwrap_or(label);
            match language {
                "sh" if steps.files.is_empty() => text.clone_into(&mut steps.install),
                "sh" if is_step => steps.run_with_values = text.to_owned() + "\n",
                "sh" => {
                    steps.run += &commands(text, |_| false);
                    steps.run_in_development += &commands(text, is_for_development);
                }
                _ => steps.files.push((label.to_owned(), text)),
            }
        }
        if let Some(install) = self.install {
            install.clone_into(&mut steps.install);
        }
        if let Some(run) = self.run {
            steps.run = format!("{run}\n");
            if steps.run_in_development.is_empty() {
                steps.run_in_development.clone_from(&steps.run);
            }
        }
        steps
    }
}

/// Returns the fenced blocks of a text, each with the last line before it that ends with a colon.
fn blocks(text: &'static str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\n```") {
        let Some((language, after)) = after.split_once('\n') else { break };
        let Some((text, after)) = after.split_once("\n```") else { break };
        let label = before.lines().rev().find(|line| line.ends_with(':')).unwrap_or_default();
        let is_step = before.ends_with(STEP);
        blocks.push(Block { label, is_step, language, text });
        rest = after;
    }
    blocks
}

/// Returns the lines of a block of commands. Of a line that sets variables, those with a value are
/// kept that the reader need not fill in.
fn commands(text: &str, is_kept: fn(&str) -> bool) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let line = match line.strip_prefix("export ") {
            Some(variables) if variables.contains('…') => {
                let kept = variables.split(' ').filter(|variable| is_kept(variable));
                let kept: Vec<&str> = kept.collect();
                if kept.is_empty() {
                    continue;
                }
                format!("export {}", kept.join(" "))
            }
            _ => line.to_owned(),
        };
        lines += &line;
        lines.push('\n');
    }
    lines
}

/// Returns whether a variable names the CA certificate of `admit dev`.
fn is_for_development(variable: &str) -> bool {
    variable.ends_with("admit-data/ca.pem")
}
