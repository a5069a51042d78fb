//! The part of DER (X.690) that is needed to read a public key.

/// A reader of consecutive DER elements.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

/// The error for input that is not the expected DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotDer;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const CONTEXT_0: u8 = 0xa0;

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Reads the content of the next element, which must have `tag`.
    pub(crate) fn take(&mut self, tag: u8) -> Result<&'a [u8], NotDer> {
        let (actual, content) = self.element()?;
        if actual == tag { Ok(content) } else { Err(NotDer) }
    }

    /// Skips the next element if it has `tag`.
    pub(crate) fn skip_optional(&mut self, tag: u8) -> Result<(), NotDer> {
        if self.0.first() == Some(&tag) {
            self.element()?;
        }
        Ok(())
    }

    /// Reads the next element, a SEQUENCE, and returns a reader of its content.
    pub(crate) fn sequence(&mut self) -> Result<Self, NotDer> {
        self.take(SEQUENCE).map(Self)
    }

    /// Reads the next element, a SEQUENCE, and returns it with its tag and length.
    pub(crate) fn whole_sequence(&mut self) -> Result<&'a [u8], NotDer> {
        let start = self.0;
        self.take(SEQUENCE)?;
        start.get(..start.len() - self.0.len()).ok_or(NotDer)
    }

    /// Reads the magnitude of the next element, a positive INTEGER in its shortest form.
    pub(crate) fn positive(&mut self) -> Result<&'a [u8], NotDer> {
        match self.take(INTEGER)? {
            [0, rest @ ..] if rest.first().is_some_and(|first| *first > 127) => Ok(rest),
            content @ [1..=127, ..] => Ok(content),
            _ => Err(NotDer),
        }
    }

    /// Reads the bytes of the next element, a BIT STRING of whole bytes.
    pub(crate) fn bits(&mut self) -> Result<&'a [u8], NotDer> {
        match self.take(BIT_STRING)? {
            [0, rest @ ..] => Ok(rest),
            _ => Err(NotDer),
        }
    }

    /// Checks that no element follows.
    pub(crate) fn end(self) -> Result<(), NotDer> {
        if self.0.is_empty() { Ok(()) } else { Err(NotDer) }
    }

    fn element(&mut self) -> Result<(u8, &'a [u8]), NotDer> {
        let (&tag, rest) = self.0.split_first().ok_or(NotDer)?;
        let (&first, rest) = rest.split_first().ok_or(NotDer)?;
        let (length, rest) = match first {
            0..=127 => (usize::from(first), rest),
            0x81..=0x83 => long_length(usize::from(first & 0x7f), rest)?,
            _ => return Err(NotDer),
        };
        let (content, rest) = rest.split_at_checked(length).ok_or(NotDer)?;
        self.0 = rest;
        Ok((tag, content))
    }
}

/// Reads a length of `count` bytes, which must be its shortest form.
fn long_length(count: usize, rest: &[u8]) -> Result<(usize, &[u8]), NotDer> {
    let (digits, rest) = rest.split_at_checked(count).ok_or(NotDer)?;
    let length = digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit));
    let shortest = if count == 1 { length >= 128 } else { digits.first() != Some(&0) };
    if shortest { Ok((length, rest)) } else { Err(NotDer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_der_lengths_and_integers_are_read() {
        // Reads longer forms of the same values.
        assert_eq!(Reader::new(&[2, 1, 5]).positive(), Ok(&[5][..]));
        assert_eq!(Reader::new(&[2, 2, 0, 200]).positive(), Ok(&[200][..]));
        for bytes in [
            &[2, 0x81, 1, 5][..],
            &[2, 2, 0, 5],
            &[2, 1, 200],
            &[2, 1, 0],
            &[2, 0],
            &[2, 2, 5],
            &[2, 0x80, 5, 0, 0],
            &[2, 0x84, 0, 0, 0, 1, 5],
            &[4, 1, 5],
            &[2],
            &[],
        ] {
            assert_eq!(Reader::new(bytes).positive(), Err(NotDer), "{bytes:?}");
        }
    }
}
