//! The choice of an account, or of another one.

use axum::response::Response;
use catalogue::refusal;
use signin::journey::Standing;

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
        let refusal = refusal::sign_in_cancelled(&stage.client.name);
        return Err(stage.cancel(refusal));
    }
    if fields.pressed("other") {
        stage.pending.progress.other_account = true;
        return steps::advance(stage).await;
    }
    let known = stage.accounts().await?;
    let chosen = fields.value("account");
    let chosen = known.into_iter().find(|known| known.account.session.to_string() == chosen);
    let chosen = chosen.ok_or_else(refusal::account_no_longer_signed_in)?;
    let progress = &mut stage.pending.progress;
    progress.username = Some(chosen.account.username);
    match chosen.account.standing {
        Standing::Fits => progress.session = Some(chosen.account.session),
        Standing::Stale | Standing::SomebodyElse | Standing::Withdrawn => {
            progress.other_account = true;
        }
    }
    steps::advance(stage).await
}
