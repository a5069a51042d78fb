//! Row `soak`: half of the peak for half an hour. Only in the full form.

use std::time::Duration;

use super::Run;
use super::figure::{Figure, milliseconds};
use super::mixture::{Kind, Senders, TOKENS};
use super::open_loop::{Load, Rate};
use super::overload::PEAK_CONNECTIONS;
use crate::service::Service;
use crate::{Result, clock};

const PEAK_PERIOD: Duration = Duration::from_secs(3);
/// Enough for half of the peak, and few enough that no connection is idle for long.
const RUNNING_MAX: usize = 64;
const PERIOD: Duration = Duration::from_secs(30 * 60);
/// Nothing before this time is judged: caches and the history fill.
const JUDGED_AFTER: Duration = Duration::from_secs(10 * 60);
/// The period of one sample.
const SAMPLE: Duration = Duration::from_secs(60);
/// The growth that is allowed over the judged period, in percent.
const MEMORY_GROWTH_MAX: f64 = 5.0;
const LATENCY_DRIFT_MAX: f64 = 10.0;

/// The state of the service after a minute.
struct Sample {
    memory: f64,
    files: f64,
    latency: f64,
}

/// Uses the service for 30 minutes, and judges the slopes after minute 10.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    if run.is_short {
        return Ok(Vec::new());
    }
    let data = run.data("soak")?;
    let service = Service::start(&data).await?;
    let load = Load::new(&service, Senders::of_tokens(&service)?, &TOKENS)?;
    let peak = load.clone().closed_loop(PEAK_CONNECTIONS, PEAK_PERIOD).await?;
    let per_second = peak.rate(Kind::Token, PEAK_PERIOD) / 2.0;
    let rate = Rate { per_second, period: SAMPLE, running_max: RUNNING_MAX };
    let (start, mut samples) = (clock::now(), Vec::new());
    while start.elapsed() < PERIOD {
        let counts = load.clone().open_loop(rate).await?;
        if start.elapsed() > JUDGED_AFTER {
            let memory = u32::try_from(service.memory_kib("VmRSS")?)?;
            samples.push(Sample {
                memory: f64::from(memory),
                files: f64::from(u32::try_from(service.open_files()?)?),
                latency: counts.p99(Kind::Token).as_secs_f64() * 1e6,
            });
        }
    }
    service.kill().await?;
    Ok(judge(&samples))
}

fn judge(samples: &[Sample]) -> Vec<Figure> {
    let growth = |of: fn(&Sample) -> f64| growth(&samples.iter().map(of).collect::<Vec<_>>());
    let memory = growth(|sample| sample.memory);
    let files = growth(|sample| sample.files);
    let latency = growth(|sample| sample.latency);
    let last = samples.last().map_or(0.0, |sample| sample.latency);
    let percent = |value: f64| format!("{value:+.1} %");
    let latencies =
        format!("{}, last {}", percent(latency), milliseconds(Duration::from_secs_f64(last / 1e6)));
    vec![
        Figure::new("memory grows ≤ 5 %", percent(memory), memory <= MEMORY_GROWTH_MAX),
        Figure::new("open files are flat", percent(files), files.abs() <= 1.0),
        Figure::new("p99 drifts < 10 %", latencies, latency < LATENCY_DRIFT_MAX),
    ]
}

/// Returns the growth over all values in percent, by the line of least squares.
fn growth(values: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX));
    let places = || (0..u32::MAX).map(f64::from);
    let (place_mean, mean) = ((count - 1.0) / 2.0, values.iter().sum::<f64>() / count);
    let covariance: f64 =
        places().zip(values).map(|(place, value)| (place - place_mean) * (value - mean)).sum();
    let variance: f64 = places().zip(values).map(|(place, _)| (place - place_mean).powi(2)).sum();
    let first = mean - covariance / variance * place_mean;
    covariance / variance * (count - 1.0) / first * 100.0
}

#[cfg(test)]
mod tests {
    use super::{Sample, growth, judge};

    #[test]
    fn each_slope_of_a_soak_breaks_its_promise() {
        // Judges twenty samples that are flat, and of which one value grows by a fifth.
        let kept = |slope: [f64; 3]| {
            let sample = |number: u32| {
                let [memory, files, latency] = slope.map(|slope| 100.0 + f64::from(number) * slope);
                Sample { memory, files, latency }
            };
            let figures = judge(&(0..20).map(sample).collect::<Vec<_>>());
            figures.iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept([0.0, 0.0, 0.0]), [true, true, true]);
        assert_eq!(kept([1.0, 0.0, 0.0]), [false, true, true]);
        assert_eq!(kept([0.0, 1.0, 0.0]), [true, false, true]);
        assert_eq!(kept([0.0, 0.0, 1.0]), [true, true, false]);
        assert!(judge(&[]).iter().all(|figure| !figure.is_kept), "no sample proves nothing");
    }

    #[test]
    fn growth_is_that_of_the_line_through_all_values() {
        // Computes it for values on a line, with and without noise, and for equal values.
        assert!((growth(&[100.0, 105.0, 110.0]) - 10.0).abs() < 1e-9);
        assert!(growth(&[7.0, 7.0, 7.0, 7.0]).abs() < 1e-9);
        assert!((growth(&[101.0, 103.0, 111.0, 113.0]) - 13.4).abs() < 1.0);
    }
}
