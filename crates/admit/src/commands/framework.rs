//! Programs that connect an app, taken from the guides, whose tests run them.

mod guide;

use std::fmt;

use crate::cli::Framework;
use crate::dev;
use crate::error::CommandError;
use crate::shell_quote::shell_quote;
use crate::storage::UNKNOWN_ORIGIN;
use guide::{Guide, Steps};

/// The certificates that most systems trust.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The values that an app needs to connect.
pub(super) struct Connection {
    /// The public origin of the service.
    pub(super) origin: String,
    /// The issuer of the tenant.
    pub(super) issuer: String,
    /// The address of the discovery document.
    pub(super) discovery: String,
    /// The name of the tenant.
    pub(super) tenant: String,
    /// The `client_id`.
    pub(super) client_id: String,
    /// The first redirect URI.
    pub(super) redirect_uri: Option<String>,
    /// Whether the app has a secret.
    pub(super) has_secret: bool,
    /// A scope that the app may request.
    pub(super) scope: Option<String>,
    /// The CA certificate, if `admit dev` created one in the data directory.
    pub(super) authority: Option<String>,
}

impl Connection {
    /// Returns the variables that the program reads, without the secret.
    pub(super) fn variables(&self, framework: Framework) -> Vec<(&'static str, &str)> {
        let mut variables = vec![
            ("ADMIT_ORIGIN", self.origin.as_str()),
            ("ADMIT_TENANT", &self.tenant),
            ("ADMIT_ISSUER", &self.issuer),
            ("ADMIT_CLIENT_ID", &self.client_id),
        ];
        // MSAL adds the scopes of OpenID Connect itself, and requires one more.
        let needs_scope = matches!(framework, Framework::MsalNode | Framework::MsalPython);
        let scope = self.scope.as_deref().or(needs_scope.then_some("email"));
        variables.extend(scope.map(|scope| ("ADMIT_SCOPE", scope)));
        variables.push(("ADMIT_CA", self.authority.as_deref().unwrap_or(SYSTEM_AUTHORITIES)));
        variables
    }
}

/// A file of a program.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProgramFile {
    /// The path in the folder of the program.
    pub(super) path: String,
    /// The content.
    pub(super) text: String,
}

impl fmt::Display for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "issuer        {}", self.issuer)?;
        writeln!(formatter, "discovery     {}", self.discovery)?;
        writeln!(formatter, "client_id     {}", self.client_id)?;
        if let Some(uri) = &self.redirect_uri {
            writeln!(formatter, "redirect URI  {uri}")?;
        }
        if self.origin == UNKNOWN_ORIGIN {
            writeln!(
                formatter,
                "{UNKNOWN_ORIGIN} is the address of the service; it is in --config FILE, or pass \
                 --origin URL"
            )?;
        }
        Ok(())
    }
}

/// Returns the redirect URI that the program of a framework is written for.
pub(super) fn redirect_uri(framework: Framework) -> &'static str {
    Guide::of(framework).redirect_uri()
}

/// Returns what to set, to install, to write and to run. The program reads the secret from a
/// variable.
pub(super) fn program(framework: Framework, connection: &Connection) -> String {
    let guide = Guide::of(framework);
    let Steps { install, files, run, run_in_development, .. } = guide.steps();
    let run = if connection.authority.is_some() { run_in_development } else { run };
    let mut parts = vec![
        format!(
            "# 1. Set, as printed above (from {})\n{}",
            guide.path,
            variables(framework, connection)
        ),
        format!("# 2. Install\n{}\n", install.trim_end()),
    ];
    let files = files.iter();
    parts.extend(
        files.map(|(label, text)| format!("# 3. {}\n{text}\n", label.trim_end_matches(':'))),
    );
    parts.push(format!("# 4. Run\n{}", place_authority(&run, connection)));
    parts.extend(note_of_other_uri(&guide, connection));
    format!("\n{}", parts.join("\n"))
}

/// Returns the files of the program. Refuses a framework whose own command creates the project.
pub(super) fn files(framework: Framework) -> Result<Vec<ProgramFile>, CommandError> {
    let guide = Guide::of(framework);
    if guide.has_generator {
        return Err(CommandError::message(format!(
            "the project of {} is created by its own command; leave --into out, and the steps are \
             printed",
            guide.path
        )));
    }
    let path_in = |label: &str| Some(label.strip_prefix('`')?.strip_suffix("`:")?.to_owned());
    let files = guide.steps().files.into_iter();
    Ok(files
        .filter_map(|(label, text)| {
            Some(ProgramFile { path: path_in(&label)?, text: format!("{text}\n") })
        })
        .collect())
}

/// Returns what to install and to run when the files are written.
pub(super) fn steps_with_files(framework: Framework, connection: &Connection) -> String {
    let guide = Guide::of(framework);
    let Steps { install, run, run_in_development, run_with_values, .. } = guide.steps();
    // Maven reads the trust store of the environment too, and would then trust this CA only. The
    // guide sets one for the program alone.
    let has_own_trust_store = framework == Framework::Spring && connection.authority.is_some();
    let run =
        if has_own_trust_store { place_authority(&run_in_development, connection) } else { run };
    let run = if run_with_values.is_empty() {
        format!("set -a; . ./.env; set +a\n{run}")
    } else {
        run_with_values
    };
    let trust = trust_step(framework, connection).unwrap_or_default();
    let steps = format!("# In the folder of the files\n{}\n{trust}{run}", install.trim_end());
    steps
        + &note_of_other_uri(&guide, connection).map(|note| format!("\n{note}")).unwrap_or_default()
}

/// Returns the line that makes the program trust the CA certificate of a development directory. The
/// runtimes read it from the environment when they start, before they read `.env`.
fn trust_step(framework: Framework, connection: &Connection) -> Option<String> {
    let client = match framework {
        Framework::Express | Framework::MsalNode | Framework::Next => "Node",
        Framework::Django | Framework::MsalPython => "Python, requests",
        Framework::Fastapi => "Python, httpx",
        Framework::Go => "Go",
        Framework::Dotnet => ".NET",
        Framework::Spring => return None,
    };
    let command = dev::trust_command(connection.authority.as_deref()?, client)?;
    Some(format!("{command}\n"))
}

/// Returns what to change if the program has another redirect URI than the app.
fn note_of_other_uri(guide: &Guide, connection: &Connection) -> Option<String> {
    let expected = guide.redirect_uri();
    let other = connection.redirect_uri.as_deref().filter(|uri| *uri != expected)?;
    Some(format!(
        "# The program is written for {expected}, and the app has {other}: change the host, the \
         port and the path in the program.\n"
    ))
}

fn variables(framework: Framework, connection: &Connection) -> String {
    let variables = connection.variables(framework).into_iter();
    let mut lines: Vec<String> =
        variables.map(|(name, value)| format!("export {name}={}", shell_quote(value))).collect();
    if connection.has_secret {
        lines.push("export ADMIT_CLIENT_SECRET=…   # the generated secret".to_owned());
    }
    lines.join("\n") + "\n"
}

/// Puts the path of the CA certificate in the place of the one of the guides.
fn place_authority(run: &str, connection: &Connection) -> String {
    match &connection.authority {
        Some(authority) => {
            // One form first: the path may itself end like the one of the guides.
            let run = run.replace("$PWD/admit-data/ca.pem", "admit-data/ca.pem");
            run.replace("admit-data/ca.pem", &shell_quote(authority))
        }
        None => run.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    /// Returns the values of an app.
    fn connection(redirect_uri: &str, authority: Option<&str>) -> Connection {
        Connection {
            origin: "https://login.test".to_owned(),
            issuer: "https://login.test/id/v2.0".to_owned(),
            discovery: "https://login.test/id/v2.0/.well-known/openid-configuration".to_owned(),
            tenant: "acme".to_owned(),
            client_id: "app".to_owned(),
            redirect_uri: Some(redirect_uri.to_owned()),
            has_secret: true,
            scope: Some("api://orders/orders.read".to_owned()),
            authority: authority.map(str::to_owned),
        }
    }

    /// Returns the files that a framework needs, and what it has to install and to run.
    const fn expected(framework: Framework) -> (&'static [&'static str], &'static [&'static str]) {
        match framework {
            Framework::Django => (
                &["site1/settings.py", "site1/urls.py"],
                &["pip install Django mozilla-django-oidc", "runserver localhost:5000"],
            ),
            Framework::Dotnet => (&["Program.cs"], &["dotnet add package", "dotnet run"]),
            Framework::Express => (&["app.mjs"], &["npm install express ", "node app.mjs"]),
            Framework::Fastapi => (&["app.py"], &["pip install fastapi ", "python app.py"]),
            Framework::Go => (&["main.go"], &["go get github.com/coreos/go-oidc", "go run ."]),
            Framework::MsalNode => {
                (&["app.mjs"], &["npm install @azure/msal-node", "node app.mjs"])
            }
            Framework::MsalPython => (&["app.py"], &["pip install msal", "python app.py"]),
            Framework::Next => (
                &["auth.js", "app/api/auth/[...nextauth]/route.js", "app/layout.js", "app/page.js"],
                &["npm install next ", "export AUTH_SECRET=", "npx next dev --port 5000"],
            ),
            Framework::Spring => (
                &[
                    "pom.xml",
                    "src/main/resources/application.properties",
                    "src/main/java/example/App.java",
                ],
                &["Maven", "mvn -q spring-boot:run"],
            ),
        }
    }

    #[test]
    fn every_program_is_complete() {
        // Looks for each file, what to install and to run, and the variables that are read and set.
        for framework in Framework::value_variants() {
            let with_scope = connection(redirect_uri(*framework), None);
            let text = program(*framework, &with_scope);
            let without_scope = program(*framework, &Connection { scope: None, ..with_scope });
            let has_default = without_scope.contains("ADMIT_SCOPE = \"\"");
            let reads_scope = without_scope.contains("ADMIT_SCOPE");
            let sets_scope = without_scope.contains("export ADMIT_SCOPE=email\n");
            assert!(!reads_scope || has_default || sets_scope, "{framework:?}: {without_scope}");
            let (files, commands) = expected(*framework);
            for file in files {
                assert!(text.contains(&format!("`{file}`\n")), "{framework:?}, {file}: {text}");
            }
            assert_eq!(text.matches("\n# 3. ").count(), files.len(), "{framework:?}");
            for command in commands {
                assert!(text.contains(command), "{framework:?}, {command}: {text}");
            }
            let (set, steps) = text.split_once("\n# 2. ").expect("steps");
            for word in steps.split(|c: char| c != '_' && !c.is_ascii_uppercase()) {
                let is_set = set.contains(&format!(" {word}="));
                assert!(!word.starts_with("ADMIT_") || is_set, "{framework:?} reads {word}");
            }
            for variable in ["ADMIT_CLIENT_ID", "ADMIT_CLIENT_SECRET"] {
                assert!(steps.contains(variable), "{framework:?} does not read {variable}");
            }
            assert!(!steps.contains("admit-data"), "{framework:?}: {steps}");
            assert!(!text.contains("is written for"), "{framework:?}: {text}");
        }
    }

    #[test]
    fn a_program_trusts_the_authority_of_a_development_directory() {
        // Prints each program with the certificate of `admit dev`.
        for framework in Framework::value_variants() {
            let text = program(*framework, &connection("https://app.test/cb", Some("/d/ca.pem")));
            assert!(text.contains("export ADMIT_CA=/d/ca.pem\n"), "{framework:?}: {text}");
            assert!(!text.contains("admit-data"), "{framework:?}: {text}");
        }
    }

    #[test]
    fn another_redirect_uri_than_that_of_the_program_is_named() {
        // Prints the program of each framework for an app with another redirect URI.
        for framework in Framework::value_variants() {
            let text = program(*framework, &connection("https://app.test/cb", None));
            let expected = redirect_uri(*framework);
            assert!(expected.starts_with("http://localhost:5000/"), "{framework:?}");
            let note = format!("is written for {expected}, and the app has https://app.test/cb");
            assert!(text.contains(&note), "{framework:?}: {text}");
        }
    }

    #[test]
    fn the_files_of_a_program_are_those_of_its_guide() {
        // Lists the paths for each framework, and the refusal of those that begin with a generator.
        for framework in Framework::value_variants() {
            let (paths, _) = expected(*framework);
            let found = files(*framework).map_err(|error| error.to_string());
            if matches!(framework, Framework::Django | Framework::Dotnet) {
                assert!(found.expect_err("refused").contains("leave --into out"));
                continue;
            }
            let found = found.expect("files");
            let found: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
            assert_eq!(found, paths, "{framework:?}");
        }
    }

    #[test]
    fn the_steps_with_written_files_read_their_values() {
        // Prints the steps of Express, which reads the file itself, and of a shell for FastAPI.
        let connection = connection("http://localhost:5000/callback", None);
        let express = "npm install express express-openid-connect\nnode --env-file=.env app.mjs\n";
        let steps = steps_with_files(Framework::Express, &connection);
        assert_eq!(steps, format!("# In the folder of the files\n{express}"));
        let steps = steps_with_files(Framework::Fastapi, &connection);
        assert!(steps.ends_with("\nset -a; . ./.env; set +a\npython app.py\n"), "{steps}");
    }

    #[test]
    fn the_path_of_the_authority_is_placed_once() {
        // Places a path that ends like that of the guides, in both forms of these.
        let connection =
            connection("http://localhost:5000/callback", Some("/my/admit-data/ca.pem"));
        for run in ["A=admit-data/ca.pem x", "A=$PWD/admit-data/ca.pem x"] {
            assert_eq!(place_authority(run, &connection), "A=/my/admit-data/ca.pem x");
        }
    }

    #[test]
    fn the_steps_beside_a_development_service_trust_its_authority() {
        // Prints the steps of each program that can be written into a folder.
        let connection = connection("http://localhost:5000/callback", Some("/d/admit-data/ca.pem"));
        for (framework, line) in [
            (Framework::Express, "\nexport NODE_EXTRA_CA_CERTS=/d/admit-data/ca.pem\nnode "),
            (Framework::Fastapi, "\nexport SSL_CERT_FILE=/d/admit-data/ca-bundle.pem\n"),
            (Framework::Go, "\nexport SSL_CERT_FILE=/d/admit-data/ca-bundle.pem\n"),
            (Framework::MsalPython, "\nexport REQUESTS_CA_BUNDLE=/d/admit-data/ca-bundle.pem\n"),
            (Framework::Spring, "\nkeytool -importcert"),
        ] {
            let steps = steps_with_files(framework, &connection);
            assert!(steps.contains(line), "{framework:?}: {steps}");
            assert!(!steps.contains("JAVA_TOOL_OPTIONS"), "{framework:?}: {steps}");
        }
    }
}
