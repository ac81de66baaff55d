//! The list of evaluators: who calls, with what each declared, and whom each may therefore not call.
use std::path::Path;

use crate::commands::Refused;
use crate::ingest::list::{self, Column};
use crate::sampling::acts::Assigned;
use crate::sampling::assign::{Barred, Evaluator};
use crate::sampling::frame::{Frame, Unit};
use crate::sampling::ids;
use crate::sampling::pseudonym::Key;

/// Columns of the list of evaluators.
const COLUMNS: [Column; 8] = [
    ("id", &["id", "编号", "评价员编号", "人员编号", "工号"], true),
    ("name", &["name", "姓名", "评价员"], true),
    ("unit", &["unit", "单位", "所在单位"], false),
    ("area", &["area", "街道", "所在街道", "片区"], false),
    ("avoid_units", &["avoid_units", "回避单位"], false),
    ("avoid_areas", &["avoid_areas", "回避街道", "回避片区"], false),
    ("avoid_stewards", &["avoid_stewards", "回避管家"], false),
    ("avoid_enterprises", &["avoid_enterprises", "回避企业"], false),
];

/// The list with the pairs of the frame that may not meet, as far as `counts` asks for an enterprise.
pub fn assigned(
    frame: &Frame,
    path: &Path,
    key: &Key,
    quiet: bool,
    counts: impl Fn(&Unit) -> bool,
) -> anyhow::Result<Assigned> {
    let evaluators = evaluators(path)?;
    let mut barred = Vec::new();
    for unit in frame.units.iter().filter(|unit| counts(unit)) {
        for evaluator in &evaluators {
            if let Some(why) = evaluator.barred_from(unit) {
                let evaluator = key.evaluator(&evaluator.id);
                barred.push(Barred { pseudonym: unit.pseudonym.clone(), evaluator, why });
            }
        }
    }
    barred.sort();
    if !quiet {
        unknown_interests(frame, &evaluators).iter().for_each(|line| eprintln!("warning: {line}"));
    }
    let evaluators = evaluators.into_iter().map(|evaluator| (key.evaluator(&evaluator.id), evaluator)).collect();
    Ok(Assigned { evaluators, barred })
}

/// The list of evaluators, checked.
fn evaluators(path: &Path) -> anyhow::Result<Vec<Evaluator>> {
    let lines = list::read(path, &COLUMNS).map_err(|error| Refused(error.to_string()))?;
    let rows: Vec<(String, String)> =
        lines.iter().map(|(no, cells)| (cells[0].clone(), format!("{}, row {no}", cells[1]))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(id, told)| (id.as_str(), told.as_str())).collect();
    let ids = ids::checked("evaluators", &rows).map_err(|error| Refused(format!("{}: {error}", path.display())))?;
    if lines.is_empty() {
        return Err(Refused(format!("{} has a header and no evaluator under it", path.display())).into());
    }
    if let Some((no, cells)) = lines.iter().find(|(_, cells)| cells[1].is_empty()) {
        return Err(Refused(format!("{}, row {no}: {} has no name (姓名)", path.display(), cells[0])).into());
    }
    let several = |cell: &str| {
        let parts = cell.split(['、', ',', '，', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let one = |cell: &String| (!cell.is_empty()).then(|| cell.clone());
    let evaluator = |(id, (_, cells)): (String, &list::Line)| Evaluator {
        id,
        name: cells[1].clone(),
        unit: one(&cells[2]),
        area: one(&cells[3]),
        units: several(&cells[4]),
        areas: several(&cells[5]),
        stewards: several(&cells[6]),
        enterprises: several(&cells[7]),
    };
    Ok(ids.into_iter().zip(&lines).map(evaluator).collect())
}

/// Declared interests that fit nothing in the frame: a slip of the pen would bar nobody.
fn unknown_interests(frame: &Frame, evaluators: &[Evaluator]) -> Vec<String> {
    let Frame { units, excluded, .. } = frame;
    let known = |what: &str, text: &str| {
        let is = |own: Option<&str>| own.is_some_and(|own| ids::normal(own) == ids::normal(text));
        units.iter().any(|unit| match what {
            "unit" => is(unit.unit.as_deref()),
            "area" => is(unit.area.as_deref()),
            "steward" => is(Some(&unit.steward_id)) || is(unit.steward.as_deref()),
            _ => is(Some(&unit.enterprise_id)) || is(Some(&unit.name)),
        }) || excluded.iter().any(|out| is(Some(&out.enterprise_id)) || is(Some(&out.name)))
    };
    let mut lines = Vec::new();
    for Evaluator { id, name, units, areas, stewards, enterprises, .. } in evaluators {
        let declared = [("unit", units), ("area", areas), ("steward", stewards), ("enterprise", enterprises)];
        for (what, texts) in declared {
            for text in texts.iter().filter(|text| !known(what, text)) {
                lines.push(format!(
                    "{id} {name} declared the {what} “{text}”, which is nowhere in the frame; is it written right?"
                ));
            }
        }
    }
    lines
}
