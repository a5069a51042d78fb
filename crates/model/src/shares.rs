//! The shares that tenants, networks or kinds have of a bounded thing, and who loses if it is full.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// The shares that holders have of a bounded thing, such as the places in a queue. If it is full,
/// the holder with most loses its newest to one with less, so a flood displaces only itself.
#[derive(Debug)]
pub struct Shares<H> {
    held: HashMap<H, usize>,
    total: usize,
    /// The holders by what they hold, from the first loser until nothing is held any more. What is
    /// never full needs no order. What is full has a loser for each newcomer, so the holder with
    /// most must not be sought each time.
    order: Option<BTreeSet<(usize, H)>>,
}

impl<H> Default for Shares<H> {
    fn default() -> Self {
        Self { held: HashMap::new(), total: 0, order: None }
    }
}

impl<H: Clone + Ord + Hash> Shares<H> {
    /// Returns what all holders have.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Returns what a holder has.
    pub fn of(&self, holder: &H) -> usize {
        self.held.get(holder).copied().unwrap_or_default()
    }

    /// Adds to what a holder has.
    pub fn add(&mut self, holder: &H, amount: usize) {
        self.update(holder, |held| held.saturating_add(amount));
    }

    /// Removes from what a holder has.
    pub fn remove(&mut self, holder: &H, amount: usize) {
        self.update(holder, |held| held.saturating_sub(amount));
    }

    /// Returns the holder that loses its newest, so that another one can add an amount. `None` if
    /// the other one would then have as much itself: then it loses what it would add.
    pub fn loser(&mut self, newcomer: &H, amount: usize) -> Option<H> {
        let most = self.largest()?;
        let is_larger = self.of(&most) > self.of(newcomer).saturating_add(amount);
        is_larger.then_some(most)
    }

    /// Returns the holder with most.
    pub fn largest(&mut self) -> Option<H> {
        let held = &self.held;
        let sorted = || held.iter().map(|(holder, held)| (*held, holder.clone())).collect();
        let order = self.order.get_or_insert_with(sorted);
        order.last().map(|(_, holder)| holder.clone())
    }

    fn update(&mut self, holder: &H, change: impl FnOnce(usize) -> usize) {
        let held = self.held.entry(holder.clone()).or_default();
        let before = *held;
        *held = change(before);
        let after = *held;
        self.total = self.total - before + after;
        if after == 0 {
            self.held.remove(holder);
        }
        if self.held.is_empty() {
            self.order = None;
        } else if let Some(order) = &mut self.order {
            order.remove(&(before, holder.clone()));
            if after > 0 {
                order.insert((after, holder.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shares of holders 1, 2 and so on.
    fn shares(held: &[usize]) -> Shares<usize> {
        let mut shares = Shares::default();
        for (number, amount) in held.iter().enumerate() {
            shares.add(&(number + 1), *amount);
        }
        shares
    }

    #[test]
    fn a_holder_loses_only_to_one_that_keeps_less() {
        // Asks for the loser with newcomers that would have less than the largest, as much, and
        // more; and with the largest itself.
        let mut shares = shares(&[5, 9, 2]);
        assert_eq!(shares.loser(&3, 6), Some(2));
        assert_eq!(shares.loser(&3, 7), None);
        assert_eq!(shares.loser(&4, 8), Some(2));
        assert_eq!(shares.loser(&2, 1), None);
        assert_eq!(Shares::default().loser(&1, 1), None);
    }

    #[test]
    fn the_largest_share_is_known_after_every_change() {
        // Adds and removes at random, before and after the order is known, and compares the largest
        // share and the total with those of a plain list. Then removes all.
        let (mut shares, mut plain) = (Shares::default(), vec![0_usize; 7]);
        let mut state = 7_u64;
        for step in 0..5_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = usize::try_from(state >> 33).unwrap();
            let (holder, amount) = (number % 7, number / 7 % 5);
            if number.is_multiple_of(2) {
                shares.add(&holder, amount);
                plain[holder] += amount;
            } else {
                shares.remove(&holder, amount);
                plain[holder] = plain[holder].saturating_sub(amount);
            }
            assert_eq!(shares.total(), plain.iter().sum::<usize>());
            assert_eq!(shares.of(&holder), plain[holder]);
            if step > 100 && shares.total() > 0 {
                let largest = shares.largest().unwrap();
                assert_eq!(Some(&plain[largest]), plain.iter().max(), "step {step}");
            }
        }
        for (holder, amount) in plain.into_iter().enumerate() {
            shares.remove(&holder, amount);
        }
        assert_eq!((shares.total(), shares.largest()), (0, None));
    }

    #[test]
    fn a_flood_displaces_only_itself() {
        // Fills a hundred places for one holder, and lets others and the flood send in turn: each
        // gets as much as it sends, up to an equal part.
        let mut shares = shares(&[100]);
        for _ in 0..1_000 {
            for newcomer in 1..=4 {
                let Some(loser) = shares.loser(&newcomer, 1) else { continue };
                shares.remove(&loser, 1);
                shares.add(&newcomer, 1);
            }
        }
        assert_eq!([1, 2, 3, 4].map(|holder| shares.of(&holder)), [25; 4]);
    }
}
