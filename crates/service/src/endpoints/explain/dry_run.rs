//! What would come of a request, told without anything coming of it.

use axum::response::Response;
use catalogue::{Fact, Refusal, refusal};
use facts::Client;
use protocol::{
    Checks, Failure,
    authorize::{Asking, Facts, Prospect, Request, SignIn, check},
    client_auth::Presented,
    context::Realm,
    form::Form,
    mint::Preview,
    request::Head,
    token::{self, Account},
};
use serde::Serialize;
use store::Uncommitted;

use crate::{
    call::Call,
    explanation::{Cause, Compared, Reader, Word, checks, comparisons},
    render,
    traces::comparison,
};

/// What would come of a request. The names of its fields are under semantic versioning.
#[derive(Serialize)]
struct DryRun {
    /// `issue` or `refuse`.
    would: &'static str,
    /// The checks that the request passes, in order.
    checks: Vec<Word>,
    /// What a token request would be given, unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Box<Preview>>,
    /// What an authorization request would lead to.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<Authorization>,
    /// Why it would be turned down.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refused>,
}

#[derive(Serialize)]
struct Refused {
    #[serde(flatten)]
    cause: Cause,
    comparisons: Vec<Compared>,
}

/// What stands between a good authorization request and its code.
#[derive(Serialize)]
struct Authorization {
    /// Where the answer would go.
    redirect_uri: String,
    /// The resource's identifier; empty where only OpenID scopes are asked for.
    resource: String,
    /// The scopes of the resource, and the OpenID scopes.
    scopes: Vec<String>,
    /// Whether no page may be shown (`prompt=none`).
    silent: bool,
    /// Whether the person would have to sign in: `always` or `unless_signed_in`.
    sign_in: &'static str,
    /// Whether the person would be asked to choose an account.
    choose_account: bool,
    /// Whether the person would be asked for consent: `never`, `unless_given` or `always`.
    consent: &'static str,
}

enum Given {
    Tokens(Box<Preview>),
    Authorization(Authorization),
}

/// Tries the request in the body, as the client that is asking.
pub(super) async fn answer(
    call: &Call,
    realm: &Realm,
    caller: &Client,
    (form, body): (&Form, &[u8]),
) -> Result<Response, Failure> {
    let mut passed = Checks::default();
    let given = if form.get("grant_type").is_some() {
        ask_for_tokens(call, realm, caller, (form, &mut passed)).await
    } else if form.get("response_type").or(form.get("redirect_uri")).is_some() {
        ask_for_code(call, realm, caller, (form, body, &mut passed)).await
    } else {
        return Err(refusal::nothing_to_try().into());
    };
    let language = call.exchange.language_of(form);
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
            let compared: Vec<_> = refusal.facts().iter().map(comparison).collect();
            let cause = Cause::of(refusal.number(), refusal.arguments(), language);
            told.would = "refuse";
            told.refusal = Some(Refused {
                cause: cause.at(&call.service.settings.origin),
                comparisons: comparisons(&compared, Reader::Owner, language),
            });
        }
        Err(fault @ Failure::Fault(_)) => return Err(fault),
    }
    Ok(render::json(&told))
}

async fn ask_for_tokens(
    call: &Call,
    realm: &Realm,
    caller: &Client,
    (form, passed): (&Form, &mut Checks),
) -> Result<Given, Failure> {
    let head = head(call, form);
    expect_own(caller, form)?;
    let books = Uncommitted(&*call.service.books);
    let keys = call.service.keys(realm).await?;
    let mut account = Account::default();
    let context = call.context(realm);
    let preview = token::preview((&head, form), &books, &keys, &context, &mut account).await;
    *passed = account.checks;
    Ok(Given::Tokens(Box::new(preview?)))
}

async fn ask_for_code(
    call: &Call,
    realm: &Realm,
    caller: &Client,
    (form, body, passed): (&Form, &[u8], &mut Checks),
) -> Result<Given, Failure> {
    expect_own(caller, form)?;
    let books = Uncommitted(&*call.service.books);
    let (keys, context) = (call.service.keys(realm).await?, call.context(realm));
    let facts = Facts::gather(body, keys, &books, &context).await?;
    let request = check(body, &facts, &context, passed).map_err(|denial| denial.refusal)?;
    let prospect = Prospect::of(&request, caller, &facts.resources);
    Ok(Given::Authorization(Authorization::of(request, prospect)?))
}

/// The head that the request would have at the token endpoint. What proves the caller there is
/// part of the request, unless the body has a proof of its own: then that is what is tried.
fn head<'a>(call: &'a Call, form: &Form) -> Head<'a> {
    let mut head = call.head();
    if let Some(endpoints) = head.url.strip_suffix("/explain") {
        head.url = format!("{endpoints}/token");
    }
    let proofs = ["client_secret", "client_assertion", "client_assertion_type"];
    if proofs.iter().any(|proof| form.get(proof).is_some()) {
        head.authorization.clear();
    }
    head
}

/// Nobody learns anything of a request that says it is from another client.
fn expect_own(caller: &Client, form: &Form) -> Result<(), Refusal> {
    let presented = Presented::find(&Head::default(), form);
    let named = match &presented {
        Ok(presented) => Some(presented.client_id().as_str()),
        Err(_) => form.get("client_id"),
    };
    match named.filter(|named| *named != caller.id.as_str()) {
        Some(named) => Err(refusal::client_id_mismatch(named, &caller.id).with(Fact::mismatch(
            "client_id",
            &caller.id,
            named,
        ))),
        None => Ok(()),
    }
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
