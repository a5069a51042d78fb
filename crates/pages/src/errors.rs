//! The pages about refusals, error numbers and unknown addresses.

mod development;
mod error_detail;
mod error_index;
mod error_page;
mod not_found;

pub use development::{
    Development, DevelopmentComparison, DevelopmentFix, RegisteredValue, RegisteredValues,
};
pub use error_detail::ErrorDetail;
pub use error_index::ErrorIndex;
pub use error_page::ErrorPage;
pub use not_found::NotFound;
