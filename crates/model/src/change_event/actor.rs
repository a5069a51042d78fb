//! The actor of a change.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The actor of a change of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A command of `admit`.
    Command {
        /// The command: `apply`, `key rotate`.
        name: String,
        /// The host name of the machine.
        host: String,
        /// The user of the operating system.
        user: String,
        /// The id of this run of the command. All changes of one run have the same.
        run: Uuid,
    },
    /// An administrator, on the administration pages.
    Administrator {
        /// The user name at that time.
        username: String,
    },
    /// The user whom the change is about, on pages for users.
    User {
        /// The user name at that time.
        username: String,
    },
    /// The running service itself, such as a rotation of signing keys.
    Service,
}
