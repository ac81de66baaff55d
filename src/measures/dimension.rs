//! What figures are added up by.
use std::fmt;

use crate::regime::SIGNS;
use crate::tables::Wording;

/// A dimension of evidence rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Dimension {
    District,
    Person,
    Unit,
    Enterprise,
    Area,
    Industry,
    Category,
    Class,
    Tier,
    Stage,
    Channel,
    Month,
}

impl Dimension {
    /// As written on the command line, in JSON and in `params.dimension`.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::District => "district",
            Dimension::Person => "person",
            Dimension::Unit => "unit",
            Dimension::Enterprise => "enterprise",
            Dimension::Area => "area",
            Dimension::Industry => "industry",
            Dimension::Category => "category",
            Dimension::Class => "class",
            Dimension::Tier => "tier",
            Dimension::Stage => "stage",
            Dimension::Channel => "channel",
            Dimension::Month => "month",
        }
    }

    /// Whether its subjects are those who answer; every other is known of a row without them.
    pub fn is_who_answers(self) -> bool {
        matches!(self, Dimension::Person | Dimension::Unit)
    }

    /// The column of evidence that tells its subjects, where it is not one that every fold reads.
    pub(super) fn column(self) -> Option<&'static str> {
        match self {
            Dimension::District | Dimension::Class | Dimension::Month => None,
            Dimension::Person => Some("person_id"),
            Dimension::Unit => Some("unit"),
            Dimension::Enterprise | Dimension::Area | Dimension::Industry | Dimension::Tier => Some("enterprise_id"),
            Dimension::Category => Some("category"),
            Dimension::Stage => Some("stage"),
            Dimension::Channel => Some("channel"),
        }
    }

    /// The Chinese of a subject that is one of the warehouse's words, as the place says it: 属实 for `substantiated`.
    pub fn shown<'a>(self, word: &str, kind: &str, words: &'a Wording) -> Option<&'a str> {
        let lists: &[&str] = match (self, kind) {
            (Dimension::Class, "load") => match word {
                "under" => return Some("不足"),
                "over" => return Some("超出"),
                _ => return None,
            },
            (Dimension::Class, "coverage") => match word {
                "none" => return Some("无人"),
                "several" => return Some("多人"),
                _ => return None,
            },
            (Dimension::Class, "integrity") => {
                return SIGNS.iter().find(|(sign, _)| *sign == word).map(|(_, zh)| *zh);
            }
            (Dimension::Class, _) => &["verdict", "complaint_category", "event"],
            (Dimension::Category, "tally") => &["complaint_category"],
            (Dimension::Channel, "score") => &["evaluation_channel", "case_channel"],
            (Dimension::Channel, _) => &["case_channel"],
            (Dimension::Stage, _) => &["milestone_stage"],
            (Dimension::Tier, _) => &["tier"],
            _ => return None,
        };
        lists.iter().find_map(|list| words.known(list, word))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
