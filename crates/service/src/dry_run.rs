//! What would come of a request, told without anything coming of it.

use std::sync::Arc;

use catalogue::{Language, Refusal, refusal};
use model::Client;
use protocol::{
    Checks, Failure,
    authorize::{Asking, Facts, Prospect, Request, SignIn, check},
    context::Context,
    form::Form,
    keys::TenantKeys,
    mint::Preview,
    request::Head,
    token::{self, Account},
};
use serde::Serialize;
use store::Uncommitted;

use crate::{
    Service,
    explanation::{Cause, Compared, Reader, Word, checks, comparisons},
    secrets,
    traces::comparison,
};

/// A request to be tried.
pub struct Attempt<'a> {
    /// Its head, as the token endpoint would see it.
    pub head: Head<'a>,
    /// Its parameters.
    pub form: &'a Form,
    /// The same, as they came.
    pub encoded: &'a [u8],
    /// The tenant's keys.
    pub keys: Arc<TenantKeys>,
    /// When and where.
    pub context: Context<'a>,
}

/// What would come of a request. The names of its fields are under semantic versioning.
#[derive(Serialize)]
pub struct DryRun {
    /// `issue` or `refuse`.
    pub would: &'static str,
    /// The checks that the request passes, in order.
    pub checks: Vec<Word>,
    /// What a token request would be given, unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Box<Preview>>,
    /// What an authorization request would lead to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
    /// Why it would be turned down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refused>,
}

/// Why a request would be turned down.
#[derive(Serialize)]
pub struct Refused {
    /// The cause, in words.
    #[serde(flatten)]
    pub cause: Cause,
    /// What was compared.
    pub comparisons: Vec<Compared>,
}

/// What stands between a good authorization request and its code.
#[derive(Serialize)]
pub struct Authorization {
    /// Where the answer would go.
    pub redirect_uri: String,
    /// The resource's identifier; empty where only OpenID scopes are asked for.
    pub resource: String,
    /// The scopes of the resource, and the OpenID scopes.
    pub scopes: Vec<String>,
    /// Whether no page may be shown (`prompt=none`).
    pub silent: bool,
    /// Whether the person would have to sign in: `always` or `unless_signed_in`.
    pub sign_in: &'static str,
    /// Whether the person would be asked to choose an account.
    pub choose_account: bool,
    /// Whether the person would be asked for consent: `never`, `unless_given` or `always`.
    pub consent: &'static str,
}

enum Given {
    Tokens(Box<Preview>),
    Authorization(Authorization),
}

/// Tries a request by the rules of its endpoint, without anything coming of it.
///
/// # Errors
/// It is neither a token request nor an authorization request, or a fault.
pub async fn dry_run(
    attempt: Attempt<'_>,
    service: &Service,
    reader: Reader,
    language: Language,
) -> Result<DryRun, Failure> {
    let mut passed = Checks::default();
    let (form, encoded) = (attempt.form, attempt.encoded);
    let given = if form.get("grant_type").is_some() {
        ask_for_tokens(attempt, service, &mut passed).await
    } else if form.get("response_type").or(form.get("redirect_uri")).is_some() {
        ask_for_code(attempt, service, &mut passed).await
    } else {
        return Err(refusal::nothing_to_try().into());
    };
    let mut told = DryRun {
        would: "issue",
        checks: checks(passed.names(), language),
        tokens: None,
        authorization: None,
        refusal: None,
    };
    match given {
        Ok(Given::Tokens(tokens)) => told.tokens = Some(tokens),
        Ok(Given::Authorization(authorization)) => told.authorization = Some(authorization),
        Err(Failure::Refused(refusal)) => {
            let secrets: Vec<String> = secrets::within(encoded).collect();
            let refusal = refusal.without(&secrets);
            return Ok(DryRun {
                checks: told.checks,
                ..refused(&refusal, service, reader, language)
            });
        }
        Err(fault @ Failure::Fault(_)) => return Err(fault),
    }
    Ok(told)
}

/// What is told of a request that would be turned down.
pub fn refused(refusal: &Refusal, service: &Service, reader: Reader, language: Language) -> DryRun {
    let compared: Vec<_> = refusal.facts().iter().map(comparison).collect();
    let cause = Cause::of(refusal.number(), refusal.arguments(), language);
    DryRun {
        would: "refuse",
        checks: Vec::new(),
        tokens: None,
        authorization: None,
        refusal: Some(Refused {
            cause: cause.at(&service.settings.origin),
            comparisons: comparisons(&compared, reader, language),
        }),
    }
}

async fn ask_for_tokens(
    attempt: Attempt<'_>,
    service: &Service,
    passed: &mut Checks,
) -> Result<Given, Failure> {
    let Attempt { head, form, keys, context, .. } = attempt;
    let store = Uncommitted(&*service.store);
    let mut account = Account::default();
    let preview = token::preview((&head, form), &store, &keys, &context, &mut account).await;
    *passed = account.checks;
    Ok(Given::Tokens(Box::new(preview?)))
}

async fn ask_for_code(
    attempt: Attempt<'_>,
    service: &Service,
    passed: &mut Checks,
) -> Result<Given, Failure> {
    let Attempt { encoded, keys, context, .. } = attempt;
    let store = Uncommitted(&*service.store);
    let facts = Facts::gather(encoded, keys, &store, &context).await?;
    let request = check(encoded, &facts, &context, passed).map_err(|denial| denial.refusal)?;
    let client: &Client =
        facts.client.as_deref().ok_or_else(|| refusal::client_not_found(&request.client))?;
    let prospect = Prospect::of(&request, client, &facts.resources);
    Ok(Given::Authorization(Authorization::of(request, prospect)?))
}

impl Authorization {
    fn of(request: Request, prospect: Prospect) -> Result<Self, Refusal> {
        Ok(Self {
            redirect_uri: request.back.uri().to_owned(),
            resource: request.scopes.resource,
            scopes: [request.scopes.openid_scopes, request.scopes.scopes].concat(),
            silent: prospect.silent,
            sign_in: match prospect.sign_in {
                SignIn::Always => "always",
                SignIn::UnlessSession => "unless_signed_in",
            },
            choose_account: prospect.choose_account,
            consent: match prospect.consent {
                Asking::Never => "never",
                Asking::UnlessGiven(_) => "unless_given",
                Asking::Always(_) => "always",
                Asking::Refused(refusal) => return Err(refusal),
            },
        })
    }
}
