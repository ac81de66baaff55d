//! Every figure of a bulletin as one list, each with what it is of.
use serde::{Deserialize, Serialize};

use crate::measures::Brief;
use crate::measures::brief::{Figure, Shown};
use crate::measures::kept::Portion;
use crate::report::ratings::Ratings;

/// A figure, what of the bulletin it is of, and whether it is held back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    pub of: Portion,
    #[serde(flatten)]
    pub figure: Figure,
    /// Why what answers said is not stated: too few, or it would give others away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Shown>,
}

impl Listed {
    /// As people find it: `period case_settled unit=营商环境建设局`.
    pub fn name(&self) -> String {
        let of = match self.of {
            Portion::Months | Portion::States => self.figure.period.to_string(),
            of => of.name().to_owned(),
        };
        let subject = self.figure.subject_id.as_deref().unwrap_or("—");
        match self.figure.by.as_str() {
            "district" => format!("{of} {}", self.figure.measure),
            by => format!("{of} {} {by}={subject}", self.figure.measure),
        }
    }
}

/// Every figure of a brief: the district, its comparisons, its months, and all roll-ups.
pub fn list(brief: &Brief) -> Vec<Listed> {
    let ratings = Ratings::of(brief);
    let mut listed = Vec::new();
    let mut add = |of: Portion, figure: &Figure| {
        listed.push(Listed { of, figure: figure.clone(), hidden: ratings.hidden(figure) });
    };
    for change in &brief.district {
        add(Portion::Period, &change.now);
        change.previous.iter().for_each(|figure| add(Portion::Previous, figure));
        change.year_before.iter().for_each(|figure| add(Portion::YearBefore, figure));
    }
    for figures in brief.series.values() {
        // What stood at the end of each month is as of that end; what happened, as of the brief's.
        let state = figures.iter().any(|figure| figure.as_of != brief.as_of);
        let of = if state { Portion::States } else { Portion::Months };
        figures.iter().for_each(|figure| add(of, figure));
    }
    for cut in &brief.cuts {
        cut.now.iter().for_each(|figure| add(Portion::Period, figure));
        cut.previous.iter().for_each(|figure| add(Portion::Previous, figure));
    }
    listed
}
