//! The administration pages.

use super::Row;
use crate::{
    admin::{self, path},
    authorize::browser::{Browser, location},
};

pub async fn rows() -> Vec<Row> {
    let house = admin::house().await;
    let mut nobody = Browser::new(&house);
    let mut budi = Browser::new(&house);
    admin::enter(&mut budi, "budi@demo.test").await;
    let mut administrator = admin::seated(&house).await;
    let mut cancels = Browser::new(&house);
    let out = cancels.get("/admin?tenant=demo").await;
    let page = cancels.get(location(&out)).await;
    let back = cancels.press(&page, "action", "cancel").await;
    let unknown = admin::records::page_of(999);
    vec![
        Row(88_000_220, budi.get("/admin/requests").await),
        Row(88_000_221, nobody.get("/admin/signed-in?code=ac.x&state=x").await),
        Row(88_000_222, nobody.post("/admin/sign-out", &[("token", "x")]).await),
        Row(88_000_223, cancels.get(&path(&back)).await),
        Row(88_000_224, administrator.get(&unknown).await),
    ]
}
