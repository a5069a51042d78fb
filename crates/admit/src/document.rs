//! Reads a TOML file option by option, and collects everything that is wrong with it.

mod nearest;
mod problem;
mod reader;
mod value;

pub(crate) use nearest::nearest;
pub(crate) use problem::{Problem, Problems, Refused};
pub(crate) use reader::{Reader, read};
pub(crate) use value::{At, Choice, FromValue, Lifetime};
