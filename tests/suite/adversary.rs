//! An adversary with a solver of linear programmes, who is given what is printed of the sample month and nothing else: no
//! satisfaction that was held back may be found. With complementary suppression switched off it finds some, so that the
//! test can fail.
use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use guanjia::calendar::Calendar;
use guanjia::measures::brief::Shown;
use guanjia::measures::{self, Brief, Scope};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::report::bulletin::{self, Edition, Kind};
use guanjia::report::ratings::Ratings;
use guanjia::report::{Templates, dashboard};
use guanjia::workspace::Bulletin;
use microlp::{ComparisonOp, OptimizationDirection, Problem};

use crate::freeze::{files, workspace};

/// One printed line: how many answered, and how many were satisfied where that is told.
#[derive(Clone, Debug)]
struct Line {
    /// The table it stands in, and the subject.
    table: String,
    subject: String,
    /// Where it is a person's: the unit.
    unit: Option<String>,
    n: f64,
    met: Option<f64>,
}

fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Float(n) => Some(*n),
        Data::Int(n) => Some(*n as f64),
        _ => None,
    }
}

/// What the workbooks print of one measure.
fn printed(documents: &[(String, Vec<u8>)], measure: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (_, bytes) in documents.iter().filter(|(name, _)| name.ends_with(".xlsx")) {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
        for name in book.sheet_names() {
            let sheet = book.worksheet_range(&name).unwrap();
            let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
            let Some(headers) = rows.get(1).map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>()) else {
                continue;
            };
            let at = |header: &str| headers.iter().position(|found| found == header);
            let body = rows.iter().skip(2);
            if name == "管家" {
                let (n, met) = (at(&format!("{measure}：评价数")), at(&format!("{measure}：满意")));
                for (row, n, met) in body.filter_map(|row| Some((row, n?, met?))) {
                    let Some(answers) = number(&row[n]) else { continue };
                    let (table, subject) = ("person".to_owned(), row[1].to_string());
                    lines.push(Line {
                        table,
                        subject,
                        unit: Some(row[0].to_string()),
                        n: answers,
                        met: number(&row[met]),
                    });
                }
            } else if let (Some(n), Some(met)) = (at("分母"), at("达到"))
                && (name == "总览" || (name.starts_with('按') && !name.contains('月')))
            {
                for row in body.filter(|row| row[0] == *measure) {
                    let Some(answers) = number(&row[n]) else { continue };
                    let subject = if name == "总览" { String::new() } else { row[1].to_string() };
                    lines.push(Line { table: name.clone(), subject, unit: None, n: answers, met: number(&row[met]) });
                }
            }
        }
    }
    lines.retain(|line| line.n > 0.0);
    lines
}

/// Hidden lines of which only one number of satisfied answers fits everything that is printed.
fn recovered(lines: &[Line]) -> Vec<&Line> {
    let Some(whole) = lines.iter().position(|line| line.table == "总览") else { return Vec::new() };
    // (parts, the line that they add up to)
    let mut sums: Vec<(Vec<usize>, usize)> = Vec::new();
    let mut tables: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate().filter(|(i, _)| *i != whole) {
        tables.entry(&line.table).or_default().push(i);
    }
    let adds_up = |parts: &[usize], to: usize| parts.iter().map(|i| lines[*i].n).sum::<f64>() == lines[to].n;
    for parts in tables.values().filter(|parts| adds_up(parts, whole)) {
        sums.push((parts.clone(), whole));
    }
    for (unit, line) in lines.iter().enumerate().filter(|(_, line)| line.table == "按单位") {
        let own = lines.iter().enumerate().filter(|(_, l)| l.unit.as_ref() == Some(&line.subject));
        let own: Vec<usize> = own.map(|(i, _)| i).collect();
        if adds_up(&own, unit) {
            sums.push((own, unit));
        }
    }
    let reach = |wanted: usize, direction: OptimizationDirection| -> f64 {
        let mut problem = Problem::new(direction);
        let variables: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| {
                let bounds = line.met.map_or((0.0, line.n), |met| (met, met));
                problem.add_var(if i == wanted { 1.0 } else { 0.0 }, bounds)
            })
            .collect();
        for (parts, to) in &sums {
            let mut terms: Vec<_> = parts.iter().map(|i| (variables[*i], 1.0)).collect();
            terms.push((variables[*to], -1.0));
            problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, 0.0);
        }
        problem.solve().expect("the truth fits").objective()
    };
    let hidden = (0..lines.len()).filter(|i| lines[*i].met.is_none());
    let found = hidden.filter(|i| {
        let (low, high) = (reach(*i, OptimizationDirection::Minimize), reach(*i, OptimizationDirection::Maximize));
        (high + 1e-6).floor() <= (low - 1e-6).ceil()
    });
    found.map(|i| &lines[i]).collect()
}

fn documents(brief: &Brief) -> Vec<(String, Vec<u8>)> {
    let templates = Templates::load(None).unwrap();
    let write = |edition| bulletin::files(brief, Kind::Monthly, edition, &Bulletin::default(), &templates).unwrap();
    [write(Edition::Internal), write(Edition::Public)].concat()
}

#[test]
fn nothing_held_back_can_be_found_from_what_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    let home = workspace(dir.path());
    let (regime, calendar) = (Regime::shipped("dalian-hitech").unwrap(), Calendar::shipped());
    let scope = Scope::of(Period::Month(2026, 10));
    let warehouse = home.join("warehouse.duckdb");
    let brief = measures::brief(&warehouse, &regime, &calendar, &BTreeMap::new(), scope, &mut |_| {}).unwrap();
    let decided = Ratings::of(&brief).to_decided();
    let ratings: Vec<String> =
        brief.measures.iter().filter(|m| decided.measures.contains(&m.id)).map(|m| m.name.clone()).collect();

    let careful = Brief { ratings: Some(decided.clone()), ..brief.clone() };
    let all = documents(&careful);
    let mut hidden = 0;
    for measure in &ratings {
        let lines = printed(&all, measure);
        hidden += lines.iter().filter(|line| line.met.is_none()).count();
        assert!(lines.iter().all(|line| line.met.is_none() || line.n >= 10.0), "{lines:?}");
        let found = recovered(&lines);
        assert!(found.is_empty(), "{measure}: {found:#?}");
    }
    assert!(hidden > 50, "there was something to look for: {hidden}");

    // Few answers suppressed and nothing else.
    let mut careless = decided;
    for cell in careless.cells.iter_mut().filter(|cell| cell.shown == Shown::Withheld) {
        cell.shown = Shown::Yes;
    }
    let careless = documents(&Brief { ratings: Some(careless), ..brief.clone() });
    let found: usize = ratings.iter().map(|measure| recovered(&printed(&careless, measure)).len()).sum();
    assert!(found > 0, "the adversary can find something where it is not hidden well");

    // The dashboard holds the same back.
    let site = dir.path().join("site");
    dashboard::write(&[careful], None, &site).unwrap();
    let pages = files(&site);
    let page = String::from_utf8(pages["measures/satisfaction_platform.html"].clone()).unwrap();
    assert!(page.contains("不足10份") && page.contains("不单列"));
}
