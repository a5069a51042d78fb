//! `/admin/refusals`: a chart of refusals by error number, with the changes of the same time.

use std::collections::BTreeMap;

use axum::response::Response;
use catalogue::text;
use diagnostics::explanation::describe_event;
use model::{ChangeEvent, RefusalCount, Seconds, Timestamp};
use pages::{AdminRefusals, ChartChange, RangeLink, Section, Series, TimeBucket};
use protocol::Error;

use crate::{
    admin::{
        changes::is_same_run,
        page_context::{AdminContext, get},
        requests::search,
        time_input,
    },
    http::incoming::IncomingRequest,
    http::page_layout::page_time,
};

/// Maximum number of error numbers with a series of their own.
const SERIES_MAX: usize = 6;
/// Maximum number of changes that the chart reads, the newest ones.
const CHANGES_MAX: u32 = 2_000;
/// Maximum number of changes of one run of a command that the chart lists one by one.
const CHANGES_OF_RUN_MAX: usize = 5;

/// The time range of the chart.
struct ChartRange {
    name: &'static str,
    id: &'static str,
    bucket: Seconds,
    buckets: i64,
    /// The `strftime` pattern of the axis labels.
    label: &'static str,
    /// The message id of the unit of the count axis.
    unit: &'static str,
}

impl ChartRange {
    /// Returns the begin and the end of the chart. Both are the begin of a bucket: the history then
    /// has the numbers at hand, and reads no records.
    fn period(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let until = time_input::bucket_start(now, self.bucket) + self.bucket;
        (until - Seconds::new(self.bucket.get() * self.buckets), until)
    }
}

const CHART_RANGES: [ChartRange; 3] = [
    ChartRange {
        name: "24h",
        id: "range-24h",
        bucket: Seconds::hours(1),
        buckets: 24,
        label: "%H:%M",
        unit: "admin-unit-hour",
    },
    ChartRange {
        name: "7d",
        id: "range-7d",
        bucket: Seconds::hours(6),
        buckets: 28,
        label: "%m-%d",
        unit: "admin-unit-6-hours",
    },
    ChartRange {
        name: "30d",
        id: "range-30d",
        bucket: Seconds::days(1),
        buckets: 30,
        label: "%m-%d",
        unit: "admin-unit-day",
    },
];

/// Shows the chart.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let [shortest, ..] = &CHART_RANGES;
    let requested = admin.query.get("range").unwrap_or(shortest.name);
    let range = CHART_RANGES.iter().find(|range| range.name == requested).unwrap_or(shortest);
    let (from, until) = range.period(admin.request_context().now());
    let history = admin.administrator.history(&admin.incoming.service);
    let counts = history.refusal_counts((from, until), range.bucket).await?;
    let (successes, counts): (Vec<_>, Vec<_>) =
        counts.into_iter().partition(|count| count.number == 0);
    let mut events = history.events((from, until), CHANGES_MAX).await?;
    // Replays and locks are effects, not causes.
    events.retain(|event| !event.is_folded());
    let numbers = most_frequent(&counts);
    let page = AdminRefusals {
        layout: admin.layout(),
        admin_layout: admin.admin_layout(Section::Refusals)?,
        ranges: CHART_RANGES.iter().map(|it| link(admin, it, it.name == range.name)).collect(),
        series: series(admin, &numbers, &counts, (from, until)),
        buckets: buckets(admin, (range, from), &numbers, (&counts, &successes)),
        changes: changes(admin, &events, (from, range)),
        unit: text(admin.language, range.unit, &[]),
        hint: text(admin.language, "admin-chart-hint", &[("zone", admin.zone().name())]),
    };
    Ok(admin.page(page.render(admin.language)))
}

fn link(admin: &AdminContext<'_>, range: &ChartRange, current: bool) -> RangeLink {
    RangeLink {
        id: range.id,
        name: text(admin.language, &format!("admin-{}", range.id), &[]),
        url: format!("/admin/refusals?range={}", range.name),
        current,
    }
}

/// Returns the most frequent error numbers, the most frequent first.
fn most_frequent(counts: &[RefusalCount]) -> Vec<u32> {
    let mut totals: BTreeMap<u32, u64> = BTreeMap::new();
    for count in counts {
        *totals.entry(count.number).or_default() += count.count;
    }
    let mut totals: Vec<(u32, u64)> = totals.into_iter().collect();
    totals.sort_by_key(|(number, total)| (std::cmp::Reverse(*total), *number));
    totals.into_iter().take(SERIES_MAX).map(|(number, _)| number).collect()
}

fn series(
    admin: &AdminContext<'_>,
    numbers: &[u32],
    counts: &[RefusalCount],
    (from, until): (Timestamp, Timestamp),
) -> Vec<Series> {
    let time_range = search::time_range_query(from, until, &admin.zone());
    let one = |number: &u32| {
        let entry = catalogue::entry(*number);
        Series {
            label: Some(catalogue::label(*number)),
            title: entry.map(|entry| entry.title(admin.language)).unwrap_or_default(),
            url: Some(format!("/admin/requests?number={number}&{time_range}")),
        }
    };
    let others = counts.iter().any(|count| !numbers.contains(&count.number));
    let others = others.then(|| Series {
        label: None,
        title: text(admin.language, "admin-others", &[]),
        url: None,
    });
    numbers.iter().map(one).chain(others).collect()
}

/// Returns every bucket of the range, including those without refusals.
fn buckets(
    admin: &AdminContext<'_>,
    (range, from): (&ChartRange, Timestamp),
    numbers: &[u32],
    (counts, successes): (&[RefusalCount], &[RefusalCount]),
) -> Vec<TimeBucket> {
    let zone = admin.zone();
    let others = counts.iter().any(|count| !numbers.contains(&count.number));
    let width = numbers.len() + usize::from(others);
    let bucket = |index: i64| {
        let begin = from + Seconds::new(range.bucket.get() * index);
        let end = begin + range.bucket;
        let mut each = vec![0; width];
        for count in counts.iter().filter(|count| (begin..end).contains(&count.bucket_start)) {
            let series = numbers.iter().position(|number| *number == count.number);
            if let Some(sum) = each.get_mut(series.unwrap_or(numbers.len())) {
                *sum += count.count;
            }
        }
        TimeBucket {
            name: zone.format_strftime(begin, search::MINUTES),
            begin: page_time(begin, &zone),
            short: zone.format_strftime(begin, range.label),
            url: format!(
                "/admin/requests?failed_only=1&{}",
                search::time_range_query(begin, end, &zone)
            ),
            counts: each,
            successes: successes
                .iter()
                .filter(|count| (begin..end).contains(&count.bucket_start))
                .map(|count| count.count)
                .sum(),
        }
    };
    (0..range.buckets).map(bucket).collect()
}

/// Returns the changes in order. Many changes of one run of a command are one.
fn changes(
    admin: &AdminContext<'_>,
    events: &[ChangeEvent],
    period: (Timestamp, &ChartRange),
) -> Vec<ChartChange> {
    let runs = events.chunk_by(is_same_run).rev();
    let of_run = |run: &[ChangeEvent]| match run {
        [first, ..] if run.len() > CHANGES_OF_RUN_MAX => {
            let count = [("count", run.len().to_string())];
            let count = count.each_ref().map(|(name, value)| (*name, value.as_str()));
            let text = text(admin.language, "admin-changes-many", &count);
            vec![ChartChange { text, ..change(admin, first, period) }]
        }
        _ => run.iter().rev().map(|event| change(admin, event, period)).collect(),
    };
    runs.flat_map(of_run).collect()
}

fn change(
    admin: &AdminContext<'_>,
    event: &ChangeEvent,
    (from, range): (Timestamp, &ChartRange),
) -> ChartChange {
    let bucket = (event.at - from).get() / range.bucket.get();
    ChartChange {
        time: admin.page_time(event.at),
        text: describe_event(event, admin.language),
        bucket: usize::try_from(bucket).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length of the buckets that the history counts, in seconds.
    const COUNTED: i64 = 900;

    #[test]
    fn a_chart_begins_and_ends_with_a_counted_bucket() {
        // Takes each range at times within a bucket and at its begin.
        for range in &CHART_RANGES {
            for now in [0, 1, 899, 900, 86_399, 86_400, 1_795_305_601] {
                let now = Timestamp::from_seconds(now);
                let (from, until) = range.period(now);
                assert!((from..until).contains(&now), "{}", range.name);
                for number in [from.seconds(), until.seconds(), range.bucket.get()] {
                    assert_eq!(number.rem_euclid(COUNTED), 0, "{}", range.name);
                }
            }
        }
    }
}
