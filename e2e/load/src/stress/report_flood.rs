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
/// The part of the reports of others that must be accepted, in percent.
const ACCEPTED_MIN: u32 = 99;

/// The reports that were accepted, and those of the flood that were not.
#[derive(Clone, Copy, Default)]
struct Measured {
    of_flood: u32,
    refused: u32,
    of_others: u32,
}

/// Reports from many addresses as often as it is accepted, and then from others.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("flood-reports")?;
    let service = Service::start(&data).await?;
    let mut measured = Measured::default();
    for number in 0..ATTACKERS {
        for _ in 0..REPORTS {
            let is_accepted = report(&service, Ipv4Addr::new(127, 0, 1, number)).await?;
            measured.of_flood += u32::from(is_accepted);
            measured.refused += u32::from(!is_accepted);
        }
    }
    for number in 0..OTHERS {
        let is_accepted = report(&service, Ipv4Addr::new(127, 1, number, 1)).await?;
        measured.of_others += u32::from(is_accepted);
    }
    service.kill().await?;
    Ok(measured.figures())
}

impl Measured {
    /// Judges whether others can report, and whether the flood was one: a limit refused the rest.
    fn figures(self) -> Vec<Figure> {
        let Self { of_flood, refused, of_others } = self;
        let others = format!("{of_others} of {OTHERS} after {of_flood} reports of the flood");
        let is_enough = of_others * 100 >= u32::from(OTHERS) * ACCEPTED_MIN;
        let promise = format!("reports of others accepted ≥ {ACCEPTED_MIN} %");
        let flood = format!("{of_flood} accepted, {refused} refused");
        [
            Figure::new(promise, others, is_enough),
            Figure::new("the flood reaches its limit", flood, of_flood > 0 && refused > 0),
        ]
        .map(|figure| figure.during(NAME))
        .into()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refused_report_of_others_breaks_the_promise() {
        // Judges forty reports of others, of which all or all but one are accepted; and floods that
        // no limit refused, or of which nothing was accepted.
        let good = Measured { of_flood: 156, refused: 324, of_others: 40 };
        let kept = |measured: Measured| {
            measured.figures().iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(good), [true, true]);
        assert_eq!(kept(Measured { of_others: 39, ..good }), [false, true]);
        assert_eq!(kept(Measured { refused: 0, ..good }), [true, false]);
        assert_eq!(kept(Measured { of_flood: 0, ..good }), [true, false]);
    }
}
