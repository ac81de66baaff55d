//! Ratings of few answers are not shown, nor what would give them away (背对背).
use std::collections::BTreeSet;

use crate::measures::brief::Figure;

/// Fewest answers that are shown.
pub const MINIMUM_ANSWERS: i64 = 10;

/// Does this figure tell what enterprises answered?
pub fn is_rating(figure: &Figure) -> bool {
    figure.kind == "score"
}

/// Which of these groups must not be shown: those of fewer than [`MINIMUM_ANSWERS`], and the next smallest while
/// the total minus the shown ones would still give one away.
///
/// Groups of no answers hide nothing and need no hiding.
pub fn hidden(groups: &[Figure]) -> BTreeSet<usize> {
    let mut by_size: Vec<usize> = (0..groups.len()).filter(|i| groups[*i].n > 0).collect();
    by_size.sort_by_key(|i| (groups[*i].n, *i));
    let mut hidden = BTreeSet::new();
    if !groups.first().is_some_and(is_rating) {
        return hidden;
    }
    let mut answers = 0;
    for i in by_size {
        let small = groups[i].n < MINIMUM_ANSWERS;
        let recoverable = !hidden.is_empty() && (hidden.len() < 2 || answers < MINIMUM_ANSWERS);
        if small || recoverable {
            hidden.insert(i);
            answers += groups[i].n;
        }
    }
    hidden
}

/// The figure without what its answers said; how many there were stays only when it is none.
pub fn blank(figure: &Figure) -> Figure {
    Figure {
        met: None,
        breached: None,
        rate: None,
        ci_low: None,
        ci_high: None,
        mean: None,
        median: None,
        p90: None,
        max: None,
        ..figure.clone()
    }
}

/// A figure of a whole: blank when it is a rating of few answers.
pub fn whole(figure: &Figure) -> Figure {
    if is_rating(figure) && figure.n < MINIMUM_ANSWERS { blank(figure) } else { figure.clone() }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::period::Period;

    pub fn figure(kind: &str, n: i64, met: i64) -> Figure {
        let period = Period::Month(2026, 10);
        Figure {
            measure: "m".into(),
            kind: kind.into(),
            by: "unit".into(),
            subject_id: Some(format!("s{n}-{met}")),
            subject_name: None,
            period,
            as_of: period.end(),
            n,
            met: Some(met),
            breached: Some(n - met),
            pending: Some(0),
            unmeasurable: Some(0),
            extended: None,
            rate: (n > 0).then(|| met as f64 / n as f64),
            ci_low: None,
            ci_high: None,
            mean: None,
            median: None,
            p90: None,
            max: None,
            denominator: None,
        }
    }

    fn hide(sizes: &[i64]) -> Vec<usize> {
        let groups: Vec<Figure> = sizes.iter().map(|n| figure("score", *n, *n)).collect();
        hidden(&groups).into_iter().collect()
    }

    #[test]
    fn small_groups_and_what_gives_them_away() {
        assert_eq!(hide(&[10, 40, 12]), Vec::<usize>::new());
        assert_eq!(hide(&[9, 40, 12]), [0, 2], "one alone is the total minus the rest");
        assert_eq!(hide(&[2, 3, 40, 12]), [0, 1, 3], "two of together five still tell");
        assert_eq!(hide(&[6, 7, 40, 12]), [0, 1]);
        assert_eq!(hide(&[0, 9, 40]), [1, 2]);
        assert_eq!(hide(&[5]), [0]);
        assert!(hidden(&[figure("deadline", 3, 1)]).is_empty());
    }
}
