//! Requests with a value that is accepted once: client assertions and DPoP proofs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jose::{Algorithm, SigningKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;

use crate::http::{Connection, Response};
use crate::random::Random;
use crate::service::{Registration, Service};
use crate::{Result, clock};

/// The lifetime of an assertion. A replay after a restart must not be refused by its age.
const ASSERTION_SECONDS: u64 = 600;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The error numbers of a replay: of an assertion and of a proof.
pub(crate) const REPLAYED: [u32; 2] = [88_000_034, 88_000_130];

/// A client that sends a fresh one-time value with each request for a token.
pub(crate) struct OneTimeClient {
    path: String,
    url: String,
    registration: Registration,
    scope: String,
    key: SigningKey,
    nonce: String,
}

/// A request that was sent, and whether the service answered with a token.
#[derive(Clone)]
pub(crate) struct OneTimeRequest {
    path: String,
    form: Vec<(String, String)>,
    proof: Option<String>,
    pub(crate) is_acknowledged: bool,
}

impl OneTimeClient {
    /// Returns a client that authenticates with an assertion.
    pub(crate) fn with_assertions(service: &Service) -> Result<Self> {
        let registration = service.tenant.client("web-certificate")?;
        let file = registration.private_key_file.as_ref().ok_or("no private key")?;
        let der = PrivatePkcs8KeyDer::from_pem_file(file)?;
        let key = SigningKey::from_pkcs8(Algorithm::Rs256, der.secret_pkcs8_der())?;
        Ok(Self::new(service, registration, key.with_kid("dev")))
    }

    /// Returns a client that authenticates with a secret and sends proofs.
    pub(crate) fn with_proofs(service: &Service) -> Result<Self> {
        let (key, _) = SigningKey::generate(Algorithm::Es256)?;
        Ok(Self::new(service, service.tenant.client("daemon")?, key))
    }

    fn new(service: &Service, registration: &Registration, key: SigningKey) -> Self {
        let path = format!("/{}/oauth2/v2.0/token", service.tenant.id);
        let url = format!("https://localhost:{}{path}", service.target.port);
        let scope = service.tenant.resources.first().map(|it| it.identifier.as_str());
        Self {
            path,
            url,
            registration: registration.clone(),
            scope: format!("{}/.default", scope.unwrap_or_default()),
            key,
            nonce: String::new(),
        }
    }

    /// Sends requests with fresh values until there is no response.
    pub(crate) async fn send_until_killed(
        mut self,
        mut connection: Connection,
        mut random: Random,
        uses: Arc<AtomicU64>,
    ) -> Vec<OneTimeRequest> {
        let mut sent = Vec::new();
        loop {
            let Ok(mut request) = self.request(&mut random) else { return sent };
            let response = request.send(&mut connection).await;
            request.is_acknowledged = response.as_ref().is_ok_and(|it| it.status == 200);
            uses.fetch_add(u64::from(request.is_acknowledged), Ordering::Relaxed);
            if let Ok(response) = &response {
                self.remember_nonce(response);
            }
            // A refusal, such as that of a proof without a nonce, proves nothing.
            if request.is_acknowledged || response.is_err() {
                sent.push(request);
            }
            if response.is_err() {
                return sent;
            }
        }
    }

    /// Uses the nonce of a response for the next proofs.
    pub(crate) fn remember_nonce(&mut self, response: &Response) {
        if let Some(nonce) = &response.nonce {
            self.nonce.clone_from(nonce);
        }
    }

    /// Creates a request with a fresh value.
    pub(crate) fn request(&self, random: &mut Random) -> Result<OneTimeRequest> {
        let mut form = vec![
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("scope".to_owned(), self.scope.clone()),
            ("client_id".to_owned(), self.registration.client_id.clone()),
        ];
        let mut proof = None;
        if let Some(secret) = &self.registration.client_secret {
            form.push(("client_secret".to_owned(), secret.clone()));
            proof = Some(self::proof(&self.key, &self.url, &self.nonce, random)?);
        } else {
            let (client, now) = (&self.registration.client_id, clock::unix_seconds());
            let id = format!("{:032x}", u128::from_be_bytes(random.bytes()));
            let claims = json!({
                "iss": client, "sub": client, "aud": self.url, "jti": id,
                "iat": now, "exp": now + ASSERTION_SECONDS,
            });
            let assertion = self.key.sign(&json!({}), claims.to_string().as_bytes())?;
            form.push(("client_assertion".to_owned(), assertion));
            form.push(("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()));
        }
        Ok(OneTimeRequest { path: self.path.clone(), form, proof, is_acknowledged: false })
    }
}

/// A key and a nonce, for proofs beside any form.
pub(crate) struct ProofSender {
    path: String,
    url: String,
    key: SigningKey,
    nonce: String,
}

impl ProofSender {
    pub(crate) fn new(port: u16, tenant: &str) -> Result<Self> {
        let path = format!("/{tenant}/oauth2/v2.0/token");
        let (key, _) = SigningKey::generate(Algorithm::Es256)?;
        let url = format!("https://localhost:{port}{path}");
        Ok(Self { path, url, key, nonce: String::new() })
    }

    /// Sends a form with a fresh proof.
    pub(crate) async fn post(
        &mut self,
        connection: &mut Connection,
        form: &[(&str, &str)],
        random: &mut Random,
    ) -> Result<Response> {
        let proof = proof(&self.key, &self.url, &self.nonce, random)?;
        let response = connection.post_with(&self.path, form, Some(&proof)).await?;
        if let Some(nonce) = &response.nonce {
            self.nonce.clone_from(nonce);
        }
        Ok(response)
    }
}

/// Signs a DPoP proof with a fresh id.
fn proof(key: &SigningKey, url: &str, nonce: &str, random: &mut Random) -> Result<String> {
    let id = format!("{:032x}", u128::from_be_bytes(random.bytes()));
    let now = clock::unix_seconds();
    let claims = json!({ "htm": "POST", "htu": url, "iat": now, "jti": id, "nonce": nonce });
    let header = json!({ "typ": "dpop+jwt", "jwk": key.public_jwk() });
    Ok(key.sign(&header, claims.to_string().as_bytes())?)
}

impl OneTimeRequest {
    /// Sends the request.
    pub(crate) async fn send(&self, connection: &mut Connection) -> Result<Response> {
        let form: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        connection.post_with(&self.path, &form, self.proof.as_deref()).await
    }

    /// Sends the request again: once if it was acknowledged, else twice. Its value must be accepted
    /// at most once in total.
    pub(crate) async fn replay(&self, connection: &mut Connection) -> Result<()> {
        if !self.is_acknowledged {
            self.send(connection).await?;
        }
        let response = self.send(connection).await?;
        let body = String::from_utf8_lossy(&response.body);
        match response.status {
            200 => Err("a one-time value was accepted twice".into()),
            // A proof without a nonce, for example: it was never accepted.
            400..500 if !self.is_acknowledged => Ok(()),
            _ if REPLAYED.iter().any(|number| body.contains(&number.to_string())) => Ok(()),
            status => Err(format!("a one-time value was refused with {status} {body}").into()),
        }
    }
}
