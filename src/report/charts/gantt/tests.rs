use proptest::prelude::*;

use super::*;

fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::TimeDelta::days(n)
}

fn gantt(rows: Vec<Vec<Mark>>) -> Gantt {
    let row = |(i, marks)| Row {
        label: format!("节点{i}<名称很长很长很长很长很长很长很长>"),
        marks,
        cells: vec!["1/2".into()],
    };
    let rows: Vec<Row> = rows.into_iter().enumerate().map(row).collect();
    Gantt {
        id: "g".into(),
        title: "某项目节点进度".into(),
        left_out: None,
        groups: vec![Group { name: "招商".into(), rows }],
        columns: vec!["完成".into()],
        day: day(300),
        table: vec![],
        width: 640,
        row: 22.0,
        sheet: None,
    }
}

/// A step as the evidence would judge it on day 300.
fn mark(planned: i64, done: Option<i64>) -> Mark {
    let state = match done {
        Some(done) if done <= planned => State::InTime,
        Some(_) => State::Late,
        None if planned <= 300 => State::Overdue,
        None => State::Coming,
    };
    Mark { planned: day(planned), done: done.map(day), state }
}

/// How many signs of a state are drawn, that of the legend left out.
fn signs(svg: &str, state: State) -> usize {
    let elements = |start: &str, has: &str| svg.split('<').filter(|e| e.starts_with(start) && e.contains(has)).count();
    let drawn = match state {
        State::InTime => elements("circle", "#1F4E79"),
        State::Late => elements("polygon", "#B03A2E"),
        State::Coming => elements("polygon", "#262B33"),
        // Two strokes a cross.
        State::Overdue => {
            let thick = |e: &&str| e.contains("stroke=\"#B03A2E\"") && e.contains("stroke-width=\"3\"");
            svg.split('<').filter(thick).count() / 2
        }
        State::Unjudged => 0,
    };
    drawn.saturating_sub(1)
}

proptest! {
    /// Every step is drawn once, by what the evidence says of it, and a late one has its hatched part.
    #[test]
    fn every_step_is_drawn_once(steps in prop::collection::vec((0i64..600, prop::option::of(0i64..300)), 1..40)) {
        let marks: Vec<Mark> = steps.iter().map(|(planned, done)| mark(*planned, *done)).collect();
        let chart = gantt(marks.iter().map(|mark| vec![mark.clone()]).collect()).draw().unwrap();
        for state in [State::InTime, State::Late, State::Overdue, State::Coming] {
            let n = marks.iter().filter(|mark| mark.state == state).count();
            prop_assert_eq!(signs(&chart.svg, state), n, "{:?}", state);
            let told = format!("{}{n}个", state.zh());
            prop_assert!(n == 0 || chart.description.contains(&told));
        }
        let late = marks.iter().filter(|mark| matches!(mark.state, State::Late | State::Overdue)).count();
        let frames = chart.svg.split('<').filter(|e| e.starts_with("polyline") && e.matches(',').count() == 5).count();
        prop_assert_eq!(frames, late);
    }
}

#[test]
fn long_names_are_cut_and_whole_in_their_titles() {
    let chart = gantt(vec![vec![mark(10, None)]]).draw().unwrap();
    assert!(chart.svg.contains("<g><title>节点0&lt;名称很长") && chart.svg.contains("…"), "{}", chart.svg);
    assert!(!chart.svg.contains(CUT_MARK));
}

const CUT_MARK: char = '\u{e000}';

#[test]
fn steps_far_away_are_arrows_and_squeeze_nothing() {
    let marks = vec![vec![mark(250, None)], vec![mark(5_000, None)], vec![mark(-4_000, Some(-3_900))]];
    let gantt = gantt(marks);
    let axis = gantt.window(0.0, 100.0);
    assert!(axis.last - axis.first < chrono::TimeDelta::days(1200), "{} {}", axis.first, axis.last);
    assert!(axis.holds(day(250)) && axis.holds(day(300)));
    assert!(gantt.description().contains("2个节点的计划日期在图外"));
    gantt.draw().unwrap();
}

#[test]
fn nothing_and_much_are_drawn_too() {
    gantt(vec![]).draw().unwrap();
    let chart = gantt(vec![vec![mark(1, None); 30]; 200]).draw().unwrap();
    assert!(chart.height > 4_000);
}
