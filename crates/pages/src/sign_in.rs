//! The pages of a sign-in flow.

mod choose_account;
mod consent;
mod continue_to;
mod flow_status;
mod form_post;
mod stay_signed_in;
mod username_password;

pub use choose_account::{Account, ChooseAccount};
pub use consent::{Consent, Permission};
pub use continue_to::ContinueTo;
pub use flow_status::{FlowStatus, FlowStatusKind};
pub use form_post::{Field, FormPost};
pub use stay_signed_in::StaySignedIn;
pub use username_password::SignIn;
