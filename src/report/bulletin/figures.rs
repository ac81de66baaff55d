//! The charts that a bulletin's template can name: `series_<measure>`, `unit_<measure>`, `category_<measure>`,
//! `area_<measure>`, `outcome_<measure>` (by category), `load_<measure>`, `funnel_<measure>` (those who answer, without
//! names), `waiting`, `level_ends`.
use std::collections::BTreeMap;

use super::Edition;
use super::tables::outcome_names;
use super::view::{rate_title, subject};
use crate::measures::Brief;
use crate::measures::brief::{Cut, Measure};
use crate::report::chain;
use crate::report::charts::{Bar, Bars, Chart, ChartError, Distribution, Dot, Funnel, Scale, Series, Stacked, Steps};
use crate::report::ratings::Ratings;

/// Width of a chart across the page, in its pixels: its 13 px labels are 9 pt in print.
pub const WIDTH: u32 = 640;
/// With fewer there is nothing to compare chance with.
const FEWEST_DOTS: usize = 5;

/// Caption and chart by name; what names enterprises, in the internal edition only.
pub fn all(
    brief: &Brief,
    ratings: &Ratings<'_>,
    _edition: Edition,
) -> Result<BTreeMap<String, (String, Chart)>, ChartError> {
    plans(brief, ratings)
        .into_iter()
        .map(|(name, plan)| {
            let (caption, chart) = plan.draw()?;
            Ok((name, (caption, chart)))
        })
        .collect()
}

enum Plan {
    Series(String, Series),
    Bars(Bars),
    Stacked(Stacked),
    Distribution(Distribution),
    Steps(Steps),
    Funnel(Funnel),
}

impl Plan {
    fn draw(self) -> Result<(String, Chart), ChartError> {
        match self {
            Plan::Series(caption, series) => Ok((caption, series.draw()?)),
            Plan::Bars(bars) => Ok((bars.title.clone(), bars.horizontal()?)),
            Plan::Stacked(stacked) => Ok((stacked.title.clone(), stacked.draw()?)),
            Plan::Funnel(funnel) => Ok((funnel.title.clone(), funnel.draw()?)),
            Plan::Steps(steps) => Ok((steps.title.clone(), steps.draw()?)),
            Plan::Distribution(distribution) => Ok((distribution.title.clone(), distribution.draw()?)),
        }
    }
}

fn plans(brief: &Brief, ratings: &Ratings<'_>) -> Vec<(String, Plan)> {
    let mut plans = Vec::new();
    plans.extend(waiting(brief, WIDTH).map(|steps| (steps.id.clone(), Plan::Steps(steps))));
    plans.extend(ends(brief, WIDTH).map(|stacked| (stacked.id.clone(), Plan::Stacked(stacked))));
    for measure in &brief.measures {
        if let Some(figures) = brief.series.get(&measure.id).filter(|figures| figures.len() > 1) {
            let shown: Vec<_> = figures.iter().map(|figure| ratings.shown(figure)).collect();
            let series = Series { size: (WIDTH, 270), ..Series::of(measure, &shown) };
            let what = if series.scale == Scale::Percent { rate_title(measure) } else { measure.name.clone() };
            plans.push((series.id.clone(), Plan::Series(format!("{what}逐月变化"), series)));
        }
        if measure.kind == "load" {
            plans.extend(load(brief, measure));
        }
    }
    for cut in &brief.cuts {
        let Some(measure) = brief.measures.iter().find(|m| m.id == cut.measure) else { continue };
        if matches!(cut.by.as_str(), "unit" | "category" | "area")
            && !matches!(measure.kind.as_str(), "tally" | "stay" | "slip")
        {
            plans.push((format!("{}_{}", cut.by, cut.measure), Plan::Bars(bars(brief, ratings, measure, cut))));
        }
        if cut.by == "person" {
            plans.extend(funnel(brief, ratings, measure, cut, WIDTH).map(|f| (f.id.clone(), Plan::Funnel(f))));
        }
        if cut.by == "category" && measure.kind == "deadline" {
            plans.push((format!("outcome_{}", cut.measure), Plan::Stacked(outcomes(brief, measure, cut))));
        }
    }
    plans
}

/// `waiting`: share still waiting; beside it the median of closed cases, and the limit.
pub fn waiting(brief: &Brief, width: u32) -> Option<Steps> {
    let (_, limit) = brief.chain.clock.as_ref()?;
    let curve = chain::curve(brief);
    let last = curve.points.last()?.time;
    let mut marks: Vec<(f64, String)> = Vec::new();
    marks.extend(curve.time(0.5).map(|time| (time, "中位等待（连同在办）".to_owned())));
    marks.extend(chain::closed_median(brief).map(|time| (time, "已办结的中位用时".to_owned())));
    marks.push((*limit, "期限".to_owned()));
    Some(Steps {
        id: "waiting".into(),
        title: format!("{}收到后仍在等待的比例", brief.place.words.phrase("case")),
        points: curve.points.iter().map(|p| (p.time, p.waiting, p.low, p.high)).collect(),
        until: last.min(limit * 4.0).max(limit * 1.5),
        marks,
        unit: chain::unit(brief).to_owned(),
        n: curve.n,
        size: (width, 330),
    })
}

/// `level_ends`: where the stays at each level ended, and who is still there.
pub fn ends(brief: &Brief, width: u32) -> Option<Stacked> {
    let levels = chain::levels(brief);
    let row = |level: &chain::Level| {
        let [up, resolved, returned, withdrawn] = level.ends.map(|n| n as i64);
        (level.name.clone(), vec![up, resolved, returned + withdrawn, level.standing as i64])
    };
    (!levels.is_empty()).then(|| Stacked {
        id: "level_ends".into(),
        title: "各层级停留的去向".into(),
        classes: ["转其他层级", "办结", "退回或撤回", "期末仍在"].map(str::to_owned).to_vec(),
        rows: levels.iter().map(row).collect(),
        unit: "件".into(),
        width,
    })
}

fn bars(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure, cut: &Cut) -> Bars {
    let what = match cut.by.as_str() {
        "category" => "各类别".to_owned(),
        by => format!("各{}", brief.place.words.dimension(by)),
    };
    let bar = |f: &crate::measures::brief::Figure| Bar {
        label: subject(&brief.place.words, &cut.by, f.subject_id.as_deref(), f.subject_name.as_deref()),
        value: ratings.shown(f).share(),
        n: f.n,
    };
    Bars {
        id: format!("{}_{}", cut.by, cut.measure),
        title: format!("{what}{}", rate_title(measure)),
        bars: cut.now.iter().filter(|f| f.n > 0).map(bar).collect(),
        standard: measure.standard.map(|s| s.p0),
        scale: Scale::Percent,
        width: WIDTH,
    }
}

fn outcomes(brief: &Brief, measure: &Measure, cut: &Cut) -> Stacked {
    let [_, met, breached] = outcome_names(&measure.kind);
    let row = |f: &crate::measures::brief::Figure| {
        let counts = vec![f.met.unwrap_or(0), f.breached.unwrap_or(0), f.pending.unwrap_or(0)];
        (subject(&brief.place.words, &cut.by, f.subject_id.as_deref(), f.subject_name.as_deref()), counts)
    };
    Stacked {
        id: format!("outcome_{}", cut.measure),
        title: format!("各类别{}情况", measure.name),
        classes: [met, breached, "未到期"].map(str::to_owned).to_vec(),
        rows: cut.now.iter().map(row).filter(|(_, counts)| counts.iter().sum::<i64>() > 0).collect(),
        unit: "件".into(),
        width: WIDTH,
    }
}

/// `funnel_<measure>`: those with obligations, against the standard; people without their names, ratings of few answers
/// left out.
pub fn funnel(brief: &Brief, ratings: &Ratings<'_>, measure: &Measure, cut: &Cut, width: u32) -> Option<Funnel> {
    let p0 = measure.standard?.p0;
    let people = cut.by == "person";
    let dots = cut.now.iter().filter_map(|figure| {
        let (n, met) = (u32::try_from(figure.n).ok()?, u32::try_from(figure.met?).ok()?);
        let named =
            || subject(&brief.place.words, &cut.by, figure.subject_id.as_deref(), figure.subject_name.as_deref());
        let shown = figure.subject_id.is_some() && n > 0 && ratings.shown(figure).share().is_some();
        shown.then(|| Dot { name: (!people).then(named), n, met })
    });
    let dots: Vec<Dot> = dots.collect();
    let whose = if people {
        format!("各{}", brief.place.main_role)
    } else {
        format!("各{}", brief.place.words.dimension("unit"))
    };
    (dots.len() >= FEWEST_DOTS).then(|| Funnel {
        id: format!("funnel_{}{}", measure.id, if people { "" } else { "_by_unit" }),
        title: format!("{whose}{}与件数", rate_title(measure)),
        dots,
        p0,
        what: if people { format!("名{}", brief.place.main_role) } else { "个单位".to_owned() },
        size: (width, 330),
    })
}

/// How many stewards hold how many: one row of evidence each.
fn load(brief: &Brief, measure: &Measure) -> Option<(String, Plan)> {
    let values: Vec<i64> = brief
        .evidence
        .iter()
        .filter(|row| row.measure == measure.id)
        .filter_map(|row| row.value.map(|value| value.round() as i64))
        .collect();
    if values.is_empty() {
        return None;
    }
    let unit = if measure.unit.is_empty() { "家" } else { &measure.unit };
    let serve = brief.place.words.phrase("serve");
    let id = format!("load_{}", measure.id);
    let distribution = Distribution {
        id: id.clone(),
        title: format!("{}{serve}企业数分布", brief.place.main_role),
        values,
        band: band(&measure.rule),
        axis: format!("每名{}{serve}企业数（{unit}）", brief.place.main_role),
        unit: "名".into(),
        size: (WIDTH, 260),
    };
    Some((id, Plan::Distribution(distribution)))
}

/// The range that a rule names: 5～15家.
pub fn band(rule: &str) -> Option<(i64, i64)> {
    let numbers: Vec<(usize, usize)> = {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for (i, c) in rule.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            match spans.last_mut() {
                Some(span) if span.1 == i => span.1 = i + c.len_utf8(),
                _ => spans.push((i, i + c.len_utf8())),
            }
        }
        spans
    };
    numbers.windows(2).find_map(|pair| {
        let between = rule.get(pair[0].1..pair[1].0)?.trim_matches([' ', '家']);
        let joined = matches!(between, "～" | "~" | "—" | "–" | "-" | "－" | "至" | "到");
        let (low, high) = (rule[pair[0].0..pair[0].1].parse().ok()?, rule[pair[1].0..pair[1].1].parse().ok()?);
        (joined && low <= high).then_some((low, high))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_band_is_what_the_rule_names() {
        assert_eq!(super::band("每名管家包保的企业在5～15家之间。"), Some((5, 15)));
        assert_eq!(super::band("自2023年1月起，包保5家至15家"), Some((5, 15)));
        assert_eq!(super::band("附件2第3条"), None);
    }
}
