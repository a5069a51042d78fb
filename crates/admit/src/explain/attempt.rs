//! A request tried out on the store: decided by the rules of its endpoint, without anything coming
//! of it.

use std::fmt::Write;
use std::sync::Arc;

use catalogue::{Language, text};
use model::Tenant;
use protocol::{Failure, form::Form};
use serde_json::{Value, json};
use service::{
    dry_run::{Attempt, DryRun, dry_run, refused},
    explanation::Reader,
};

use super::{
    Said, Setting, Unsaid,
    known::{Known, context, tenant_name},
    report::{Note, Outcome},
    request::{self, Asked, Pasted},
    safe,
    shape::Shape,
};

/// Says what would come of a request.
pub(crate) async fn attempt(input: &str, setting: &Setting) -> Result<Vec<Said>, Unsaid> {
    let no_request = || Unsaid::Note(Note::plain("decode-no-request"));
    let Some(known) = &setting.known else {
        return Err(Unsaid::Note(Note::plain("decode-id-needs-store")));
    };
    let (pasted, notes) = request::of_shape(Shape::of(input).ok_or_else(no_request)?)?;
    if !matches!(pasted.asked(), Asked::Authorize | Asked::Token) {
        return Err(no_request());
    }
    let Some(mut said) = decide(&pasted, known, setting).await? else {
        return Err(Unsaid::Note(Note::plain("decode-no-tenant")));
    };
    for check in notes.iter().filter(|check| check.outcome == Outcome::Unknown) {
        line(&mut said.text, &format!("? {}", check.note.said(setting.language)));
    }
    Ok(vec![said])
}

/// What the rules decide about a request; nothing where it is for no endpoint that decides, or for
/// a tenant that is not named.
pub(super) async fn decide(
    pasted: &Pasted,
    known: &Known,
    setting: &Setting,
) -> Result<Option<Said>, Unsaid> {
    if !matches!(pasted.asked(), Asked::Authorize | Asked::Token) {
        return Ok(None);
    }
    let language = setting.language;
    let name = tenant_name(&pasted.url).or(setting.tenant.as_deref());
    let service = known.service();
    let realm = match name {
        Some(name) => service.realm(name).await,
        None => match known.only(None).await? {
            Some(tenant) => service.realm(&Tenant::clone(&tenant).id.to_string()).await,
            None => return Ok(None),
        },
    };
    let told = |told: &DryRun| Some(describe(told, language));
    let realm = match realm {
        Ok(realm) => realm,
        Err(Failure::Refused(refusal)) => {
            return Ok(told(&refused(&refusal, service, Reader::Operator, language)));
        }
        Err(Failure::Fault(fault)) => return Err(fault.into()),
    };
    let unreadable = pasted.unreadable_body().filter(|_| {
        pasted.asked() == Asked::Token && !pasted.url.is_empty() && !pasted.parameters.is_empty()
    });
    if let Some(refusal) = unreadable {
        return Ok(told(&refused(&refusal, service, Reader::Operator, language)));
    }
    let form = match Form::parse(pasted.parameters.as_bytes()) {
        Ok(form) => form,
        // The authorization endpoint has more to say of parameters that cannot be read.
        Err(_) if pasted.asked() == Asked::Authorize => Form::default(),
        Err(refusal) => {
            return Ok(told(&refused(&refusal, service, Reader::Operator, language)));
        }
    };
    let attempt = Attempt {
        head: pasted.head(&realm.endpoints.token),
        form: &form,
        encoded: pasted.parameters.as_bytes(),
        keys: Arc::new(known.keys(&realm, setting.now).await?),
        context: context(&realm, setting.now),
    };
    match dry_run(attempt, service, Reader::Operator, language).await {
        Ok(run) => Ok(told(&run)),
        Err(Failure::Refused(refusal)) => {
            Ok(told(&refused(&refusal, service, Reader::Operator, language)))
        }
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

fn describe(run: &DryRun, language: Language) -> Said {
    let mut page = String::new();
    let say = |id: &str| text(language, id, &[]);
    line(&mut page, &say(&format!("decode-would-{}", run.would)));
    if !run.checks.is_empty() {
        line(&mut page, &format!("\n{}", say("decode-passed-checks")));
        for word in &run.checks {
            line(&mut page, &format!("  + {}", safe::shown(&word.text)));
        }
    }
    if let Some(tokens) = &run.tokens {
        line(&mut page, &format!("\n{}", say("decode-would-give")));
        let tokens = serde_json::to_value(tokens).unwrap_or_default();
        members(&mut page, 1, &tokens);
    }
    if let Some(authorization) = &run.authorization {
        line(&mut page, &format!("\n{}", say("decode-would-follow")));
        let scopes = authorization.scopes.join(" ");
        for (name, value) in [
            ("redirect_uri", &authorization.redirect_uri),
            ("resource", &authorization.resource),
            ("scope", &scopes),
        ] {
            line(&mut page, &format!("  {name:14}{}", safe::shown(value)));
        }
        line(
            &mut page,
            &format!("  {}", say(&format!("decode-sign-in-{}", authorization.sign_in))),
        );
        if authorization.choose_account {
            line(&mut page, &format!("  {}", say("decode-choose-account")));
        }
        line(
            &mut page,
            &format!("  {}", say(&format!("decode-consent-{}", authorization.consent))),
        );
        if authorization.silent {
            line(&mut page, &format!("  {}", say("decode-silent")));
        }
    }
    if let Some(refused) = &run.refusal {
        refusal(&mut page, refused, language);
    }
    let mut object = json!({ "kind": "dry_run" });
    if let (Some(all), Ok(Value::Object(members))) =
        (object.as_object_mut(), serde_json::to_value(run))
    {
        all.extend(members);
    }
    Said { text: page, object }
}

fn refusal(page: &mut String, refused: &service::dry_run::Refused, language: Language) {
    let cause = &refused.cause;
    line(page, &format!("\n! {}: {}", cause.label, cause.title));
    line(page, &format!("  {}", cause.happened));
    for compared in &refused.comparisons {
        for (id, value) in [("expected", &compared.expected), ("received", &compared.received)] {
            if let Some(value) = value {
                let word = text(language, &format!("decode-{id}"), &[]);
                line(page, &format!("  {} {word}: {}", compared.name, safe::shown(value)));
            }
        }
        if let Some(difference) = &compared.difference {
            line(page, &format!("  {}: {}", compared.name, safe::shown(&difference.text)));
        }
    }
    line(page, &format!("\n{}:", text(language, "lookup-steps", &[]).trim_end_matches(':')));
    for step in &cause.steps {
        line(page, &format!("  {step}"));
    }
}

/// Claims, one on a line; those of an object below its name.
fn members(page: &mut String, depth: usize, value: &Value) {
    let Some(object) = value.as_object() else { return };
    let indent = "  ".repeat(depth);
    for (name, value) in object {
        if value.is_object() && depth < 4 {
            line(page, &format!("{indent}{name}:"));
            members(page, depth + 1, value);
        } else {
            let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            line(page, &format!("{indent}{name}: {}", safe::shown(&plain)));
        }
    }
}

fn line(page: &mut String, text: &str) {
    // Into a String, this cannot fail.
    writeln!(page, "{text}").unwrap_or_default();
}
