//! Finds the name that a text misspells.

use catalogue::edit_distance;

/// A name, prepared for many comparisons.
pub(super) struct Name {
    text: String,
    counts: ByteCounts,
}

/// The number of bytes of each of 32 classes in a text.
///
/// Most names that are not similar differ in them by more than two edits can change. Comparing them
/// takes a hundredth of the time of the edit distance.
#[derive(Clone, Copy)]
struct ByteCounts([u8; 32]);

impl Name {
    /// Prepares a name.
    pub(super) fn new(text: String) -> Self {
        Self { counts: ByteCounts::new(text.as_bytes()), text }
    }

    /// Returns the edit distance to another name, or `None` if it is too large for the length of
    /// this one.
    fn distance(&self, other: &Self) -> Option<usize> {
        let max = match self.text.len() {
            0..3 => 0,
            3..6 => 1,
            _ => 2,
        };
        let may_be_near = self.counts.distance_min(&other.counts) <= max;
        let distance = || edit_distance(other.text.as_bytes(), self.text.as_bytes(), max);
        may_be_near.then(distance).flatten()
    }
}

impl ByteCounts {
    fn new(text: &[u8]) -> Self {
        let mut counts = [0; 32];
        for byte in text {
            // Letters of one case have classes of their own, and digits too.
            if let Some(count) = counts.get_mut(usize::from(byte % 32)) {
                *count = u8::saturating_add(*count, 1);
            }
        }
        Self(counts)
    }

    /// Returns the least edit distance that two texts with these counts can have: an edit changes
    /// two counts by one at most.
    fn distance_min(&self, other: &Self) -> usize {
        let differences = self.0.iter().zip(&other.0);
        let sum: u32 = differences.map(|(one, other)| u32::from(one.abs_diff(*other))).sum();
        sum.div_ceil(2) as usize
    }
}

/// Returns the one entry whose name the text misspells. `None` if none or several are equally near.
///
/// Ignores case and surrounding white space. Allows at most two edits (a swap of neighbouring
/// characters is one), fewer in short names.
pub(super) fn nearest<'a, T: PartialEq>(text: &str, names: &'a [(Name, T)]) -> Option<&'a T> {
    let text = Name::new(text.trim().to_ascii_lowercase());
    let mut best: Option<(usize, &T)> = None;
    let mut is_tied = false;
    for (name, value) in names {
        let Some(distance) = name.distance(&text) else { continue };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, other)) if distance == least => is_tied |= other != value,
            _ => (best, is_tied) = (Some((distance, value)), false),
        }
    }
    best.filter(|_| !is_tied).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, names: &[&'static str]) -> Option<String> {
        let name = |name: &&'static str| (Name::new((*name).to_owned()), *name);
        let names: Vec<_> = names.iter().map(name).collect();
        nearest(text, &names).map(|name| (*name).to_owned())
    }

    #[test]
    fn a_client_id_with_at_most_two_wrong_characters_is_recognized() {
        // Replaces, drops, doubles and swaps characters, one and two at a time; then three.
        for text in
            ["orders-web", "orders-wob", "order-web", "orderss-web", "orders-wbe", " ORDERS-WEB"]
        {
            assert_eq!(
                found(text, &["orders-web", "billing"]).as_deref(),
                Some("orders-web"),
                "{text}"
            );
        }
        for text in ["ords-wob", "orders", "orders-web-two", "", "billin-gs2"] {
            assert_eq!(found(text, &["orders-web", "billing"]), None, "{text}");
        }
    }

    #[test]
    fn byte_counts_exclude_no_name_within_the_edit_distance() {
        // Compares words of up to five letters: the bound is at most the distance, and equal for
        // some. Characters whose bytes share a class, and more of one than are counted, are words
        // too. Ids that are not similar are excluded.
        let mut words: Vec<String> = (0..3_usize.pow(5))
            .map(|number| (0..5).map(|at| ["a", "b", "1"][number / 3_usize.pow(at) % 3]).collect())
            .flat_map(|word: String| [word[..3].to_owned(), word])
            .collect();
        words.extend(["", "\u{e9}a", "a\u{e9}"].map(str::to_owned));
        words.extend([254, 255, 256, 257].map(|length| "a".repeat(length)));
        let mut exact = 0;
        for one in words.iter().step_by(3) {
            for other in words.iter().step_by(2).chain(words.iter().rev().take(9)) {
                let counts = [one, other].map(|word| ByteCounts::new(word.as_bytes()));
                let distance = edit_distance(one.as_bytes(), other.as_bytes(), 300);
                let (bound, distance) = (counts[0].distance_min(&counts[1]), distance.unwrap());
                assert!(bound <= distance, "{one} {other}");
                exact += usize::from(bound == distance);
            }
        }
        assert!(exact > 100, "{exact}");
        let ids = ["6f1c2f0e-7c1d-4a52-9d0b-3f7a51c8e264", "0b9d1e77-40c3-4f1a-8a35-c2d96be84f10"]
            .map(|id| ByteCounts::new(id.as_bytes()));
        assert!(ids[0].distance_min(&ids[1]) > 2);
    }

    #[test]
    fn a_short_client_id_allows_fewer_wrong_characters() {
        // One of three characters may differ, two may not.
        assert_eq!(found("wep", &["web"]).as_deref(), Some("web"));
        assert_eq!(found("wxy", &["web"]), None);
        assert_eq!(found("b", &["a"]), None);
    }

    #[test]
    fn an_ambiguous_client_id_is_not_attributed() {
        // A text that is equally near to two names; then two names that belong to the same value.
        assert_eq!(found("app-3", &["app-1", "app-2"]), None);
        assert_eq!(found("app-1", &["app-1", "app-2"]).as_deref(), Some("app-1"));
        let names = ["app-1", "app-2"].map(|name| (Name::new(name.to_owned()), 7));
        assert_eq!(nearest("app-3", &names), Some(&7));
    }
}
