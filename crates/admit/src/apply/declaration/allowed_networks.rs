//! The networks from which users may sign in, of a tenant or an app.

use model::{IpNetwork, Tenant};
use toml::de::DeValue;

use crate::toml_document::{Declared, FromValue, Problem, Spanned, TableReader};

impl FromValue for IpNetwork {
    fn expected() -> String {
        "an IP address, or a network such as \"203.0.113.0/24\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        written.parse().map_err(|error: model::IpNetworkError| error.to_string())
    }
}

/// Reads the networks.
pub(super) fn read(reader: &mut TableReader<'_>) -> Declared<Vec<IpNetwork>> {
    let networks: Declared<Vec<Spanned<IpNetwork>>> = reader.declared_list("allowed_networks");
    let declared = networks.value().map(Vec::as_slice).unwrap_or_default();
    if let Some(first) = declared.get(Tenant::ALLOWED_NETWORKS_MAX) {
        let message = "there are too many networks";
        let found = format!("expected at most {}", Tenant::ALLOWED_NETWORKS_MAX);
        reader.problems().add(Problem::new(first.span.clone(), message, found));
    }
    for (index, network) in declared.iter().enumerate() {
        if !network.value.has_senders() {
            let message = "this network has no hosts";
            let found = "no request can come from there";
            reader.problems().add(Problem::new(network.span.clone(), message, found));
        }
        let mut before = declared.iter().take(index);
        if let Some(other) = before.find(|other| other.value.covers(&network.value)) {
            let message = "this network is in the list already";
            let found = format!("it is a part of {}", other.value);
            reader.problems().add(Problem::new(network.span.clone(), message, found));
        }
    }
    networks.map(|networks| networks.into_iter().map(|network| network.value).collect())
}
