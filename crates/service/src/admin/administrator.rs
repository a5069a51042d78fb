//! The proof that an administrator of a tenant sits before a page.

use std::sync::Arc;

use catalogue::{Refusal, refusal};
use model::{Session, TenantId, User};
use protocol::{Failure, context::Realm};

use super::cookie::Seat;
use crate::{call::Call, cookies::Jar};

/// Who is signed in at the administration pages, and of which tenant. Made by
/// [`Administrator::of`] only, anew on every request.
pub(crate) struct Administrator {
    realm: Arc<Realm>,
    user: Arc<User>,
    seat: Seat,
}

/// Why nobody may see the page.
pub(super) enum Absent {
    /// Nobody is signed in, or not any more. The tenant's name, where it is known.
    Away(Option<String>),
    /// Somebody is, who is no administrator.
    Turned(Arc<Realm>, Refusal),
}

impl Administrator {
    /// Looks whether the cookie's session is still open, and its person still an administrator.
    pub(super) async fn of(call: &Call) -> Result<Result<Self, Absent>, Failure> {
        let (service, now) = (&call.service, call.exchange.now());
        let Some(seat) = Seat::of(service, &Jar::of(&call.parts.headers), now) else {
            return Ok(Err(Absent::Away(None)));
        };
        let realm = match service.realm(&seat.tenant.to_string()).await {
            Ok(realm) => realm,
            // Suspended or gone meanwhile.
            Err(Failure::Refused(_)) => return Ok(Err(Absent::Away(None))),
            Err(fault) => return Err(fault),
        };
        let tenant = &realm.tenant;
        let away = || Ok(Err(Absent::Away(Some(tenant.name.clone()))));
        let session = service.store.session(tenant.id, seat.session).await?;
        let holds = |session: &Session| {
            session.user == seat.user
                && !session.is_over(now)
                && session.auth_time >= tenant.tokens_not_before
        };
        let Some(session) = session.filter(holds) else { return away() };
        let user = service.store.user(tenant.id, seat.user).await?;
        let holds = |user: &Arc<User>| user.enabled && session.auth_time >= user.tokens_not_before;
        let Some(user) = user.filter(holds) else { return away() };
        if !user.administrator {
            let refusal = refusal::not_an_administrator(&user.username, &tenant.display_name);
            return Ok(Err(Absent::Turned(realm, refusal)));
        }
        Ok(Ok(Self { realm, user, seat }))
    }

    /// The tenant's realm.
    pub(crate) fn realm(&self) -> &Realm {
        &self.realm
    }

    /// The tenant, which is all that this administrator sees of.
    pub(crate) fn tenant(&self) -> TenantId {
        self.realm.tenant.id
    }

    /// The person.
    pub(crate) fn user(&self) -> &User {
        &self.user
    }

    pub(super) fn seat(&self) -> &Seat {
        &self.seat
    }
}
