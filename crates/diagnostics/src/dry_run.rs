//! Dry runs: the decision about a request, without issuing or storing anything.

use std::sync::Arc;

use catalogue::{Language, Refusal, refusal};
use protocol::{
    Checks, Error, RequestSummary,
    authorize::{
        AuthorizationInputs, AuthorizationRequest, ConsentPreview, InteractionPreview,
        SignInPreview, check,
    },
    context::{RuleContext, Sender},
    keys::TenantKeys,
    mint::TokenPreview,
    parameters::Parameters,
    request_head::RequestHead,
    request_secrets,
    stored_comparison::stored_comparison,
    token,
};
use serde::Serialize;
use store::DryRunStore;

use crate::{
    Installation,
    explanation::{
        ComparisonView, ExplainedRefusal, Label, Viewer, check_labels, visible_comparisons,
    },
};

/// A request to dry-run.
pub struct DryRunRequest<'a> {
    /// The request head, as the token endpoint would see it.
    pub head: RequestHead<'a>,
    /// The decoded parameters.
    pub parameters: &'a Parameters,
    /// The encoded parameters.
    pub encoded: &'a [u8],
    /// The signing keys of the tenant.
    pub keys: Arc<TenantKeys>,
    /// The time and the tenant.
    pub context: RuleContext<'a>,
}

/// The result of a dry run. The names of its fields are under semantic versioning.
#[derive(Serialize)]
pub struct DryRun {
    /// `issue` or `refuse`.
    pub would: &'static str,
    /// The checks that the request passes, in their order.
    pub checks_passed: Vec<Label>,
    /// The tokens that a token request would get, unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Box<TokenPreview>>,
    /// The pages and the response that an authorization request would lead to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
    /// The refusal, if the request would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<DryRunRefusal>,
}

/// The refusal of a dry run.
#[derive(Serialize)]
pub struct DryRunRefusal {
    /// The explained refusal.
    #[serde(flatten)]
    pub explained: ExplainedRefusal,
    /// The values that a rule compared.
    pub comparisons: Vec<ComparisonView>,
}

/// The steps between a valid authorization request and its code.
#[derive(Serialize)]
pub struct Authorization {
    /// The redirect URI that the response would go to.
    pub redirect_uri: String,
    /// The identifier of the resource; empty if only OpenID scopes are requested.
    pub resource: String,
    /// The scopes of the resource, and the OpenID scopes.
    pub scopes: Vec<String>,
    /// Whether no page may be shown (`prompt=none`).
    pub prompt_none: bool,
    /// Whether the user would have to sign in: `always` or `unless_signed_in`.
    pub sign_in: &'static str,
    /// Whether the user would have to choose an account.
    pub choose_account: bool,
    /// Whether a user who is signed in would have to press "Continue", because the owner of the
    /// redirect URI is not known.
    pub confirm: bool,
    /// Whether the user would have to consent: `never`, `unless_given` or `always`.
    pub consent: &'static str,
}

enum DryRunResult {
    Tokens(Box<TokenPreview>),
    Authorization(Authorization),
}

/// Applies the rules of the endpoint to a request, without issuing tokens or storing anything.
///
/// # Errors
/// The request is neither a token request nor an authorization request, or the store failed.
pub async fn dry_run(
    request: DryRunRequest<'_>,
    installation: &dyn Installation,
    viewer: Viewer,
    language: Language,
) -> Result<DryRun, Error> {
    let mut passed = Checks::default();
    // Its sender is not the user or the app whose request it repeats.
    let context = RuleContext { sender: Sender::DryRun, ..request.context };
    let request = DryRunRequest { context, ..request };
    let (parameters, encoded) = (request.parameters, request.encoded);
    let result = if parameters.get("grant_type").is_some() {
        run_token_request(request, installation, &mut passed).await
    } else if parameters.get("response_type").or(parameters.get("redirect_uri")).is_some() {
        run_authorization_request(request, installation, &mut passed).await
    } else {
        return Err(refusal::dry_run_request_missing().into());
    };
    let mut dry_run = DryRun {
        would: "issue",
        checks_passed: check_labels(passed.names(), language),
        tokens: None,
        authorization: None,
        refusal: None,
    };
    match result {
        Ok(DryRunResult::Tokens(tokens)) => dry_run.tokens = Some(tokens),
        Ok(DryRunResult::Authorization(authorization)) => {
            dry_run.authorization = Some(authorization);
        }
        Err(Error::Refused(refusal)) => {
            let secrets: Vec<String> = request_secrets::in_parameters(encoded).collect();
            let refusal = refusal.redacted(&secrets);
            return Ok(DryRun {
                checks_passed: dry_run.checks_passed,
                ..DryRun::refused(&refusal, installation, viewer, language)
            });
        }
        Err(fault @ Error::Fault(_)) => return Err(fault),
    }
    Ok(dry_run)
}

async fn run_token_request(
    request: DryRunRequest<'_>,
    installation: &dyn Installation,
    passed: &mut Checks,
) -> Result<DryRunResult, Error> {
    let DryRunRequest { head, parameters, keys, context, .. } = request;
    let store = DryRunStore(installation.store());
    let mut summary = RequestSummary::default();
    let preview = token::preview_token_request(
        (&head, parameters),
        context.tenant.store_in(&store),
        &keys,
        &context,
        &mut summary,
    )
    .await;
    *passed = summary.checks;
    Ok(DryRunResult::Tokens(Box::new(preview?)))
}

async fn run_authorization_request(
    request: DryRunRequest<'_>,
    installation: &dyn Installation,
    passed: &mut Checks,
) -> Result<DryRunResult, Error> {
    let DryRunRequest { encoded, keys, context, .. } = request;
    let store = DryRunStore(installation.store());
    let inputs =
        AuthorizationInputs::gather(encoded, keys, context.tenant.store_in(&store)).await?;
    let request = check(encoded, &inputs, &context, passed).map_err(|error| error.refusal)?;
    let preview = InteractionPreview::new(&request, &inputs.resources);
    Ok(DryRunResult::Authorization(Authorization::new(request, preview)?))
}

impl DryRun {
    /// Creates the result of a refused request.
    pub fn refused(
        refusal: &Refusal,
        installation: &dyn Installation,
        viewer: Viewer,
        language: Language,
    ) -> Self {
        let stored = refusal.comparisons().iter().cloned().map(stored_comparison);
        let stored: Vec<_> = stored.collect();
        let explained = ExplainedRefusal::new(refusal.number(), refusal.arguments(), language);
        Self {
            would: "refuse",
            checks_passed: Vec::new(),
            tokens: None,
            authorization: None,
            refusal: Some(DryRunRefusal {
                explained: explained.with_origin(installation.origin()),
                comparisons: visible_comparisons(&stored, viewer, language),
            }),
        }
    }
}

impl Authorization {
    fn new(request: AuthorizationRequest, preview: InteractionPreview) -> Result<Self, Refusal> {
        if preview.prompt_none && preview.must_confirm {
            return Err(refusal::confirmation_needed(&request.client().name));
        }
        Ok(Self {
            redirect_uri: request.redirect_target.uri().to_owned(),
            resource: request.scopes.resource,
            scopes: [request.scopes.openid_scopes, request.scopes.scopes].concat(),
            prompt_none: preview.prompt_none,
            sign_in: match preview.sign_in {
                SignInPreview::Always => "always",
                SignInPreview::UnlessSession => "unless_signed_in",
            },
            choose_account: preview.choose_account,
            confirm: preview.must_confirm,
            consent: match preview.consent {
                ConsentPreview::Never => "never",
                ConsentPreview::UnlessGiven(_) => "unless_given",
                ConsentPreview::Always(_) => "always",
                ConsentPreview::Refused(refusal) => return Err(refusal),
            },
        })
    }
}
