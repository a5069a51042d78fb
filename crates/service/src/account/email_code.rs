//! The code that proves an e-mail address.
//!
//! The page needs no sign-in of the last five minutes: the sealed request for the code does, and it
//! is for this session and for ten minutes.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Change, CommitOutcome, Digest, Fault, FaultKind, UserNotice, UserNoticeKind};
use pages::{AccountEmailCode, AccountSection};
use protocol::Error;
use signin::{
    factor::mailed_code::address_state,
    lockout::{Attempt, Counter, StoredCounter},
};

use super::{
    context::{AccountContext, get, post},
    email::CHANGED,
    pending_address::PendingAddress,
    user_change::UserChange,
};
use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest, mail_origin},
    limits::Limit,
    user_mail,
};

/// Maximum number of attempts to update a counter that concurrent requests change.
const COUNT_ATTEMPTS: usize = 32;

/// Shows the page, and handles its form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post(incoming, async |account, fields| confirm(account, &fields).await).await;
    }
    get(incoming, async |account| {
        let query = account.incoming.query()?;
        let sealed = query.get("pending").unwrap_or_default();
        match PendingAddress::open(account, sealed) {
            Some(pending) => show(account, (&pending, sealed), None),
            None => Err(refusal::address_code_expired().into()),
        }
    })
    .await
}

async fn confirm(account: &AccountContext<'_>, fields: &FormFields) -> Result<Response, Error> {
    let sealed = fields.value("pending");
    let pending = PendingAddress::open(account, sealed);
    let pending = pending.ok_or_else(refusal::address_code_expired)?;
    match check(account, &pending, fields.value("code")).await {
        Ok(()) => {}
        Err(Error::Refused(refusal)) => return show(account, (&pending, sealed), Some(refusal)),
        Err(fault) => return Err(fault),
    }
    let user = account.user.user();
    let state = address_state(user, &pending.address);
    // A confirmed address is the one of before: there is nothing to notify of.
    let is_new = user.email.as_ref() != Some(&pending.address);
    let notice = is_new.then(|| Box::new(notice(account)));
    let address = pending.address.clone();
    account.change_user(&UserChange::ProveAddress { address, state, notice }).await?;
    Ok(account.redirect(CHANGED)?)
}

/// Checks a code, which counts before it is checked, and stores it as used.
async fn check(
    account: &AccountContext<'_>,
    pending: &PendingAddress,
    typed: &str,
) -> Result<(), Error> {
    let counter = Counter::Challenge { flow: pending.challenge, kind: Counter::ADDRESS };
    let key = digest::sha256(&counter.label());
    count(account, (&counter, key)).await?;
    if pending.is_used(account).await? {
        return Err(refusal::address_code_already_used().into());
    }
    if !pending.is_code(account.user.tenant(), account.user.user(), typed) {
        return Err(refusal::mailed_code_wrong().into());
    }
    if !pending.use_up(account).await? {
        return Err(refusal::address_code_already_used().into());
    }
    let clear = Change::ClearFailedSignIns { tenant: account.user.tenant().id(), key };
    // If the counter stays, it is one of a code that was used.
    let _ = account.user.store(&account.incoming.service).commit(vec![clear]).await?;
    Ok(())
}

/// Adds one to the counter of a code, unless it has reached its limit.
async fn count(
    account: &AccountContext<'_>,
    (counter, key): (&Counter, Digest),
) -> Result<(), Error> {
    let service = &account.incoming.service;
    let (store, now) = (account.user.store(service), account.incoming.context.now());
    let tenant = account.user.tenant().id();
    for _ in 0..COUNT_ATTEMPTS {
        let earlier = store.failed_sign_ins(key).await?;
        let stored = StoredCounter { counter: counter.clone(), key, earlier, recent_users: 0 };
        let attempt = Attempt { tenant, counters: vec![stored], now };
        if let Err((_, refusal)) = attempt.check() {
            service.limits.refusals.count(Limit::FailedSignIns);
            return Err(refusal.into());
        }
        let changes = attempt.fail().into_iter().map(|failure| failure.change).collect();
        if store.commit(changes).await? == CommitOutcome::Committed {
            return Ok(());
        }
    }
    let message = "too many conflicting updates of a counter of codes";
    Err(Fault::from_message(FaultKind::StoreUnavailable, message).into())
}

/// Returns the notice to the earlier address.
fn notice(account: &AccountContext<'_>) -> UserNotice {
    let user = account.user.user();
    UserNotice {
        user: user.id,
        kind: UserNoticeKind::EmailChanged,
        origin: mail_origin::origin_of(account.incoming),
        username: None,
        language: user_mail::language_of(user, account.language).tag().to_owned(),
    }
}

fn show(
    account: &AccountContext<'_>,
    (pending, sealed): (&PendingAddress, &str),
    refused: Option<Refusal>,
) -> Result<Response, Error> {
    let page = AccountEmailCode {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Email)?,
        address: pending.address.clone(),
        pending: sealed.to_owned(),
        problem: account.problem(refused.as_ref()),
    };
    Ok(account.page_refused(page.render(account.language), "page:account_overview", refused))
}
