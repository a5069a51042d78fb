//! Refusals to order, so that applications can test how they take them.

use axum::response::Response;
use catalogue::{Refusal, refusal, sample};
use model::{Client, Fault};
use protocol::{Failure, client_auth::Presented, context::Realm, form::Form};

use crate::{call::Call, render};

/// The parameter that asks for one, by its number.
const PARAMETER: &str = "admit_rehearse";

/// Gives the refusal that a request asks for, before anything of it is checked but whose it is.
///
/// # Errors
/// The refusal that was asked for, or the one for asking.
pub(super) async fn check(call: &Call, realm: &Realm, form: &Form) -> Result<(), Failure> {
    if form.get(PARAMETER).is_none() {
        return Ok(());
    }
    let client = client(call, realm, form).await?;
    match asked(call, form, client.as_deref()) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// The refusal that a client asks for, or the one for asking; `None` where nothing is asked for,
/// and where no such client is there, which is told as it always is.
pub(super) fn asked(call: &Call, form: &Form, client: Option<&Client>) -> Option<Refusal> {
    let sent = form.get(PARAMETER)?;
    let client = client?;
    if !call.service.settings.rehearsal_allowed {
        return Some(refusal::rehearsal_not_allowed());
    }
    if !client.rehearsal {
        return Some(refusal::rehearsal_by_unmarked_client(&client.name));
    }
    let entry = sent.parse().ok().and_then(catalogue::entry);
    let Some(entry) = entry else { return Some(refusal::rehearsal_number_unknown(sent)) };
    call.exchange.note(|traces| traces.rehearsed = true);
    Some(entry.refusal(|name| match name {
        "client" => client.name.clone(),
        other => sample(other).to_owned(),
    }))
}

/// A failure of an endpoint of clients, as JSON. What only ever stands on a page is given to
/// nobody but whoever rehearses it, and is a page here too.
pub(super) fn failure(call: &Call, failure: &Failure) -> Response {
    match failure {
        Failure::Refused(refusal) if refusal.entry().error == "none" => {
            render::failure_page(&call.exchange, failure, call.exchange.language())
        }
        _ => render::failure(&call.exchange, failure),
    }
}

/// The client that a request claims to be from, by any of the ways to claim it.
async fn client(
    call: &Call,
    realm: &Realm,
    form: &Form,
) -> Result<Option<std::sync::Arc<Client>>, Fault> {
    let Ok(presented) = Presented::find(&call.head(), form) else { return Ok(None) };
    let client = call.service.store.client(realm.tenant.id, presented.client_id()).await?;
    // One that is switched off is nobody to whoever did not prove to be it.
    Ok(client.filter(|client| client.enabled))
}
