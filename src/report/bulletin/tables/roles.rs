//! `roles`: whether every role is filled, by tier.
use crate::measures::Brief;
use crate::measures::brief::{Cut, Figure};
use crate::report::bulletin::view::subject;
use crate::report::document::{Cell, Table, figures, words};
use crate::report::format;

/// A row for each coverage, a column for each tier; none where the place has no coverage.
pub fn table(brief: &Brief) -> Option<Table> {
    let pairs = brief.measures.iter().zip(&brief.district);
    let covers: Vec<_> = pairs.filter(|(measure, change)| measure.kind == "coverage" && change.now.n > 0).collect();
    let cut = |measure: &str| brief.cuts.iter().find(|cut| cut.measure == measure && cut.by == "tier");
    let cuts: Vec<Option<&Cut>> = covers.iter().map(|(measure, _)| cut(&measure.id)).collect();
    let mut tiers: Vec<Option<&str>> =
        cuts.iter().flatten().flat_map(|cut| cut.now.iter().map(|f| f.subject_id.as_deref())).collect();
    tiers.sort_by_key(|tier| (tier.is_none(), *tier));
    tiers.dedup();
    // One tier is the whole.
    if tiers.iter().flatten().count() == 0 {
        tiers.clear();
    }
    let rows = covers.iter().zip(&cuts).map(|((measure, change), cut)| {
        let mut row = vec![Cell::text(&measure.name)];
        for tier in &tiers {
            let figure = cut.and_then(|cut| cut.now.iter().find(|f| f.subject_id.as_deref() == *tier));
            row.push(figure.map_or(Cell::Absent, share));
        }
        row.push(share(&change.now));
        row.push(Cell::count(change.now.breached));
        row
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let mut columns = vec![words("责任人（事项）")];
    columns.extend(tiers.iter().map(|tier| {
        figures(match tier {
            Some(tier) => brief.place.words.shown("tier", tier).to_owned(),
            None => subject(&brief.place.words, "tier", None, None),
        })
    }));
    columns.extend(["合计", "不符合（家）"].map(figures));
    (!rows.is_empty()).then(|| Table {
        name: "roles".into(),
        caption: "责任人到位情况".into(),
        columns,
        rows,
        note: Some("比率后为符合数/应有数。".into()),
    })
}

fn share(figure: &Figure) -> Cell {
    match (figure.share(), figure.met) {
        (Some(rate), Some(met)) => Cell::text(format!("{} {met}/{}", format::rate(Some(rate)), figure.n)),
        _ => Cell::Absent,
    }
}
