//! The pages of a sign-in flow.

mod after_access_pass;
mod authenticator_app;
mod choose_account;
mod consent;
mod continue_to;
mod flow_status;
mod form_post;
mod new_password;
mod recovery_codes;
mod reset_code;
mod reset_link;
mod reset_password;
mod second_factor;
mod stay_signed_in;
mod step_form;
mod username_password;

pub use after_access_pass::AfterAccessPass;
pub use authenticator_app::SetUpAuthenticatorApp;
pub use choose_account::{Account, ChooseAccount};
pub use consent::{Consent, Permission};
pub(crate) use consent::{Item, items};
pub use continue_to::ContinueTo;
pub use flow_status::{FlowStatus, FlowStatusKind};
pub use form_post::{Field, FormPost};
pub use new_password::ChooseNewPassword;
pub use recovery_codes::NewRecoveryCodes;
pub use reset_code::ResetCode;
pub use reset_link::{ResetLink, ResetLinkForm};
pub use reset_password::ResetPassword;
pub use second_factor::SecondFactor;
pub use stay_signed_in::StaySignedIn;
pub use step_form::StepForm;
pub use username_password::SignIn;
