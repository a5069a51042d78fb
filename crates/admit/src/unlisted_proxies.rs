//! The peers that named the sender of a request without being trusted proxies. The running service
//! stores them in a file, so that `admit check` can advise the operator.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::bounded_input::{InputKind, read_text_file};

const FILE: &str = "unlisted-proxies";

/// Deletes the peers of the previous run.
pub(crate) fn delete(data_dir: &Path) {
    // A missing file is the usual case, and one that stays causes at most outdated advice.
    std::fs::remove_file(data_dir.join(FILE)).unwrap_or_default();
}

/// Returns a channel whose addresses are appended to the file.
pub(crate) fn record(data_dir: &Path) -> UnboundedSender<IpAddr> {
    let file = data_dir.join(FILE);
    let (sender, mut receiver) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(address) = receiver.recv().await {
            if let Err(error) = append(file.clone(), address).await {
                tracing::warn!(%error, "cannot store an unlisted proxy");
            }
        }
    });
    sender
}

/// Reads the addresses of the current or last run.
pub(crate) fn read(data_dir: &Path) -> Vec<IpAddr> {
    let text = read_text_file(&data_dir.join(FILE), InputKind::State).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).collect()
}

async fn append(file: PathBuf, address: IpAddr) -> std::io::Result<()> {
    let written = tokio::task::spawn_blocking(move || {
        let mut options = OpenOptions::new();
        let mut file = options.append(true).create(true).mode(0o600).open(file)?;
        writeln!(file, "{address}")
    });
    written.await?
}
