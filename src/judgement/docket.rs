//! The docket: what has been done about each finding and complaint, folded from the journal.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::acts::{Act, Answer, Decision, Ruling, Says, Stamp, Told};
use super::findings::{Finding, RowId};
use crate::warehouse::Result;
use crate::warehouse::journal::Entry;

/// Before a complaint's id in the subject of an entry.
pub const COMPLAINT: &str = "complaint/";

/// Everything that was done.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Docket {
    pub matters: BTreeMap<String, Matter>,
    pub complaints: BTreeMap<String, File>,
    pub recusals: Vec<Recusal>,
}

/// One finding and what was done about it.
#[derive(Clone, Debug, Serialize)]
pub struct Matter {
    /// As last entered.
    pub finding: Finding,
    pub found: Stamp,
    /// The data no longer carry it.
    pub gone: bool,
    pub notice: Option<Notice>,
    pub waived: Option<Stamp>,
    /// The latest about each row; none: the finding as a whole.
    #[serde(serialize_with = "values")]
    pub answers: BTreeMap<Option<RowId>, (Answer, Stamp)>,
    #[serde(serialize_with = "values")]
    pub rulings: BTreeMap<Option<RowId>, (Ruled, Stamp)>,
    pub decisions: Vec<(Decided, Stamp)>,
    pub last: NaiveDateTime,
}

#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    pub served_on: NaiveDate,
    pub reply_by: NaiveDate,
    pub items: Vec<Told>,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, Serialize)]
pub struct Ruled {
    pub no: u32,
    pub ruling: Ruling,
    pub reason: String,
    pub batch: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Decided {
    pub decision: Decision,
    pub reason: String,
    pub rectify_by: Option<NaiveDate>,
    /// As it stood when it was decided.
    pub finding: Finding,
}

#[derive(Clone, Debug, Serialize)]
pub struct Recusal {
    /// A finding, or a person or unit that findings are about.
    pub from: String,
    pub who: String,
    pub reason: String,
    pub stamp: Stamp,
}

/// One complaint and what was done about it by command.
#[derive(Clone, Debug, Default, Serialize)]
pub struct File {
    pub assigned: Option<(String, Stamp)>,
    pub verified: Option<Verified>,
    pub overturned: Option<Overturned>,
    /// The slips written, oldest first.
    pub referred: Vec<Referred>,
    /// How many of them were written before the verdict that holds.
    #[serde(skip)]
    pub outdated: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    pub verdict: String,
    pub verifier: String,
    pub working_days: Option<i64>,
    pub consequences: Vec<String>,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, Serialize)]
pub struct Overturned {
    pub before: String,
    pub verdict: String,
    pub reason: String,
    pub lifted: Vec<String>,
    pub stamp: Stamp,
}

/// Slips that file a complaint, or lift what was filed.
#[derive(Clone, Debug, Serialize)]
pub struct Referred {
    pub recipients: Vec<String>,
    pub lifted: bool,
    pub stamp: Stamp,
}

fn values<K, V: Serialize, S: serde::Serializer>(
    map: &BTreeMap<K, V>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(map.values())
}

impl Docket {
    /// Folds the entries of the room, in their order.
    pub fn of(entries: &[Entry]) -> Result<Docket> {
        let mut docket = Docket::default();
        for entry in entries {
            docket.take(entry)?;
        }
        Ok(docket)
    }

    fn take(&mut self, entry: &Entry) -> Result<()> {
        let (act, stamp) = (entry.body::<Act>()?, Stamp::of(entry));
        if let Act::Recused { who, reason } = act {
            self.recusals.push(Recusal { from: entry.subject.clone(), who, reason, stamp });
            return Ok(());
        }
        if let Some(id) = entry.subject.strip_prefix(COMPLAINT) {
            self.complaints.entry(id.to_owned()).or_default().take(act, stamp);
            return Ok(());
        }
        if let Act::Found { finding } = act {
            match self.matters.get_mut(&entry.subject) {
                Some(matter) => {
                    (matter.finding, matter.found, matter.gone) = (*finding, stamp, false);
                    matter.last = entry.at;
                }
                None => {
                    self.matters.insert(entry.subject.clone(), Matter::new(*finding, stamp));
                }
            }
        } else if let Some(matter) = self.matters.get_mut(&entry.subject) {
            matter.last = entry.at;
            matter.take(act, stamp);
        }
        Ok(())
    }

    /// Who may take no part in a finding.
    pub fn recused<'d>(&'d self, finding: &'d Finding) -> impl Iterator<Item = &'d Recusal> {
        let concerns = |recusal: &&Recusal| {
            recusal.from == finding.id || recusal.from == finding.subject.id || recusal.from == finding.subject.name
        };
        self.recusals.iter().filter(concerns)
    }
}

impl Matter {
    fn new(finding: Finding, found: Stamp) -> Matter {
        Matter {
            finding,
            last: found.at,
            found,
            gone: false,
            notice: None,
            waived: None,
            answers: BTreeMap::new(),
            rulings: BTreeMap::new(),
            decisions: Vec::new(),
        }
    }

    fn take(&mut self, act: Act, stamp: Stamp) {
        match act {
            Act::Gone => self.gone = true,
            Act::Served { served_on, reply_by, items } => {
                self.notice = Some(Notice { served_on, reply_by, items, stamp });
                self.waived = None;
            }
            Act::Answered { answers } => {
                for answer in answers {
                    self.answers.insert(answer.row.clone(), (answer, stamp.clone()));
                }
            }
            Act::Waived { .. } => self.waived = Some(stamp),
            Act::Ruled { no, row, ruling, reason, batch } => {
                self.rulings.insert(row, (Ruled { no, ruling, reason, batch }, stamp));
            }
            Act::Decided { decision, reason, rectify_by, finding } => {
                self.decisions.push((Decided { decision, reason, rectify_by, finding: *finding }, stamp));
            }
            _ => {}
        }
    }

    /// The decision in force: the last.
    pub fn decision(&self) -> Option<&(Decided, Stamp)> {
        self.decisions.last()
    }

    /// Whether the time to answer is over on a day, or was given up.
    pub fn heard(&self, day: NaiveDate) -> bool {
        self.waived.is_some() || self.notice.as_ref().is_some_and(|notice| day > notice.reply_by)
    }

    /// Contested, and not ruled on since.
    pub fn unruled(&self) -> Vec<&Answer> {
        let ruled = |row: &Option<RowId>, stamp: &Stamp| {
            self.rulings.get(row).is_some_and(|(_, ruling)| ruling.entry_no > stamp.entry_no)
        };
        self.answers
            .iter()
            .filter(|(row, (answer, stamp))| answer.says == Says::Contest && !ruled(row, stamp))
            .map(|(_, (answer, _))| answer)
            .collect()
    }

    /// Rows of the finding that speak against the person and were not in the letter.
    pub fn untold(&self) -> Vec<u32> {
        let told = self.notice.as_ref().map(|notice| notice.items.as_slice()).unwrap_or_default();
        let new = self.finding.items.iter().filter(|item| item.against());
        new.filter(|item| !told.iter().any(|told| told.row == item.id)).map(|item| item.no).collect()
    }
}

impl File {
    /// The last slip on the verdict that holds: one that lifts, or one that files.
    pub fn slip(&self, lifted: bool) -> Option<&Referred> {
        self.referred[self.outdated..].iter().rfind(|slip| slip.lifted == lifted)
    }

    /// The last slip that filed what the verdict that holds has lifted.
    pub fn slip_before(&self) -> Option<&Referred> {
        self.referred[..self.outdated].iter().rfind(|slip| !slip.lifted)
    }

    fn take(&mut self, act: Act, stamp: Stamp) {
        match act {
            Act::Assigned { to, .. } => self.assigned = Some((to, stamp)),
            Act::Verified { verdict, verifier, working_days, consequences, .. } => {
                self.verified = Some(Verified { verdict, verifier, working_days, consequences, stamp });
                self.overturned = None;
                self.outdated = self.referred.len();
            }
            Act::Overturned { before, verdict, reason, lifted, .. } => {
                self.overturned = Some(Overturned { before, verdict, reason, lifted, stamp });
                self.outdated = self.referred.len();
            }
            Act::Referred { recipients, lifted } => self.referred.push(Referred { recipients, lifted, stamp }),
            _ => {}
        }
    }
}
