//! The domain model: entities, the changes between their stored states, and the store traits.
//!
//! This crate knows no protocol, page or database. [`Change`] and [`DirectoryChange`] list every
//! legal step from one stored state to the next. Every storage backend implements [`Store`]: the
//! [`Directory`] and the [`Ledger`]. [`History`] holds request records, change events and
//! tickets; no decision depends on it. [`Nodes`] are the processes that share a database.

mod account_policy;
mod auth_context;
mod authenticators;
mod change;
mod change_event;
mod client;
mod consent;
mod continuity;
mod deleted_user;
mod external_changes;
mod failed_sign_ins;
mod fault;
mod grant;
mod history;
mod id;
mod ip_network;
mod kept_session;
mod ledger_key;
mod localized_text;
mod logout_limits;
mod loopback;
mod node;
mod password_reset;
mod peer_network;
mod precis;
mod pushed_request;
mod record_query;
mod request_record;
mod resource;
mod revocation_time;
mod second_factor;
mod service_clock;
mod session;
mod session_grant;
mod shares;
mod sign_up;
mod signing_key;
mod store;
mod stored_row;
mod tenant;
mod tenant_name;
mod tenant_store;
mod ticket;
mod time;
mod time_format;
mod time_zone;
mod used_value;
mod user;
mod user_attribute;
mod user_notice;
mod user_profile;

pub use account_policy::{AccountDeletion, ProfileAttribute, ReplacedValues};
pub use auth_context::{AuthContext, ContextStrength};
pub use authenticators::{
    AUTHENTICATOR_APPS_MAX, AccessPass, AuthenticatorApp, Authenticators, PASSKEYS_MAX, Passkey,
    RecoveryCodes,
};
pub use change::{Change, DirectoryChange};
pub use change_event::{Actor, ChangeEvent};
pub use client::{
    Client, ClientCredential, Permission, PkceMode, Platform, RedirectUri, ScopeClaims, SubjectType,
};
pub use consent::Consent;
pub use continuity::{
    Continuity, DirectoryState, Discontinuity, KnownLedger, LEDGER_SEEN_INTERVAL, LedgerIdentity,
    LedgerRecord, LedgerState,
};
pub use external_changes::{ChangedRow, ChangedRows, ExternalChanges};
pub use failed_sign_ins::FailedSignIns;
pub use fault::{Fault, FaultKind};
pub use grant::{
    Confirmation, Grant, GrantDetails, RequestedClaims, RequestedTokenClaims, Revocation,
    RevocationReason,
};
pub use history::{History, Records, RetentionLimits, Tickets};
pub use id::{ClientId, Digest, GrantId, LedgerId, PushedRequestId, SessionId, TenantId, UserId};
pub use ip_network::{IpNetwork, IpNetworkError};
pub use ledger_key::week_of;
pub use localized_text::LocalizedText;
pub use logout_limits::LogoutLimits;
pub use loopback::{is_loopback_host, is_loopback_url};
pub use node::{Lease, NODE_LIFETIME, Node, NodeIdentity, Nodes};
pub use password_reset::PasswordReset;
pub use peer_network::PeerNetwork;
pub use precis::{UsernameFlaw, opaque_string, shown_name, username_flaw, username_key};
pub use pushed_request::PushedRequest;
pub use record_query::{Cursor, RecordQuery, RefusalCount};
pub use request_record::{
    RefusalDetails, RequestRecord, StoredComparison, StoredDifference, TypedUsername, Warning,
};
pub use resource::{Resource, Role, Scope, ScopeAccess};
pub use revocation_time::{after_revocation_of_user, after_revocations};
pub use second_factor::SecondFactor;
pub use service_clock::{ClockJump, ServiceClock};
pub use session::{Session, SessionOrigin};
pub use session_grant::{SessionGrant, SessionGrantQuery};
pub use shares::Shares;
pub use sign_up::{
    AcceptedTerms, Invitation, Registration, RegistrationKind, SignUp, SignUpAttribute, SignUpMode,
    Terms,
};
pub use signing_key::SealedSigningKey;
pub use store::{CommitOutcome, Directory, DirectoryOutcome, Ledger, Store};
pub use stored_row::StoredRow;
pub use tenant::{Branding, IssuerForm, Logo, Support, Tenant, Webhook};
pub use tenant_name::{
    TENANT_NAME_MAX, TenantNameError, can_name_tenant, check_new_tenant_name,
    is_tenant_path_segment,
};
pub use tenant_store::{SharedTenantStore, TenantStore};
pub use ticket::{
    Channel, Delivery, DeliveryQueue, LogoutNotice, OpenTicketOutcome, Ticket, TicketEntry,
    TicketEntryKind, TicketId, TicketQuery, TicketState, WaitingDeliveries,
};
pub use time::{Seconds, Timestamp};
pub use time_format::{
    format_rfc3339, format_rfc3339_milliseconds, format_rfc3339_seconds, format_strftime,
    format_utc, format_utc_minutes, parse_rfc3339,
};
pub use time_zone::TimeZone;
pub use used_value::{UsedValue, UsedValueKind};
pub use user::{KeptSession, Password, PasswordPreparation, RoleAssignment, User};
pub use user_notice::{MailOrigin, UserNotice, UserNoticeKind};
pub use user_profile::{Address, UserProfile};
