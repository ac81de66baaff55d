//! The words that made-up records are made of, read from `vocabulary.toml`.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    pub surnames: String,
    pub given: String,
    pub stems: Vec<String>,
    pub firm_endings: Vec<String>,
    pub project_endings: Vec<String>,
    pub ranks: Vec<String>,
    pub areas: Vec<String>,
    pub scope_categories: Vec<String>,
    pub departments: Vec<String>,
    pub industries: Vec<Industry>,
    pub offices: Offices,
    pub categories: Vec<Category>,
    pub notes: Notes,
    pub diary: Diary,
    pub evaluations: Comments,
    pub complaints: Vec<Complaint>,
    pub findings: Findings,
    pub policies: Policies,
    pub milestones: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Industry {
    pub name: String,
    pub fields: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offices {
    pub operator: String,
    pub supervisor: String,
    pub committee: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub name: String,
    pub weight: u32,
    pub departments: Vec<String>,
    pub titles: Vec<String>,
    pub details: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notes {
    pub resolved: Vec<String>,
    pub returned: Vec<String>,
    pub department_replied: Vec<String>,
    pub department_returned: Vec<String>,
    pub extended: Vec<String>,
    pub suspended: Vec<String>,
    pub meeting: Vec<String>,
    /// What people write instead of a reason.
    pub empty: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Diary {
    pub places: Vec<String>,
    pub participants: Vec<String>,
    /// By kind of entry.
    pub openings: BTreeMap<String, Vec<String>>,
    pub matters: Vec<String>,
    pub outcomes: Vec<String>,
    pub problems: Vec<String>,
    pub zero_reports: Vec<String>,
    /// What somebody writes again and again.
    pub template: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Comments {
    pub good: Vec<String>,
    pub fair: Vec<String>,
    pub poor: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Complaint {
    pub category: String,
    pub weight: u32,
    pub contents: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Findings {
    pub substantiated: String,
    pub partly: String,
    pub unsubstantiated: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policies {
    pub subjects: Vec<String>,
    pub forms: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub name: String,
    pub stage: String,
    pub unit: String,
}

impl Vocabulary {
    pub fn shipped() -> &'static Vocabulary {
        static SHIPPED: LazyLock<Vocabulary> =
            LazyLock::new(|| toml::from_str(include_str!("vocabulary.toml")).expect("a test reads it"));
        &SHIPPED
    }

    /// The number of a department in the list.
    pub fn department(&self, name: &str) -> usize {
        self.departments.iter().position(|department| department == name).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Dictionary;

    #[test]
    fn words_fit_together() {
        let words = Vocabulary::shipped();
        let dictionary = Dictionary::shipped();
        for category in &words.categories {
            assert!(!category.titles.is_empty() && !category.details.is_empty());
            for department in &category.departments {
                assert!(words.departments.contains(department), "{department}");
            }
        }
        for complaint in &words.complaints {
            assert!(dictionary.words["complaint_category"].contains_key(&complaint.category), "{}", complaint.category);
        }
        for kind in words.diary.openings.keys() {
            assert!(dictionary.words["diary_kind"].contains_key(kind), "{kind}");
        }
        for step in &words.milestones {
            assert!(dictionary.words["milestone_stage"].contains_key(&step.stage), "{}", step.stage);
            assert!(words.departments.contains(&step.unit), "{}", step.unit);
        }
    }
}
