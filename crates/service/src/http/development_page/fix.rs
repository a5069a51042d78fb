//! The command or the lines of a declaration that fix the cause of a refusal.

use catalogue::Refusal;
use model::{Client, Platform, Resource};
use pages::DevelopmentFix;

use super::registered::{Registered, platform, received};

/// The difference of a secret that would be right without the white space around it.
const RIGHT_BUT_SPACE: &str = "right_without_white_space";

/// Returns what fixes the cause, if a command or a declaration does. `data` is the data directory.
/// `differences` are the kinds of mismatch.
pub(super) fn fix(
    (refusal, differences): (&Refusal, &[&str]),
    known: &Registered,
    data: &str,
) -> Option<DevelopmentFix> {
    let at = Place { known, data };
    match refusal.number() {
        7_000_215 if differences.contains(&RIGHT_BUT_SPACE) => None,
        7_000_215 | 7_000_222 | 7_000_218 | 7_000_216 => at.add_secret(),
        700_016 => at.add_client(),
        90_002 | 900_021 | 900_023 => at.with_tenant(&received(refusal)?),
        _ => declaration(refusal, &at),
    }
}

/// Returns the text id of what to try before a fix that changes what is registered.
pub(super) fn advice(refusal: &Refusal, differences: &[&str]) -> Option<&'static str> {
    match refusal.number() {
        50_011 => Some("advice-redirect-uri"),
        50_147 => Some("advice-code-challenge"),
        7_000_215 if differences.contains(&RIGHT_BUT_SPACE) => Some("advice-white-space"),
        650_053 | 500_011 => Some("advice-scope"),
        90_002 | 700_016 => Some("advice-name"),
        _ => None,
    }
}

fn declaration(refusal: &Refusal, at: &Place<'_>) -> Option<DevelopmentFix> {
    let client = at.known.client.as_deref();
    let value = received(refusal);
    match refusal.number() {
        50_011 | 500_113 | 500_112 => at.client(&redirect_uris(client?, &value?, None)?),
        88_000_056 | 9_002_326 => {
            let uri = format!("{}/", value?);
            at.client(&redirect_uris(client?, &uri, Some(Platform::SinglePage))?)
        }
        650_053 => at.resource(&value?, refusal),
        500_011 => at.table("resources", &[format!("identifier = {}", quoted(&value?)?)]),
        500_014 => at.table(
            "resources",
            &[format!("identifier = {}", quoted(&value?)?), "enabled = true".to_owned()],
        ),
        650_057 | 65_005 => at.client(&permissions(client?, refusal, at.known)?),
        7_000_112 => at.client("enabled = true"),
        50_147 if !client?.public => at.client("pkce = \"optional\""),
        88_000_040 => at.client(&grant_types(client?, &value?)?),
        90_094 => at.client("admin_consent = true"),
        88_000_204 => at.client("error_simulation = true"),
        88_000_032 => at.client("assertion_audience_array = true"),
        _ => None,
    }
}

/// The place of a fix: the tenant and the client of the request.
struct Place<'a> {
    known: &'a Registered,
    data: &'a str,
}

impl Place<'_> {
    fn add_secret(&self) -> Option<DevelopmentFix> {
        let (client, tenant) = (self.client_name()?, self.tenant_name()?);
        let command = format!(
            "admit app secret add {client} --tenant {tenant} --secrets-file new.secret --data {}",
            shell(self.data)?
        );
        Some(DevelopmentFix { command, declaration: None })
    }

    fn add_client(&self) -> Option<DevelopmentFix> {
        let command = format!(
            "admit app add my-app --tenant {} --redirect http://localhost:3000/callback \
             --secrets-file my-app.secret --data {}",
            self.tenant_name()?,
            shell(self.data)?
        );
        Some(DevelopmentFix { command, declaration: None })
    }

    fn with_tenant(&self, name: &str) -> Option<DevelopmentFix> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let lines = format!("[[tenants]]\nname = {}\n", quoted(name)?);
        name.chars().all(is_name).then(|| self.apply(lines)).flatten()
    }

    /// Returns the fix that writes one option of the client.
    fn client(&self, option: &str) -> Option<DevelopmentFix> {
        let name = format!("name = {}", quoted(&self.known.client.as_deref()?.name)?);
        self.table("clients", &[name, option.to_owned()])
    }

    /// Returns the fix that adds a scope to its resource. An item of a list keeps what it leaves
    /// out, but the list replaces the stored one, so it has every scope.
    fn resource(&self, scope: &str, refusal: &Refusal) -> Option<DevelopmentFix> {
        let argument = |name: &str| refusal.arguments().iter().find(|(known, _)| *known == name);
        let named = argument("resource").map(|(_, value)| value.as_str());
        let resources = &self.known.resources;
        let find = |it: &&Resource| named.is_none_or(|named| it.identifier == named);
        let resource = resources.iter().find(find)?;
        let value = scope.strip_prefix(&resource.identifier).unwrap_or(scope);
        let value = value.trim_start_matches('/');
        let item = |value: &str, description: &str| {
            Some(format!(
                "    {{ value = {}, description = {} }},",
                quoted(value)?,
                quoted(description)?
            ))
        };
        let stored = resource.scopes.iter().filter_map(|scope| {
            item(&scope.value, scope.description.in_language_or("en", &scope.value))
        });
        let mut lines = vec![
            format!("identifier = {}", quoted(&resource.identifier)?),
            "scopes = [".to_owned(),
        ];
        lines.extend(stored);
        lines.push(item(value, "DESCRIPTION")?);
        lines.push("]".to_owned());
        self.table("resources", &lines)
    }

    fn table(&self, table: &str, lines: &[String]) -> Option<DevelopmentFix> {
        let tenant = quoted(&self.known.tenant.as_deref()?.name)?;
        let lines = lines.join("\n");
        self.apply(format!("[[tenants]]\nname = {tenant}\n\n[[tenants.{table}]]\n{lines}\n"))
    }

    fn apply(&self, lines: String) -> Option<DevelopmentFix> {
        let command = format!("admit apply fix.toml --data {}", shell(self.data)?);
        Some(DevelopmentFix { command, declaration: Some(lines) })
    }

    fn client_name(&self) -> Option<String> {
        shell(&self.known.client.as_deref()?.name)
    }

    fn tenant_name(&self) -> Option<String> {
        shell(&self.known.tenant.as_deref()?.name)
    }
}

/// Returns the option with the registered redirect URIs and one more, on its platform.
fn redirect_uris(client: &Client, added: &str, on: Option<Platform>) -> Option<String> {
    let first = client.redirect_uris.first().map(|uri| uri.platform);
    let on = on.or(first).unwrap_or(Platform::Web);
    let platforms = [Platform::Web, Platform::SinglePage, Platform::Native];
    let of = |one: Platform| {
        let stored = client.redirect_uris.iter().filter(|uri| uri.platform == one);
        let mut uris: Vec<String> = stored.filter_map(|uri| quoted(&uri.uri)).collect();
        uris.extend((one == on).then(|| quoted(added)).flatten());
        (!uris.is_empty()).then(|| format!("{} = [{}]", platform(one), uris.join(", ")))
    };
    quoted(added).filter(|_| added.contains(':'))?;
    let lists: Vec<String> = platforms.into_iter().filter_map(of).collect();
    Some(format!("redirect_uris = {{ {} }}", lists.join(", ")))
}

/// Returns the option with the permissions of the client and the refused one.
fn permissions(client: &Client, refusal: &Refusal, known: &Registered) -> Option<String> {
    let argument = |name: &str| refusal.arguments().iter().find(|(known, _)| *known == name);
    let scope = argument("scope").map(|(_, value)| value.as_str());
    let named = argument("resource").map(|(_, value)| value.as_str());
    let has_prefix = |it: &&Resource| {
        named.or(scope).is_some_and(|text| text.starts_with(it.identifier.as_str()))
    };
    let resource = known.resources.iter().find(has_prefix);
    let resource = resource.or_else(|| known.resources.iter().find(|it| it.default))?;
    let added = scope.map(|scope| scope.rsplit('/').next().unwrap_or(scope));
    let mut permissions = client.permissions.clone();
    if client.permission(&resource.identifier).is_none() {
        let identifier = resource.identifier.clone();
        let (scopes, roles) = (Vec::new(), Vec::new());
        permissions.push(model::Permission { resource: identifier, scopes, roles });
    }
    let list = |values: &[String]| {
        let values: Option<Vec<String>> = values.iter().map(|value| quoted(value)).collect();
        values.map(|values| values.join(", "))
    };
    let mut items = Vec::new();
    for mut permission in permissions {
        if permission.resource == resource.identifier {
            permission.scopes.extend(added.map(str::to_owned));
        }
        let (scopes, roles) = (list(&permission.scopes)?, list(&permission.roles)?);
        let identifier = quoted(&permission.resource)?;
        items.push(format!(
            "    {{ resource = {identifier}, scopes = [{scopes}], roles = [{roles}] }},"
        ));
    }
    Some(format!("permissions = [\n{}\n]", items.join("\n")))
}

fn grant_types(client: &Client, added: &str) -> Option<String> {
    let known = client.grant_types.iter().map(String::as_str).chain([added]);
    let quoted: Option<Vec<String>> = known.map(quoted).collect();
    Some(format!("grant_types = [{}]", quoted?.join(", ")))
}

/// Returns a TOML string. `None` for a text that would need escapes: what is copied must be exactly
/// what is read.
fn quoted(text: &str) -> Option<String> {
    let is_plain = |c: char| !c.is_control() && !"\"\\".contains(c);
    text.chars().all(is_plain).then(|| format!("\"{text}\""))
}

/// Returns an argument of a shell command. `None` for a text that cannot be quoted.
fn shell(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        return Some(text.to_owned());
    }
    let can_be_quoted = |c: char| !c.is_control() && c != '\'';
    let can_be_quoted = !text.is_empty() && text.chars().all(can_be_quoted);
    (can_be_quoted && !text.starts_with('-')).then(|| format!("'{text}'"))
}
