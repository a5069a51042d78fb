//! Declaration of the look of a tenant's pages: its logo and colour.

use jose::digest;
use model::{Logo, TimeZone};
use service::{Colour, ColourError};

use super::secret::exactly_one;
use super::{Sources, svg};
use crate::bounded_input::{self, InputKind, read_file};
use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// The limit on the width and the height of a PNG, in pixels.
const LOGO_PIXELS_MAX: u32 = 2_048;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Reads `logo_file`: a file with a logo.
pub(super) fn read_logo_file(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Declared<Logo> {
    exactly_one(reader, &["logo_file", "logo"], false);
    read(reader, "logo_file", |path| {
        let path = sources.directory.join(path);
        let content = read_file(&path, InputKind::Logo);
        check(&content.map_err(|error| format!("{} {error}", path.display()))?)
    })
}

/// Reads `logo`: a logo in base64.
pub(super) fn read_logo(reader: &mut TableReader<'_>) -> Declared<Logo> {
    read(reader, "logo", |text| {
        // `base64` writes the other alphabet, padding and lines.
        let is_part = |letter: &char| *letter != '=' && !letter.is_ascii_whitespace();
        let letters = text.chars().filter(is_part).map(|letter| match letter {
            '+' => '-',
            '/' => '_',
            letter => letter,
        });
        let content = digest::base64url_decode(letters.collect::<String>());
        let content = content.map_err(|_| "it is not base64".to_owned())?;
        let content = bounded_input::read(&*content, InputKind::Logo);
        check(&content.map_err(|error| format!("it {error}"))?)
    })
}

fn read(
    reader: &mut TableReader<'_>,
    option: &'static str,
    load: impl FnOnce(&str) -> Result<Logo, String>,
) -> Declared<Logo> {
    let text = match reader.declared::<String>(option) {
        Declared::Absent => return Declared::Absent,
        Declared::Unset => return Declared::Unset,
        Declared::Set(text) => text,
    };
    match load(&text.value) {
        Ok(logo) => Declared::Set(logo),
        Err(found) => {
            let problem = Problem::new(text.span, "this logo cannot be used", found);
            let allowed =
                "expected a PNG, or an SVG without scripts and references, of at most 64 KiB";
            reader.problems().add(problem.allowed(allowed));
            Declared::Absent
        }
    }
}

/// Reads `colour`: it needs enough contrast with the pages.
pub(super) fn read_colour(reader: &mut TableReader<'_>) -> Declared<String> {
    let colour: Declared<Spanned<String>> = reader.declared("colour");
    if let Some(colour) = colour.value()
        && let Err(error) = Colour::parse(colour)
    {
        let (found, allowed) = match error {
            ColourError::Malformed => (
                "it is not written as # and six digits".to_owned(),
                "expected \"#0d7566\"".to_owned(),
            ),
            ColourError::TooLight { contrast, usable } => (
                format!("its contrast with white is {contrast:.1} : 1, at least 3 : 1 is needed"),
                format!("the nearest colour with enough contrast is \"{usable}\""),
            ),
        };
        let problem = Problem::new(colour.span.clone(), "this colour cannot be used", found);
        reader.problems().add(problem.allowed(allowed));
    }
    colour.without_span().map(|colour| colour.to_ascii_lowercase())
}

/// Reads `time_zone`: a name of the IANA database.
pub(super) fn read_time_zone(reader: &mut TableReader<'_>) -> Declared<String> {
    let zone: Declared<Spanned<String>> = reader.declared("time_zone");
    if let Some(zone) = zone.value().filter(|zone| TimeZone::find(zone).is_none()) {
        let found = "the IANA database has no time zone of this name";
        let problem = Problem::new(zone.span.clone(), "unknown time zone", found);
        let allowed = "expected a name such as \"Asia/Jakarta\" or \"Europe/Berlin\"";
        reader.problems().add(problem.allowed(allowed));
    }
    zone.without_span()
}

/// Returns a logo whose content is allowed: a PNG, or an SVG without programs and references.
fn check(content: &[u8]) -> Result<Logo, String> {
    let media_type = if content.starts_with(PNG) {
        check_png(content)?;
        "image/png"
    } else {
        svg::check(content)?;
        "image/svg+xml"
    };
    Ok(Logo {
        media_type: media_type.to_owned(),
        sha256: digest::sha256(content),
        content: digest::base64url(content),
    })
}

/// Checks the width and the height in the first chunk of a PNG.
fn check_png(content: &[u8]) -> Result<(), String> {
    let number = |at: usize| {
        let bytes = content.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    };
    let size = (content.get(12..16) == Some(b"IHDR")).then(|| number(16).zip(number(20)));
    match size.flatten() {
        Some((width, height)) if width.max(height) > LOGO_PIXELS_MAX => {
            Err(format!("{width} by {height} pixels, at most {LOGO_PIXELS_MAX} are shown"))
        }
        Some((1.., 1..)) => Ok(()),
        _ => Err("the PNG is malformed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [PNG, &[0, 0, 0, 13], b"IHDR", &size].concat()
    }

    #[test]
    fn png_is_accepted_up_to_a_size() {
        // A PNG of each size at the limit, beyond it, and without pixels; then a cut one.
        assert_eq!(check_png(&png(LOGO_PIXELS_MAX, 1)), Ok(()));
        for (width, height) in [(LOGO_PIXELS_MAX + 1, 1), (1, u32::MAX), (0, 4), (4, 0)] {
            assert!(check_png(&png(width, height)).is_err(), "{width} by {height}");
        }
        assert!(check_png(PNG).is_err());
    }
}
