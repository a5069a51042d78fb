//! QR codes as inline SVG: no request for an image, and nothing for other pages to load.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode as Symbol};
use serde::Serialize;

/// The width of the empty border, in modules (ISO/IEC 18004 §6.3.8).
const BORDER: usize = 4;

/// A QR code: the path of its dark modules, of one unit each, within a square.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrCode {
    /// The width of the square, with its border.
    size: usize,
    /// The `d` attribute of the path.
    path: String,
}

impl QrCode {
    /// Encodes a text. `None` if it is too long for a QR code (2,331 bytes).
    pub fn new(text: &str) -> Option<Self> {
        let symbol = Symbol::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = symbol.width();
        let mut path = String::new();
        for (index, color) in symbol.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let (x, y) = (index % width + BORDER, index / width + BORDER);
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        Some(Self { size: width + 2 * BORDER, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn square_grows_with_the_text_up_to_the_limit() {
        // Encodes a short text, a long one, and one that is too long. Version 1 has 21 modules.
        let short = QrCode::new("otpauth").expect("a code");
        assert_eq!((short.size, short.path.contains("M4 4h1v1h-1z")), (29, true));
        let long = QrCode::new(&"x".repeat(2_331)).expect("a code");
        assert_eq!(long.size, 177 + 2 * BORDER);
        assert_eq!(QrCode::new(&"x".repeat(2_332)), None);
    }
}
