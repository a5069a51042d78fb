//! Faults of the service.

use model::{DirectoryChange, FaultKind};

use super::Row;
use crate::{
    failing_store::{FailingStore, StoreFailure},
    test_service::TestService,
};

pub async fn rows() -> Vec<Row> {
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    let code = service.code("web", |_| {});
    let redeem = service.redeem(&code);
    let mut rows = Vec::new();
    let failures = [
        (50_000, StoreFailure::Panic),
        (50_033, StoreFailure::CommitConflict),
        (90_012, StoreFailure::Hang),
        (90_033, StoreFailure::Fault(FaultKind::StoreUnavailable)),
        (88_000_315, StoreFailure::Fault(FaultKind::StoreNotAsked)),
    ];
    for (number, failure) in failures {
        failing.set_failure(failure);
        // The paused clock advances when all tasks wait, so the timeout of 30 seconds passes at
        // once.
        tokio::time::pause();
        rows.push(Row(number, service.token(&redeem).await));
        tokio::time::resume();
    }
    failing.set_failure(StoreFailure::None);
    let tenant = service.tenant.id();
    for row in service.state.store.signing_keys(tenant).await.expect("a store").iter() {
        let kid = row.kid.clone();
        service.apply(DirectoryChange::RemoveSigningKey { tenant, kid }).await;
    }
    rows.push(Row(50_003, service.token(&redeem).await));
    rows
}
