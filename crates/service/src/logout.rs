//! Signing out of sessions and apps: what ends with a session, and the logout tokens by which apps
//! learn of it (OpenID Connect Back-Channel Logout 1.0).

mod delivery;
mod grants;
mod notice;
mod session;
mod user;

pub use delivery::deliver;
pub(crate) use grants::{clients_of_grants, clients_of_session, grants_of_session, grants_of_user};
pub use notice::AnnouncedLogouts;
pub(crate) use session::end_session;
