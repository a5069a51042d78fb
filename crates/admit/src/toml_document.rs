//! Reading of TOML files option by option, with all errors in one report.

mod correction;
mod declared;
mod nearest;
mod problem;
mod reader;
mod renamed;
mod value;

pub(crate) use declared::Declared;
pub(crate) use nearest::nearest;
pub(crate) use problem::{DocumentErrors, Problem, Problems};
pub(crate) use reader::{TableReader, mask_lines, read};
pub(crate) use value::{EnumOption, FromValue, Spanned, parse_duration};
