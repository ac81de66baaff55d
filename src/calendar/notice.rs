//! Notices as files: `calendar/cn.toml`, a workspace's `calendar.toml`, and CSV tables of days.
//!
//! A file is checked when read, all of it: every fault is reported with its line, value, rule and remedy.
use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::{CalendarError, Fault, is_weekend};

/// No holiday has ever been longer.
const LONGEST: i64 = 15;

/// A notice: it sets the whole of its year, or with `amends` only the days it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub year: i32,
    pub title: String,
    pub number: Option<String>,
    pub amends: bool,
    /// Somebody's expectation, no official notice.
    pub provisional: bool,
    pub holidays: Vec<Holiday>,
}

/// A holiday: its rest days, and the days worked in exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub name: String,
    /// First and last rest day.
    pub rest: Option<(NaiveDate, NaiveDate)>,
    pub work: Vec<NaiveDate>,
}

impl Notice {
    /// Title and number.
    pub fn said(&self) -> String {
        format!("{}{}", self.title, self.number.as_deref().map(|n| format!("（{n}）")).unwrap_or_default())
    }
}

impl Holiday {
    /// The rest days in order.
    pub fn rest_days(&self) -> impl Iterator<Item = NaiveDate> {
        let (from, to) = self.rest.map_or((None, None), |(from, to)| (Some(from), Some(to)));
        from.into_iter().flat_map(|from| from.iter_days()).take_while(move |day| Some(*day) <= to)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    notice: Vec<RawNotice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNotice {
    year: Spanned<i32>,
    title: String,
    number: Option<String>,
    #[serde(default)]
    amends: bool,
    #[serde(default)]
    provisional: bool,
    holidays: Vec<RawHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    name: Spanned<String>,
    on: Option<Spanned<Datetime>>,
    from: Option<Spanned<Datetime>>,
    to: Option<Spanned<Datetime>>,
    #[serde(default)]
    work: Vec<Spanned<Datetime>>,
}

/// Reads a `.csv` as a table of days, anything else as TOML.
pub(super) fn read(path: &Path) -> Result<Vec<Notice>, CalendarError> {
    let bytes = std::fs::read(path).map_err(|source| CalendarError::Unreadable { path: path.to_path_buf(), source })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let why = Fault {
            line: 1,
            value: path.display().to_string(),
            rule: "is not UTF-8 text".into(),
            remedy: "save it as UTF-8".into(),
        };
        CalendarError::Faulty { path: path.to_path_buf(), faults: vec![why] }
    })?;
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
        from_csv(path, &text)
    } else {
        from_toml(path, &text)
    }
}

/// Refuses an amendment of a year that nothing before it declares.
pub(super) fn check_order(path: &Path, known: &[Notice], new: &[Notice]) -> Result<(), CalendarError> {
    let mut declared: Vec<i32> = known.iter().map(|n| n.year).collect();
    let mut faults = Vec::new();
    for notice in new {
        if notice.amends && !declared.contains(&notice.year) {
            faults.push(Fault {
                line: 1,
                value: notice.said(),
                rule: format!("amends {}, which no notice declares", notice.year),
                remedy: format!("import the notice of {} first", notice.year),
            });
        }
        declared.push(notice.year);
    }
    if faults.is_empty() { Ok(()) } else { Err(CalendarError::Faulty { path: path.to_path_buf(), faults }) }
}

pub(super) fn from_toml(path: &Path, text: &str) -> Result<Vec<Notice>, CalendarError> {
    let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let fail = |faults| CalendarError::Faulty { path: path.to_path_buf(), faults };
    let file: File = toml::from_str(text).map_err(|e| {
        let span = e.span().unwrap_or_default();
        fail(vec![Fault {
            line: line(span.start),
            value: text.get(span.clone()).unwrap_or_default().lines().next().unwrap_or_default().to_owned(),
            rule: e.message().to_owned(),
            remedy: "write it as in the notices that `guanjia calendar show --format csv` and calendar/cn.toml give"
                .into(),
        }])
    })?;
    let mut faults = Vec::new();
    let mut notices = Vec::new();
    for raw in file.notice {
        let mut reader = Reader {
            line: &line,
            year: *raw.year.as_ref(),
            amends: raw.amends,
            seen: BTreeMap::new(),
            faults: &mut faults,
        };
        if !(1950..=2200).contains(&reader.year) {
            reader.fault(
                raw.year.span().start,
                reader.year.to_string(),
                "is no year of this calendar",
                "write 1950 to 2200",
            );
            continue;
        }
        let holidays = raw.holidays.iter().map(|holiday| reader.holiday(holiday)).collect();
        notices.push(Notice {
            year: *raw.year.as_ref(),
            title: raw.title,
            number: raw.number,
            amends: raw.amends,
            provisional: raw.provisional,
            holidays,
        });
    }
    if faults.is_empty() { Ok(notices) } else { Err(fail(faults)) }
}

/// Checks the days of one notice.
struct Reader<'a> {
    line: &'a dyn Fn(usize) -> usize,
    year: i32,
    amends: bool,
    seen: BTreeMap<NaiveDate, usize>,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, offset: usize, value: String, rule: impl Into<String>, remedy: impl Into<String>) {
        let line = (self.line)(offset);
        self.faults.push(Fault { line, value, rule: rule.into(), remedy: remedy.into() });
    }

    fn holiday(&mut self, raw: &RawHoliday) -> Holiday {
        let at = raw.name.span().start;
        let name = raw.name.as_ref().clone();
        let rest = match (&raw.on, &raw.from, &raw.to) {
            (Some(on), None, None) => self.day(on).map(|on| (on, on)),
            (None, Some(from), Some(to)) => match (self.day(from), self.day(to)) {
                (Some(from), Some(to)) if from <= to && (to - from).num_days() < LONGEST => Some((from, to)),
                (Some(from), Some(to)) => {
                    self.fault(at, format!("{name}: {from} to {to}"), "is no stretch of rest days", "check both days");
                    None
                }
                _ => None,
            },
            (None, None, None) if !raw.work.is_empty() => None,
            _ => {
                let remedy = "give `on = DAY`, or `from = DAY, to = DAY`";
                self.fault(at, name.clone(), "its rest days are not stated", remedy);
                None
            }
        };
        let work: Vec<NaiveDate> = raw.work.iter().filter_map(|day| self.work_day(day)).collect();
        let holiday = Holiday { name, rest, work };
        for day in holiday.rest_days().chain(holiday.work.iter().copied()) {
            if self.seen.insert(day, at).is_some() {
                self.fault(at, day.to_string(), "is set twice in this notice", "keep one of them");
            }
        }
        holiday
    }

    fn work_day(&mut self, raw: &Spanned<Datetime>) -> Option<NaiveDate> {
        let day = self.day(raw)?;
        if self.amends || is_weekend(day) {
            return Some(day);
        }
        let rule = format!("is a {}, worked anyway: a make-up day falls on a weekend", day.format("%A"));
        self.fault(raw.span().start, day.to_string(), rule, "check the day and the year");
        None
    }

    /// A plain date of the notice's year or of the December before.
    fn day(&mut self, raw: &Spanned<Datetime>) -> Option<NaiveDate> {
        let written = raw.as_ref();
        let at = raw.span().start;
        let plain = if written.time.is_none() { written.date } else { None };
        let Some(day) = plain.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into())) else {
            self.fault(at, written.to_string(), "is not a day", "write 2027-01-01, without quotes and without a time");
            return None;
        };
        if day.year() == self.year || (day.year() == self.year - 1 && day.month() == 12) {
            return Some(day);
        }
        let rule = format!("is neither in {} nor in the December before", self.year);
        self.fault(at, day.to_string(), rule, "check the day, or the notice's year");
        None
    }
}

/// Whole years of days: `date,is_workday,holiday_name`. The rows before a first of January may be part of the
/// December before.
pub(super) fn from_csv(path: &Path, text: &str) -> Result<Vec<Notice>, CalendarError> {
    let mut faults = Vec::new();
    let days = csv_days(text, &mut faults);
    let mut years: BTreeMap<i32, Vec<(NaiveDate, bool, &str, usize)>> = BTreeMap::new();
    let mut eve = Vec::new();
    let opening = days.first().map(|(day, ..)| *day);
    for (i, (day, is_workday, name, line)) in days.iter().enumerate() {
        if let Some((before, ..)) = i.checked_sub(1).map(|i| days[i])
            && before.succ_opt() != Some(*day)
        {
            let (rule, remedy) = if before >= *day {
                (format!("comes after {before}, a day twice or out of order"), "keep each day once, in order")
            } else {
                (format!("follows {before}: days between are missing"), "add the missing days")
            };
            faults.push(Fault { line: *line, value: day.to_string(), rule, remedy: remedy.into() });
        }
        // A year that begins in its December stands in the file for the sake of the next one.
        if opening.is_some_and(|o| o.year() == day.year() && o.month() == 12) {
            eve.push((*day, *is_workday, *name, *line));
        } else {
            years.entry(day.year()).or_insert_with(|| std::mem::take(&mut eve)).push((*day, *is_workday, *name, *line));
        }
    }
    for (year, days) in &years {
        let (first, last) = (days.iter().find(|d| d.0.year() == *year), days.last());
        let whole =
            first.is_some_and(|d| d.0.ordinal() == 1) && last.is_some_and(|d| (d.0.month(), d.0.day()) == (12, 31));
        if !whole && let Some((day, _, _, line)) = last {
            faults.push(Fault {
                line: *line,
                value: day.to_string(),
                rule: format!("{year} is not whole"),
                remedy: format!("give every day from {year}-01-01 to {year}-12-31"),
            });
        }
    }
    if years.is_empty() && faults.is_empty() {
        faults.push(Fault {
            line: 1,
            value: String::new(),
            rule: "holds no whole year".into(),
            remedy: "give every day of the year in rows date,is_workday,holiday_name".into(),
        });
    }
    if !faults.is_empty() {
        return Err(CalendarError::Faulty { path: path.to_path_buf(), faults });
    }
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(years.into_iter().map(|(year, days)| from_days(year, &days, &file)).collect())
}

/// The rows of the file: day, whether worked, holiday, line.
fn csv_days<'a>(text: &'a str, faults: &mut Vec<Fault>) -> Vec<(NaiveDate, bool, &'a str, usize)> {
    let mut days = Vec::new();
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().map(|(i, l)| (i + 1, l.trim()));
    let header = lines.next().map_or("", |(_, line)| line);
    if header != "date,is_workday,holiday_name" {
        faults.push(Fault {
            line: 1,
            value: header.to_owned(),
            rule: "is not the header of a calendar".into(),
            remedy: "begin with the line date,is_workday,holiday_name".into(),
        });
        return days;
    }
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let mut fault = |value: &str, rule: String, remedy: &str| {
            faults.push(Fault { line, value: value.to_owned(), rule, remedy: remedy.to_owned() });
        };
        let cells: Vec<&str> = row.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        let &[date, worked, name] = cells.as_slice() else {
            fault(row, format!("has {} cells instead of 3", cells.len()), "write date,is_workday,holiday_name");
            continue;
        };
        let Ok(day) = NaiveDate::parse_from_str(date, "%Y-%m-%d") else {
            fault(date, "is not a day".into(), "write 2027-01-01");
            continue;
        };
        let is_workday = match worked {
            "1" | "true" | "是" => true,
            "0" | "false" | "否" => false,
            _ => {
                fault(worked, "is neither 1 nor 0".into(), "write 1 for a working day, 0 for a rest day");
                continue;
            }
        };
        if is_workday == is_weekend(day) && name.is_empty() {
            let what = if is_workday { "worked" } else { "a rest day" };
            let rule = format!("is a {} and {what}, without a holiday", day.format("%A"));
            fault(date, rule, "name the holiday in holiday_name, or correct is_workday");
        }
        days.push((day, is_workday, name, line));
    }
    days
}

/// The exceptions among the days of a year, as a notice would put them.
fn from_days(year: i32, days: &[(NaiveDate, bool, &str, usize)], file: &str) -> Notice {
    let mut holidays: Vec<Holiday> = Vec::new();
    for &(day, is_workday, name, _) in days.iter().filter(|(_, _, name, _)| !name.is_empty()) {
        let same = holidays.iter_mut().rfind(|h| h.name == name);
        match (is_workday, same) {
            (true, _) if !is_weekend(day) => {}
            (true, Some(holiday)) => holiday.work.push(day),
            (true, None) => holidays.push(Holiday { name: name.to_owned(), rest: None, work: vec![day] }),
            (false, Some(h)) if h.rest.is_none_or(|(_, to)| to.succ_opt() == Some(day)) => {
                h.rest = Some((h.rest.map_or(day, |(from, _)| from), day));
            }
            (false, _) => holidays.push(Holiday { name: name.to_owned(), rest: Some((day, day)), work: Vec::new() }),
        }
    }
    Notice { year, title: format!("由 {file} 导入"), number: None, amends: false, provisional: false, holidays }
}

/// The notices as a file that [`read`] takes.
pub(super) fn to_toml(notices: &[Notice]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut out = String::from("# 工作日安排：由 guanjia calendar import 写入，格式同随附的 calendar/cn.toml\n");
    for notice in notices {
        out += &format!("\n[[notice]]\nyear = {}\ntitle = {}\n", notice.year, quoted(&notice.title));
        if let Some(number) = &notice.number {
            out += &format!("number = {}\n", quoted(number));
        }
        for (key, set) in [("amends", notice.amends), ("provisional", notice.provisional)] {
            if set {
                out += &format!("{key} = true\n");
            }
        }
        out += "holidays = [\n";
        for holiday in &notice.holidays {
            out += &format!("  {{ name = {}", quoted(&holiday.name));
            match holiday.rest {
                Some((from, to)) if from == to => out += &format!(", on = {from}"),
                Some((from, to)) => out += &format!(", from = {from}, to = {to}"),
                None => {}
            }
            if !holiday.work.is_empty() {
                let days: Vec<String> = holiday.work.iter().map(NaiveDate::to_string).collect();
                out += &format!(", work = [{}]", days.join(", "));
            }
            out += " },\n";
        }
        out += "]\n";
    }
    out
}
