//! Dry run of a pasted request, and its text.

use std::fmt::Write;
use std::sync::Arc;

use catalogue::{Language, text};
use model::Tenant;
use protocol::{Error, parameters::Parameters};
use serde_json::{Value, json};

use super::{
    ExplainContext, ExplainError, Rendered,
    input_kind::InputKind,
    report::{CheckOutcome, Message},
    request::{self, PastedRequest, TargetEndpoint},
    sanitize,
    store_lookup::{StoreLookup, rule_context, tenant_name},
};
use crate::{
    dry_run::{DryRun, DryRunRefusal, DryRunRequest, dry_run},
    explanation::Viewer,
};

/// Dry-runs a pasted request.
///
/// # Errors
/// The input is not a request to an authorization or token endpoint, it names no tenant, there is
/// no store, or the store failed.
pub async fn try_request(
    input: &str,
    context: &ExplainContext,
) -> Result<Vec<Rendered>, ExplainError> {
    let no_request = || ExplainError::Message(Message::new("decode-no-request"));
    let Some(lookup) = &context.store_lookup else {
        return Err(ExplainError::Message(Message::new("decode-id-needs-data")));
    };
    let input = InputKind::detect(input).ok_or_else(no_request)?;
    let (pasted, shell_checks) = request::from_input(input)?;
    if !pasted.has_rules() {
        return Err(no_request());
    }
    let Some(mut rendered) = decide(&pasted, lookup, context).await? else {
        return Err(ExplainError::Message(Message::new("decode-no-tenant")));
    };
    for check in shell_checks.iter().filter(|check| check.outcome == CheckOutcome::Unknown) {
        line(&mut rendered.text, &format!("? {}", check.message.text(context.language)));
    }
    Ok(vec![rendered])
}

/// Returns the decision of the rules about a request. Returns `None` if the endpoint has no dry
/// run, or if the request names no tenant and there are several.
pub(super) async fn decide(
    pasted: &PastedRequest,
    lookup: &StoreLookup,
    context: &ExplainContext,
) -> Result<Option<Rendered>, ExplainError> {
    if !pasted.has_rules() {
        return Ok(None);
    }
    let (language, installation) = (context.language, lookup.installation());
    let tenant = match tenant_name(&pasted.url).or(context.tenant.as_deref()) {
        Some(name) => installation.tenant_context(name).await,
        None => match lookup.single_tenant(None).await? {
            Some(tenant) => {
                installation.tenant_context(&Tenant::clone(&tenant).id.to_string()).await
            }
            None => return Ok(None),
        },
    };
    let refused = |refusal| {
        let dry_run = DryRun::refused(&refusal, installation, Viewer::Operator, language);
        Ok(Some(render(&dry_run, language)))
    };
    let tenant = match tenant {
        Ok(tenant) => tenant,
        Err(Error::Refused(refusal)) => return refused(refusal),
        Err(Error::Fault(fault)) => return Err(fault.into()),
    };
    let is_token_request = pasted.target_endpoint() == TargetEndpoint::Token;
    let is_whole = !pasted.url.is_empty() && !pasted.parameters.is_empty();
    if let Some(refusal) = pasted.content_type_refusal().filter(|_| is_token_request && is_whole) {
        return refused(refusal);
    }
    let parameters = match Parameters::parse(pasted.parameters.as_bytes()) {
        Ok(parameters) => parameters,
        // The rules of the authorization endpoint explain malformed parameters better.
        Err(_) if !is_token_request => Parameters::default(),
        Err(refusal) => return refused(refusal),
    };
    let request = DryRunRequest {
        head: pasted.head(&tenant.endpoints.token),
        parameters: &parameters,
        encoded: pasted.parameters.as_bytes(),
        keys: Arc::new(lookup.keys(&tenant, context.now).await?),
        context: rule_context(&tenant, context.now),
    };
    match dry_run(request, installation, Viewer::Operator, language).await {
        Ok(dry_run) => Ok(Some(render(&dry_run, language))),
        Err(Error::Refused(refusal)) => refused(refusal),
        Err(Error::Fault(fault)) => Err(fault.into()),
    }
}

fn render(dry_run: &DryRun, language: Language) -> Rendered {
    let mut page = String::new();
    let message = |id: &str| text(language, id, &[]);
    line(&mut page, &message(&format!("decode-would-{}", dry_run.would)));
    if !dry_run.checks_passed.is_empty() {
        line(&mut page, &format!("\n{}", message("decode-passed-checks")));
        for check in &dry_run.checks_passed {
            line(&mut page, &format!("  + {}", sanitize(&check.text)));
        }
    }
    if let Some(tokens) = &dry_run.tokens {
        line(&mut page, &format!("\n{}", message("decode-would-give")));
        let tokens = serde_json::to_value(tokens).unwrap_or_default();
        write_members(&mut page, 1, &tokens);
    }
    if let Some(authorization) = &dry_run.authorization {
        line(&mut page, &format!("\n{}", message("decode-would-follow")));
        let scopes = authorization.scopes.join(" ");
        for (name, value) in [
            ("redirect_uri", &authorization.redirect_uri),
            ("resource", &authorization.resource),
            ("scope", &scopes),
        ] {
            line(&mut page, &format!("  {name:14}{}", sanitize(value)));
        }
        let sign_in = format!("decode-sign-in-{}", authorization.sign_in);
        line(&mut page, &format!("  {}", message(&sign_in)));
        if authorization.choose_account {
            line(&mut page, &format!("  {}", message("decode-choose-account")));
        }
        if authorization.confirm {
            line(&mut page, &format!("  {}", message("decode-confirm")));
        }
        let consent = format!("decode-consent-{}", authorization.consent);
        line(&mut page, &format!("  {}", message(&consent)));
        if authorization.prompt_none {
            line(&mut page, &format!("  {}", message("decode-prompt-none")));
        }
    }
    if let Some(refusal) = &dry_run.refusal {
        write_refusal(&mut page, refusal, language);
    }
    let mut json = json!({ "kind": "dry_run" });
    if let (Some(all), Ok(Value::Object(members))) =
        (json.as_object_mut(), serde_json::to_value(dry_run))
    {
        all.extend(members);
    }
    Rendered { text: page, json }
}

fn write_refusal(page: &mut String, refusal: &DryRunRefusal, language: Language) {
    let explained = &refusal.explained;
    line(page, &format!("\n! {}: {}", explained.label, explained.title));
    line(page, &format!("  {}", explained.description));
    for comparison in &refusal.comparisons {
        let values = [("expected", &comparison.expected), ("received", &comparison.received)];
        for (id, value) in values {
            if let Some(value) = value {
                let label = text(language, &format!("decode-{id}"), &[]);
                line(page, &format!("  {} {label}: {}", comparison.name, sanitize(value)));
            }
        }
        if let Some(difference) = &comparison.difference {
            line(page, &format!("  {}: {}", comparison.name, sanitize(&difference.text)));
        }
    }
    line(page, &format!("\n{}:", text(language, "error-detail-steps", &[]).trim_end_matches(':')));
    for step in &explained.steps {
        line(page, &format!("  {step}"));
    }
}

/// Writes one claim per line, and the members of an object below its name.
fn write_members(page: &mut String, depth: usize, value: &Value) {
    let Some(object) = value.as_object() else { return };
    let indent = "  ".repeat(depth);
    for (name, value) in object {
        if value.is_object() && depth < 4 {
            line(page, &format!("{indent}{name}:"));
            write_members(page, depth + 1, value);
        } else {
            let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            line(page, &format!("{indent}{name}: {}", sanitize(&plain)));
        }
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a String cannot fail.
    writeln!(page, "{text}").unwrap_or_default();
}
