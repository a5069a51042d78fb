//! The chart of a tenant's refusals by error number, with the changes in the same period.

mod chart;

use catalogue::Language;
use serde::Serialize;

use crate::{AdminLayout, Layout, PageTime};
use chart::Chart;

/// The data of the page.
#[derive(Clone, Debug)]
pub struct AdminRefusals {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// Links to the time ranges.
    pub ranges: Vec<RangeLink>,
    /// The series, most frequent first; the series of all other numbers last.
    pub series: Vec<Series>,
    /// The time buckets in order.
    pub buckets: Vec<TimeBucket>,
    /// The changes in order.
    pub changes: Vec<ChartChange>,
    /// The unit of the count axis, such as "Refusals per hour".
    pub unit: String,
    /// The line below the chart: the time zone and the meaning of the marks.
    pub hint: String,
}

/// A link to the chart of a time range.
#[derive(Clone, Debug, Serialize)]
pub struct RangeLink {
    /// The id of the element.
    pub id: &'static str,
    /// The name of the range.
    pub name: String,
    /// The path of the chart.
    pub url: String,
    /// True for the range that is shown.
    pub current: bool,
}

/// The refusals of one error number, or of all numbers without a series of their own.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// The error number: `AADSTS50011`; `None` for all other numbers.
    pub label: Option<String>,
    /// The title of the error number.
    pub title: String,
    /// The path of the list of its requests.
    pub url: Option<String>,
}

/// One time bucket of the chart.
#[derive(Clone, Debug, Serialize)]
pub struct TimeBucket {
    /// The start: `2026-11-22 14:00`.
    pub name: String,
    /// The start, as a time.
    pub begin: PageTime,
    /// The start in short form, for the axis: `14:00`.
    pub short: String,
    /// The path of the list of its requests.
    pub url: String,
    /// The number of refusals of each series, in the order of the series.
    pub counts: Vec<u64>,
    /// The number of successful requests.
    pub successes: u64,
}

/// A change that the chart marks.
#[derive(Clone, Debug, Serialize)]
pub struct ChartChange {
    /// The time of the change.
    pub time: PageTime,
    /// The text of the change.
    pub text: String,
    /// The index of its bucket.
    pub bucket: usize,
}

impl AdminRefusals {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_refusals", language, &self.view())
    }

    fn view(&self) -> View<'_> {
        let total = |series: usize| {
            self.buckets.iter().filter_map(|bucket| bucket.counts.get(series)).sum()
        };
        View {
            layout: &self.layout,
            admin_layout: &self.admin_layout,
            ranges: &self.ranges,
            totals: (0..self.series.len()).map(total).collect(),
            series: &self.series,
            buckets: &self.buckets,
            chart: Chart::new(&self.buckets, &self.changes),
            unit: &self.unit,
            hint: &self.hint,
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    admin_layout: &'a AdminLayout,
    ranges: &'a [RangeLink],
    series: &'a [Series],
    totals: Vec<u64>,
    buckets: &'a [TimeBucket],
    chart: Chart<'a>,
    unit: &'a str,
    hint: &'a str,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminRefusals {
    const TEMPLATE: &'static str = "admin_refusals";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let text = |id: &str| catalogue::text(language, id, &[]);
        let range = |id, current| RangeLink {
            id,
            name: text(&format!("admin-{id}")),
            url: "/admin/refusals?range=24h".to_owned(),
            current,
        };
        let numbers = [50_011_u32, 7_000_215, 54_005, 70_008, 50_126, 50_173];
        let series = |number: &u32| Series {
            label: catalogue::entry(*number).map(|entry| entry.label().to_owned()),
            title: catalogue::entry(*number).map(|it| it.title(language)).unwrap_or_default(),
            url: Some(format!("/admin/requests?number={number}")),
        };
        let others = Series { label: None, title: text("admin-others"), url: None };
        let bucket = |hour: u64| TimeBucket {
            name: format!("2026-11-22 {hour:02}:00"),
            begin: PageTime::sample(&format!("{hour:02}:00:00")),
            short: format!("{hour:02}:00"),
            url: "/admin/requests".to_owned(),
            counts: (1..=7).map(|kind| (hour * 7 * kind + kind * kind) % (23 - 2 * kind)).collect(),
            successes: 1_800 + (hour * 7_919) % 2_400,
        };
        let change = |time: &str, text: &str, bucket| ChartChange {
            time: PageTime::sample(time),
            text: text.to_owned(),
            bucket,
        };
        let page = Self {
            layout: crate::sample::layout(),
            admin_layout: AdminLayout::sample(crate::Section::Refusals),
            ranges: vec![
                range("range-24h", true),
                range("range-7d", false),
                range("range-30d", false),
            ],
            series: numbers.iter().map(series).chain([others]).collect(),
            buckets: (0..24).map(bucket).collect(),
            changes: vec![
                change("05:12", "App Demo web app: secret summer added", 5),
                change("15:40", "Version 0.2.0 of the service started", 15),
                change("15:58", "Signing key 8f1c is now in use", 15),
            ],
            unit: text("admin-unit-hour"),
            hint: catalogue::text(language, "admin-chart-hint", &[("zone", "Asia/Jakarta")]),
        };
        let quiet = Self {
            series: Vec::new(),
            buckets: page
                .buckets
                .iter()
                .map(|it| TimeBucket { counts: Vec::new(), successes: 0, ..it.clone() })
                .collect(),
            changes: Vec::new(),
            ..page.clone()
        };
        vec![("busy", page), ("quiet", quiet)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        Self {
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            ranges: vec![RangeLink { id: "x", name: owned(), url: owned(), current: true }],
            series: vec![Series { label: Some(owned()), title: owned(), url: Some(owned()) }],
            buckets: vec![TimeBucket {
                name: owned(),
                begin: PageTime::hostile(text),
                short: owned(),
                url: owned(),
                counts: vec![3],
                successes: 5,
            }],
            changes: vec![ChartChange { time: PageTime::hostile(text), text: owned(), bucket: 0 }],
            unit: owned(),
            hint: owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self.view()
    }
}
