//! Programs that connect an app, taken from the guides, whose tests run them.

use std::fmt;

use crate::cli::Framework;
use crate::error::CommandError;

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
}

impl fmt::Display for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "issuer        {}", self.issuer)?;
        writeln!(formatter, "discovery     {}", self.discovery)?;
        writeln!(formatter, "client_id     {}", self.client_id)?;
        match &self.redirect_uri {
            Some(uri) => writeln!(formatter, "redirect URI  {uri}"),
            None => Ok(()),
        }
    }
}

/// A guide with a program.
struct Guide {
    /// The text of the page.
    page: &'static str,
    /// The address of the page in the repository.
    path: &'static str,
    /// The mark before the fence of the program.
    mark: &'static str,
}

macro_rules! guide {
    ($path:literal, $mark:literal) => {
        Guide { page: include_str!(concat!("../../../../", $path)), path: $path, mark: $mark }
    };
}

fn guide(framework: Framework) -> Guide {
    match framework {
        Framework::Django => guide!("docs/guides/connect/django.md", "`site1/settings.py`:"),
        Framework::Dotnet => guide!("docs/guides/connect/dotnet.md", "`Program.cs`:"),
        Framework::Express => guide!("docs/guides/connect/express.md", "`app.mjs`:"),
        Framework::Fastapi => guide!("docs/guides/connect/fastapi.md", "`app.py`:"),
        Framework::Go => guide!("docs/guides/connect/go.md", "`main.go`:"),
        Framework::MsalNode => guide!("README.md", "### MSAL for Node"),
        Framework::MsalPython => guide!("README.md", "### MSAL for Python"),
        Framework::Next => guide!("docs/guides/connect/next.md", "`auth.js`:"),
        Framework::Spring => guide!(
            "docs/guides/connect/spring-boot.md",
            "`src/main/resources/application.properties`:"
        ),
    }
}

/// Returns the variables to set, and the program. The program reads the secret from a variable.
pub(super) fn program(
    framework: Framework,
    connection: &Connection,
) -> Result<String, CommandError> {
    let guide = guide(framework);
    let program = fenced_block(guide.page, guide.mark).ok_or_else(|| {
        CommandError::message(format!("{} has no program at `{}`", guide.path, guide.mark))
    })?;
    let Connection { origin, issuer, tenant, client_id, redirect_uri, has_secret, scope, .. } =
        connection;
    let mut lines = vec![
        format!("export ADMIT_ORIGIN={origin} ADMIT_TENANT={tenant}"),
        format!("export ADMIT_ISSUER={issuer}"),
        format!("export ADMIT_CLIENT_ID={client_id}"),
    ];
    if *has_secret {
        lines.push("export ADMIT_CLIENT_SECRET=…   # the generated secret".to_owned());
    }
    if let Some(scope) = scope {
        lines.push(format!("export ADMIT_SCOPE={scope}"));
    }
    let program = match redirect_uri {
        Some(uri) => program.replace("http://localhost:5000/callback", uri),
        None => program.to_owned(),
    };
    Ok(format!("\n{}\n\n# {}\n{program}", lines.join("\n"), guide.path))
}

/// Returns the text of the first fenced block after a mark.
fn fenced_block<'a>(page: &'a str, mark: &str) -> Option<&'a str> {
    let after_mark = page.split_once(mark)?.1;
    let (_, after_fence) = after_mark.split_once("\n```")?;
    let (_, body) = after_fence.split_once('\n')?;
    Some(body.split_once("\n```")?.0).map(|text| text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_framework_has_a_program_that_reads_the_issuer_and_the_secret() {
        // Takes the program of each guide, and looks for the variables of its values.
        let connection = Connection {
            origin: "https://login.test".to_owned(),
            issuer: "https://login.test/id/v2.0".to_owned(),
            discovery: "https://login.test/id/v2.0/.well-known/openid-configuration".to_owned(),
            tenant: "acme".to_owned(),
            client_id: "app".to_owned(),
            redirect_uri: Some("https://app.test/cb".to_owned()),
            has_secret: true,
            scope: None,
        };
        for framework in Framework::value_variants() {
            let text = program(*framework, &connection).expect("a program");
            assert!(text.contains("\nexport ADMIT_CLIENT_ID=app\n"), "{text}");
            let (_, program) = text.split_once("\n\n# ").expect("a program");
            for variable in ["ADMIT_CLIENT_ID", "ADMIT_CLIENT_SECRET"] {
                assert!(program.contains(variable), "{framework:?} has no {variable}");
            }
            assert!(!program.contains("http://localhost:5000/callback"), "{framework:?}");
        }
    }
}
