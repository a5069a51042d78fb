//! An installation for `admit serve` in a directory, and the ways to damage it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::Result;
use crate::random::Random;

/// The configuration file.
pub(crate) const CONFIG: &str = "admit.toml";

/// An installation in a directory.
pub(crate) struct Installation {
    pub(crate) directory: PathBuf,
}

impl Installation {
    pub(crate) fn text(&self, file: &str) -> Result<String> {
        Ok(fs::read_to_string(self.directory.join(file))?)
    }

    pub(crate) fn write(&self, file: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.directory.join(file), text)?)
    }

    pub(crate) fn prepend(&self, file: &str, text: &str) -> Result<()> {
        self.write(file, &format!("{text}{}", self.text(file)?))
    }

    pub(crate) fn append(&self, file: &str, bytes: &[u8]) -> Result<()> {
        let mut content = fs::read(self.directory.join(file))?;
        content.extend_from_slice(bytes);
        Ok(fs::write(self.directory.join(file), content)?)
    }

    pub(crate) fn remove(&self, file: &str) -> Result<()> {
        Ok(fs::remove_file(self.directory.join(file))?)
    }

    pub(crate) fn copy(&self, from: &str, to: &str) -> Result<()> {
        fs::copy(self.directory.join(from), self.directory.join(to))?;
        Ok(())
    }

    pub(crate) fn set_mode(&self, file: &str, mode: u32) -> Result<()> {
        let mode = fs::Permissions::from_mode(mode);
        Ok(fs::set_permissions(self.directory.join(file), mode)?)
    }

    pub(crate) fn length(&self, file: &str) -> Result<u64> {
        Ok(fs::metadata(self.directory.join(file))?.len())
    }

    pub(crate) fn find(&self, file: &str, text: &str) -> Result<u64> {
        let place = self.text(file)?.find(text).ok_or("the text is not in the file")?;
        Ok(u64::try_from(place)?)
    }

    pub(crate) fn cut(&self, file: &str, length: u64) -> Result<()> {
        let opened = fs::OpenOptions::new().write(true).open(self.directory.join(file))?;
        Ok(opened.set_len(length)?)
    }

    pub(crate) fn overwrite(&self, file: &str, bytes: &[u8], random: &mut Random) -> Result<()> {
        let opened = fs::OpenOptions::new().write(true).open(self.directory.join(file))?;
        Ok(opened.write_all_at(bytes, random.below(self.length(file)?))?)
    }

    pub(crate) fn flip(
        &self,
        file: &str,
        range: std::ops::Range<u64>,
        random: &mut Random,
    ) -> Result<()> {
        let place = range.start + random.below(range.end - range.start);
        let opened =
            fs::OpenOptions::new().read(true).write(true).open(self.directory.join(file))?;
        let mut byte = [0];
        opened.read_exact_at(&mut byte, place)?;
        Ok(opened.write_all_at(&byte.map(|byte| byte ^ (1 << random.below(8))), place)?)
    }

    pub(crate) fn remove_line(&self, file: &str, start: &str) -> Result<()> {
        let text = self.text(file)?;
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(start)).collect();
        self.write(file, &(kept.join("\n") + "\n"))
    }

    pub(crate) fn remove_line_number(&self, file: &str, number: usize) -> Result<()> {
        let text = self.text(file)?;
        let lines = text.lines().enumerate().filter(|(index, _)| index + 1 != number);
        let kept: Vec<&str> = lines.map(|(_, line)| line).collect();
        self.write(file, &(kept.join("\n") + "\n"))
    }

    pub(crate) fn replace_value(&self, name: &str, value: &str) -> Result<()> {
        let start = format!("{name} = ");
        let text = self.text(CONFIG)?;
        let lines: Vec<String> =
            text.lines()
                .map(|line| {
                    if line.starts_with(&start) {
                        format!("{start}{value}")
                    } else {
                        line.to_owned()
                    }
                })
                .collect();
        self.write(CONFIG, &(lines.join("\n") + "\n"))
    }

    /// Changes a database as a release would that this binary does not know.
    pub(crate) fn make_newer(&self, file: &str, version: u64) -> Result<()> {
        let connection = Connection::open(self.directory.join(file))?;
        connection.execute("UPDATE schema SET oldest = ?1", [i64::try_from(version)?])?;
        Ok(connection.pragma_update(None, "user_version", i64::try_from(version)?)?)
    }
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut opened = options.write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(opened.write_all(bytes)?)
}

/// Copies a directory with everything in it.
pub(crate) fn copy_directory(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
