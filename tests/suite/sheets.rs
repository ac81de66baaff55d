//! The sheet of a person or unit: all of its own rows, nobody else's name, no single rating.
use guanjia::judgement::chance;
use guanjia::measures::brief::Brief;
use guanjia::report::Templates;
use guanjia::report::document::{Block, Document, text};
use guanjia::report::ratings::Ratings;
use guanjia::report::sheets::{Whose, document, everybody};
use guanjia::report::warn::Office;
use guanjia::workspace::Bulletin;

use crate::sample_brief::brief;

fn sheet(brief: &Brief, whose: Whose<'_>) -> Option<Document> {
    let (settings, templates) = (Bulletin::default(), Templates::load(None).unwrap());
    let office = Office { place: &brief.place, settings: &settings, templates: &templates };
    document(brief, &Ratings::of(brief), whose, &office).unwrap()
}

/// All that is printed.
fn printed(document: &Document) -> String {
    let mut said = document.title.clone();
    for block in &document.blocks {
        match block {
            Block::Heading { runs, .. } | Block::Paragraph(runs) => said += &text(runs),
            Block::Table { table, .. } => {
                said += &table.rows.iter().flatten().map(|cell| cell.show() + "\n").collect::<String>();
            }
            _ => {}
        }
        said.push('\n');
    }
    said
}

#[test]
fn a_sheet_has_its_own_rows_and_nobody_elses_name() {
    let brief = brief();
    let people = everybody(&brief, "person");
    assert!(people.len() > 50);
    for whose in people.iter().step_by(9) {
        let Whose::Person(id) = *whose else { panic!("{whose}") };
        let said = printed(&sheet(&brief, *whose).unwrap());
        for other in brief.people.iter().filter(|p| p.person_id != id) {
            let own = brief.people.iter().find(|p| p.person_id == id).unwrap();
            assert!(own.name.contains(&other.name) || !said.contains(&other.name), "{id}: {}", other.name);
        }
        let mut listed = 0;
        for row in brief.evidence.iter().filter(|row| row.person_id.as_deref() == Some(id)) {
            let key = row.record.split_once('/').unwrap().1;
            if row.record.starts_with("evaluations/") {
                assert!(!said.contains(key), "{id}: {key} is a rating");
            } else if row.outcome.as_deref() == Some("breached") && row.record.starts_with("cases/") {
                assert!(said.contains(key), "{id}: {key} is not listed");
                listed += 1;
            }
        }
        assert!(listed > 0 || !said.contains("逾期1"), "{id}");
    }
}

/// The sentence of each rate says the binomial tail of the figure that the roll-up has.
#[test]
fn every_rate_has_its_sentence() {
    let brief = brief();
    let ratings = Ratings::of(&brief);
    let mut sentences = 0;
    for whose in everybody(&brief, "unit") {
        let Whose::Unit(unit) = whose else { panic!("{whose}") };
        let said = printed(&sheet(&brief, whose).unwrap());
        for cut in brief.cuts.iter().filter(|cut| cut.by == "unit") {
            let measure = brief.measures.iter().find(|m| m.id == cut.measure).unwrap();
            let Some(figure) = cut.now.iter().find(|f| f.subject_id.as_deref() == Some(unit)) else { continue };
            let (Some(standard), Some(_)) = (measure.standard, ratings.shown(figure).share()) else { continue };
            let (n, met) = (figure.n as u32, figure.met.unwrap() as u32);
            if n == 0 {
                continue;
            }
            let better = f64::from(met) >= standard.p0 * f64::from(n);
            let sentence = chance::sentence(&measure.kind, met, n, standard.p0, better);
            assert!(said.contains(&sentence), "{unit} {}: {sentence}\n{said}", measure.id);
            sentences += 1;
        }
    }
    assert!(sentences > 20, "{sentences}");
    assert!(sheet(&brief, Whose::Person("nobody")).is_none());
}
