//! Asks a service of breached passwords whether it knows a new one, if the operator named one. The
//! password is not sent: only five of forty digits of its digest are.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use catalogue::{Refusal, refusal};
use outbound::fetch::FetchLimits;
use signin::factor::password::BreachedRange;

use crate::{metrics::RangeOutcome, state::Service};

/// The limits on a response. Those of Have I Been Pwned have up to a hundred KiB.
const LIMITS: FetchLimits =
    FetchLimits { timeout: Duration::from_secs(2), body_bytes_max: 512 * 1024 };
/// Refuses a new password that the service of breached passwords lists. Without such a service, and
/// if it does not respond, the password is accepted: the other rules hold for it already.
///
/// # Errors
/// It is listed.
pub async fn refuse_breached(service: &Service, password: &str) -> Result<(), Refusal> {
    let Some(url) = &service.settings.breached_range_url else { return Ok(()) };
    let outcome = ask(service, url, &BreachedRange::of(password)).await;
    service.metrics.range_questions.count(outcome);
    if outcome == RangeOutcome::Listed { Err(refusal::password_breached()) } else { Ok(()) }
}

async fn ask(service: &Service, url: &str, range: &BreachedRange) -> RangeOutcome {
    let Ok(_permit) = service.limits.range_requests.try_acquire() else {
        return RangeOutcome::Busy;
    };
    let url = format!("{url}{}", range.prefix());
    // The length of the response would reveal the range to a listener.
    let padding = (HeaderName::from_static("add-padding"), HeaderValue::from_static("true"));
    let fetched = service.settings.fetcher.get(&url, vec![padding], LIMITS).await;
    let listed = match fetched {
        Ok(fetched) if fetched.status == StatusCode::OK => range
            .is_listed(&fetched.body)
            .map_err(|_| "the response is no list of suffixes".to_owned()),
        Ok(fetched) => Err(format!("the response has status {}", fetched.status.as_u16())),
        Err(error) => Err(error.to_string()),
    };
    match listed {
        Ok(true) => RangeOutcome::Listed,
        Ok(false) => RangeOutcome::NotListed,
        Err(error) => {
            // Without the URL, which has five digits of the digest.
            tracing::warn!(%error, "a new password was not compared with breached ones");
            RangeOutcome::Failed
        }
    }
}
