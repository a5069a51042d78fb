//! The steps of a remedy, sorted by who can take them.

use catalogue::{FixedBy, Language, text};
use serde::Serialize;

/// Everybody who can take a step, in the order in which a page names them.
const EVERYBODY: [FixedBy; 4] =
    [FixedBy::User, FixedBy::Developer, FixedBy::Administrator, FixedBy::Operator];

/// One step, and who takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) who: FixedBy,
    /// What to do, as a sentence.
    pub(crate) what: String,
}

/// The steps of one group of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Steps {
    /// The group, in the reader's words.
    pub(crate) who: String,
    /// What they can do, in order.
    pub(crate) steps: Vec<String>,
}

/// The steps of a remedy, which has one on each line, each beginning with who takes it. What begins
/// otherwise is for whoever can mend the cause.
pub(crate) fn steps(remedy: &str, fixed_by: FixedBy, language: Language) -> Vec<Step> {
    let lines = remedy.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let known = line.split_once(": ").and_then(|(name, what)| {
                let who = EVERYBODY.into_iter().find(|who| called(*who, language) == name)?;
                Some((who, what))
            });
            let (who, what) = known.unwrap_or((fixed_by, line));
            Step { who, what: sentence(what) }
        })
        .collect()
}

/// The steps of everybody but the person in front of the page, by group.
pub(crate) fn of_others(steps: &[Step], language: Language) -> Vec<Steps> {
    let others = EVERYBODY.into_iter().filter(|who| *who != FixedBy::User);
    others
        .map(|who| Steps { who: named(who, language), steps: of(who, steps) })
        .filter(|group| !group.steps.is_empty())
        .collect()
}

/// The steps of one group.
pub(crate) fn of(who: FixedBy, steps: &[Step]) -> Vec<String> {
    steps.iter().filter(|step| step.who == who).map(|step| step.what.clone()).collect()
}

/// The group as a step begins with it.
fn called(who: FixedBy, language: Language) -> String {
    text(language, &format!("who-{}", who.word()), &[])
}

/// The group as a sentence names it.
pub(crate) fn named(who: FixedBy, language: Language) -> String {
    text(language, &format!("lookup-{}", who.word()), &[])
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_catalogue_says_who_takes_it() {
        // Proof: each line of each remedy in each language begins with a word for a group; a number
        // that people who sign in can mend has a step for them.
        for entry in catalogue::entries() {
            for language in Language::all() {
                let (remedy, place) = (entry.remedy(language), (entry.label(), language.tag()));
                let known = |line: &str| {
                    let name = line.split_once(": ").map(|(name, _)| name.to_owned());
                    EVERYBODY.iter().any(|who| Some(called(*who, language)) == name)
                };
                assert!(remedy.lines().all(known), "{place:?}: {remedy}");
                let steps = steps(&remedy, entry.fixed_by, language);
                assert!(steps.iter().any(|step| step.who == entry.fixed_by), "{place:?}");
            }
        }
    }

    #[test]
    fn steps_are_sorted_by_who_takes_them() {
        // Proof: two groups in one remedy, and a line that names nobody.
        let remedy = "User: wait.\nOperator: look.\nUser: try again.\nask.";
        let steps = steps(remedy, FixedBy::Developer, Language::ENGLISH);
        assert_eq!(of(FixedBy::User, &steps), ["Wait.", "Try again."]);
        let others = of_others(&steps, Language::ENGLISH);
        let all: Vec<_> = others.iter().map(|group| group.steps.join(" ")).collect();
        assert_eq!(all, ["Ask.", "Look."]);
    }
}
