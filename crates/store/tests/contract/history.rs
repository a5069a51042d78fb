//! The contract of histories: one suite that runs unchanged on every backend.

mod records;
mod retention;
pub(crate) mod tickets;

use std::sync::Arc;

use model::{
    History, RefusalDetails, RequestRecord, StoredComparison, StoredDifference, Timestamp, Warning,
};
use store::{MemoryHistory, SqliteHistory};
use tempfile::TempDir;
use uuid::Uuid;

use crate::rows::{at, client_id, grant_id, tenant_id, user_id};

/// Runs tests on every history. A new backend is one line here and one function in `opened`.
macro_rules! on_every_history {
    ($($test:ident)*) => {
        crate::history::on_history!(memory: $($test)*);
        crate::history::on_history!(sqlite: $($test)*);
        crate::history::on_history!(postgres: $($test)*);
    };
}

macro_rules! on_history {
    ($store:ident: $($test:ident)*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let opened = crate::history::opened::$store().await;
                    super::$test(&*opened.history).await;
                }
            )*
        }
    };
}

use on_every_history;
use on_history;

/// A history and its data directory, which is deleted with it.
pub(crate) struct OpenedHistory {
    pub(crate) history: Arc<dyn History>,
    _directory: Option<TempDir>,
}

mod opened {
    use postgres_server::Server;
    use store::{DatabaseSettings, PostgresHistory};
    use uuid::Uuid;

    use super::{Arc, MemoryHistory, OpenedHistory, SqliteHistory};

    pub(crate) async fn memory() -> OpenedHistory {
        OpenedHistory { history: Arc::new(MemoryHistory::new()), _directory: None }
    }

    pub(crate) async fn sqlite() -> OpenedHistory {
        let directory = tempfile::tempdir().unwrap();
        let history = SqliteHistory::open(directory.path()).unwrap();
        OpenedHistory { history: Arc::new(history), _directory: Some(directory) }
    }

    pub(crate) async fn postgres() -> OpenedHistory {
        let url = Server::shared().create_database().await.unwrap();
        let settings = DatabaseSettings::parse(&url).unwrap();
        let history =
            PostgresHistory::connect(&settings, Uuid::from_u128(1), store::Access::Migrate)
                .await
                .unwrap();
        OpenedHistory { history: Arc::new(history), _directory: None }
    }
}

/// The record of a successful request at second `number`, with every possible member set.
pub(crate) fn success(number: u32) -> RequestRecord {
    let warning = Warning::new("secret_expires", "5");
    RequestRecord {
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
        attributed_client: Some(client_id("app")),
        user: Some(user_id(1)),
        grant_type: Some("authorization_code".into()),
        flow_id: Some([3; 16]),
        grant: Some(grant_id(4)),
        remote_address: Some([192, 0, 2, 7].into()),
        warnings: vec![warning],
        refusal_details: None,
    }
}

/// The record of a refused request, with every possible member set.
pub(crate) fn refusal(number: u32, error_number: u32) -> RequestRecord {
    let argument = |name: &'static str| (name.into(), format!("the {name} \u{e9}\u{1f600}"));
    let comparison = StoredComparison {
        name: "redirect_uri".into(),
        expected: Some("https://app.test/".to_owned()),
        received: Some("https://app.test".to_owned()),
        difference: Some(StoredDifference {
            kind: "trailing_slash".into(),
            arguments: vec![argument("nearest")],
        }),
        operator_only: true,
    };
    RequestRecord {
        status: 400,
        outcome: "refusal".into(),
        number: Some(error_number),
        refusal_details: Some(Box::new(RefusalDetails {
            checks_passed: vec!["tenant".into(), "client".into()],
            arguments: vec![argument("client")],
            comparisons: vec![comparison],
            cause: Some("a cause: with its chain".to_owned()),
            typed_username: None,
        })),
        ..success(number)
    }
}

/// The record of a request with as few members set as possible.
pub(crate) fn bare(number: u32) -> RequestRecord {
    RequestRecord {
        correlation_id: success(number).trace_id,
        tenant: None,
        client: None,
        attributed_client: None,
        user: None,
        grant_type: None,
        flow_id: None,
        grant: None,
        remote_address: None,
        warnings: Vec::new(),
        ..success(number)
    }
}

/// The whole second of the record with this number.
pub(crate) fn second(number: u32) -> Timestamp {
    Timestamp::from_seconds(at(i64::from(number)).seconds())
}
