//! What enterprises say: platform and other evaluations beside the drawn sample, each with its interval, never added up; and how
//! the sample was drawn and called.
use serde::Serialize;

use super::book::Book;
use super::figures::{ChangeView, FigureView, changes};
use crate::report::{format, phone};
use crate::sampling::results::Visits;

#[derive(Serialize)]
pub struct Phone {
    /// Whoever chose to answer.
    chosen: Vec<Line>,
    /// A drawn sample.
    drawn: Vec<Line>,
    visits: Vec<Sample>,
}

#[derive(Serialize)]
struct Line {
    figure: FigureView,
    changes: Vec<ChangeView>,
    rule: String,
    href: String,
}

#[derive(Serialize)]
struct Sample {
    plan: String,
    facts: Vec<(&'static str, String)>,
    /// Code, name, how many, share.
    outcomes: Vec<(String, String, u32, String)>,
    bounds: Option<(String, String)>,
}

pub fn view(book: &Book) -> Phone {
    let lines = |topic: &str| -> Vec<Line> {
        let pairs = book.brief.measures.iter().zip(&book.brief.district);
        let of_topic = pairs.filter(|(measure, _)| measure.topic == topic);
        of_topic
            .map(|(measure, change)| Line {
                figure: FigureView::of(book, measure, &change.now),
                changes: changes(book, measure, change),
                rule: measure.rule.clone(),
                href: book.measure_page(&measure.id),
            })
            .collect()
    };
    Phone {
        chosen: lines("satisfaction"),
        drawn: lines("phone"),
        visits: book.brief.visits.iter().map(sample).collect(),
    }
}

fn sample(visits: &Visits) -> Sample {
    let share = |n: u32| format::rate((visits.sample > 0).then(|| f64::from(n) / f64::from(visits.sample)));
    let outcome = |(code, name, n): &(String, String, u32)| (code.clone(), name.clone(), *n, share(*n));
    Sample {
        plan: visits.plan.clone(),
        facts: phone::facts(visits),
        outcomes: visits.dispositions.iter().map(outcome).collect(),
        bounds: visits.bounds.map(|bounds| (format::rate(Some(bounds.low)), format::rate(Some(bounds.high)))),
    }
}
