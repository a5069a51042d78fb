//! A right request with one thing changed: the explanation to the client's owner names that very
//! thing, and the right value, the nearest match, or how it differs.

mod ask;
mod assertions;
mod authorization;
mod bearers;
mod codes;
mod grants;
mod proofs;
mod tokens;

use jose::Algorithm;
use model::{
    Client, ClientCredential, DirectoryChange, Platform, RedirectUri, Seconds, Tenant, TenantId,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    authorize::browser,
    explain::{look_up, try_out},
    house::{House, client},
    signed::{bare, registered, rsa},
};
use ask::Ask;

/// How many wrong requests there are at least.
const ROWS_MIN: usize = 120;

/// A wrong request, and what its explanation must tell.
pub struct Row {
    /// The one thing that was changed.
    what: &'static str,
    /// The request.
    ask: Ask,
    /// The client whose owner asks.
    owner: &'static str,
    /// The comparison that it is about.
    name: &'static str,
    /// What stands in that comparison: the right value, the nearest match, the difference.
    tells: Vec<String>,
    /// Whether the owner learns it by a dry run: what was sent names the owner in no way.
    by_dry_run: bool,
}

impl Row {
    /// What the owner finds by the trace id.
    pub fn new(what: &'static str, ask: Ask, name: &'static str, tells: &[&str]) -> Self {
        let tells = tells.iter().map(|text| (*text).to_owned()).collect();
        Self { what, ask, owner: "web", name, tells, by_dry_run: false }
    }

    /// The same, for another owner.
    pub fn of(self, owner: &'static str) -> Self {
        Self { owner, ..self }
    }

    /// The same, learned by a dry run.
    pub fn tried(self) -> Self {
        Self { by_dry_run: true, ..self }
    }

    /// Sends it, and has it explained; says what is missing.
    async fn check(&self, house: &House) -> Result<(), String> {
        let told =
            if self.by_dry_run { self.by_trying(house).await } else { self.by_id(house).await };
        let comparisons = told.map_err(|problem| format!("{}: {problem}", self.what))?;
        let about: Vec<String> = comparisons
            .as_array()
            .into_iter()
            .flatten()
            .filter(|comparison| comparison["name"] == self.name)
            .map(Value::to_string)
            .collect();
        let told = |text: &String| about.iter().any(|comparison| comparison.contains(text));
        let missing: Vec<&String> = self.tells.iter().filter(|text| !told(text)).collect();
        if about.is_empty() || !missing.is_empty() {
            let what = self.what;
            return Err(format!("{what}: no {missing:?} about {} in {comparisons}", self.name));
        }
        Ok(())
    }

    async fn by_id(&self, house: &House) -> Result<Value, String> {
        let answer = house.send(self.ask.request()).await;
        if answer.status.is_server_error() {
            return Err(format!("what others can mend is made our fault: {}", answer.text));
        }
        let trace_id = answer.header("x-ms-request-id").to_owned();
        let found = look_up(house, self.owner, &[("trace_id", &trace_id)]).await;
        let record = &found.json["records"][0];
        if record["refusal"].is_null() {
            return Err(format!(
                "{} {} is explained by {}",
                answer.status, answer.text, found.text
            ));
        }
        Ok(record["comparisons"].clone())
    }

    async fn by_trying(&self, house: &House) -> Result<Value, String> {
        let answer = try_out(house, self.owner, &self.ask.parameters()).await;
        if answer.json["would"] != "refuse" {
            return Err(answer.text);
        }
        Ok(answer.json["refusal"]["comparisons"].clone())
    }
}

#[tokio::test]
async fn every_wrong_request_is_explained_by_the_thing_that_is_wrong_with_it() {
    // Sends right requests, then each of the rows, and asks for its explanation as the owner. None
    // of them is our fault.
    let house = furnished().await;
    let mut rows = Vec::new();
    rows.extend(tokens::rows(&house).await);
    rows.extend(assertions::rows(&house).await);
    rows.extend(codes::rows(&house).await);
    rows.extend(grants::rows(&house).await);
    rows.extend(proofs::rows(&house).await);
    rows.extend(authorization::rows(&house).await);
    rows.extend(bearers::rows(&house).await);
    let mut problems = Vec::new();
    for row in &rows {
        problems.extend(row.check(&house).await.err());
    }
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), rows.len(), problems.join("\n"));
    assert!(rows.len() >= ROWS_MIN, "only {} rows", rows.len());
}

/// A house where every kind of request can be right, and wrong in every way: an owner who may look
/// things up, secrets and keys that are over, other clients and another tenant.
async fn furnished() -> House {
    let house = House::new().await;
    browser::furnish(&house).await;
    house
        .change_client("web", |web| {
            web.redirect_uris.push(uri("https://web.test/single", Platform::SinglePage));
            web.redirect_uris.push(uri("http://127.0.0.1/native", Platform::Native));
            web.refresh_token_rotation = Some(true);
        })
        .await;
    house
        .change_client("daemon", |daemon| {
            daemon.grant_types = vec!["client_credentials".to_owned()];
            daemon.credentials.push(ClientCredential::Secret {
                id: "0c7a3d52-0000-4000-8000-000000000002".to_owned(),
                sha256: jose::digest::sha256(b"a-secret-of-last-year-with-many-characters-0"),
                expires: Some(service::now() - Seconds::days(3)),
            });
        })
        .await;
    let secret = client("keyed", Platform::Web, false).credentials;
    let old = match registered(&bare(&rsa(Algorithm::Rs256))) {
        ClientCredential::PublicKey { jwk, .. } => ClientCredential::PublicKey {
            id: "key-0".to_owned(),
            jwk,
            x5t: None,
            x5t_s256: None,
            expires: Some(service::now() - Seconds::days(3)),
        },
        other @ ClientCredential::Secret { .. } => other,
    };
    house
        .change_client("keyed", |keyed| {
            keyed.credentials.extend(secret);
            keyed.credentials.push(old);
        })
        .await;
    let elsewhere = TenantId::new(Uuid::from_u128(0x0191_1111_1111_7111_8111_1111_1111_1111));
    let acme = Tenant::new(elsewhere, "acme", [4; 32]);
    house.apply(DirectoryChange::PutTenant(acme)).await;
    let theirs = Client { tenant: elsewhere, ..client("theirs", Platform::Web, false) };
    house.apply(DirectoryChange::PutClient(theirs)).await;
    house
}

fn uri(uri: &str, platform: Platform) -> RedirectUri {
    RedirectUri { uri: uri.to_owned(), platform }
}
