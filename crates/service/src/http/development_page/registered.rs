//! The registered values of the kind that a refusal is about, the nearest one first.

use std::sync::Arc;

use catalogue::{Refusal, edit_distance};
use model::{Client, ClientCredential, ClientId, Fault, Platform, Resource, Tenant, TenantId};
use pages::{RegisteredValue, RegisteredValues};

use crate::state::Service;

/// Maximum number of values that a page shows.
const SHOWN_MAX: usize = 20;
/// Maximum number of edits between the received value and one that is marked as the nearest.
const EDITS_MAX: usize = 24;
/// Maximum length of a compared value, in characters.
const COMPARED_CHARS_MAX: usize = 512;

/// The registered rows: every tenant, and the clients and resources of the request's tenant.
#[derive(Default)]
pub(super) struct Registered {
    pub(super) tenants: Vec<Tenant>,
    pub(super) tenant: Option<Arc<Tenant>>,
    pub(super) clients: Vec<Client>,
    pub(super) client: Option<Arc<Client>>,
    pub(super) resources: Arc<Vec<Resource>>,
}

impl Registered {
    pub(super) async fn read(
        service: &Service,
        tenant: Option<TenantId>,
        client: Option<&str>,
    ) -> Result<Self, Fault> {
        let tenants = service.tenants().await?;
        let Some(tenant) = tenant else { return Ok(Self { tenants, ..Self::default() }) };
        let store = service.store_of_id(tenant);
        let client = match client.and_then(ClientId::new) {
            Some(client) => store.client(&client).await?,
            None => None,
        };
        Ok(Self {
            tenants,
            tenant: store.row().await?,
            clients: store.clients().await?,
            client,
            resources: store.resources().await?,
        })
    }

    /// Returns the registered values of the kind that the refusal is about. `None` if it is about
    /// no registered value.
    pub(super) fn values(&self, refusal: &Refusal) -> Option<RegisteredValues> {
        let (kind, values) = self.kind(refusal.number())?;
        let received = received(refusal);
        Some(sorted(kind, values, received.as_deref()))
    }

    fn kind(&self, number: u32) -> Option<(&'static str, Vec<(String, String)>)> {
        let client = self.client.as_deref();
        Some(match number {
            50_011 | 500_112 | 500_113 | 900_971 | 90_102 => {
                ("redirect-uris", redirect_uris(client?))
            }
            88_000_056 | 9_002_326 | 9_002_327 => ("origins", origins(client?)),
            650_053 | 70_011 | 700_023 | 700_022 | 1_002_012 => ("scopes", self.scopes()),
            650_057 | 65_005 | 88_000_081 | 90_094 => ("permissions", permissions(client?)),
            500_011 | 500_014 | 88_000_082 | 88_000_084 => ("resources", self.identifiers()),
            700_016 | 7_000_112 => ("clients", self.client_ids()),
            90_002 | 900_021 | 900_023 => ("tenants", self.tenant_names()),
            7_000_215 | 7_000_222 | 7_000_218 | 7_000_216 | 88_000_030 => {
                ("credentials", credentials(client?))
            }
            88_000_040 | 70_003 => ("grant-types", plain(&client?.grant_types)),
            _ => return fixed(number),
        })
    }

    fn scopes(&self) -> Vec<(String, String)> {
        let of = |resource: &Resource| {
            let value = |scope: &model::Scope| format!("{}/{}", resource.identifier, scope.value);
            resource.scopes.iter().map(value).collect::<Vec<_>>()
        };
        let values = self.resources.iter().flat_map(of);
        values.map(|value| (value, String::new())).collect()
    }

    fn identifiers(&self) -> Vec<(String, String)> {
        let identifiers = self.resources.iter().map(|resource| resource.identifier.clone());
        identifiers.map(|value| (value, String::new())).collect()
    }

    fn client_ids(&self) -> Vec<(String, String)> {
        self.clients.iter().map(|client| (client.id.to_string(), client.name.clone())).collect()
    }

    fn tenant_names(&self) -> Vec<(String, String)> {
        self.tenants.iter().map(|tenant| (tenant.name.clone(), tenant.id.to_string())).collect()
    }
}

/// Returns the values of parameters that the service itself defines.
fn fixed(number: u32) -> Option<(&'static str, Vec<(String, String)>)> {
    let values: &[&str] = match number {
        70_005 | 700_054 => &["code"],
        70_007 => &["query", "fragment", "form_post"],
        50_149 => &["S256"],
        _ => return None,
    };
    let values = values.iter().map(|value| ((*value).to_owned(), String::new()));
    Some(("accepted", values.collect()))
}

fn plain(values: &[String]) -> Vec<(String, String)> {
    values.iter().map(|value| (value.clone(), String::new())).collect()
}

/// Returns the name of a platform in a declaration.
pub(super) const fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Web => "web",
        Platform::SinglePage => "single_page",
        Platform::Native => "native",
    }
}

fn redirect_uris(client: &Client) -> Vec<(String, String)> {
    let uris = client.redirect_uris.iter();
    uris.map(|uri| (uri.uri.clone(), platform(uri.platform).to_owned())).collect()
}

fn origins(client: &Client) -> Vec<(String, String)> {
    client.origins().map(|origin| (origin.to_owned(), String::new())).collect()
}

fn permissions(client: &Client) -> Vec<(String, String)> {
    let of = |permission: &model::Permission| {
        let scopes = permission.scopes.iter().map(|it| (it.clone(), permission.resource.clone()));
        let roles = permission.roles.iter().map(|it| (it.clone(), permission.resource.clone()));
        scopes.chain(roles).collect::<Vec<_>>()
    };
    client.permissions.iter().flat_map(of).collect()
}

/// Returns the ids of the credentials, never a secret.
fn credentials(client: &Client) -> Vec<(String, String)> {
    let of = |credential: &ClientCredential| match credential {
        ClientCredential::Secret { id, .. } => (id.clone(), "client_secret".to_owned()),
        ClientCredential::PublicKey { id, .. } => (id.clone(), "private_key_jwt".to_owned()),
    };
    client.credentials.iter().map(of).collect()
}

/// Returns the received value that the refusal names.
pub(super) fn received(refusal: &Refusal) -> Option<String> {
    const NAMES: [&str; 9] = [
        "redirect_uri",
        "received",
        "scope",
        "resource",
        "client_id",
        "tenant",
        "origin",
        "grant_type",
        "response_mode",
    ];
    let arguments = refusal.arguments();
    let find = |name: &&str| arguments.iter().find(|(known, _)| known == name);
    NAMES.iter().find_map(find).map(|(_, value)| value.clone())
}

/// Returns the values with the nearest one first, which is marked if it is near.
fn sorted(
    kind: &'static str,
    values: Vec<(String, String)>,
    received: Option<&str>,
) -> RegisteredValues {
    let chars = |text: &str| text.chars().take(COMPARED_CHARS_MAX).collect::<Vec<char>>();
    let received = received.map(chars);
    let distance = |value: &str| {
        let received = received.as_ref()?;
        edit_distance(received, &chars(value), EDITS_MAX.min(received.len() / 2))
    };
    let mut values: Vec<(usize, RegisteredValue)> = values
        .into_iter()
        .map(|(value, detail)| {
            let distance = distance(&value).unwrap_or(usize::MAX);
            (distance, RegisteredValue { value, detail, is_nearest: false })
        })
        .collect();
    values.sort_by_key(|(distance, _)| *distance);
    if let Some((_, first)) = values.first_mut().filter(|(distance, _)| *distance < usize::MAX) {
        first.is_nearest = true;
    }
    let hidden = values.len().saturating_sub(SHOWN_MAX);
    let values = values.into_iter().take(SHOWN_MAX).map(|(_, value)| value).collect();
    RegisteredValues { kind, values, hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_value_is_first_and_marked_and_the_list_is_bounded() {
        // Sorts thirty values around a misspelled one; then without any near value.
        let values = |end: &str| -> Vec<(String, String)> {
            let others = (0..30).map(|n| (format!("https://other{n}.example/"), String::new()));
            others.chain([(end.to_owned(), String::new())]).collect()
        };
        let found =
            sorted("redirect-uris", values("https://app.test/cb"), Some("https://app.test/cb/"));
        assert_eq!((found.values.len(), found.hidden), (SHOWN_MAX, 11));
        assert_eq!(found.values[0].value, "https://app.test/cb");
        assert!(found.values[0].is_nearest && found.values[1..].iter().all(|it| !it.is_nearest));
        let found = sorted("tenants", vec![("demo".to_owned(), String::new())], Some("x"));
        assert!(!found.values[0].is_nearest);
    }
}
