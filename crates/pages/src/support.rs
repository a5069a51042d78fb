//! The pages on which a user reports a problem.

mod confirm_address;
mod report;
mod report_confirmation;

pub use confirm_address::ConfirmAddress;
pub use report::Report;
pub use report_confirmation::ReportConfirmation;
