//! The address of a sign-in: the authorization request, and the flow that it belongs to.

use std::fmt::Write;

use jose::digest;
use model::{ClientId, Digest};
use protocol::{context::TenantContext, parameters::Parameters};

use crate::sign_in::flow_id::FlowId;

/// The parameters of a sign-in flow in the address of its pages. They are no part of the request.
const FLOW: &str = "flow";
/// Marks the address of a flow that replaces one whose cookie was missing.
const RETRY: &str = "flow_retry";
/// Names the expired flow whose typed user name a new flow keeps.
const BEGIN_AGAIN: &str = "begin_again";
/// The language of the pages, which the user may change on every page.
const UI_LOCALES: &str = "ui_locales";

/// The parameters of an authorization request without those of the flow, and how an address names
/// the request: by all of its parameters, or by the `request_uri` of a pushed request (RFC 9126).
pub(super) struct Address {
    /// The parameters of the request, form-encoded.
    pub(super) encoded: String,
    /// The query that names the request in addresses.
    pub(super) query: String,
    /// The flow of the page, if the address names one.
    pub(super) flow: Option<FlowId>,
    /// True if the address is marked: the cookie of an earlier flow was missing.
    pub(super) is_retry: bool,
    /// The expired flow whose typed user name is kept.
    pub(super) begins_again: Option<FlowId>,
    /// The tenant in paths.
    tenant: String,
}

impl Address {
    /// Reads the query of an address. A malformed parameter stays, for the checks of the request.
    pub(super) fn parse(query: &str, tenant: &TenantContext) -> Self {
        let mut address = Self {
            encoded: String::new(),
            query: String::new(),
            flow: None,
            is_retry: false,
            begins_again: None,
            tenant: tenant.row.name.clone(),
        };
        let mut pairs: Vec<&str> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = form_urlencoded::parse(pair.as_bytes()).next() else {
                pairs.push(pair);
                continue;
            };
            match (&*name, FlowId::parse(&value)) {
                (FLOW, Some(id)) => address.flow = Some(id),
                (BEGIN_AGAIN, Some(id)) => address.begins_again = Some(id),
                (RETRY, _) if value == "1" => address.is_retry = true,
                _ => pairs.push(pair),
            }
        }
        address.encoded = pairs.join("&");
        address.query.clone_from(&address.encoded);
        address
    }

    /// Replaces the parameters by those of a pushed request. The language of the address stays.
    pub(super) fn with_pushed_request(mut self, parameters: &str) -> Self {
        let language = Parameters::parse(self.encoded.as_bytes()).unwrap_or_default();
        let language = language.get(UI_LOCALES).map(str::to_owned);
        self.encoded = match language {
            Some(language) => {
                let others = form_urlencoded::parse(parameters.as_bytes())
                    .filter(|(name, _)| name != UI_LOCALES);
                let mut encoded = form_urlencoded::Serializer::new(String::new());
                encoded.extend_pairs(others).append_pair(UI_LOCALES, &language);
                encoded.finish()
            }
            None => parameters.to_owned(),
        };
        self
    }

    /// Names the request by the `request_uri` of a pushed request from now on.
    pub(super) fn name_by_request_uri(&mut self, client: &ClientId, request_uri: &str) {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", client.as_str()).append_pair("request_uri", request_uri);
        self.query = query.finish();
    }

    /// Returns whether the address names a request at all.
    pub(super) fn has_request(&self) -> bool {
        let parameters = Parameters::parse(self.encoded.as_bytes());
        parameters.map_or(true, |parameters| parameters.get("client_id").is_some())
    }

    /// Returns the digest of the request. The language of the pages is no part of it.
    pub(super) fn request_digest(&self) -> Digest {
        let pairs = form_urlencoded::parse(self.encoded.as_bytes());
        let mut canonical = form_urlencoded::Serializer::new(String::new());
        canonical.extend_pairs(pairs.filter(|(name, _)| name != UI_LOCALES));
        digest::sha256(canonical.finish().as_bytes())
    }

    /// Returns the path of the request, which starts a new flow if a page is needed.
    pub(super) fn of_request(&self) -> String {
        format!("/{}/oauth2/v2.0/authorize?{}", self.tenant, self.query)
    }

    /// Returns the path of the pages of a flow.
    pub(super) fn of_flow(&self, flow: FlowId) -> String {
        let mut path = self.of_request();
        let _ = write!(path, "&{FLOW}={flow}");
        if self.is_retry {
            let _ = write!(path, "&{RETRY}=1");
        }
        path
    }

    /// Returns the path that starts a new flow in place of an expired one.
    pub(super) fn to_begin_again(&self, expired: FlowId) -> String {
        format!("{}&{BEGIN_AGAIN}={expired}", self.of_request())
    }

    /// Returns the path to which a page of a flow posts its form.
    pub(super) fn of_form(&self, form: &str, flow: FlowId) -> String {
        format!("/{}/{form}?{}&{FLOW}={flow}", self.tenant, self.query)
    }
}

#[cfg(test)]
mod tests {
    use jose::seal::{Keyring, RootKey};
    use model::{Tenant, TenantId};

    use super::*;

    const ID: &str = "0190f3a1-7b2c-7d3e-8f40-5162738495a6";

    fn address(query: &str) -> Address {
        let tenant = Tenant::new(TenantId::new(uuid::Uuid::from_u128(1)), "demo", [0; 32]);
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let tenant = TenantContext::new(tenant, "https://id.test", &keyring).expect("a tenant");
        Address::parse(query, &tenant)
    }

    #[test]
    fn the_flow_is_no_part_of_the_request_in_an_address() {
        // Parses an address with every parameter of a flow, and writes it again.
        let query = format!("client_id=a&state=%20&flow={ID}&flow_retry=1&begin_again={ID}");
        let parsed = address(&query);
        assert_eq!(parsed.encoded, "client_id=a&state=%20");
        let id = FlowId::parse(ID);
        assert!(parsed.is_retry && parsed.flow == id && parsed.begins_again == id);
        assert_eq!(
            parsed.of_flow(id.expect("an id")),
            format!("/demo/oauth2/v2.0/authorize?client_id=a&state=%20&flow={ID}&flow_retry=1")
        );
    }

    #[test]
    fn a_parameter_of_an_app_that_is_no_flow_id_stays() {
        // Parses values that are no ids, and broken escapes.
        for query in ["flow=signup&client_id=a", "begin_again=x", "flow_retry=2", "a=%zz&flow="] {
            let parsed = address(query);
            assert_eq!(parsed.encoded, query);
            assert!(parsed.flow.is_none() && parsed.begins_again.is_none() && !parsed.is_retry);
        }
    }

    #[test]
    fn the_request_digest_covers_every_parameter_but_the_language() {
        // Compares the digest of a request with those of changed requests.
        let digest = |query: &str| address(query).request_digest();
        let first = digest("client_id=a&state=1");
        assert_eq!(first, digest("client%5Fid=a&state=1&ui_locales=id"));
        assert_eq!(first, digest(&format!("client_id=a&state=1&flow={ID}&flow_retry=1")));
        for other in ["client_id=a&state=2", "client_id=a&state=1&nonce=", "client_id=a%26state=1"]
        {
            assert_ne!(first, digest(other), "{other}");
        }
    }
}
