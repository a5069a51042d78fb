//! The token endpoint (RFC 6749 §3.2): the phases that every grant type shares, in order.

use std::{cell::OnceCell, sync::Arc};

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{CommitOutcome, Fault, FaultKind, Resource, TenantStore};

use crate::{
    Checks, Decision, Entitlement, Error, RequestSummary, Spent, Subject, UnspentValues,
    auth_context::{self, TokenClaimsRequest},
    client_auth::{AuthenticatedClient, ClientAuthentication},
    context::RuleContext,
    difference::{self, list},
    grant::{self, GrantType, with_grant_types},
    keys::TenantKeys,
    mint::{Mint, TokenPreview, TokenResponse},
    origin,
    parameters::Parameters,
    request_head::RequestHead,
    scope::{self, GrantedScopes},
    sender_constraint::{self, DpopProof},
};

/// The number of times that a decision is taken if the grant keeps changing meanwhile.
const TRIES_MAX: usize = 4;

/// The entitlement of a request, and the proof that its one-time values are spent.
type Authorized = (Entitlement, Spent);

/// A token request whose client is authenticated.
struct TokenRequest<'a> {
    parameters: &'a Parameters,
    head: &'a RequestHead<'a>,
    client: AuthenticatedClient,
    dpop_proof: Option<DpopProof>,
    token_claims: TokenClaimsRequest,
    resources: Arc<Vec<Resource>>,
    store: TenantStore<'a>,
    keys: &'a TenantKeys,
    context: &'a RuleContext<'a>,
}

/// Handles a token request: authorizes it, commits the changes and issues the tokens.
///
/// # Errors
/// A refusal with one of the errors of RFC 6749 §5.2, or a fault.
pub async fn handle_token_request(
    request: (&RequestHead<'_>, &Parameters),
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
    summary: &mut RequestSummary,
) -> Result<TokenResponse, Error> {
    let (request, (entitlement, spent)) =
        authorize_token_request(request, store, keys, context, summary).await?;
    Ok(request.mint(&entitlement).tokens(&entitlement, spent)?)
}

/// Runs a token request without issuing tokens. Pass a store that discards commits and reports a
/// conflict for used one-time values.
///
/// # Errors
/// As [`handle_token_request`].
pub async fn preview_token_request(
    request: (&RequestHead<'_>, &Parameters),
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
    summary: &mut RequestSummary,
) -> Result<TokenPreview, Error> {
    let (request, (entitlement, _)) =
        authorize_token_request(request, store, keys, context, summary).await?;
    Ok(request.mint(&entitlement).preview(&entitlement)?)
}

/// Runs every phase before the tokens are issued.
async fn authorize_token_request<'a>(
    (head, parameters): (&'a RequestHead<'a>, &'a Parameters),
    store: TenantStore<'a>,
    keys: &'a TenantKeys,
    context: &'a RuleContext<'a>,
    summary: &mut RequestSummary,
) -> Result<(TokenRequest<'a>, Authorized), Error> {
    let grant_type = grant_type(parameters)?;
    summary.grant_type = Some(grant_type);
    let checks = &mut summary.checks;
    checks.pass("grant_type");
    let authentication = ClientAuthentication::extract(head, parameters);
    let authentication = checks.record("client_named", authentication)?;
    let (client, one_time_values) = authentication.authenticate(store, context, summary).await?;
    let checks = &mut summary.checks;

    if !client.client().may_use(grant_type) {
        let allowed = list(&client.client().grant_types);
        let comparison = Comparison::mismatch("grant_type", allowed, grant_type)
            .with_difference(Difference::new("not_registered_for"));
        let refusal = refusal::grant_type_not_allowed(&client.client().name, grant_type);
        return Err(refusal.with(comparison).into());
    }
    checks.pass("grant_type_allowed");
    checks.record("origin", origin::check(head.origin, client.client()))?;
    let token_claims = auth_context::of_token_request(parameters, &context.tenant.row)?;
    let dpop_proof = sender_constraint::verify_proof(head, None, context, checks)?;
    let proof_id = dpop_proof.as_ref().map(|proof| proof.one_time_value.clone());
    let one_time_values = one_time_values.and(proof_id);

    let resources = store.resources().await?;
    let request = TokenRequest {
        parameters,
        head,
        client,
        dpop_proof,
        token_claims,
        resources,
        store,
        keys,
        context,
    };
    let authorized = run_grant_type(grant_type, &request, one_time_values, summary).await?;
    Ok((request, authorized))
}

/// Returns the grant type of the request, if the token endpoint has it.
fn grant_type(parameters: &Parameters) -> Result<&'static str, Refusal> {
    let sent = parameters.require("grant_type")?;
    let known = grant::NAMES.iter().find(|name| **name == sent);
    known.copied().ok_or_else(|| {
        let others = ["password", "urn:ietf:params:oauth:grant-type:device_code", "implicit"];
        let difference = difference::suggest(sent, grant::NAMES.iter().copied())
            .or_else(|| others.contains(&sent).then(|| Difference::new("not_offered")));
        let comparison = Comparison::mismatch("grant_type", list(grant::NAMES), sent);
        refusal::grant_type_not_supported(sent).with(comparison.with_difference(difference))
    })
}

macro_rules! dispatch {
    ($($grant:ident),+ $(,)?) => {
        /// Runs the grant type with this name.
        async fn run_grant_type(
            name: &str,
            request: &TokenRequest<'_>,
            one_time_values: UnspentValues,
            summary: &mut RequestSummary,
        ) -> Result<Authorized, Error> {
            match name {
                $(<grant::$grant as GrantType>::NAME => {
                    request.run_grant::<grant::$grant>(one_time_values, summary).await
                })+
                other => Err(refusal::grant_type_not_supported(other).into()),
            }
        }
    };
}

with_grant_types!(dispatch);

impl TokenRequest<'_> {
    /// Parses, gathers, decides and commits. Decides again, a bounded number of times, if the
    /// state changed between gathering and committing.
    ///
    /// A refusal without changes writes nothing. Everything else comes after the one-time values
    /// are spent, also the revocation by a replay: only an authenticated client causes it.
    async fn run_grant<G: GrantType>(
        &self,
        one_time_values: UnspentValues,
        summary: &mut RequestSummary,
    ) -> Result<Authorized, Error> {
        let request = G::parse(self.parameters, self.context, &mut summary.checks)?;
        summary.grant = request.grant();
        let checkpoint = summary.checks.checkpoint();
        let mut decision = self.decide(&request, summary).await?;
        if decision.changes.is_empty()
            && let Err(refusal) = decision.verdict
        {
            return Err(refusal.into());
        }
        let spent = one_time_values.spend(self.store).await?;
        for _ in 0..TRIES_MAX {
            spent.record(&mut summary.checks);
            let Decision { changes, verdict } = decision;
            if spent.commit(self.store, changes).await? == CommitOutcome::Committed {
                return Ok((verdict?, spent));
            }
            summary.checks.rollback_to(checkpoint);
            decision = self.decide(&request, summary).await?;
        }
        let cause = "the grant changed during every attempt to decide on it";
        Err(Fault::from_message(FaultKind::Conflict, cause).into())
    }

    /// Gathers and decides, without an effect.
    async fn decide<G: GrantType>(
        &self,
        request: &G,
        summary: &mut RequestSummary,
    ) -> Result<Decision, Error> {
        let inputs = request.gather(self.store).await?;
        summary.user = G::user(&inputs);
        let (client, checks) = (self.client.client(), &mut summary.checks);
        let decision = request.decide(inputs, client, self.context, checks);
        let decision = self.apply_shared_phases(decision, checks);
        // After the sender constraint: only the holder of the key learns how the user signed in.
        let decision = self.token_claims.apply(decision, self.store, checks).await?;
        if let Ok(entitlement) = &decision.verdict {
            // Without this check, a code could be used up although no key can sign its tokens.
            self.mint(entitlement).check_signing_keys(entitlement)?;
            checks.pass("signing_keys");
        }
        Ok(decision)
    }

    /// Applies the phases of every grant type to a decision.
    fn apply_shared_phases(&self, decision: Decision, checks: &mut Checks) -> Decision {
        let decision = decision
            .and_then(|entitlement| checks.record("platform", self.check_platform(entitlement)))
            .and_then(|entitlement| self.narrow(entitlement, checks));
        let proof = self.dpop_proof.as_ref();
        let decision = sender_constraint::bind_tokens(decision, proof, self.client.client());
        decision.and_then(|entitlement| checks.record("sender_constraint", Ok(entitlement)))
    }

    /// Checks that a browser redeems the codes and refresh tokens of single-page apps only.
    fn check_platform(&self, entitlement: Entitlement) -> Result<Entitlement, Refusal> {
        if let Subject::User(_) = entitlement.subject {
            let client = self.client.client();
            origin::check_platform(self.head.origin, entitlement.single_page, client)?;
        }
        Ok(entitlement)
    }

    /// Narrows an entitlement to the requested scopes; wider scopes are refused (RFC 6749 §6).
    fn narrow(
        &self,
        entitlement: Entitlement,
        checks: &mut Checks,
    ) -> Result<Entitlement, Refusal> {
        if matches!(entitlement.subject, Subject::Client) {
            return Ok(entitlement);
        }
        let resource = self.resource(&entitlement.resource);
        if resource.is_some_and(|resource| !resource.enabled) {
            let comparison = scope::mismatch::switched_off(&entitlement.resource);
            return Err(refusal::resource_disabled(&entitlement.resource).with(comparison));
        }
        let not_before = resource.map(|it| it.tokens_not_before).unwrap_or_default();
        if let Some(granted_at) = entitlement.granted_at.filter(|time| *time < not_before) {
            return Err(grant::before_revocation(granted_at, not_before));
        }
        let granted = GrantedScopes {
            resource,
            scopes: &entitlement.scopes,
            openid_scopes: &entitlement.openid_scopes,
        };
        let narrowed = scope::narrow(self.parameters, &granted, &self.resources, checks);
        let narrowed = checks.record("scope", narrowed)?;
        scope::still_permitted(&narrowed.scopes, resource, self.client.client())?;
        checks.pass("scope_still_allowed");
        Ok(Entitlement {
            scopes: narrowed.scopes,
            openid_scopes: narrowed.openid_scopes,
            default_scope: entitlement.default_scope || narrowed.default,
            ..entitlement
        })
    }

    fn mint(&self, entitlement: &Entitlement) -> Mint<'_> {
        Mint {
            client: &self.client,
            resource: self.resource(&entitlement.resource),
            keys: self.keys,
            client_info: self.parameters.get("client_info") == Some("1"),
            requested_scope: self.parameters.get("scope").unwrap_or_default(),
            token_type: self.dpop_proof.as_ref().map_or("Bearer", |proof| proof.token_type),
            context: self.context,
            object_id: OnceCell::new(),
        }
    }

    fn resource(&self, identifier: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.identifier == identifier)
    }
}
