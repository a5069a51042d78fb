//! What is our own fault.

use model::{DirectoryChange, FaultKind};

use super::Row;
use crate::{
    failing::{Failing, Trouble},
    house::House,
};

pub async fn rows() -> Vec<Row> {
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    let code = house.code("web", |_| {});
    let redeem = house.redeem(&code);
    let mut rows = Vec::new();
    let troubles = [
        (50_000, Trouble::Panic),
        (50_033, Trouble::Conflicts),
        (90_012, Trouble::Silence),
        (90_033, Trouble::Fault(FaultKind::StoreUnavailable)),
    ];
    for (number, trouble) in troubles {
        failing.set(trouble);
        // The clock of the runtime stands still but for who waits for it: nobody waits 30 seconds.
        tokio::time::pause();
        rows.push(Row(number, house.token(&redeem).await));
        tokio::time::resume();
    }
    failing.set(Trouble::None);
    let tenant = house.realm.tenant.id;
    for row in house.service.store.signing_keys(tenant).await.expect("a book").iter() {
        let kid = row.kid.clone();
        house.apply(DirectoryChange::RemoveSigningKey { tenant, kid }).await;
    }
    rows.push(Row(50_003, house.token(&redeem).await));
    rows
}
