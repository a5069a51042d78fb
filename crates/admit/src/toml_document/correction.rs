//! Corrections of values of the wrong type: how the option is written.

use toml::de::DeValue;

use super::value::FromValue;

/// How an option is written whose value is a table or a list of tables: the table that it belongs
/// to, its name and the form. `{}` stands for a text that was written in place of the table.
const FORMS: [(&str, &str, &str); 23] = [
    ("the file", "tenants", "[[tenants]]"),
    ("the file", "listeners", "[[listeners]]"),
    ("the file", "log", "[log]"),
    ("the file", "metrics", "[metrics]"),
    ("the file", "records", "[records]"),
    ("the file", "mail", "[mail]"),
    ("the file", "outbound", "[outbound]"),
    ("[[listeners]]", "tls", "tls = { certificate = \"tls.crt\", key = \"tls.key\" }"),
    ("[[tenants]]", "support", "support = { address = \"support@example.com\" }"),
    ("[[tenants]]", "resources", "[[tenants.resources]]"),
    ("[[tenants]]", "clients", "[[tenants.clients]]"),
    ("[[tenants]]", "users", "[[tenants.users]]"),
    ("[support]", "webhook", "webhook = { url = \"https://hooks.example.com\", generate = true }"),
    ("[[resources]]", "scopes", "scopes = [{ value = \"orders.read\", description = \"Read\" }]"),
    ("[[resources]]", "roles", "roles = [{ value = \"Reader\", description = \"Reads\" }]"),
    ("[[clients]]", "redirect_uris", "redirect_uris = { web = [\"https://app.example.com/cb\"] }"),
    (
        "[[clients]]",
        "permissions",
        "permissions = [{ resource = \"api://orders\", scopes = [\"orders.read\"] }]",
    ),
    ("[[clients]]", "secrets", "secrets = [{ generate = true }]"),
    ("[[clients]]", "keys", "keys = [{ certificate_file = \"app.crt\" }]"),
    ("[[users]]", "roles", "roles = [{ resource = \"api://orders\", role = \"Reader\" }]"),
    ("[[users]]", "address", "address = { formatted = \"…\" }"),
    ("[[tenants]]", "branding", "branding = { … }"),
    ("[[tenants]]", "logo", "logo = { … }"),
];

/// Returns how a table or a list of tables is written.
pub(super) fn form(location: &str, name: &str, value: &DeValue<'_>) -> Option<String> {
    if name == "redirect_uris"
        && let Some(uris) = texts(value)
    {
        return Some(format!("redirect_uris = {{ web = [{}] }}", uris.join(", ")));
    }
    let mut forms = FORMS.iter();
    let known = forms.find(|(table, option, _)| *table == location && *option == name);
    known.map(|(_, _, form)| (*form).to_owned())
}

/// Returns how a list is written, if one item was written in its place.
pub(super) fn list<T: FromValue>(name: &str, value: &DeValue<'_>) -> Option<String> {
    T::from_value(value).is_ok().then(|| format!("{name} = [{}]", render(value)))
}

/// Returns whether the value of an option is secret, so that no message may repeat it.
pub(super) fn is_secret(name: &str) -> bool {
    ["secret", "password", "salt", "key", "jwk"].iter().any(|word| name.contains(word))
}

/// Returns a value as it is written in TOML.
pub(super) fn render(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(on) => on.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{ … }".to_owned(),
    }
}

/// Returns a text in quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns the items of a list of texts, or the text itself, each in quotes.
fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    if let Some(text) = value.as_str() {
        return Some(vec![quoted(text)]);
    }
    let items = value.as_array()?.iter();
    let items: Vec<String> =
        items.filter_map(|item| Some(quoted(item.get_ref().as_str()?))).collect();
    (!items.is_empty()).then_some(items)
}
