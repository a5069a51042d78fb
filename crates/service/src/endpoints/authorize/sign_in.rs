//! The sign-in page's form: a user name and a password, and the session that they open.

use axum::response::Response;
use catalogue::{Refusal, refusal};
use model::{Change, Outcome, Session};
use protocol::Failure;
use signin::factor::password::Typed;

use super::{
    fields::Fields,
    page,
    password::{Attempt, SignedIn},
    posted,
    stage::{Halt, Stage},
    steps,
};
use crate::{
    call::Call,
    cookies::{Jar, KnownBrowser},
};

/// Takes the form.
pub(super) async fn post(call: Call) -> Response {
    posted(call, answer).await
}

async fn answer(mut stage: Stage<'_>, fields: Fields) -> Result<Response, Halt> {
    if fields.pressed("cancel") {
        let refusal = refusal::sign_in_cancelled(&stage.client.name);
        return Err(stage.cancel(refusal));
    }
    let username = fields.value("username");
    let outcome = match Typed::new(username, fields.value("password")) {
        Ok(typed) => attempt(&stage, typed).await,
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Ok((signed_in, browser)) => {
            open(&mut stage, signed_in, browser).await?;
            steps::advance(stage).await
        }
        Err(Failure::Refused(refusal)) => again(stage, username, &refusal),
        Err(failure) => Err(failure.into()),
    }
}

/// The same page once more, with what was typed but the password.
fn again(stage: Stage<'_>, username: &str, refused: &Refusal) -> Result<Response, Halt> {
    let shown: String = username.chars().take(256).collect();
    Ok(page::sign_in(stage, Some(&shown), Some(refused))?)
}

async fn attempt(stage: &Stage<'_>, typed: Typed) -> Result<(SignedIn, KnownBrowser), Failure> {
    let (call, context) = (stage.call, stage.context());
    let jar = Jar::of(&call.parts.headers);
    let browser = KnownBrowser::of(&jar, stage.realm, context.entropy.draw("browser"));
    let attempt = Attempt {
        tenant: stage.realm.tenant.id,
        typed,
        browser: browser.clone(),
        exchange: call.exchange.clone(),
    };
    let store = std::sync::Arc::clone(&call.service.store);
    let signed_in = call.service.password_checks.check(store, attempt).await?;
    Ok((signed_in, browser))
}

/// Opens the one session that this flow can open, and ends the person's earlier one here. A form
/// that is posted once more finds it open, and opens nothing.
async fn open(
    stage: &mut Stage<'_>,
    signed_in: SignedIn,
    mut browser: KnownBrowser,
) -> Result<(), Halt> {
    let (tenant, now) = (&stage.realm.tenant, stage.context().now);
    let SignedIn { user, proof, mut changes } = signed_in;
    let session = Session {
        tenant: tenant.id,
        id: stage.pending.session(),
        user: user.id,
        auth_time: now,
        amr: vec![proof.amr().to_owned()],
        expires_at: now + tenant.session_lifetime,
        persistent: false,
        ended_at: None,
    };
    let id = session.id;
    for known in stage.accounts().await? {
        if known.account.user == user.id && known.account.session != id {
            let session = known.account.session;
            stage.sessions.remove(session);
            changes.push(Change::EndSession { tenant: tenant.id, session, at: now });
        }
    }
    changes.push(Change::OpenSession(session));
    if stage.call.service.store.commit(changes).await? == Outcome::Conflict {
        return Err(refusal::sign_in_already_finished().into());
    }
    stage.sessions.add(id, false);
    browser.add(user.id);
    stage.cookies.push(stage.sessions.cookie(stage.realm)?);
    stage.cookies.push(browser.cookie(stage.realm)?);
    let progress = &mut stage.pending.progress;
    progress.session = Some(id);
    progress.signed_in = true;
    Ok(())
}
