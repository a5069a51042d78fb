//! Passkeys in a tenant that allows certain models of authenticators only.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    browser::{Browser, problem_number, request, service_with_users},
    passkey_device::{Device, Manufacturer, options},
    passkeys::{give, post_new},
};
use crate::{
    account::{ADD_PASSKEY, OVERVIEW, open, open_signed_out},
    test_service::{TestResponse, TestService},
};

pub const MODEL: Uuid = Uuid::from_bytes([6; 16]);

/// Allows passkeys of one model of a manufacturer.
pub async fn allow(service: &TestService, manufacturer: &Manufacturer) {
    let root = manufacturer.root();
    service
        .change_tenant(|tenant| {
            tenant.passkey_authenticators = vec![MODEL];
            tenant.passkey_attestation_roots = vec![root];
        })
        .await;
}

/// Adds a passkey of a device to Alice's account.
pub async fn add(service: &TestService, device: &mut Device) -> TestResponse {
    let mut browser = Browser::new(service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    let response = device.create(&options(&page));
    post_new(&mut browser, &page, &response).await
}

/// Signs in with the passkey of a device alone.
pub async fn use_passkey(service: &TestService, device: &mut Device) -> TestResponse {
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    give(&mut browser, &page, &device.get(&options(&page))).await
}

/// Returns a device of a manufacturer.
pub fn attested(manufacturer: &Arc<Manufacturer>) -> Device {
    let mut device = Device::new();
    device.model = *MODEL.as_bytes();
    device.manufacturer = Some((Arc::clone(manufacturer), "packed"));
    device
}

#[tokio::test]
async fn only_a_passkey_that_proves_an_allowed_model_is_added() {
    // Adds passkeys that differ in one thing, and then the right one, which signs in.
    type Change = fn(&mut Device);
    let service = service_with_users().await;
    let manufacturer = Manufacturer::new();
    allow(&service, &manufacturer).await;
    let changes: [(Change, u32); 4] = [
        (|device| device.manufacturer = None, 88_000_481),
        (|device| device.manufacturer.as_mut().expect("one").1 = "tpm", 88_000_482),
        (|device| device.model = [7; 16], 88_000_483),
        (|device| device.manufacturer = Some((Manufacturer::new(), "packed")), 88_000_484),
    ];
    for (change, number) in changes {
        let mut device = attested(&manufacturer);
        change(&mut device);
        assert_eq!(problem_number(&add(&service, &mut device).await), number);
    }
    let mut device = attested(&manufacturer);
    let shown = add(&service, &mut device).await;
    assert_eq!(shown.text.matches("<li><code>").count(), 10, "{}", shown.text);
    let shown = use_passkey(&service, &mut device).await;
    assert!(shown.text.contains("stay-yes"), "{}", shown.text);
}

#[tokio::test]
async fn browser_is_asked_for_an_attestation_only_if_models_are_allowed() {
    // Reads the options of the page with and without a list of models.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    assert_eq!(options(&page)["attestation"], "none");
    allow(&service, &Manufacturer::new()).await;
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    assert_eq!(options(&page)["attestation"], "direct");
}

#[tokio::test]
async fn stored_passkey_is_refused_once_its_model_is_not_allowed() {
    // Adds a passkey without attestation, allows models, and removes the list again.
    let service = service_with_users().await;
    let manufacturer = Manufacturer::new();
    let mut device = Device::new();
    device.model = *MODEL.as_bytes();
    add(&service, &mut device).await;
    allow(&service, &manufacturer).await;
    let refused = use_passkey(&service, &mut device).await;
    assert_eq!(problem_number(&refused), 88_000_485);
    service.change_tenant(|tenant| tenant.passkey_authenticators.clear()).await;
    let shown = use_passkey(&service, &mut device).await;
    assert!(shown.text.contains("stay-yes"), "{}", shown.text);
}
