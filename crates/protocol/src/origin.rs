//! The header `Origin`: the pages that may send a request for a client.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::Client;

use crate::difference::{self, list};

/// Refuses a request from a page whose origin is not registered for the client.
///
/// CORS does not protect the endpoints: a preflight succeeds for every origin, so that a page can
/// read a refusal. Each endpoint therefore runs this check before it changes anything.
///
/// # Errors
/// The request has an `Origin` that the client did not register.
pub fn check(origin: Option<&str>, client: &Client) -> Result<(), Refusal> {
    let Some(origin) = origin.filter(|origin| !client.has_origin(origin)) else { return Ok(()) };
    if client.origins().next().is_none() {
        return Err(not_single_page(origin, client));
    }
    let difference = client.origins().find_map(|known| difference::url(origin, known));
    let comparison =
        Comparison::mismatch("Origin", list(client.origins()), origin).with_difference(difference);
    Err(refusal::origin_not_registered(origin, &client.name).with(comparison))
}

/// Checks that the platform of the redirect URI behind a grant fits a registered origin, or none.
/// A browser redeems the codes and refresh tokens of a single-page app, a server those of other
/// apps.
///
/// # Errors
/// The request comes from the other platform.
pub fn check_platform(
    origin: Option<&str>,
    single_page: bool,
    client: &Client,
) -> Result<(), Refusal> {
    match origin {
        Some(origin) if !single_page => Err(not_single_page(origin, client)),
        None if single_page => {
            let comparison = Comparison::new("Origin")
                .expected(list(client.origins()))
                .with_difference(Difference::new("platform_single_page"));
            Err(refusal::single_page_app_needs_cross_origin(&client.name).with(comparison))
        }
        _ => Ok(()),
    }
}

fn not_single_page(origin: &str, client: &Client) -> Refusal {
    let comparison = Comparison::mismatch("Origin", "none", origin)
        .with_difference(Difference::new("platform_not_single_page"));
    refusal::cross_origin_needs_single_page_app(origin, &client.name).with(comparison)
}
