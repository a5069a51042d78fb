//! The geometry of the chart in percent, so that it fits any width without a script.

use serde::Serialize;

use super::{ChartChange, TimeBucket};

/// The limit on the labels of the time axis.
const TICKS_MAX: usize = 4;
/// The width of a bar as a fraction of its bucket.
const BAR_WIDTH: f64 = 0.78;

/// The shapes and labels of the chart.
#[derive(Debug, Serialize)]
pub(super) struct Chart<'a> {
    /// The labels of the count axis, from the top.
    scale: [u64; 3],
    bars: Vec<Bar>,
    /// The successful requests, on a scale of their own: their shape matters, not their height.
    successes: Vec<Backdrop>,
    /// The highest number of successful requests in a bucket; `None` if there are none.
    successes_top: Option<u64>,
    /// The bucket that has not ended.
    current: Option<Backdrop>,
    ticks: Vec<Tick<'a>>,
    annotations: Vec<Annotation<'a>>,
}

/// One series in one bucket.
#[derive(Debug, Serialize)]
struct Bar {
    series: usize,
    bucket: usize,
    count: u64,
    x: String,
    y: String,
    width: String,
    height: String,
}

/// A column behind or over the bars of a bucket, over its whole width.
#[derive(Debug, Serialize)]
struct Backdrop {
    bucket: usize,
    count: u64,
    x: String,
    y: String,
    width: String,
    height: String,
}

#[derive(Debug, Serialize)]
struct Tick<'a> {
    x: String,
    label: &'a str,
    anchor: &'static str,
}

/// The changes in one bucket, with a number that refers to the list below the chart.
#[derive(Debug, Serialize)]
struct Annotation<'a> {
    number: usize,
    x: String,
    changes: Vec<&'a ChartChange>,
}

impl<'a> Chart<'a> {
    /// Computes the bars of the buckets and the annotations of the changes.
    pub(super) fn new(buckets: &'a [TimeBucket], changes: &'a [ChartChange]) -> Self {
        let highest = buckets.iter().map(|it| it.counts.iter().sum::<u64>()).max();
        let top = top(highest.unwrap_or_default());
        let x = |index: usize| ratio(index, buckets.len());
        let width = x(1) * BAR_WIDTH;
        let mut bars = Vec::new();
        for (bucket, it) in buckets.iter().enumerate() {
            let mut below = 0;
            for (series, &count) in it.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                below += count;
                bars.push(Bar {
                    series,
                    bucket,
                    count,
                    x: percent(x(bucket) + x(1) * (1.0 - BAR_WIDTH) / 2.0),
                    y: percent(1.0 - share(below, top)),
                    width: percent(width),
                    height: percent(share(count, top)),
                });
            }
        }
        Self {
            scale: [top, top / 2, 0],
            bars,
            successes: successes(buckets),
            successes_top: highest_success(buckets),
            current: buckets.len().checked_sub(1).map(|last| backdrop(buckets, last, 0, 1)),
            ticks: ticks(buckets),
            annotations: annotations(buckets.len(), changes),
        }
    }
}

fn highest_success(buckets: &[TimeBucket]) -> Option<u64> {
    buckets.iter().map(|bucket| bucket.successes).max().filter(|highest| *highest > 0)
}

fn successes(buckets: &[TimeBucket]) -> Vec<Backdrop> {
    let top = highest_success(buckets).unwrap_or(1);
    let counted = buckets.iter().enumerate().filter(|(_, bucket)| bucket.successes > 0);
    counted.map(|(index, bucket)| backdrop(buckets, index, bucket.successes, top)).collect()
}

fn backdrop(buckets: &[TimeBucket], bucket: usize, count: u64, top: u64) -> Backdrop {
    Backdrop {
        bucket,
        count,
        x: percent(ratio(bucket, buckets.len())),
        y: percent(1.0 - share(count, top)),
        width: percent(ratio(1, buckets.len())),
        height: percent(share(count, top)),
    }
}

fn ticks(buckets: &[TimeBucket]) -> Vec<Tick<'_>> {
    let every = buckets.len().div_ceil(TICKS_MAX).max(1);
    let labelled = buckets.iter().enumerate().step_by(every);
    labelled
        .map(|(index, bucket)| Tick {
            x: percent(ratio(index, buckets.len())),
            label: bucket.short.as_str(),
            anchor: if index == 0 { "start" } else { "middle" },
        })
        .collect()
}

/// Creates one annotation per bucket with changes, so that annotations never overlap.
fn annotations(buckets: usize, changes: &[ChartChange]) -> Vec<Annotation<'_>> {
    let mut annotations: Vec<(usize, Annotation<'_>)> = Vec::new();
    for change in changes {
        let last = annotations.last_mut().filter(|(bucket, _)| *bucket == change.bucket);
        if let Some((_, annotation)) = last {
            annotation.changes.push(change);
        } else {
            let x = percent(ratio(change.bucket, buckets) + ratio(1, buckets) / 2.0);
            let annotation = Annotation { number: annotations.len() + 1, x, changes: vec![change] };
            annotations.push((change.bucket, annotation));
        }
    }
    annotations.into_iter().map(|(_, annotation)| annotation).collect()
}

/// Returns the end of the scale: not below the highest bar, even, and with one digit other than 0.
fn top(highest: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for digit in [2, 4, 6, 8, 10] {
            let top = power.saturating_mul(digit);
            if top >= highest {
                return top;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a part of a chart's width needs few digits")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a part of a chart's height needs few digits")]
fn share(count: u64, top: u64) -> f64 {
    count as f64 / top as f64
}

fn percent(ratio: f64) -> String {
    format!("{:.2}%", ratio * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(counts: &[u64]) -> TimeBucket {
        let name = "2026-11-22 14:00".to_owned();
        TimeBucket {
            begin: crate::PageTime::default(),
            short: name.clone(),
            url: String::new(),
            counts: counts.to_vec(),
            successes: 4,
            name,
        }
    }

    #[test]
    fn bars_of_a_bucket_are_stacked_below_the_top() {
        // Computes two buckets, the first with two series, and checks positions and heights.
        let buckets = [bucket(&[3, 5]), bucket(&[0, 1])];
        let chart = Chart::new(&buckets, &[]);
        assert_eq!(chart.scale, [8, 4, 0]);
        let bars: Vec<_> = chart.bars.iter().map(|bar| (bar.y.as_str(), &*bar.height)).collect();
        assert_eq!(bars, [("62.50%", "37.50%"), ("0.00%", "62.50%"), ("87.50%", "12.50%")]);
        assert_eq!(chart.bars[2].x, "55.50%");
    }

    #[test]
    fn successes_have_a_scale_of_their_own_and_the_last_bucket_is_marked() {
        // Two buckets with 4 and 2 successes: full and half height; the second is the current one.
        let half = TimeBucket { successes: 2, ..bucket(&[]) };
        let buckets = [bucket(&[1_000]), half];
        let chart = Chart::new(&buckets, &[]);
        let heights: Vec<_> = chart.successes.iter().map(|it| it.height.as_str()).collect();
        assert_eq!((heights, chart.successes_top), (vec!["100.00%", "50.00%"], Some(4)));
        assert_eq!(
            chart.current.map(|it| (it.x, it.width)),
            Some(("50.00%".to_owned(), "50.00%".to_owned()))
        );
        assert!(Chart::new(&[], &[]).current.is_none());
    }

    #[test]
    fn the_scale_ends_at_a_round_even_number() {
        // Passes counts below, at and above the steps.
        for (highest, end) in [(0, 2), (1, 2), (3, 4), (9, 10), (11, 20), (61, 80), (1_001, 2_000)]
        {
            assert_eq!(top(highest), end, "{highest}");
        }
        assert_eq!(top(u64::MAX), u64::MAX);
    }

    #[test]
    fn changes_of_one_bucket_share_an_annotation() {
        // Three changes in two buckets give two annotations, the first with two changes.
        let change =
            |bucket| ChartChange { time: crate::PageTime::default(), text: String::new(), bucket };
        let changes = [change(0), change(0), change(1)];
        let buckets = [bucket(&[]), bucket(&[])];
        let chart = Chart::new(&buckets, &changes);
        let annotations = chart.annotations.iter();
        let annotations: Vec<_> =
            annotations.map(|one| (one.number, &*one.x, one.changes.len())).collect();
        assert_eq!(annotations, [(1, "25.00%", 2), (2, "75.00%", 1)]);
    }

    #[test]
    fn the_time_axis_has_at_most_four_labels() {
        // The numbers of buckets that pages show, and smaller ones.
        for (count, labels) in [(24, 4), (28, 4), (30, 4), (3, 3), (0, 0)] {
            let buckets: Vec<TimeBucket> = (0..count).map(|_| bucket(&[])).collect();
            assert_eq!(Chart::new(&buckets, &[]).ticks.len(), labels, "{count}");
        }
    }
}
