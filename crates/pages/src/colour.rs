//! The colour of a tenant: its contrast on pages, and the style sheet that applies it.

use std::fmt;

/// The contrast of a shape with its background that WCAG 2.2 requires (1.4.11).
const SHAPE_CONTRAST: f64 = 3.0;
/// The contrast of a text with its background that WCAG 2.2 requires (1.4.3).
const TEXT_CONTRAST: f64 = 4.5;
const WHITE: Colour = Colour([0xff; 3]);
const BLACK: Colour = Colour([0; 3]);
/// The background of cards in the light and in the dark scheme.
const CARD: Colour = WHITE;
const DARK_CARD: Colour = Colour([0x18, 0x20, 0x28]);

/// A colour with which buttons can be drawn: it has enough contrast with the pages in the light
/// scheme. The dark scheme uses a lighter shade of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The reason why a text is no colour for pages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColourError {
    /// The text is not `#` and six hexadecimal digits.
    Malformed,
    /// The contrast with the white of the pages is below the limit. `usable` is the nearest shade
    /// with enough contrast.
    TooLight {
        /// The contrast ratio.
        contrast: f64,
        /// The nearest shade with enough contrast.
        usable: Colour,
    },
}

impl Colour {
    /// Parses `#rrggbb` and checks the contrast.
    ///
    /// # Errors
    /// The text is malformed, or the colour is too light.
    pub fn parse(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = number.ok_or(ColourError::Malformed)?.to_be_bytes();
        let colour = Self([red, green, blue]);
        let contrast = colour.contrast(CARD);
        if contrast < SHAPE_CONTRAST {
            let usable = colour.mixed_until(BLACK, CARD, SHAPE_CONTRAST);
            return Err(ColourError::TooLight { contrast, usable });
        }
        Ok(colour)
    }

    /// Returns the style sheet that replaces the accent colours of the pages.
    pub fn stylesheet(self) -> String {
        let dark = self.mixed_until(WHITE, DARK_CARD, TEXT_CONTRAST);
        let rules = |accent: Self, card: Self, towards: Self| {
            let on_accent = accent.text_on();
            let soft = card.mixed(accent, 0.12);
            format!(
                "--accent:{accent};--accent-strong:{};--on-accent:{on_accent};\
                 --accent-soft:{soft};--accent-text:{};",
                accent.mixed(on_accent.opposite(), 0.14),
                accent.mixed_until(towards, soft, TEXT_CONTRAST),
            )
        };
        format!(
            ":root{{{}}}\n@media (prefers-color-scheme: dark){{:root{{{}}}}}\n",
            rules(self, CARD, BLACK),
            rules(dark, DARK_CARD, WHITE)
        )
    }

    /// Returns white or black, whichever has more contrast with this colour: at least 4.5.
    fn text_on(self) -> Self {
        if self.contrast(WHITE) >= TEXT_CONTRAST { WHITE } else { BLACK }
    }

    fn opposite(self) -> Self {
        if self == WHITE { BLACK } else { WHITE }
    }

    /// Mixes the colour with another one until it has enough contrast with a background.
    fn mixed_until(self, other: Self, background: Self, least: f64) -> Self {
        let shades = (0..=50_u8).map(|step| self.mixed(other, f64::from(step) / 50.0));
        let mut usable = shades.filter(|shade| shade.contrast(background) >= least);
        usable.next().unwrap_or(other)
    }

    /// Returns a mixture with another colour, of which `part` is the share.
    fn mixed(self, other: Self, part: f64) -> Self {
        let mut mixed = self.0;
        for (own, other) in mixed.iter_mut().zip(other.0) {
            let value = f64::from(*own) * (1.0 - part) + f64::from(other) * part;
            *own = to_byte(value);
        }
        Self(mixed)
    }

    /// Returns the contrast ratio of WCAG 2.2.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mixture of two bytes lies between them"
)]
fn to_byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(css: &str, name: &str) -> Colour {
        let (_, rest) = css.split_once(&format!("--{name}:")).unwrap();
        let number = u32::from_str_radix(&rest[1..7], 16).unwrap();
        let [_, red, green, blue] = number.to_be_bytes();
        Colour([red, green, blue])
    }

    #[test]
    fn every_pair_of_a_tenant_style_sheet_has_the_contrast_of_wcag() {
        // Computes style sheets of colours over the whole range, and every pair in both schemes.
        let mut seen = 0;
        for number in (0..0x100_0000_u32).step_by(0x0a_37_51) {
            let Ok(colour) = Colour::parse(&format!("#{number:06x}")) else { continue };
            let css = colour.stylesheet();
            let (light, dark) = css.split_once('\n').unwrap();
            for (css, card) in [(light, CARD), (dark, DARK_CARD)] {
                let of = |name| variable(css, name);
                let pairs = [
                    (of("accent"), card, SHAPE_CONTRAST),
                    (of("on-accent"), of("accent"), TEXT_CONTRAST),
                    (of("on-accent"), of("accent-strong"), TEXT_CONTRAST),
                    (of("accent-text"), of("accent-soft"), TEXT_CONTRAST),
                ];
                for (front, back, least) in pairs {
                    let ratio = front.contrast(back);
                    assert!(ratio >= least, "{colour}: {front} on {back}: {ratio:.2}");
                }
            }
            seen += 1;
        }
        assert!(seen > 10, "{seen}");
    }

    #[test]
    fn a_colour_that_is_too_light_names_a_usable_shade() {
        // Parses a yellow: the shade that the error names is accepted.
        let Err(ColourError::TooLight { contrast, usable }) = Colour::parse("#ffe600") else {
            panic!("a colour that is too light was accepted");
        };
        assert!(contrast < 1.5, "{contrast}");
        assert!(Colour::parse(&usable.to_string()).is_ok(), "{usable}");
    }

    #[test]
    fn a_text_that_is_not_six_digits_is_no_colour() {
        // Parses names, short forms and texts that would leave the declaration of a style sheet.
        for text in ["", "red", "#abc", "0d7566", "#0d7566;", "#0d756", "#+d7566", "#0d75éf"] {
            assert_eq!(Colour::parse(text), Err(ColourError::Malformed), "{text}");
        }
    }

    #[test]
    fn cards_of_the_style_sheet_have_the_colours_that_are_checked() {
        // Searches for both backgrounds in the style sheet.
        let css = include_str!("../assets/admit.css");
        let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
        assert!(light.contains(&format!("--card: {CARD};")));
        assert!(dark.contains(&format!("--card: {DARK_CARD};")));
    }
}
