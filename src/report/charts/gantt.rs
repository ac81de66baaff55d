//! Wall charts (挂图作战): steps on a time axis, planned day against done day, the late part hatched.
//!
//! A step has a sign for what became of it, so that nothing rests on colour: a dot (done in time), a triangle (done
//! late), a cross (overdue), a diamond (to come), a small square (not judged). A row holds one step or all of a project.
use chrono::{Datelike, Months, NaiveDate};

use super::canvas::{ALERT, Anchor, Canvas, FAINT, INK, MAIN, PALE, PAPER, RULE, SMALL, TEXT};
use super::{Chart, ChartError};
use crate::measures::steps::State;
use crate::report::format::{self, ems};

mod axis;

use axis::Axis;

/// Least room between two names of the axis, in pixels.
const APART: f64 = 36.0;
/// Half of a bar, and of a sign.
const BAR: f64 = 5.0;
const SIGN: f64 = 5.5;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub planned: NaiveDate,
    pub done: Option<NaiveDate>,
    pub state: State,
}

/// One line: a step, or a project with its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: String,
    pub marks: Vec<Mark>,
    /// Beside the line, under [`Gantt::columns`].
    pub cells: Vec<String>,
}

/// Lines under a heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub struct Gantt {
    pub id: String,
    pub title: String,
    /// Follows the counts in the description: what is left out, and how many.
    pub left_out: Option<String>,
    pub groups: Vec<Group>,
    /// Heads of the cells beside the lines.
    pub columns: Vec<String>,
    /// The as-of day.
    pub day: NaiveDate,
    /// The data, header first.
    pub table: Vec<Vec<String>>,
    pub width: u32,
    /// Height of a line in pixels.
    pub row: f64,
    /// Of the whole picture, for a sheet of paper: title above, words below.
    pub sheet: Option<Sheet>,
}

/// A picture that hangs alone, with its title in it.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub height: u32,
    /// Below the lines: source, as-of.
    pub foot: String,
}

/// Where the parts of the picture are.
struct Plan {
    axis: Axis,
    /// Room for labels.
    label: f64,
    /// Right edges of the cells beside.
    cells: Vec<f64>,
    /// Where lines begin.
    top: f64,
    bottom: f64,
    legend: f64,
}

impl Gantt {
    pub fn draw(&self) -> Result<Chart, ChartError> {
        let plan = self.plan();
        let height = match &self.sheet {
            Some(sheet) => sheet.height.max(plan.bottom as u32 + 48),
            None => plan.bottom as u32 + 26,
        };
        let description = self.description();
        let svg = Canvas::draw(&self.id, &self.title, &description, (self.width, height), |canvas| {
            self.paint(canvas, &plan, f64::from(height))
        })?;
        Ok(Chart {
            id: self.id.clone(),
            title: self.title.clone(),
            description,
            svg,
            width: self.width,
            height,
            table: self.table.clone(),
        })
    }

    /// Below it in a document: its title, and what is left out.
    pub fn caption(&self) -> String {
        match &self.left_out {
            Some(left_out) => format!("{}（{}）", self.title, left_out.trim_end_matches('。')),
            None => self.title.clone(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.rows().flat_map(|row| &row.marks)
    }

    /// What it says, in a sentence or two.
    pub fn description(&self) -> String {
        let counts = State::ALL.into_iter().filter_map(|state| {
            let n = self.marks().filter(|mark| mark.state == state).count();
            (n > 0).then(|| format!("{}{n}个", state.zh()))
        });
        let counts: Vec<String> = counts.collect();
        let mut text = format!("{}，截至{}，节点{}个", self.title, format::date(self.day), self.marks().count());
        if !counts.is_empty() {
            text += &format!("：{}", counts.join("，"));
        }
        text += "。";
        let axis = self.window(0.0, 1.0);
        let far = self.marks().filter(|mark| !axis.holds(mark.planned)).count();
        if far > 0 {
            text += &format!("{far}个节点的计划日期在图外，以箭头表示。");
        }
        text + self.left_out.as_deref().unwrap_or_default()
    }

    fn plan(&self) -> Plan {
        let width = f64::from(self.width);
        let longest = self.rows().map(|row| ems(&row.label)).fold(4.0, f64::max) * TEXT + 8.0;
        // The more stands beside the lines, the less is left for their names.
        let share = if self.sheet.is_some() { 0.28 } else { 0.42 - 0.035 * self.columns.len() as f64 };
        let label = longest.min(width * share);
        let mut right = width - 10.0;
        let mut cells = Vec::new();
        for (i, head) in self.columns.iter().enumerate().rev() {
            let widest = self.rows().filter_map(|row| row.cells.get(i)).map(|cell| ems(cell)).fold(ems(head), f64::max);
            cells.push(right);
            right -= widest * SMALL + 12.0;
        }
        cells.reverse();
        let head = if self.sheet.is_some() { 58.0 } else { 8.0 };
        let legend = head + 8.0;
        let lines = self.legend_lines();
        let top = legend + lines as f64 * 20.0 + 44.0;
        let count: usize = self.groups.iter().map(|group| group.rows.len() + usize::from(!group.name.is_empty())).sum();
        let bottom = top + count.max(1) as f64 * self.row;
        let left = 10.0 + label + 10.0;
        Plan { axis: self.window(left, right - 10.0), label, cells, top, bottom, legend }
    }

    fn paint(&self, canvas: &Canvas, plan: &Plan, height: f64) -> Result<(), ChartError> {
        if let Some(sheet) = &self.sheet {
            let middle = f64::from(self.width) / 2.0;
            canvas.cut(&self.title, (middle, 34.0), Anchor::Middle, (f64::from(self.width) - 40.0, 30.0), INK)?;
            canvas.text(&sheet.foot, (10.0, height - 16.0), Anchor::Start, SMALL, FAINT)?;
        }
        self.legend(canvas, plan)?;
        for (edge, head) in plan.cells.iter().zip(&self.columns) {
            canvas.text(head, (*edge, plan.top - 14.0), Anchor::End, SMALL, FAINT)?;
        }
        let mut at = plan.top;
        for group in &self.groups {
            if !group.name.is_empty() {
                let (right, middle) = (f64::from(self.width) - 6.0, at + self.row / 2.0);
                canvas.rect((6.0, at + 1.0), (right, at + self.row - 1.0), PALE)?;
                canvas.cut(&group.name, (10.0, middle), Anchor::Start, (right - 20.0, TEXT), MAIN)?;
                at += self.row;
            }
            at += group.rows.len() as f64 * self.row;
        }
        // Months before the lines, so that signs lie upon them.
        self.months(canvas, plan)?;
        let mut at = plan.top;
        for group in &self.groups {
            at += if group.name.is_empty() { 0.0 } else { self.row };
            for row in &group.rows {
                self.line(canvas, plan, row, at + self.row / 2.0)?;
                at += self.row;
            }
        }
        self.today(canvas, plan)
    }

    fn line(&self, canvas: &Canvas, plan: &Plan, row: &Row, middle: f64) -> Result<(), ChartError> {
        let below = middle + self.row / 2.0;
        canvas.line((6.0, below), (f64::from(self.width) - 6.0, below), RULE, 1)?;
        canvas.cut(&row.label, (10.0, middle), Anchor::Start, (plan.label, TEXT), INK)?;
        for (edge, cell) in plan.cells.iter().zip(&row.cells) {
            canvas.text(cell, (*edge, middle), Anchor::End, SMALL, INK)?;
        }
        // What matters most lies on top.
        let mut marks: Vec<&Mark> = row.marks.iter().collect();
        marks.sort_by_key(|mark| (std::cmp::Reverse(mark.state), mark.planned));
        marks.iter().try_for_each(|mark| self.bar(canvas, &plan.axis, mark, middle))?;
        marks.iter().try_for_each(|mark| sign(canvas, &plan.axis, mark, middle))
    }

    /// From the planned day until it was done, or today.
    fn bar(&self, canvas: &Canvas, axis: &Axis, mark: &Mark, middle: f64) -> Result<(), ChartError> {
        let until = match mark.state {
            State::Late => mark.done.unwrap_or(self.day),
            State::Overdue => self.day,
            State::InTime => return self.early(canvas, axis, mark, middle),
            _ => return Ok(()),
        };
        if until < axis.first || mark.planned > axis.last {
            return Ok(());
        }
        let (from, to) = (axis.x(axis.within(mark.planned)), axis.x(axis.within(until)));
        canvas.hatch((from, middle - BAR), (to.max(from + 3.0), middle + BAR), ALERT)
    }

    /// Done before its day: a thin line on to the day planned.
    fn early(&self, canvas: &Canvas, axis: &Axis, mark: &Mark, middle: f64) -> Result<(), ChartError> {
        let Some(done) = mark.done.filter(|done| axis.holds(*done) && axis.holds(mark.planned)) else { return Ok(()) };
        let (from, to) = (axis.x(done), axis.x(mark.planned));
        if to - from < SIGN {
            return Ok(());
        }
        canvas.line((from, middle), (to, middle), MAIN, 1)?;
        canvas.line((to, middle - BAR), (to, middle + BAR), MAIN, 1)
    }

    /// Names of months or years above, lines through all rows.
    fn months(&self, canvas: &Canvas, plan: &Plan) -> Result<(), ChartError> {
        let axis = &plan.axis;
        let months = |a: NaiveDate, b: NaiveDate| (b.year() - a.year()) * 12 + b.month0() as i32 - a.month0() as i32;
        let all = months(axis.first, axis.last).max(1);
        let each = (axis.right - axis.left) / f64::from(all);
        let step = [1, 2, 3, 6, 12].into_iter().find(|step| each * f64::from(*step) >= APART).unwrap_or(12);
        let mut day = axis.first;
        let mut year_at = f64::MIN;
        while day <= axis.last {
            if day.month0() as i32 % step == 0 {
                let x = axis.x(day);
                let january = day.month() == 1;
                canvas.line((x, plan.top - 4.0), (x, plan.bottom), RULE, if january { 2 } else { 1 })?;
                // Its name in the middle of the month, where months are wide enough to be told apart.
                if step == 1 && day < axis.last {
                    let name = format!("{}月", day.month());
                    canvas.text(&name, (x + each / 2.0, plan.top - 14.0), Anchor::Middle, SMALL, FAINT)?;
                } else if step > 1 && step < 12 && x < axis.right - 10.0 {
                    canvas.text(
                        &format!("{}月", day.month()),
                        (x + 3.0, plan.top - 14.0),
                        Anchor::Start,
                        SMALL,
                        FAINT,
                    )?;
                }
            }
            if (day == axis.first || day.month() == 1) && day < axis.last {
                let (x, name) = (axis.x(day), format!("{}年", day.year()));
                let wide = ems(&name) * SMALL;
                if x - year_at > wide + 4.0 && x + wide < f64::from(self.width) {
                    canvas.text(&name, (x + 2.0, plan.top - 31.0), Anchor::Start, SMALL, FAINT)?;
                    year_at = x;
                }
            }
            day = day + Months::new(1);
        }
        canvas.line((6.0, plan.top), (f64::from(self.width) - 6.0, plan.top), FAINT, 1)
    }

    fn today(&self, canvas: &Canvas, plan: &Plan) -> Result<(), ChartError> {
        let name = format!("截至{}月{}日", self.day.month(), self.day.day());
        if !plan.axis.holds(self.day) {
            return Ok(());
        }
        let x = plan.axis.x(self.day);
        canvas.dashes((x, plan.top), (x, plan.bottom + 4.0), INK)?;
        let half = ems(&name) * SMALL / 2.0;
        let at = x.clamp(half + 4.0, f64::from(self.width) - half - 4.0);
        canvas.text(&name, (at, plan.bottom + 14.0), Anchor::Middle, SMALL, INK)
    }

    /// The states that there are, with their signs.
    fn told(&self) -> Vec<State> {
        State::ALL.into_iter().filter(|state| self.marks().any(|mark| mark.state == *state)).collect()
    }

    fn legend_lines(&self) -> usize {
        let mut lines = 1;
        let mut at = 10.0;
        for state in self.told() {
            let room = 30.0 + ems(state.zh()) * SMALL;
            if at + room > f64::from(self.width) {
                (lines, at) = (lines + 1, 10.0);
            }
            at += room;
        }
        lines
    }

    fn legend(&self, canvas: &Canvas, plan: &Plan) -> Result<(), ChartError> {
        let (mut x, mut y) = (10.0, plan.legend);
        for state in self.told() {
            let room = 30.0 + ems(state.zh()) * SMALL;
            if x + room > f64::from(self.width) {
                (x, y) = (10.0, y + 20.0);
            }
            shape(canvas, state, (x + 6.0, y))?;
            canvas.text(state.zh(), (x + 16.0, y), Anchor::Start, SMALL, INK)?;
            x += room;
        }
        Ok(())
    }
}

/// The sign of a step where it was done, else where it was planned; an arrow at the edge for one beyond it.
fn sign(canvas: &Canvas, axis: &Axis, mark: &Mark, middle: f64) -> Result<(), ChartError> {
    let day = match mark.state {
        State::Overdue | State::Coming => mark.planned,
        _ => mark.done.unwrap_or(mark.planned),
    };
    if axis.holds(day) {
        return shape(canvas, mark.state, (axis.x(day), middle));
    }
    let (x, to) = if day < axis.first { (axis.left - 8.0, -1.0) } else { (axis.right + 8.0, 1.0) };
    let tip = [(x + to * SIGN, middle), (x - to * SIGN, middle - SIGN), (x - to * SIGN, middle + SIGN)];
    canvas.polygon(&tip, color(mark.state))
}

fn color(state: State) -> plotters::style::RGBColor {
    match state {
        State::InTime => MAIN,
        State::Late | State::Overdue => ALERT,
        State::Coming => INK,
        State::Unjudged => FAINT,
    }
}

fn shape(canvas: &Canvas, state: State, (x, y): (f64, f64)) -> Result<(), ChartError> {
    let color = color(state);
    match state {
        State::InTime => canvas.dot((x, y), SIGN as u32, color),
        State::Late => {
            canvas.polygon(&[(x, y - SIGN - 1.0), (x - SIGN - 1.0, y + SIGN), (x + SIGN + 1.0, y + SIGN)], color)
        }
        State::Overdue => {
            canvas.rect((x - SIGN, y - SIGN), (x + SIGN, y + SIGN), PAPER)?;
            canvas.line((x - SIGN, y - SIGN), (x + SIGN, y + SIGN), color, 3)?;
            canvas.line((x - SIGN, y + SIGN), (x + SIGN, y - SIGN), color, 3)
        }
        State::Coming => {
            let (outer, inner) = (SIGN + 1.0, SIGN - 1.5);
            canvas.polygon(&[(x, y - outer), (x + outer, y), (x, y + outer), (x - outer, y)], color)?;
            canvas.polygon(&[(x, y - inner), (x + inner, y), (x, y + inner), (x - inner, y)], PAPER)
        }
        State::Unjudged => canvas.rect((x - 3.0, y - 3.0), (x + 3.0, y + 3.0), color),
    }
}

#[cfg(test)]
mod tests;
