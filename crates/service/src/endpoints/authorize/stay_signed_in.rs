//! The answer to "stay signed in?".

use axum::response::Response;
use catalogue::refusal;
use model::{Change, Outcome};

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
    let progress = &stage.pending.progress;
    let Some(session) = progress.session.filter(|_| progress.signed_in) else {
        return Err(refusal::form_token_invalid().into());
    };
    if fields.value("stay") == "yes" {
        let (tenant, now) = (&stage.realm.tenant, stage.context().now);
        let extended = Change::ExtendSession {
            tenant: tenant.id,
            session,
            expires_at: now + tenant.persistent_session_lifetime,
            persistent: true,
        };
        // Not a guarded change: it cannot conflict.
        if stage.call.service.store.commit(vec![extended]).await? == Outcome::Done {
            stage.sessions.add(session, true);
            stage.cookies.push(stage.sessions.cookie(stage.realm)?);
        }
    }
    stage.pending.progress.stay_answered = true;
    steps::advance(stage).await
}
