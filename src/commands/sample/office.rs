//! What the verbs of the desk share: the bureau, its key, the journal folded, and where files go.
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};

use crate::cli::Cli;
use crate::commands::{Bureau, Refused};
use crate::measures::{KnownAt, Scope, Session};
use crate::period::Period;
use crate::sampling::acts::{Act, Desk, Planned, Sample};
use crate::sampling::draw::Role;
use crate::sampling::frame::Frame;
use crate::sampling::plan::StrataBy;
use crate::sampling::pseudonym::Key;
use crate::sampling::publish::Published;
use crate::warehouse::Warehouse;
use crate::warehouse::journal::{self, Entry, Room};

/// Published before the entropy, after the draw, and the bureau's own copy.
pub const COMMITMENT: &str = "commitment.json";
pub const DRAW: &str = "draw.json";
pub const BUREAU: &str = "draw-bureau-only.json";
pub const PAGE: &str = "verify.html";

/// The desk of a bureau.
pub struct Office {
    pub bureau: Bureau,
    pub entries: Vec<Entry>,
    pub desk: Desk,
}

impl Office {
    /// Opens the bureau's desk as its journal has it.
    pub fn open(cli: &Cli) -> anyhow::Result<Office> {
        let bureau = Bureau::open(cli)?;
        let warehouse = bureau.workspace.warehouse();
        if !warehouse.is_file() {
            let why = "there is nothing to draw from yet; take exports in with `guanjia ingest PATH…` first";
            return Err(Refused(why.into()).into());
        }
        let entries = journal::read(&warehouse, Room::Sampling)?;
        let desk = Desk::of(&entries)?;
        Ok(Office { bureau, entries, desk })
    }

    /// A plan's sample; one that is not there is misuse.
    pub fn sample(&self, id: &str) -> anyhow::Result<&Sample> {
        self.desk.sample(id).map_err(|error| Refused(error.to_string()).into())
    }

    /// The key, made where no sample was ever planned.
    pub fn key(&self) -> anyhow::Result<Key> {
        let path = self.bureau.workspace.sampling_key();
        let key = if self.desk.samples.is_empty() { Key::read_or_make(&path) } else { Key::read(&path) };
        key.map_err(|error| Refused(error.to_string()).into())
    }

    /// The frame of a day as it was known at a batch (None: now), with what the desk had done by then; and the batch.
    pub fn frame(&self, asked: &Asked, key: &Key) -> anyhow::Result<(Frame, i64)> {
        let Bureau { workspace, regime, calendar } = &self.bureau;
        let before = asked.day - Days::new(u64::from(asked.cool_down_days));
        let desk = match asked.before {
            Some(entry) => {
                let entries: Vec<Entry> = self.entries.iter().filter(|e| e.entry_no < entry).cloned().collect();
                Desk::of(&entries)?
            }
            None => self.desk.clone(),
        };
        let scope = Scope {
            as_of: (asked.day + Days::new(1)).and_time(chrono::NaiveTime::MIN),
            known_at: asked.known_at.map_or(KnownAt::Everything, KnownAt::Batch),
            ..Scope::of(Period::month_of(asked.day))
        };
        let mut session = Session::open(&workspace.warehouse(), regime, calendar, &[])?;
        let candidates = session.candidates(scope, &regime.main_role)?;
        let frame = Frame::of(candidates, &desk.called(), asked.by, before, key);
        Ok((frame.map_err(|error| Refused(error.to_string()))?, session.known_at()))
    }

    /// Enters acts; `what` is shown to whoever waits.
    pub fn enter(&mut self, plan: &str, signed: &crate::cli::Signed, acts: &[Act]) -> anyhow::Result<()> {
        let noted = acts.iter().map(|act| act.noted(plan)).collect::<Result<Vec<_>, _>>()?;
        let mut writer = Warehouse::open_writer(&self.bureau.workspace.warehouse(), "guanjia sample")?;
        // Somebody may have entered something since we read.
        if writer.journal(Room::Sampling)?.len() != self.entries.len() {
            return Err(Refused("somebody else has just used the desk; run the command again".into()).into());
        }
        let entered = writer.append(Room::Sampling, &signed.by, signed.at(), &noted)?;
        self.entries.extend(entered);
        self.desk = Desk::of(&self.entries)?;
        Ok(())
    }

    /// Where a plan's files go.
    pub fn folder(&self, plan: &str, out: Option<&Path>) -> PathBuf {
        out.map_or_else(|| self.bureau.workspace.out().join("sampling").join(plan), Path::to_path_buf)
    }

    /// The plan as it stands must be what was published, and the frame what it binds; else nothing may be drawn.
    pub fn check(&self, sample: &Sample, key: &Key, folder: &Path) -> anyhow::Result<()> {
        let Planned { plan, plan_hash, frame, known_at, callers } = &sample.planned;
        let refused =
            |why: String| Err(Refused(format!("plan {} cannot be drawn: {why}; make a new plan", plan.id)).into());
        let barred = callers.as_ref().map(|list| crate::sampling::assign::hash(&list.barred)).transpose()?;
        let bound = plan.callers.as_ref().map(|callers| &callers.barred_hash);
        if plan.hash()? != *plan_hash || frame.hash()? != plan.frame_hash || barred.as_ref() != bound {
            return refused("it is not what was committed to".to_owned());
        }
        if frame.units.iter().any(|unit| key.pseudonym(&unit.enterprise_id) != unit.pseudonym) {
            return refused("sampling.key is not the key it was made with (put the kept copy back)".to_owned());
        }
        let path = folder.join(COMMITMENT);
        if let Ok(text) = std::fs::read_to_string(&path) {
            let published: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            if published["plan_hash"] != plan_hash.as_str()
                || crate::sampling::canonical::hash(&published["plan"]).ok().as_ref() != Some(plan_hash)
            {
                return refused(format!("{} was changed after it was written", path.display()));
            }
        }
        let asked = Asked {
            day: plan.as_of,
            by: plan.strata_by,
            cool_down_days: plan.cool_down_days,
            known_at: (*known_at > 0).then_some(*known_at),
            before: Some(sample.planned_at.entry_no),
        };
        let (again, _) = self.frame(&asked, key)?;
        if again.hash()? != plan.frame_hash {
            let moved = first_difference(frame, &again);
            return refused(format!(
                "the warehouse now gives another frame for {} as of batch {known_at}{moved}",
                plan.as_of
            ));
        }
        Ok(())
    }

    /// Writes what is published, the bureau's copy and the page; returns the paths.
    pub fn write(&self, sample: &Sample, key: &Key, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let published = published(sample)?;
        let text = published.text()?;
        let own = published.with_ids(&sample.planned.frame, |id| key.salt(id))?;
        let page = crate::sampling::page::page(Some(&text));
        std::fs::create_dir_all(folder)?;
        let files = [(DRAW, text), (BUREAU, own), (PAGE, page)];
        files.into_iter().map(|(name, text)| write_file(&folder.join(name), &text)).collect()
    }
}

/// Which frame.
pub struct Asked {
    pub day: NaiveDate,
    pub by: StrataBy,
    pub cool_down_days: u32,
    pub known_at: Option<i64>,
    /// Only with what the desk had entered before this entry.
    pub before: Option<i64>,
}

/// A sample as it is published.
pub fn published(sample: &Sample) -> anyhow::Result<Published> {
    let draw = sample.drawn().map_err(|error| Refused(error.to_string()))?;
    let (drawn, _) = sample.drawn.as_ref().ok_or_else(|| anyhow::anyhow!("a draw without its entropy"))?;
    let Planned { plan, plan_hash, .. } = &sample.planned;
    Ok(Published::of(plan, plan_hash, &drawn.entropy, draw, sample.assignment.as_ref()))
}

/// Writes a file whole; returns where.
pub fn write_file(path: &Path, text: &str) -> anyhow::Result<PathBuf> {
    use anyhow::Context;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path.to_path_buf())
}

fn first_difference(planned: &Frame, now: &Frame) -> String {
    let gone =
        planned.units.iter().find(|unit| now.unit(&unit.pseudonym).is_none_or(|other| other.stratum != unit.stratum));
    let new = now.units.iter().find(|unit| planned.unit(&unit.pseudonym).is_none());
    match (gone, new) {
        (Some(unit), _) => {
            format!(", first of all without {} ({}) or in another stratum", unit.enterprise_id, unit.name)
        }
        (None, Some(unit)) => format!(", first of all with {} ({}) besides", unit.enterprise_id, unit.name),
        _ => String::new(),
    }
}

/// Shown beside a draw: how many are drawn and stand by.
pub fn counts(published: &Published) -> (usize, usize) {
    (published.count(Role::Drawn), published.count(Role::Reserve))
}
