//! From one step of a sign-in to the next: as far as there is nothing to ask, then the page that
//! asks, or the answer.

use axum::response::Response;
use model::{Fault, FaultKind, SessionId};
use protocol::authorize::{Consented, NotConsented, PresentUser, issue};
use signin::journey::{self, Account, Asked, Permission, Step};

use super::{
    answer, page,
    stage::{Halt, Known, Stage},
};

/// Goes on with whatever is known by now.
pub(super) async fn advance(mut stage: Stage<'_>) -> Result<Response, Halt> {
    let known = stage.accounts().await?;
    let accounts: Vec<Account> = known.iter().map(|known| known.account.clone()).collect();
    let asked = stage.asked().await?;
    match journey::person(&asked, &accounts, &stage.pending.progress) {
        Ok(session) => onwards(stage, session, &asked, &known).await,
        Err(step) => ask(stage, step, &known),
    }
}

async fn onwards(
    mut stage: Stage<'_>,
    session: SessionId,
    asked: &Asked,
    known: &[Known],
) -> Result<Response, Halt> {
    // What a page is about to ask is about this account, whoever else signs in meanwhile.
    stage.pending.progress.session = Some(session);
    let person = known.iter().find(|known| known.account.session == session);
    let person = person.and_then(|known| known.person.as_ref()).ok_or_else(astray)?;
    stage.call.exchange.note(|traces| traces.user = Some(person.user().id));
    let verdict = consented(&stage, person).await?;
    let permission = match &verdict {
        Ok(_) => Permission::Given,
        Err(NotConsented::Ask(ask)) => Permission::Missing {
            client: stage.client.name.clone(),
            scopes: [&ask.openid_scopes[..], &ask.scopes].concat().join(" "),
        },
        Err(NotConsented::AdministratorOnly(refusal)) => Permission::Impossible(refusal.clone()),
    };
    let step = journey::onwards(session, asked, permission, &stage.pending.progress);
    match (step, verdict) {
        (Step::Done(_), Ok(consented)) => {
            let context = stage.context();
            let issued = issue(&stage.pending.request, person, consented, &context)?;
            stage.call.exchange.note(|traces| traces.grant = Some(issued.grant));
            Ok(answer::deliver(stage, issued.answer)?)
        }
        (Step::Consent(_), Err(NotConsented::Ask(ask))) => {
            Ok(page::consent(stage, person.user(), &ask)?)
        }
        (step, _) => ask(stage, step, known),
    }
}

/// Holds the request against what the person allowed before.
pub(super) async fn consented(
    stage: &Stage<'_>,
    person: &PresentUser,
) -> Result<Result<Consented, NotConsented>, Fault> {
    let (tenant, user) = (stage.realm.tenant.id, person.user().id);
    let consents = stage.call.service.store.consents(tenant, user, &stage.client.id).await?;
    Ok(Consented::check(
        &stage.pending.request,
        (&stage.client, &stage.resources),
        &consents,
        stage.pending.progress.consented,
    ))
}

fn ask(mut stage: Stage<'_>, step: Step, known: &[Known]) -> Result<Response, Halt> {
    match step {
        Step::SignIn { username } => {
            if stage.pending.progress.signed_in {
                stage.cookies.push(stage.pending.unbind(stage.realm)?);
                stage.pending.restart(&stage.context());
            }
            Ok(page::sign_in(stage, username.as_deref(), None)?)
        }
        Step::ChooseAccount => Ok(page::choose_account(stage, known)?),
        Step::StaySignedIn(session) => {
            let known = known.iter().find(|known| known.account.session == session);
            let known = known.ok_or_else(astray)?;
            Ok(page::stay_signed_in(stage, &known.account.username)?)
        }
        Step::Impossible(refusal) => Err(stage.back(refusal)),
        Step::Consent(_) | Step::Done(_) => Err(astray().into()),
    }
}

fn astray() -> Fault {
    Fault::because(FaultKind::Internal, "the journey went on with somebody who is not there")
}
