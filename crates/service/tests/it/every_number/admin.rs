//! The administration pages.

use super::Row;
use crate::{
    admin::{self, redirect_path},
    authorize::browser::{Browser, location},
};

pub async fn rows() -> Vec<Row> {
    let service = admin::service_with_admin().await;
    let mut signed_out = Browser::new(&service);
    let mut budi = Browser::new(&service);
    admin::sign_in_to_admin(&mut budi, "budi@demo.test").await;
    let mut administrator = admin::signed_in_admin(&service).await;
    let mut cancelling = Browser::new(&service);
    let redirect = cancelling.get("/admin?tenant=demo").await;
    let page = cancelling.get(location(&redirect)).await;
    let callback = cancelling.press(&page, "action", "cancel").await;
    let unknown = admin::record_fixtures::detail_path(999);
    vec![
        Row(88_000_220, budi.get("/admin/requests").await),
        Row(88_000_221, signed_out.get("/admin/signed-in?code=ac.x&state=x").await),
        Row(88_000_222, signed_out.post("/admin/sign-out", &[("csrf_token", "x")]).await),
        Row(88_000_223, cancelling.get(&redirect_path(&callback)).await),
        Row(88_000_224, administrator.get(&unknown).await),
    ]
}
