//! The HTML pages: each type holds the data of one page and renders it in a language, escaped.

mod account;
mod admin;
mod asset;
mod colour;
mod dev;
mod errors;
mod form;
#[cfg(any(test, feature = "samples"))]
mod gallery;
mod headers;
mod layout;
mod mail;
mod page_time;
mod passkey_prompt;
mod qr_code;
mod remedy;
#[cfg(any(test, feature = "samples"))]
mod sample;
mod sign_in;
mod sign_out;
mod support;
mod template;
#[cfg(test)]
mod tests;

pub use account::{
    AccountAccessPass, AccountActivity, AccountApp, AccountApps, AccountConfirm, AccountData,
    AccountDeleted, AccountEmail, AccountEmailCode, AccountLayout, AccountOverview, AccountPasskey,
    AccountProfile, AccountQuestion, AccountSection, AccountSession, AccountSessions,
    AccountWarning, ActivityEntry, ActivityReported, AddAuthenticatorApp, AddPasskey,
    AuthorizedApp, ChangePassword, Consequence, DeleteAccount, ProfileField,
};
pub use admin::{
    AdjacentRequests, AdminChanges, AdminLayout, AdminNodes, AdminRefusals, AdminRequest,
    AdminRequests, AdminRevoke, AdminSignIn, AdminTicket, AdminTickets, ChangeRow, ChartChange,
    HighlightedComparison, NodeRow, RangeLink, ReportedProblem, ReportedRequest, RequestProperty,
    RequestRefusal, RequestRow, RequestSearch, RequestStatus, RevokedKind, Section, Series,
    TicketFilter, TicketLine, TicketRow, TimeBucket, TimelineStep,
};
pub use asset::{Asset, asset};
pub use colour::{Colour, ColourError};
pub use dev::{
    DecodedToken, DemoApp, DemoExperiment, DemoRefusal, DemoRequest, DevClient, DevCommand,
    DevMail, DevMailbox, DevStart, DevTenant, DevUser,
};
pub use errors::{
    Development, DevelopmentComparison, DevelopmentFix, ErrorDetail, ErrorIndex, ErrorPage,
    NotFound, RegisteredValue, RegisteredValues,
};
pub use form::{FormError, Input};
#[cfg(any(test, feature = "samples"))]
pub use gallery::{Sample, samples};
pub use headers::{PageKind, headers, policy_with_frames};
pub use layout::{LanguageSwitch, Layout, PageTenant};
pub use mail::{MailCode, MailDetail, MailLink, UserMail};
pub use page_time::PageTime;
pub use passkey_prompt::PasskeyPrompt;
pub use qr_code::QrCode;
pub use sign_in::{
    AcceptTerms, Account, AfterAccessPass, AttributeField, ChooseAccount, ChooseNewPassword,
    Consent, ContinueTo, CreateAccount, Field, FlowStatus, FlowStatusKind, FormPost,
    InvitationPage, NewRecoveryCodes, Permission, ResetCode, ResetLink, ResetLinkForm,
    ResetPassword, SecondFactor, SetUpAuthenticatorApp, SignIn, SignUp, SignUpCode, StaySignedIn,
    StepForm, TermsOfUse,
};
pub use sign_out::{LogoutFrame, NextApp, SignOut, SignOutAccount, SignedOut};
pub use support::{ConfirmAddress, Report, ReportConfirmation};
