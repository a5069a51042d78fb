//! Row `flood-reports`: reports of problems from many addresses leave those of others open.

use std::net::Ipv4Addr;

use super::Run;
use super::figure::Figure;
use crate::Result;
use crate::http::Connection;
use crate::service::Service;

/// The number of addresses that report, and of reports from each.
const ATTACKERS: u8 = 60;
const REPORTS: usize = 8;
/// The number of others, each with an address of their own and one report.
const OTHERS: u8 = 40;
const NAME: &str = "reports";

/// Reports from many addresses as often as it is accepted, and then from others.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("flood-reports")?;
    let service = Service::start(&data).await?;
    let (mut flooded, mut accepted) = (0, 0);
    for number in 0..ATTACKERS {
        for _ in 0..REPORTS {
            flooded += u32::from(report(&service, Ipv4Addr::new(127, 0, 1, number)).await?);
        }
    }
    for number in 0..OTHERS {
        accepted += u32::from(report(&service, Ipv4Addr::new(127, 1, number, 1)).await?);
    }
    service.kill().await?;
    let measured = format!("{accepted} of {OTHERS} after {flooded} reports of the flood");
    let is_kept = accepted * 100 >= u32::from(OTHERS) * 99;
    Ok(vec![Figure::new("reports of others accepted ≥ 99 %", measured, is_kept).during(NAME)])
}

/// Gets an error page, reports it, and returns whether the report was accepted.
async fn report(service: &Service, address: Ipv4Addr) -> Result<bool> {
    let mut connection = Connection::open_from(&service.target, address).await?;
    let path = format!("/{}/oauth2/v2.0/authorize?client_id=unknown", service.tenant.id);
    let page = connection.get(&path, "").await?;
    let html = std::str::from_utf8(&page.body)?;
    let token = html.split_once("report_token=").map(|(_, rest)| rest);
    let token = token.and_then(|rest| rest.split(['"', '&', '\'']).next());
    let token = token.ok_or_else(|| format!("no link to a report: {} {html}", page.status))?;
    let form = [("report_token", token), ("text", "It does not work."), ("address", "")];
    Ok(connection.submit("/report", "", &form).await?.location.is_some())
}
