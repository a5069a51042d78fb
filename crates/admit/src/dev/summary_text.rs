//! The text form of the summary, with commands to paste.

use std::fmt::Write;

use super::summary::{ClientSummary, DevSummary, TenantSummary};
use crate::shell_quote::shell_quote;

/// The `code_verifier` and `code_challenge` of RFC 7636 Appendix B. They are public, which is fine
/// for a demo.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Renders the summary as text.
pub(crate) fn render(summary: &DevSummary) -> String {
    let mut lines = vec![
        "Admit for development. Do not use it in production: the secrets below are not protected."
            .to_owned(),
        String::new(),
        format!("  start page  {}/", summary.origin),
        format!("  demo app    {}/demo-app", summary.origin),
        format!("  metrics     {}", summary.metrics),
    ];
    lines.extend(authority_lines(summary));
    for tenant in &summary.tenants {
        lines.push(String::new());
        lines.push(format!("Tenant {}", tenant.name));
        lines.push(format!("  issuer      {}", tenant.issuer));
        lines.push(format!("  discovery   {}", tenant.discovery));
        lines.push(format!("  admin       {}", tenant.admin_pages));
        lines.extend(resource_lines(tenant));
        lines.push(String::new());
        lines.push("  Clients".to_owned());
        for client in &tenant.clients {
            lines.extend(client_lines(client));
        }
        lines.push(String::new());
        lines.push("  Users".to_owned());
        for user in &tenant.users {
            let password = user.password.as_deref().unwrap_or("(changed since the first start)");
            let role = if user.administrator { "  (administrator)" } else { "" };
            lines.push(format!("    {:<22}password {password}{role}", user.username));
        }
        lines.extend(commands(summary, tenant));
    }
    lines.push(String::new());
    lines.push("ready".to_owned());
    lines.join("\n") + "\n"
}

/// Returns the CA file, and one line for each kind of client that must trust it.
fn authority_lines(summary: &DevSummary) -> Vec<String> {
    let Some(file) = &summary.ca_file else { return Vec::new() };
    let mut lines = vec![format!("  CA file     {file}")];
    if let Some(reason) = &summary.new_authority {
        lines.push(format!("              This authority is new: {reason}."));
        lines.push("              What trusted the previous one must trust this one.".to_owned());
    }
    lines.push(String::new());
    lines
        .push("  Clients must trust this authority. It is valid for this machine only:".to_owned());
    for line in &summary.trust {
        lines.push(format!("    {:<18}{}", line.client, line.command));
    }
    lines
}

fn resource_lines(tenant: &TenantSummary) -> Vec<String> {
    let mut lines = vec![String::new(), "  Resources".to_owned()];
    for resource in &tenant.resources {
        let default = if resource.default { "  (default)" } else { "" };
        lines.push(format!("    {}{default}", resource.identifier));
        lines.push(format!("      scopes          {}", resource.scopes.join(", ")));
        lines.push(format!("      roles           {}", resource.roles.join(", ")));
    }
    lines
}

fn client_lines(client: &ClientSummary) -> Vec<String> {
    let mut lines =
        vec![format!("    {}", client.name), format!("      client_id       {}", client.client_id)];
    if let Some(secret) = &client.client_secret {
        lines.push(format!("      client_secret   {secret}"));
    }
    if let Some(file) = &client.private_key_file {
        lines.push(format!("      private key     {file}"));
    }
    if !client.redirect_uris.is_empty() {
        lines.push(format!("      redirect URIs   {}", client.redirect_uris.join(", ")));
    }
    lines
}

/// Returns three examples to paste.
fn commands(summary: &DevSummary, tenant: &TenantSummary) -> Vec<String> {
    let find = |name: &str| tenant.clients.iter().find(|client| client.name == name);
    let (Some(daemon), Some(web)) = (find("daemon"), find("web")) else { return Vec::new() };
    let token = shell_quote(&format!("{}/{}/oauth2/v2.0/token", summary.origin, tenant.name));
    let curl = match &summary.ca_file {
        Some(file) => format!("curl --cacert {}", shell_quote(file)),
        None => "curl".to_owned(),
    };
    let scope = tenant.resources.first().map_or("", |resource| resource.identifier.as_str());
    let secret = daemon.client_secret.as_deref().unwrap_or_default();
    let request = |secret: &str| {
        let fields = [
            "grant_type=client_credentials".to_owned(),
            format!("client_id={}", daemon.client_id),
            format!("client_secret={secret}"),
            format!("scope={scope}/.default"),
        ];
        let fields = fields.map(|field| format!("-d {}", shell_quote(&field))).join(" ");
        format!("  {curl} {fields} {token}")
    };
    vec![
        String::new(),
        "Get a token for a service (client credentials)".to_owned(),
        request(secret),
        String::new(),
        "Send a request that is refused, with an explanation".to_owned(),
        request("wrong"),
        String::new(),
        format!("Sign in as {}, in a browser", first_user(tenant)),
        format!("  {}", sign_in_url(summary, tenant, web)),
        "  The redirect goes to a port where nothing listens. Copy the parameter `code` from the"
            .to_owned(),
        "  address bar and replace CODE in this command within one minute:".to_owned(),
        format!("  {}", redeem_command(&curl, &token, web)),
    ]
}

fn redeem_command(curl: &str, token: &str, web: &ClientSummary) -> String {
    let fields = [
        "grant_type=authorization_code".to_owned(),
        format!("client_id={}", web.client_id),
        format!("client_secret={}", web.client_secret.as_deref().unwrap_or_default()),
        format!("redirect_uri={}", web.redirect_uris.first().map_or("", String::as_str)),
        format!("code_verifier={VERIFIER}"),
        "code=CODE".to_owned(),
    ];
    let fields = fields.map(|field| format!("--data-urlencode {}", shell_quote(&field))).join(" ");
    format!("{curl} {fields} {token}")
}

fn first_user(tenant: &TenantSummary) -> &str {
    let mut users = tenant.users.iter().filter(|user| !user.administrator);
    users.next().map_or("a user", |user| user.username.as_str())
}

fn sign_in_url(summary: &DevSummary, tenant: &TenantSummary, web: &ClientSummary) -> String {
    let scope = tenant
        .resources
        .first()
        .and_then(|resource| Some(format!("{}/{}", resource.identifier, resource.scopes.first()?)));
    let scope = format!("openid profile offline_access {}", scope.unwrap_or_default());
    let redirect_uri = web.redirect_uris.first().map_or("", String::as_str);
    let parameters = [
        ("client_id", web.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", redirect_uri),
        ("scope", scope.trim_end()),
        ("state", "demo"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let query: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", percent_encode(value)))
        .collect();
    format!("{}/{}/oauth2/v2.0/authorize?{}", summary.origin, tenant.name, query.join("&"))
}

/// Percent-encodes a text for a query (RFC 3986 §2.1).
fn percent_encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
    }
    encoded
}
