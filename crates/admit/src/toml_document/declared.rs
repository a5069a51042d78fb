//! The three states of an option that a file may leave out, take away or set.

use super::value::Spanned;

/// An option of a declaration. It is merged onto the stored value, so that a file changes only
/// the options that it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Declared<T> {
    /// The option is left out: the stored value stays.
    #[default]
    Absent,
    /// The option is named by `unset` or written as empty: the default comes back.
    Unset,
    /// The option has a value.
    Set(T),
}

impl<T> Declared<T> {
    /// Converts the value.
    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Declared<U> {
        match self {
            Self::Absent => Declared::Absent,
            Self::Unset => Declared::Unset,
            Self::Set(value) => Declared::Set(convert(value)),
        }
    }

    /// Returns the value that is set.
    pub(crate) const fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Unset => None,
        }
    }
}

impl<T: Clone> Declared<T> {
    /// Returns the value after the file is applied: the one that is set, the default, or the
    /// stored one.
    pub(crate) fn merge(&self, stored: &T, default: &T) -> T {
        match self {
            Self::Absent => stored.clone(),
            Self::Unset => default.clone(),
            Self::Set(value) => value.clone(),
        }
    }

    /// Returns the value of an optional member after the file is applied. It has no default.
    pub(crate) fn merge_optional(&self, stored: Option<&T>) -> Option<T> {
        match self {
            Self::Absent => stored.cloned(),
            Self::Unset => None,
            Self::Set(value) => Some(value.clone()),
        }
    }
}

impl<T> Declared<Spanned<T>> {
    /// Returns the option without its position.
    pub(crate) fn without_span(self) -> Declared<T> {
        self.map(|spanned| spanned.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_kept_reset_or_replaced() {
        // Merges each state onto a stored value with another default.
        assert_eq!(Declared::Absent.merge(&1, &0), 1);
        assert_eq!(Declared::Unset.merge(&1, &0), 0);
        assert_eq!(Declared::Set(2).merge(&1, &0), 2);
        assert_eq!(Declared::Absent.merge_optional(Some(&1)), Some(1));
        assert_eq!(Declared::Unset.merge_optional(Some(&1)), None);
        assert_eq!(Declared::Set(2).merge_optional(None), Some(2));
    }
}
