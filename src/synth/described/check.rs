//! Text → [`Description`]: every fault is told with file, line, key and remedy.
//!
//! Shape and words are checked by the reader; here, whether the parts fit together.
use std::path::Path;

use super::description::Description;
use super::happenings::Cadence;
use crate::regime::{Fault, Faults};

impl Description {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> std::io::Result<Result<Description, Vec<Fault>>> {
        let file = path.to_string_lossy();
        std::fs::read_to_string(path).map(|text| Description::parse(&text, &file))
    }

    /// Reads and checks what a file says.
    pub fn parse(text: &str, file: &str) -> Result<Description, Vec<Fault>> {
        let faults = Faults::new(text, file);
        match toml::from_str::<Description>(text) {
            Ok(description) => {
                Seams { text, faults: &faults }.check(&description);
                let faults = faults.into_sorted();
                if faults.is_empty() { Ok(description) } else { Err(faults) }
            }
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let said = error.message().trim().replace('\n', " ");
                let (what, remedy) = match said.split_once("; ") {
                    Some((what, remedy)) => (what.to_owned(), remedy.to_owned()),
                    None => (said, "write it as the descriptions in sample-data do".to_owned()),
                };
                faults.add(at, &key_at(text, at), what, remedy);
                Err(faults.into_sorted())
            }
        }
    }
}

/// `cases.step.late`: the table that a byte of the file stands in, and the key of its line.
fn key_at(text: &str, at: usize) -> String {
    let bytes = text.as_bytes();
    let line_ends = bytes.iter().skip(at).position(|b| *b == b'\n').map_or(text.len(), |end| at + end);
    let upto = text.get(..line_ends).unwrap_or("");
    let table = upto.lines().rev().find(|line| line.trim_start().starts_with('['));
    let table = table.map_or("", |line| line.trim_matches(|c: char| "[] ".contains(c)));
    let key = upto.lines().next_back().and_then(|line| line.split_once('=')).map_or("", |(key, _)| key.trim());
    [table, key].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(".")
}

/// Looks at what one part says of another.
struct Seams<'a> {
    text: &'a str,
    faults: &'a Faults,
}

impl Seams<'_> {
    /// Notes a fault at the first place where a word stands in quotes.
    fn fault(&self, word: &str, what: String, remedy: String) {
        let at = self.text.find(&format!("\"{word}\"")).unwrap_or(0);
        self.faults.add(at, &key_at(self.text, at), what, remedy);
    }

    fn named<'n>(&self, kind: &str, word: &str, mut known: impl Iterator<Item = &'n str> + Clone) {
        if !known.clone().any(|name| name == word) {
            let all = known.by_ref().collect::<Vec<_>>().join(", ");
            self.fault(word, format!("“{word}” is no {kind} of this file"), format!("write one of: {all}"));
        }
    }

    fn filled(&self, key: &str, table: &str, list: &[String]) {
        if list.is_empty() {
            let at = self.text.find(&format!("[{table}]")).unwrap_or(0);
            self.faults.add(at, &format!("{table}.{key}"), "is empty", "write at least one");
        }
    }

    fn check(&self, of: &Description) {
        if of.regime.is_empty() || !of.regime.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            let what = format!("“{}” is no id of rules", of.regime);
            self.fault(&of.regime, what, "write the id of a rule file: lower-case letters, digits and -".to_owned());
        }
        if of.last < of.first + chrono::Days::new(27) {
            let at = self.text.find("last").unwrap_or(0);
            self.faults.add(at, "last", "leaves less than a month of records", "write a later day");
        }
        let calendar = crate::calendar::Calendar::shipped();
        for (key, day) in [("first", of.first), ("last", of.last)] {
            if calendar.is_workday(day).is_none() {
                let at = self.text.find(key).unwrap_or(0);
                self.faults.add(at, key, format!("{day} is not in the calendar"), "write a day of a year it has");
            }
        }
        for period in of.demo.periods.iter().filter(|period| period.first() > of.last || period.last() < of.first) {
            let what = format!("{period} is not within the records");
            self.fault(&period.to_string(), what, "write a period between first and last".to_owned());
        }
        if of.areas.is_empty() {
            self.faults.add(0, "areas", "is empty", "name at least one area");
        }
        self.people(of);
        for set in &of.sets {
            self.filled("endings", "[enterprise]", &set.endings);
        }
        for role in &of.roles {
            self.sets(of, &role.of);
            match (role.people.is_empty(), role.units.is_empty()) {
                (false, true) => self.named("group of people", &role.people, groups(of)),
                (true, false) => {}
                _ => self.fault(
                    &role.role,
                    format!("{} is held by nobody, or by people and units at once", role.role),
                    "write people = \"a group\" or units = […]".to_owned(),
                ),
            }
            let nowhere = of.groups.iter().find(|group| group.group == role.people && group.per_area == 0);
            if let Some(group) = nowhere.filter(|_| role.near) {
                let what = format!("near: {} are not of an area", group.group);
                self.fault(&role.people, what, "give the group per_area instead of number".to_owned());
            }
        }
        for plan in &of.plans {
            self.sets(of, &plan.of);
        }
        for item in &of.items {
            self.sets(of, &item.of);
            self.filled("titles", "[item]", &item.titles);
            self.filled("units", "[item]", &item.units);
        }
        self.cases(of);
        for cadence in &of.diary {
            self.cadence(of, cadence);
        }
        for text in of.text.values() {
            for (key, list) in [("matters", &text.matters), ("outcomes", &text.outcomes)] {
                self.filled(key, "text", list);
            }
        }
    }

    fn people(&self, of: &Description) {
        for group in &of.groups {
            let count = group.number + group.per_area * of.areas.len() as u32;
            if count == 0 || group.number > 0 && group.per_area > 0 {
                let what = "has no people, or two numbers of them".to_owned();
                self.fault(&group.group, what, "write number = … or per_area = …".to_owned());
            }
            if group.fine + group.weak + group.poor > count {
                let of = [group.fine, group.weak, group.poor];
                let what = format!("{} fine, {} weak and {} poor of {count} people", of[0], of[1], of[2]);
                self.fault(&group.group, what, "write fewer".to_owned());
            }
            self.filled("units", "[people]", &group.units);
            self.filled("ranks", "[people]", &group.ranks);
        }
    }

    fn cases(&self, of: &Description) {
        for category in &of.categories {
            self.filled("units", "[category]", &category.units);
            self.filled("titles", "[category]", &category.titles);
            self.filled("details", "[category]", &category.details);
        }
        let categories = of.categories.iter().map(|category| category.name.as_str());
        for cases in &of.cases {
            self.sets(of, &cases.of);
            let acts = cases.steps.iter().flat_map(|act| &act.categories);
            cases.categories.iter().chain(acts).for_each(|name| self.named("category", name, categories.clone()));
            for (i, act) in cases.steps.iter().enumerate() {
                let before = || cases.steps[..i].iter().map(|act| act.event.as_str()).chain(["submitted"]);
                if let Some(from) = act.from.as_deref().filter(|from| !before().any(|event| event == *from)) {
                    let what = format!("{} is counted from {from}, which does not come before it", act.event);
                    self.fault(from, what, "put that step above it, or count from another".to_owned());
                }
            }
        }
    }

    fn cadence(&self, of: &Description, cadence: &Cadence) {
        self.sets(of, &cadence.of);
        self.named("text", &cadence.text, of.text.keys().map(String::as_str));
        if let Some(text) = of.text.get(&cadence.text) {
            for kind in cadence.kinds.keys().filter(|kind| !text.openings.contains_key(*kind)) {
                let what = format!("text {} has no opening for {kind}", cadence.text);
                self.fault(&cadence.text, what, format!("write openings.{kind} = […] there"));
            }
        }
        if !cadence.group.is_empty() {
            self.named("group of people", &cadence.group, groups(of));
        } else if cadence.role.is_none() {
            let what = "has neither a role nor a group that writes".to_owned();
            self.fault(&cadence.text, what, "write role = … or group = …".to_owned());
        }
    }

    fn sets(&self, of: &Description, named: &[String]) {
        named
            .iter()
            .for_each(|name| self.named("set of enterprises", name, of.sets.iter().map(|set| set.set.as_str())));
    }
}

fn groups(of: &Description) -> impl Iterator<Item = &str> + Clone {
    of.groups.iter().map(|group| group.group.as_str())
}
