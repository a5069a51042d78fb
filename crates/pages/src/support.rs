//! The pages on which a user reports a problem.

mod report;
mod report_confirmation;

pub use report::Report;
pub use report_confirmation::ReportConfirmation;
