//! Passkeys, when they are added and when a user signs in with one.

use model::{Authenticators, DirectoryChange, UserId};

use super::Row;
use crate::{
    account::{ADD_PASSKEY, OVERVIEW, open, open_signed_out},
    authorize::{
        browser::{Browser, PASSWORD, request},
        passkey_device::{Device, Manufacturer, options},
        passkey_models::{add, allow, attested, use_passkey},
        passkeys::{ESSENTIAL_PASSKEY, give, post_new},
    },
    test_service::TestService,
};

type Change = fn(&mut Device);

pub async fn rows(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[("claims", ESSENTIAL_PASSKEY)])).await;
    let refused = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let mut device = Device::new();
    let mut browser = Browser::new(service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    device.algorithm = 0x28;
    let unknown = device.create(&options(&page));
    let mut rows = vec![Row(88_000_334, refused)];
    rows.push(Row(88_000_346, post_new(&mut browser, &page, &unknown).await));
    device.algorithm = 0x26;
    device.counter = 5;
    let created = device.create(&options(&page));
    post_new(&mut browser, &page, &created).await;

    let changes: [(u64, Change); 7] = [
        (135_010, |device| device.id.push(0)),
        (88_000_340, |device| "https://evil.test".clone_into(&mut device.origin)),
        (88_000_341, |device| device.cross_origin = true),
        (88_000_342, |device| device.user_handle[0] ^= 1),
        (88_000_344, |device| device.flags &= !0b100),
        (88_000_345, |device| device.counter = 4),
        (88_000_348, |device| device.replace_key()),
    ];
    for (number, change) in changes {
        let mut changed = device.copy();
        change(&mut changed);
        let mut browser = Browser::new(service);
        let page = browser.get(&request(&[])).await;
        let response = changed.get(&options(&page));
        rows.push(Row(number, give(&mut browser, &page, &response).await));
    }
    let mut browser = Browser::new(service);
    let page = browser.get(&request(&[])).await;
    let response = device.get(&options(&page));
    let long = "x".repeat(20_000);
    for (number, response) in [(88_000_347, "{}"), (88_000_349, long.as_str())] {
        let mut browser = browser.copy();
        rows.push(Row(number, give(&mut browser, &page, response).await));
    }
    let mut other = Browser::new(service);
    let page = other.get(&request(&[])).await;
    rows.push(Row(88_000_343, give(&mut other, &page, &response).await));
    rows.extend(models(service, &mut device).await);
    rows
}

/// Allows one model of authenticators, uses the stored passkey, and adds others.
async fn models(service: &TestService, stored: &mut Device) -> Vec<Row> {
    let manufacturer = Manufacturer::new();
    allow(service, &manufacturer).await;
    let changes: [(u64, Change); 4] = [
        (88_000_481, |device| device.manufacturer = None),
        (88_000_482, |device| device.manufacturer.as_mut().expect("one").1 = "tpm"),
        (88_000_483, |device| device.model = [7; 16]),
        (88_000_484, |device| device.manufacturer = Some((Manufacturer::new(), "packed"))),
    ];
    stored.counter += 1;
    let mut rows = vec![Row(88_000_485, use_passkey(service, stored).await)];
    let (tenant, user) = (service.tenant.id(), UserId::new(crate::test_service::ALICE));
    let none = Authenticators::new(tenant, user);
    service.apply(DirectoryChange::PutAuthenticators(none)).await;
    for (number, change) in changes {
        let mut device = attested(&manufacturer);
        change(&mut device);
        rows.push(Row(number, add(service, &mut device).await));
    }
    service.change_tenant(|tenant| tenant.passkey_authenticators.clear()).await;
    rows
}
