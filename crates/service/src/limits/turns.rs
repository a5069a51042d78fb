//! A queue whose branches take turns, so that no tenant and no address waits for all that another
//! one has sent before.

use std::collections::VecDeque;

/// A tree of queues. The items of a leaf are served in their order, and the branches of each node
/// in turn. A branch that was served goes to the end.
pub(super) struct Turns<K, T> {
    branches: VecDeque<(K, Self)>,
    items: VecDeque<T>,
}

impl<K, T> Default for Turns<K, T> {
    fn default() -> Self {
        Self { branches: VecDeque::new(), items: VecDeque::new() }
    }
}

impl<K: Copy + Eq, T> Turns<K, T> {
    /// Appends an item to the queue at this path.
    pub(super) fn push(&mut self, path: &[K], item: T) {
        let Some((key, rest)) = path.split_first() else { return self.items.push_back(item) };
        if let Some((_, branch)) = self.branches.iter_mut().find(|(known, _)| known == key) {
            return branch.push(rest, item);
        }
        let mut branch = Self::default();
        branch.push(rest, item);
        self.branches.push_back((*key, branch));
    }

    /// Removes the item whose turn it is, among those that may be served.
    pub(super) fn pop(&mut self, may_serve: &impl Fn(&T) -> bool) -> Option<T> {
        if let Some(index) = self.items.iter().position(may_serve) {
            return self.items.remove(index);
        }
        for index in 0..self.branches.len() {
            let popped = self.branches.get_mut(index).and_then(|(_, it)| it.pop(may_serve));
            if popped.is_some() {
                let served = self.branches.remove(index);
                self.branches.extend(served.filter(|(_, branch)| !branch.is_empty()));
                return popped;
            }
        }
        None
    }

    /// Removes the newest item that this is true for.
    pub(super) fn remove_newest(&mut self, is_sought: &impl Fn(&T) -> bool) -> Option<T> {
        if let Some(index) = self.items.iter().rposition(is_sought) {
            return self.items.remove(index);
        }
        let removed =
            self.branches.iter_mut().rev().find_map(|(_, it)| it.remove_newest(is_sought));
        self.branches.retain(|(_, branch)| !branch.is_empty());
        removed
    }

    /// Keeps only the items that this is true for.
    pub(super) fn retain(&mut self, keep: &impl Fn(&T) -> bool) {
        self.items.retain(keep);
        for (_, branch) in &mut self.branches {
            branch.retain(keep);
        }
        self.branches.retain(|(_, branch)| !branch.is_empty());
    }

    /// Calls a function with every item.
    pub(super) fn for_each(&self, see: &mut impl FnMut(&T)) {
        self.items.iter().for_each(&mut *see);
        for (_, branch) in &self.branches {
            branch.for_each(see);
        }
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.branches.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_take_turns_and_each_keeps_its_order() {
        // Fills one branch with six items before another one gets two, then serves all.
        let mut turns = Turns::default();
        for number in 0..6 {
            turns.push(&["a", if number < 4 { "x" } else { "y" }], number);
        }
        turns.push(&["b", "x"], 10);
        turns.push(&["b", "x"], 11);
        let served: Vec<_> = std::iter::from_fn(|| turns.pop(&|_| true)).collect();
        assert_eq!(served, [0, 10, 4, 11, 1, 5, 2, 3]);
        assert!(turns.is_empty());
    }

    #[test]
    fn item_that_may_not_be_served_holds_up_no_other() {
        // Serves the even numbers only, then removes the newest item and the rest.
        let mut turns = Turns::default();
        for number in [1, 2, 3, 4, 5] {
            turns.push(&["a"], number);
        }
        let even = |number: &i32| number % 2 == 0;
        assert_eq!(
            [turns.pop(&even), turns.pop(&even), turns.pop(&even)],
            [Some(2), Some(4), None]
        );
        assert_eq!(turns.remove_newest(&|_| true), Some(5));
        turns.retain(&|number| *number > 1);
        let mut left = Vec::new();
        turns.for_each(&mut |number| left.push(*number));
        assert_eq!(left, [3]);
    }
}
