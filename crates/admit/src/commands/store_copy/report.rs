//! The texts that `admit store copy` prints.

use std::fmt::Write;

use store::{TableChanges, TableComparison};

/// The names of source and target.
type Places = (String, String);

/// Describes what was copied.
pub(super) fn copied(
    (source, target): &Places,
    is_continued: bool,
    changes: &[TableChanges],
) -> String {
    let mut text = if is_continued {
        format!("continued the copy of {source} in {target}\n")
    } else {
        format!("copied {source} to {target}\n")
    };
    for TableChanges { table, inserted, replaced, deleted } in changes {
        if inserted + replaced + deleted > 0 {
            writeln!(
                text,
                "  {table}: {inserted} inserted, {replaced} replaced, {deleted} deleted"
            )
            .unwrap_or_default();
        }
    }
    if changes.iter().all(|table| table.inserted + table.replaced + table.deleted == 0) {
        text += "  no differences\n";
    }
    text
}

/// Describes what remains while the service runs.
pub(super) fn still_served((source, target): &Places) -> String {
    format!(
        "The service still runs on {source}. What changes from now on is not copied yet, and \
         {target} cannot be used yet.\nStop the service, and run the same command again: it copies \
         what changed, compares both sides, and completes the copy.\n"
    )
}

/// Lists the tables of a completed copy.
pub(super) fn completed((source, target): &Places, tables: &[TableComparison]) -> String {
    let mut text = format!("{:<26} {:>10}  SHA-256\n", "table", "rows");
    for table in tables {
        let name = format!("{}.{}", table.component, table.table);
        write!(text, "{name:<26} {:>10}  ", table.source.rows).unwrap_or_default();
        for byte in table.source.sha256 {
            write!(text, "{byte:02x}").unwrap_or_default();
        }
        text.push('\n');
    }
    text + &format!(
        "Source and target are equal, and the copy is complete.\nStart the service on {target}, \
         and not on {source} again: there, what is used and revoked from now on is unknown.\n"
    )
}
