//! What the rules say of complaints: which are counted, how soon each is verified, what follows from one that is true.
use super::{Consequence, Filter, Limit, Measure, Regime, Register, Rule};

/// Their categories, as filters name the list.
const CATEGORY: &str = "category";

impl Regime {
    /// Working days within which a complaint is to be verified; none where the rules give no such time.
    pub fn complaint_limit(&self) -> Option<u32> {
        self.measures.iter().find_map(|measure| match &measure.rule {
            Rule::Term { of: Register::Complaints, limit: Limit::WorkingDays(days), .. } => Some(*days),
            _ => None,
        })
    }

    /// What follows from a complaint by an enterprise about a person that is wholly substantiated.
    pub fn complaint_consequences(&self) -> impl Iterator<Item = &Consequence> {
        self.consequences.iter().filter(|consequence| consequence.when == "complaint_substantiated")
    }

    /// The measures that count or time complaints.
    pub fn complaint_measures(&self) -> impl Iterator<Item = &Measure> {
        self.of_complaints().map(|(measure, _)| measure)
    }

    /// Whether a measure counts complaints of a category.
    pub fn counts_complaint(&self, category: Option<&str>) -> bool {
        let asked =
            |words: &[String]| category.is_some_and(|category| words.iter().any(|word| word.as_str() == category));
        let takes = |filter: &Filter| filter.0.iter().all(|(list, words)| list != CATEGORY || asked(words));
        self.of_complaints().any(|(_, filter)| takes(filter))
    }

    fn of_complaints(&self) -> impl Iterator<Item = (&Measure, &Filter)> {
        self.measures.iter().filter_map(|measure| match &measure.rule {
            Rule::Tally { filter, .. } | Rule::Term { of: Register::Complaints, filter, .. } => Some((measure, filter)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_counts_the_complaints_that_its_rules_are_of() {
        let rules = |id: &str| Regime::shipped(id).unwrap();
        let dalian = rules("dalian-hitech");
        assert!(dalian.counts_complaint(None) && dalian.counts_complaint(Some("dragging")));
        assert_eq!((dalian.complaint_limit(), dalian.complaint_consequences().count()), (Some(15), 1));
        let ankang = rules("ankang");
        assert!(ankang.counts_complaint(Some("integrity")));
        assert!(!ankang.counts_complaint(Some("dragging")) && !ankang.counts_complaint(None));
        assert!(["xinqiu", "wafangdian"].iter().all(|id| rules(id).complaint_measures().next().is_none()));
    }
}
