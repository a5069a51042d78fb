//! What every history must do: one suite, run unchanged on each; and what SQLite must do besides.

mod records;
mod sqlite;
mod tickets;
mod trim;

use std::sync::Arc;

use model::{Comparison, Difference, History, Reasoning, Record, Timestamp, Warning};
use store::{MemoryHistory, SqliteHistory};
use tempfile::TempDir;
use uuid::Uuid;

use crate::rows::{at, client_id, grant_id, tenant_id, user_id};

/// Runs the behaviours on every history.
macro_rules! on_every_history {
    ($($behaviour:ident)*) => {
        crate::history::on_history!(memory: $($behaviour)*);
        crate::history::on_history!(sqlite: $($behaviour)*);
    };
}

macro_rules! on_history {
    ($store:ident: $($behaviour:ident)*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    let kept = crate::history::kept::$store();
                    super::$behaviour(&*kept.history).await;
                }
            )*
        }
    };
}

use on_every_history;
use on_history;

/// A history, and the directory it is kept in, which goes with it.
pub(crate) struct Kept {
    pub(crate) history: Arc<dyn History>,
    _directory: Option<TempDir>,
}

mod kept {
    use super::{Arc, Kept, MemoryHistory, SqliteHistory};

    pub(crate) fn memory() -> Kept {
        Kept { history: Arc::new(MemoryHistory::new()), _directory: None }
    }

    pub(crate) fn sqlite() -> Kept {
        let directory = tempfile::tempdir().unwrap();
        let history = SqliteHistory::open(directory.path()).unwrap();
        Kept { history: Arc::new(history), _directory: Some(directory) }
    }
}

/// A request that went well, with every member set to something, at a second of its own.
fn success(number: u32) -> Record {
    let warning = Warning { kind: "secret_expires".into(), value: "5".to_owned() };
    Record {
        trace_id: Uuid::from_u64_pair(1, u64::from(number)),
        correlation_id: Uuid::from_u64_pair(2, u64::from(number)),
        at: at(i64::from(number)),
        duration_us: 53,
        tenant: Some(tenant_id(1)),
        method: "POST".into(),
        endpoint: "/{tenant}/oauth2/v2.0/token".into(),
        status: 200,
        outcome: "tokens".into(),
        number: None,
        client: Some("app".to_owned()),
        owner: Some(client_id("app")),
        user: Some(user_id(1)),
        grant_type: Some("authorization_code".into()),
        flow: Some([3; 16]),
        grant: Some(grant_id(4)),
        peer: Some([192, 0, 2, 7].into()),
        warnings: vec![warning],
        reasoning: None,
    }
}

/// A request that was turned down, with every member set to something.
fn refusal(number: u32, code: u32) -> Record {
    let argument = |name: &'static str| (name.into(), format!("the {name} \u{e9}\u{1f600}"));
    let comparison = Comparison {
        name: "redirect_uri".into(),
        expected: Some("https://app.test/".to_owned()),
        received: Some("https://app.test".to_owned()),
        difference: Some(Difference {
            kind: "trailing_slash".into(),
            arguments: vec![argument("nearest")],
        }),
        operator_only: true,
    };
    Record {
        status: 400,
        outcome: "refusal".into(),
        number: Some(code),
        reasoning: Some(Box::new(Reasoning {
            passed: vec!["tenant".into(), "client".into()],
            arguments: vec![argument("client")],
            comparisons: vec![comparison],
            cause: Some("a cause: with its chain".to_owned()),
        })),
        ..success(number)
    }
}

/// A request of which as little as possible is known.
fn bare(number: u32) -> Record {
    Record {
        correlation_id: success(number).trace_id,
        tenant: None,
        client: None,
        owner: None,
        user: None,
        grant_type: None,
        flow: None,
        grant: None,
        peer: None,
        warnings: Vec::new(),
        ..success(number)
    }
}

/// The whole second at which a number's record came.
fn second(number: u32) -> Timestamp {
    Timestamp::from_seconds(at(i64::from(number)).seconds())
}
