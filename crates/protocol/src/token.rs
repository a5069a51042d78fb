//! The token endpoint (RFC 6749 §3.2): the phases that every grant type shares, in order.

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{ClientId, Fault, FaultKind, GrantId, Outcome, Resource, Store, UserId};

use crate::{
    Checks, Decision, Entitlement, Failure, Once, Subject, binding,
    client_auth::{AuthenticatedClient, Presented},
    context::Context,
    difference::{self, list},
    form::Form,
    grant::{self, GrantType},
    keys::TenantKeys,
    mint::{Mint, Preview, TokenResponse},
    request::Head,
    scope::{self, Given},
};

/// How often a decision is taken anew when the state had moved on meanwhile.
const TRIES_MAX: usize = 4;

/// What came of a token request, and who it was from, as far as that was found out.
#[derive(Debug, Default)]
pub struct Account {
    /// The client that the request claims to be from.
    pub client: Option<ClientId>,
    /// The client is registered, and the request says so in the wrong place.
    pub is_meant: bool,
    /// The person that tokens were asked for.
    pub user: Option<UserId>,
    /// The grant type asked for.
    pub grant_type: Option<&'static str>,
    /// The grant that was asked for, made or used.
    pub grant: Option<GrantId>,
    /// The checks that were passed, in order.
    pub checks: Checks,
}

/// Everything a phase may need; made once the client is known.
pub struct Exchange<'a> {
    form: &'a Form,
    head: &'a Head<'a>,
    client: AuthenticatedClient,
    proof: Option<binding::Proof>,
    once: Vec<Once>,
    resources: Arc<Vec<Resource>>,
    store: &'a dyn Store,
    keys: &'a TenantKeys,
    context: &'a Context<'a>,
}

/// Answers a token request.
///
/// # Errors
/// A refusal with one of the errors of RFC 6749 §5.2, or a fault of ours.
pub async fn answer(
    request: (&Head<'_>, &Form),
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
    account: &mut Account,
) -> Result<TokenResponse, Failure> {
    let (exchange, entitlement) = decide(request, store, keys, context, account).await?;
    Ok(exchange.mint(&entitlement).tokens(&entitlement)?)
}

/// Tells what a token request would be answered, by the same steps. What comes of it is up to the
/// store: hand over such as commit nothing, and say a conflict where a one-time value was used.
///
/// # Errors
/// As [`answer`].
pub async fn preview(
    request: (&Head<'_>, &Form),
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
    account: &mut Account,
) -> Result<Preview, Failure> {
    let (exchange, entitlement) = decide(request, store, keys, context, account).await?;
    Ok(exchange.mint(&entitlement).preview(&entitlement)?)
}

/// Everything until something is made of it.
async fn decide<'a>(
    (head, form): (&'a Head<'a>, &'a Form),
    store: &'a dyn Store,
    keys: &'a TenantKeys,
    context: &'a Context<'a>,
    account: &mut Account,
) -> Result<(Exchange<'a>, Entitlement), Failure> {
    let grant_type = grant_type(form)?;
    account.grant_type = Some(grant_type);
    let checks = &mut account.checks;
    checks.pass("grant_type");
    let presented = checks.note("client_named", Presented::find(head, form))?;
    let tenant = context.realm.tenant.id;
    let (client, assertion) = presented.prove(store, context, account).await?;
    let checks = &mut account.checks;

    if !client.client().may_use(grant_type) {
        let allowed = list(&client.client().grant_types);
        let fact = Fact::mismatch("grant_type", allowed, grant_type)
            .differing(Difference::of("not_registered_for"));
        let refusal = refusal::grant_type_not_allowed(&client.client().name, grant_type);
        return Err(refusal.with(fact).into());
    }
    checks.pass("grant_type_allowed");
    let proof = binding::find(head, None, context, checks)?;
    let once = assertion.into_iter().chain(proof.iter().map(|proof| proof.once.clone())).collect();

    let resources = store.resources(tenant).await?;
    let exchange = Exchange { form, head, client, proof, once, resources, store, keys, context };
    let entitlement = grant::dispatch(grant_type, &exchange, account).await?;
    Ok((exchange, entitlement))
}

/// The grant type asked for, if it is one that exists here.
fn grant_type(form: &Form) -> Result<&'static str, Refusal> {
    let asked = form.require("grant_type")?;
    let known = grant::NAMES.iter().find(|name| **name == asked);
    known.copied().ok_or_else(|| {
        let others = ["password", "urn:ietf:params:oauth:grant-type:device_code", "implicit"];
        let difference = difference::named(asked, grant::NAMES.iter().copied())
            .or_else(|| others.contains(&asked).then(|| Difference::of("not_offered")));
        let fact = Fact::mismatch("grant_type", list(grant::NAMES), asked).differing(difference);
        refusal::grant_type_not_supported(asked).with(fact)
    })
}

impl Exchange<'_> {
    /// Parse, gather, decide, commit; decided anew, a bounded number of times, when the state had
    /// moved on between the reading and the writing.
    pub(crate) async fn redeem<G: GrantType>(
        &self,
        account: &mut Account,
    ) -> Result<Entitlement, Failure> {
        let checks = &mut account.checks;
        let request = G::parse(self.form, self.context, checks)?;
        account.grant = request.grant();
        for once in &self.once {
            once.spend(self.store, checks).await?;
        }
        let place = checks.place();
        for _ in 0..TRIES_MAX {
            checks.back_to(place);
            let facts = request.gather(self.store, self.context).await?;
            account.user = G::person(&facts);
            let client = self.client.client();
            let decision = request.clone().decide(facts, client, self.context, checks);
            let Decision { changes, verdict } = self.share(decision, checks);
            if let Ok(entitlement) = &verdict {
                // A code must not be used up for tokens that nobody can sign.
                self.mint(entitlement).expect_signers(entitlement)?;
                checks.pass("signing_keys");
            }
            if changes.is_empty() || self.store.commit(changes).await? == Outcome::Done {
                return Ok(verdict?);
            }
        }
        let cause = "the same grant kept changing while it was decided on";
        Err(Fault::because(FaultKind::Contended, cause).into())
    }

    /// The phases that no grant type can forget.
    fn share(&self, decision: Decision, checks: &mut Checks) -> Decision {
        let decision = decision
            .and_then(|entitlement| checks.note("origin", self.check_origin(entitlement)))
            .and_then(|entitlement| self.narrow(entitlement, checks));
        let decision = binding::bind(decision, self.proof.as_ref(), self.client.client());
        decision.and_then(|entitlement| checks.note("sender_constraint", Ok(entitlement)))
    }

    /// What a single-page app was given can only be redeemed from a browser at one of its origins,
    /// and what others were given cannot be redeemed from a browser.
    fn check_origin(&self, entitlement: Entitlement) -> Result<Entitlement, Refusal> {
        let client = self.client.client();
        let delegated = matches!(entitlement.subject, Subject::User(_));
        match self.head.origin {
            Some(origin) if entitlement.single_page && !client.has_origin(origin) => {
                let nearest = client.origins().find_map(|known| difference::url(origin, known));
                let fact =
                    Fact::mismatch("Origin", list(client.origins()), origin).differing(nearest);
                Err(refusal::origin_not_registered(origin, &client.name).with(fact))
            }
            Some(origin) if delegated && !entitlement.single_page => {
                let fact = Fact::mismatch("Origin", "none", origin)
                    .differing(Difference::of("platform_not_single_page"));
                let refusal = refusal::cross_origin_needs_single_page_app(origin, &client.name);
                Err(refusal.with(fact))
            }
            None if entitlement.single_page => {
                let fact = Fact::about("Origin")
                    .expected(list(client.origins()))
                    .differing(Difference::of("platform_single_page"));
                Err(refusal::single_page_app_needs_cross_origin(&client.name).with(fact))
            }
            _ => Ok(entitlement),
        }
    }

    /// Less than was given may be asked for, more may not (RFC 6749 §6).
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
            let fact = scope::nearest::switched_off(&entitlement.resource);
            return Err(refusal::resource_disabled(&entitlement.resource).with(fact));
        }
        let given = Given {
            resource,
            scopes: &entitlement.scopes,
            openid_scopes: &entitlement.openid_scopes,
        };
        let narrowed = scope::narrow(self.form, &given, &self.resources);
        let narrowed = checks.note("scope", narrowed)?;
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
            asked: self.form.get("scope").unwrap_or_default(),
            token_type: self.proof.as_ref().map_or("Bearer", |proof| proof.token_type),
            context: self.context,
        }
    }

    fn resource(&self, identifier: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.identifier == identifier)
    }
}
