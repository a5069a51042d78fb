//! The steps of a remedy, grouped by the role that can take them.

use catalogue::{FixedBy, Language, text};
use serde::Serialize;

/// Every role that can take a step, in the order in which a page names them.
const ROLES: [FixedBy; 4] =
    [FixedBy::User, FixedBy::Developer, FixedBy::Administrator, FixedBy::Operator];

/// One step of a remedy and the role that takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) role: FixedBy,
    /// The step as a sentence.
    pub(crate) text: String,
}

/// The steps of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RoleSteps {
    /// The name of the role in the reader's language.
    pub(crate) role: String,
    /// The steps in order.
    pub(crate) steps: Vec<String>,
}

/// Parses a remedy: one step per line, each beginning with its role. A line without a role belongs
/// to the role that can fix the cause.
pub(crate) fn steps(remedy: &str, fixed_by: FixedBy, language: Language) -> Vec<Step> {
    let lines = remedy.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let prefixed = line.split_once(": ").and_then(|(prefix, text)| {
                let role = ROLES.into_iter().find(|role| role_prefix(*role, language) == prefix)?;
                Some((role, text))
            });
            let (role, text) = prefixed.unwrap_or((fixed_by, line));
            Step { role, text: capitalized(text) }
        })
        .collect()
}

/// Returns the steps of every role except the user, grouped by role.
pub(crate) fn by_other_roles(steps: &[Step], language: Language) -> Vec<RoleSteps> {
    let others = ROLES.into_iter().filter(|role| *role != FixedBy::User);
    others
        .map(|role| RoleSteps { role: role_name(role, language), steps: by_role(role, steps) })
        .filter(|group| !group.steps.is_empty())
        .collect()
}

/// Returns the steps of one role.
pub(crate) fn by_role(role: FixedBy, steps: &[Step]) -> Vec<String> {
    steps.iter().filter(|step| step.role == role).map(|step| step.text.clone()).collect()
}

/// Returns the word for a role at the beginning of a step.
fn role_prefix(role: FixedBy, language: Language) -> String {
    text(language, &format!("role-{}", role.as_str()), &[])
}

/// Returns the name of a role within a sentence.
pub(crate) fn role_name(role: FixedBy, language: Language) -> String {
    text(language, &format!("role-name-{}", role.as_str()), &[])
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next();
    first.map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_catalogue_begins_with_a_role() {
        // Checks the prefix of each line in each language, and that the role in `fixed_by` has a
        // step.
        for entry in catalogue::entries() {
            for language in Language::all() {
                let (remedy, context) = (entry.remedy(language), (entry.label(), language.tag()));
                let has_role = |line: &str| {
                    let prefix = line.split_once(": ").map(|(prefix, _)| prefix.to_owned());
                    ROLES.iter().any(|role| Some(role_prefix(*role, language)) == prefix)
                };
                assert!(remedy.lines().all(has_role), "{context:?}: {remedy}");
                let steps = steps(&remedy, entry.fixed_by, language);
                assert!(steps.iter().any(|step| step.role == entry.fixed_by), "{context:?}");
            }
        }
    }

    #[test]
    fn steps_are_grouped_by_role() {
        // Parses a remedy with two roles and a line without one.
        let remedy = "User: wait.\nOperator: look.\nUser: try again.\nask.";
        let steps = steps(remedy, FixedBy::Developer, Language::ENGLISH);
        assert_eq!(by_role(FixedBy::User, &steps), ["Wait.", "Try again."]);
        let others = by_other_roles(&steps, Language::ENGLISH);
        let all: Vec<_> = others.iter().map(|group| group.steps.join(" ")).collect();
        assert_eq!(all, ["Ask.", "Look."]);
    }
}
