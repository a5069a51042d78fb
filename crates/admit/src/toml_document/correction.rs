//! Corrections of values of the wrong type: how the option is written.

use toml::de::DeValue;

use super::problem::Problem;

/// The forms of options whose values are tables or lists of tables: the table that the option
/// belongs to, its name and the form.
const FORMS: [(&str, &str, &str); 27] = [
    ("the file", "tenants", "[[tenants]]"),
    ("the file", "listeners", "[[listeners]]"),
    ("the file", "store", "[store.postgres]"),
    ("[store]", "postgres", "[store.postgres]"),
    ("[postgres]", "ledgers", "[[store.postgres.ledgers]]"),
    ("the file", "log", "[log]"),
    ("the file", "metrics", "[metrics]"),
    ("the file", "records", "[records]"),
    ("the file", "passwords", "[passwords]"),
    ("the file", "mail", "[mail]"),
    ("the file", "outbound", "[outbound]"),
    ("[[listeners]]", "tls", "tls = { certificate = \"tls.crt\", key = \"tls.key\" }"),
    ("[[tenants]]", "sign_up", "sign_up = { mode = \"invited\" }"),
    ("[[tenants]]", "support", "support = { address = \"support@example.com\" }"),
    (
        "[[tenants]]",
        "auth_contexts",
        "auth_contexts = [{ id = \"c1\", name = \"Payments\", strength = \"two_factors\" }]",
    ),
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

/// Adds the help to a problem: what is expected, and the form on a line of its own, which can be
/// copied. A secret is not repeated.
pub(super) fn with_form(
    problem: Problem,
    name: &str,
    wanted: &str,
    form: Option<String>,
) -> Problem {
    let is_repeated = |form: &str| form.contains('=') && !form.contains('{') && !form.contains('[');
    match form.filter(|form| !(is_secret(name) && is_repeated(form))) {
        Some(form) => {
            Problem { command: Some(form), ..problem.allowed(format!("expected {wanted}; write")) }
        }
        None => problem.allowed(format!("expected {wanted}")),
    }
}

/// Returns whether the value of an option is secret, so that no message may repeat it.
fn is_secret(name: &str) -> bool {
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
