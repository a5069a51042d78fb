//! Row `contested`: two to eight racers for each id, in two processes with a store handle each on
//! one file.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::Run;
use super::figure::Figure;
use crate::Result;

/// The number of ids that are raced for at once.
const AT_ONCE: u64 = 500;

/// The part of the races that each process must win, or there was no contest.
const WON_MIN_PERCENT: u64 = 5;

/// The ids by the number of times that each was committed.
#[derive(Clone, Copy, Default)]
struct Measured {
    ids: u64,
    /// Once, by the first and by the second process.
    won: [u64; 2],
    none: u64,
    double: u64,
}

/// A process that races.
struct Contender {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// Races for 100,000 ids, or 5,000. Each must be committed exactly once.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    // In memory, where the system has such a folder: locks are the same, and no sync costs time.
    let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
    let seed = run.random("contested").next();
    let mut first = Contender::start(directory.path(), seed, 0).await?;
    let mut second = Contender::start(directory.path(), seed, 1).await?;
    let ids = u64::from(run.size(100_000, 5_000));
    let mut measured = Measured { ids, ..Measured::default() };
    for start in (0..ids).step_by(usize::try_from(AT_ONCE)?) {
        first.begin(start).await?;
        second.begin(start).await?;
        let (ours, theirs) = (first.committed().await?, second.committed().await?);
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            measured.count([ours, theirs]);
        }
    }
    first.end().await?;
    second.end().await?;
    Ok(measured.figures())
}

impl Measured {
    /// Counts an id that was committed so often by each process.
    fn count(&mut self, committed: [u32; 2]) {
        match committed {
            [1, 0] => self.won[0] += 1,
            [0, 1] => self.won[1] += 1,
            [0, 0] => self.none += 1,
            _ => self.double += 1,
        }
    }

    fn figures(self) -> Vec<Figure> {
        let Self { ids, won: [ours, theirs], none, double } = self;
        let measured = format!(
            "{ids} ids: {ours} won by the first process, {theirs} by the second, {none} by none, \
             {double} double"
        );
        let is_single = none + double == 0 && ours + theirs == ids;
        let is_contested = ours.min(theirs) * 100 >= ids * WON_MIN_PERCENT;
        vec![
            Figure::new("none is double or lost", measured, is_single),
            Figure::new(
                format!("both processes win ≥ {WON_MIN_PERCENT} %"),
                format!("{ours}, {theirs}"),
                is_contested,
            )
            .of_time(),
        ]
    }
}

impl Contender {
    async fn start(data: &std::path::Path, seed: u64, side: u64) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("contend")
            .arg(data)
            .args([seed.to_string(), side.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let mut contender = Self { child, input, output };
        contender.line().await?;
        Ok(contender)
    }

    async fn begin(&mut self, first: u64) -> Result<()> {
        self.input.write_all(format!("{first} {AT_ONCE}\n").as_bytes()).await?;
        Ok(self.input.flush().await?)
    }

    async fn committed(&mut self) -> Result<Vec<u32>> {
        let line = self.line().await?;
        Ok(line.split(' ').map(str::parse).collect::<Result<_, _>>()?)
    }

    async fn line(&mut self) -> Result<String> {
        let line = self.output.next_line().await?;
        line.ok_or_else(|| "a process that races ended".into())
    }

    async fn end(mut self) -> Result<()> {
        drop(self.input);
        let status = self.child.wait().await?;
        if status.success() { Ok(()) } else { Err("a process that races failed".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges a hundred ids, of which the last one was committed so often.
    fn kept(last: [u32; 2], won_by_second: usize) -> Vec<bool> {
        let mut measured = Measured { ids: 100, ..Measured::default() };
        for number in 0..99 {
            measured.count(if number < won_by_second { [0, 1] } else { [1, 0] });
        }
        measured.count(last);
        measured.figures().iter().map(|figure| figure.is_kept).collect()
    }

    #[test]
    fn double_and_lost_ids_break_the_promise_of_a_contest() {
        // Judges races that each have one winner, and some of which one id has two or none. Then
        // races that nearly all are won by one process, or whose ids are not all counted.
        assert_eq!(kept([1, 0], 50), [true, true]);
        for double in [[1, 1], [2, 0], [0, 2], [0, 0]] {
            assert_eq!(kept(double, 50), [false, true], "{double:?}");
        }
        assert_eq!(kept([1, 0], 5), [true, true]);
        assert_eq!(kept([1, 0], 4), [true, false]);
        let missing = Measured { ids: 100, won: [50, 49], ..Measured::default() };
        assert!(!missing.figures()[0].is_kept);
    }
}
