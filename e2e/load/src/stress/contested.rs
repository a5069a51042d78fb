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
    let (mut won, mut none, mut double) = ([0_u64; 2], 0_u64, 0_u64);
    for start in (0..ids).step_by(usize::try_from(AT_ONCE)?) {
        first.begin(start).await?;
        second.begin(start).await?;
        let (ours, theirs) = (first.committed().await?, second.committed().await?);
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            match (ours, theirs) {
                (1, 0) => won[0] += 1,
                (0, 1) => won[1] += 1,
                (0, 0) => none += 1,
                _ => double += 1,
            }
        }
    }
    first.end().await?;
    second.end().await?;
    let [ours, theirs] = won;
    let measured = format!(
        "{ids} ids: {ours} won by the first process, {theirs} by the second, {none} by none, \
         {double} double"
    );
    // If one process won nearly all races, there was no contest.
    let is_contested = ours.min(theirs) > ids / 20;
    Ok(vec![
        Figure::new("none is double or lost", measured, none + double == 0 && ours + theirs == ids),
        Figure::new("both processes win ≥ 5 %", format!("{ours}, {theirs}"), is_contested)
            .of_time(),
    ])
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
