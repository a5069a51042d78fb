//! What there is, in words and in commands to paste.

use std::fmt::Write;

use super::tell::{ClientTold, TenantTold, Told};

/// The verifier and its challenge of RFC 7636 Appendix B: good enough to look at a page with.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Everything, and what to do with it.
pub(super) fn text(told: &Told) -> String {
    let mut lines = vec![
        "Admit for development. Nothing here is secret, and nothing here is for production."
            .to_owned(),
        String::new(),
        format!("  service     {}", told.origin),
        format!("  authority   {}", told.ca_file),
        "              Clients must trust it. Do not install this authority system-wide: whoever"
            .to_owned(),
        "              reads its key beside it could then be any site to this machine.".to_owned(),
        format!("  metrics     {}", told.metrics),
    ];
    for tenant in &told.tenants {
        lines.push(String::new());
        lines.push(format!("Tenant {}", tenant.name));
        lines.push(format!("  issuer      {}", tenant.issuer));
        lines.push(format!("  pages       {}", tenant.administration));
        lines.extend(resources(tenant));
        lines.push(String::new());
        lines.push("  Clients".to_owned());
        for client in &tenant.clients {
            lines.extend(client_lines(client));
        }
        lines.push(String::new());
        lines.push("  Users".to_owned());
        for user in &tenant.users {
            let password = user.password.as_deref().unwrap_or("(set by somebody else)");
            let right = if user.administrator { "  (administrator)" } else { "" };
            lines.push(format!("    {:<22}password {password}{right}", user.username));
        }
        lines.extend(commands(told, tenant));
    }
    lines.push(String::new());
    lines.push("ready".to_owned());
    lines.join("\n") + "\n"
}

fn resources(tenant: &TenantTold) -> Vec<String> {
    let mut lines = vec![String::new(), "  Resources".to_owned()];
    for resource in &tenant.resources {
        let default = if resource.default { "  (default)" } else { "" };
        lines.push(format!("    {}{default}", resource.identifier));
        lines.push(format!("      scopes          {}", resource.scopes.join(", ")));
        lines.push(format!("      roles           {}", resource.roles.join(", ")));
    }
    lines
}

fn client_lines(client: &ClientTold) -> Vec<String> {
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

/// Three commands that work when they are pasted.
fn commands(told: &Told, tenant: &TenantTold) -> Vec<String> {
    let named = |name: &str| tenant.clients.iter().find(|client| client.name == name);
    let (Some(daemon), Some(web)) = (named("daemon"), named("web")) else { return Vec::new() };
    let token = quoted(&format!("{}/{}/oauth2/v2.0/token", told.origin, tenant.name));
    let curl = format!("curl --cacert {}", quoted(&told.ca_file));
    let scope = tenant.resources.first().map_or("", |resource| resource.identifier.as_str());
    let secret = daemon.client_secret.as_deref().unwrap_or_default();
    let request = |secret: &str| {
        let fields = [
            "grant_type=client_credentials".to_owned(),
            format!("client_id={}", daemon.client_id),
            format!("client_secret={secret}"),
            format!("scope={scope}/.default"),
        ];
        let fields = fields.map(|field| format!("-d {}", quoted(&field))).join(" ");
        format!("  {curl} {fields} {token}")
    };
    vec![
        String::new(),
        "Try: a token for a program of its own".to_owned(),
        request(secret),
        String::new(),
        "Try: a request that is refused, and says why".to_owned(),
        request("wrong"),
        String::new(),
        format!("Try: sign in as {}, in a browser that trusts the authority", first_user(tenant)),
        format!("  {}", sign_in(told, tenant, web)),
        "  Nothing listens where it ends: take the value of `code` from the address that the"
            .to_owned(),
        "  browser cannot open, and redeem it within a minute in place of CODE:".to_owned(),
        format!("  {}", redemption(&curl, &token, web)),
    ]
}

fn redemption(curl: &str, token: &str, web: &ClientTold) -> String {
    let fields = [
        "grant_type=authorization_code".to_owned(),
        format!("client_id={}", web.client_id),
        format!("client_secret={}", web.client_secret.as_deref().unwrap_or_default()),
        format!("redirect_uri={}", web.redirect_uris.first().map_or("", String::as_str)),
        format!("code_verifier={VERIFIER}"),
        "code=CODE".to_owned(),
    ];
    let fields = fields.map(|field| format!("--data-urlencode {}", quoted(&field))).join(" ");
    format!("{curl} {fields} {token}")
}

fn first_user(tenant: &TenantTold) -> &str {
    let mut people = tenant.users.iter().filter(|user| !user.administrator);
    people.next().map_or("somebody", |user| user.username.as_str())
}

fn sign_in(told: &Told, tenant: &TenantTold, web: &ClientTold) -> String {
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
    let query: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    format!("{}/{}/oauth2/v2.0/authorize?{}", told.origin, tenant.name, query.join("&"))
}

/// Percent-encoded for a query (RFC 3986 §2.1).
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Into a String, this cannot fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
    }
    encoded
}

/// In single quotes for a shell, where it needs them.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=@%+".contains(&byte);
    if text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_reaches_the_command_unchanged() {
        // Lets a shell print each quoted text.
        for text in ["plain", "two words", "it's", "$HOME `id` \"x\"", "a&b;c|d>e", ""] {
            let command =
                format!("printf %s {}", if text.is_empty() { "''".into() } else { quoted(text) });
            let out = std::process::Command::new("sh").args(["-c", &command]).output();
            let out = out.expect("a shell").stdout;
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }
}
