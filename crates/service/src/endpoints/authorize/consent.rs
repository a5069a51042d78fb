//! The answer to what an app asks for.

use axum::response::Response;
use catalogue::refusal;
use protocol::authorize::{NotConsented, PresentUser};
use signin::{
    consent::{Given, record},
    journey::{self, Account},
};

use super::{
    fields::Fields,
    posted,
    stage::{Halt, Stage},
    steps,
};
use crate::call::Call;

/// Takes the form.
pub(super) async fn post(call: Call) -> Response {
    posted(call, answer).await
}

async fn answer(mut stage: Stage<'_>, fields: Fields) -> Result<Response, Halt> {
    if fields.pressed("cancel") {
        let refusal = refusal::consent_declined(&stage.client.name);
        return Err(stage.cancel(refusal));
    }
    if !fields.pressed("accept") {
        return steps::advance(stage).await;
    }
    let known = stage.accounts().await?;
    let accounts: Vec<Account> = known.iter().map(|known| known.account.clone()).collect();
    let session = journey::person(&stage.asked().await?, &accounts, &stage.pending.progress).ok();
    let person = known.iter().find(|known| Some(known.account.session) == session);
    if let Some(person) = person.and_then(|known| known.person.as_ref()) {
        allow(&mut stage, person).await?;
    }
    steps::advance(stage).await
}

/// Records what the page showed, unless only an administrator may allow it.
async fn allow(stage: &mut Stage<'_>, person: &PresentUser) -> Result<(), Halt> {
    let Err(NotConsented::Ask(ask)) = steps::consented(stage, person).await? else {
        return Ok(());
    };
    let (tenant, user) = (stage.realm.tenant.id, person.user().id);
    let store = &stage.call.service.store;
    let earlier = store.consents(tenant, user, &stage.client.id).await?;
    let scopes = [
        ("", ask.openid_scopes.as_slice()),
        (stage.pending.request.scopes.resource.as_str(), ask.scopes.as_slice()),
    ];
    let given =
        Given { tenant, user, client: &stage.client.id, scopes: &scopes, at: stage.context().now };
    store.apply(record(&given, &earlier)).await?;
    stage.pending.progress.consented = true;
    Ok(())
}
