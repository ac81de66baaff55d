//! Which days a wall chart shows, and where they lie.
use chrono::{Datelike, Months, NaiveDate};

use super::Gantt;
use crate::measures::steps::State;

/// Months beside each other, at most; what lies further off is an arrow at the edge.
const WINDOW: u32 = 36;

/// Days to pixels.
pub struct Axis {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub left: f64,
    pub right: f64,
}

impl Axis {
    pub fn x(&self, day: NaiveDate) -> f64 {
        let days = (self.last - self.first).num_days().max(1) as f64;
        self.left + (day - self.first).num_days() as f64 / days * (self.right - self.left)
    }

    pub fn holds(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The nearest day that it holds.
    pub fn within(&self, day: NaiveDate) -> NaiveDate {
        day.clamp(self.first, self.last)
    }
}

impl Gantt {
    /// The days shown: all, or where they are too many months apart those around most steps.
    pub(super) fn window(&self, left: f64, right: f64) -> Axis {
        let mut days: Vec<NaiveDate> =
            self.marks().flat_map(|mark| [Some(mark.planned), mark.done]).flatten().collect();
        let open = self.marks().any(|mark| matches!(mark.state, State::Overdue | State::Coming));
        days.sort_unstable();
        let (first, last) = (days.first().copied().unwrap_or(self.day), days.last().copied().unwrap_or(self.day));
        let near = |from: NaiveDate, to: NaiveDate| from + Months::new(WINDOW) >= to;
        let (mut from, mut to) = (first.min(self.day), last.max(self.day));
        if !near(from, to) {
            // The finished past of a project needs no today.
            (from, to) = if near(first, last) && !open { (first, last) } else { self.densest(&days, open) };
        }
        // Whole months, with room for a sign on either side.
        let from = (from - chrono::Days::new(6)).with_day(1).unwrap_or(from);
        let to = (to + chrono::Days::new(6)).with_day(1).map_or(to, |day| day + Months::new(1));
        Axis { first: from, last: to, left, right }
    }

    /// The window that holds most days; with today in it where anything is open.
    fn densest(&self, days: &[NaiveDate], open: bool) -> (NaiveDate, NaiveDate) {
        let mut best = (0, self.day - Months::new(WINDOW / 2), self.day + Months::new(WINDOW / 2));
        for from in days.iter().copied().chain([self.day, self.day - Months::new(WINDOW - 6)]) {
            let to = from + Months::new(WINDOW);
            if open && !(from <= self.day && self.day <= to) {
                continue;
            }
            let held = days.partition_point(|day| *day <= to) - days.partition_point(|day| *day < from);
            if held >= best.0 {
                best = (held, from, to);
            }
        }
        let inside = |day: &&NaiveDate| best.1 <= **day && **day <= best.2;
        let ends = || days.iter().filter(inside).copied();
        let (first, last) = (ends().min().unwrap_or(best.1), ends().max().unwrap_or(best.2));
        if open { (first.min(self.day), last.max(self.day)) } else { (first, last) }
    }
}
