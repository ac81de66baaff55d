//! Events of a case: one set, whole or not at all.
use super::*;

const EVENTS: &str = "SELECT concat_ws(' ', case_id, seq, event, \"at\", coalesce(note, ''), source_id, known_from,
    coalesce(known_to::VARCHAR, 'now')) AS x FROM case_events_versions ORDER BY known_from, case_id, \"at\", seq";

#[test]
fn a_cases_events_are_replaced_as_one_set() {
    let place = place();
    let mut warehouse = place.writer();
    let first = "case_id event at
        A1 submitted 2026-10-01T09:00:00
        A1 resolved 2026-10-03T09:00:00
        A2 submitted 2026-10-02T09:00:00
        A2 accepted 2026-10-02T09:00:00";
    assert_eq!(take_one(&mut warehouse, "2026-10-10", "case_events", first), (4, 0, 0));
    assert_eq!(take_one(&mut warehouse, "2026-10-11", "case_events", first), (0, 4, 0));
    let corrected = "case_id event at
        A1 submitted 2026-10-01T09:00:00
        A1 resolved 2026-10-05T09:00:00
        A2 submitted 2026-10-02T09:00:00
        A2 accepted 2026-10-02T09:00:00";
    assert_eq!(take_one(&mut warehouse, "2026-10-12", "case_events", corrected), (2, 2, 0));
    // One event less is another set, and so is one more; the order of equal times counts.
    let fewer = "case_id event at\n A1 submitted 2026-10-01T09:00:00";
    assert_eq!(take_one(&mut warehouse, "2026-10-13", "case_events", fewer), (1, 0, 0));
    let swapped = "case_id event at\n A2 accepted 2026-10-02T09:00:00 \n A2 submitted 2026-10-02T09:00:00";
    assert_eq!(take_one(&mut warehouse, "2026-10-13", "case_events", swapped), (2, 0, 0));
    drop(warehouse);
    assert_eq!(
        asked(&place.path, EVENTS),
        [
            "A1 1 submitted 2026-10-01 09:00:00  1 1 3",
            "A1 1 resolved 2026-10-03 09:00:00  1 1 3",
            "A2 1 submitted 2026-10-02 09:00:00  1 1 5",
            "A2 2 accepted 2026-10-02 09:00:00  1 1 5",
            "A1 1 submitted 2026-10-01 09:00:00  3 3 4",
            "A1 1 resolved 2026-10-05 09:00:00  3 3 4",
            "A1 1 submitted 2026-10-01 09:00:00  4 4 now",
            "A2 1 accepted 2026-10-02 09:00:00  5 5 now",
            "A2 2 submitted 2026-10-02 09:00:00  5 5 now",
        ]
    );
}

#[test]
fn a_late_set_is_born_superseded() {
    let place = place();
    let mut warehouse = place.writer();
    take_one(&mut warehouse, "2026-10-10", "case_events", "case_id event at\n A1 submitted 2026-10-01");
    take_one(&mut warehouse, "2026-10-20", "case_events", "case_id event at\n A1 submitted 2026-10-01");
    let late = "case_id event at\n A1 submitted 2026-10-01 \n A1 resolved 2026-10-05";
    assert_eq!(take_one(&mut warehouse, "2026-10-15", "case_events", late), (2, 0, 0));
    drop(warehouse);
    assert_eq!(
        asked(&place.path, EVENTS),
        [
            "A1 1 submitted 2026-10-01 00:00:00  1 1 now",
            "A1 1 submitted 2026-10-01 00:00:00  3 3 3",
            "A1 1 resolved 2026-10-05 00:00:00  3 3 3"
        ]
    );
}

#[test]
fn long_files_of_one_case_agree_or_conflict() {
    let place = place();
    let mut warehouse = place.writer();
    let one = "case_id event at note
        A1 submitted 2026-10-01 -
        A1 resolved 2026-10-03 好
        A2 submitted 2026-10-01 -";
    let other = "case_id event at note
        A1 submitted 2026-10-01 -
        A1 resolved 2026-10-03 坏
        A2 submitted 2026-10-01 -
        A3 submitted 2026-10-01 -";
    let (sum, conflicts) =
        take(&mut warehouse, "2026-10-10", &[long(&[("case_events", one)]), long(&[("case_events", other)])]);
    assert_eq!((counts(&sum, 0), counts(&sum, 1)), ((1, 0, 2), (1, 1, 2)));
    let places: Vec<_> = conflicts.iter().map(|c| (c.source_id, c.row_no, c.kind.as_str())).collect();
    assert_eq!(places, [(1, 2, "case_events"), (1, 3, "case_events"), (2, 2, "case_events"), (2, 3, "case_events")]);
    assert!(conflicts.iter().all(|c| c.reason.value == "A1"));
    assert!(conflicts[0].reason.remedy.starts_with("1.csv, row 2"), "{}", conflicts[0].reason.remedy);
    drop(warehouse);
    assert_eq!(asked(&place.path, "SELECT case_id, source_id FROM case_events ORDER BY 1"), ["A2 1", "A3 2"]);
}

const CASE: &str = "case_id enterprise_id submitted_at";

#[test]
fn beside_a_long_file_the_wide_row_is_only_remarked() {
    let place = place();
    let mut warehouse = place.writer();
    let cases = format!("{CASE}\n A1 E1 2026-10-01T08:00:00 \n A2 E1 2026-10-01T08:00:00");
    let wide = File {
        kind: "cases",
        tables: &[
            ("cases", &cases),
            (
                "case_events",
                "row case_id event at
                 2 A1 accepted 2026-10-01T09:00:00
                 2 A1 resolved 2026-10-03
                 3 A2 accepted 2026-10-01T09:00:00
                 3 A2 resolved 2026-10-03T10:00:00",
            ),
        ],
    };
    let events = "case_id event at
        A1 accepted 2026-10-01T09:00:00
        A1 resolved 2026-10-03T17:00:00
        A1 answered 2026-10-04T17:00:00
        A2 accepted 2026-10-01T09:00:00
        A2 resolved 2026-10-03T17:00:00";
    let (sum, conflicts) = take(&mut warehouse, "2026-10-10", &[wide, long(&[("case_events", events)])]);
    assert_eq!(conflicts, []);
    assert_eq!((counts(&sum, 0), counts(&sum, 1)), ((2, 0, 0), (5, 0, 0)));
    drop(warehouse);
    assert_eq!(asked(&place.path, "SELECT count(*), min(source_id) FROM case_events"), ["5 2"]);
    assert_eq!(
        asked(&place.path, "SELECT batch_id, case_id, event, \"at\", at_whole_day FROM wide_only"),
        ["1 A2 resolved 2026-10-03 10:00:00 false"]
    );
}

#[test]
fn wide_rows_of_one_case_agree_or_conflict() {
    let place = place();
    let mut warehouse = place.writer();
    let cases = format!(
        "{CASE}\n A1 E1 2026-10-01T08:00:00 \n A2 E1 2026-10-01T08:00:00 \n A1 E1 2026-10-01T08:00:00
         A3 E1 2026-10-01T08:00:00 \n A3 E2 2026-10-01T08:00:00"
    );
    let events = "row case_id event at
        2 A1 accepted 2026-10-01T09:00:00
        3 A2 accepted 2026-10-01T09:00:00
        4 A1 accepted 2026-10-01T09:00:00
        5 A3 accepted 2026-10-01T09:00:00
        6 A3 accepted 2026-10-01T09:00:00";
    let other = format!("{CASE}\n A2 E1 2026-10-01T08:00:00");
    let files = [
        File { kind: "cases", tables: &[("cases", &cases), ("case_events", events)] },
        File {
            kind: "cases",
            tables: &[("cases", &other), ("case_events", "case_id event at\n A2 accepted 2026-10-01T09:00:01")],
        },
    ];
    let (sum, conflicts) = take(&mut warehouse, "2026-10-10", &files);
    let places: Vec<_> = conflicts.iter().map(|c| (c.source_id, c.row_no, c.kind.as_str())).collect();
    assert_eq!(places, [(1, 3, "cases"), (2, 2, "cases"), (1, 5, "cases"), (1, 6, "cases")]);
    assert_eq!((counts(&sum, 0), counts(&sum, 1)), ((1, 1, 3), (0, 0, 1)));
    drop(warehouse);
    assert_eq!(asked(&place.path, "SELECT case_id, row_no FROM cases"), ["A1 2"]);
    assert_eq!(asked(&place.path, "SELECT case_id, row_no, event FROM case_events"), ["A1 2 accepted"]);
}

#[test]
fn a_wide_row_replaces_its_cases_set_and_counts_when_only_events_changed() {
    let place = place();
    let mut warehouse = place.writer();
    let cases = format!("{CASE}\n A1 E1 2026-10-01T08:00:00 \n A2 E1 2026-10-01T08:00:00 \n A3 E1 2026-10-01T08:00:00");
    let wide = |events: &str, day: &str, warehouse: &mut Warehouse| {
        let file = File { kind: "cases", tables: &[("cases", &cases), ("case_events", events)] };
        counts(&take(warehouse, day, &[file]).0, 0)
    };
    let first =
        "row case_id event at\n 2 A1 accepted 2026-10-01 \n 3 A2 accepted 2026-10-01 \n 4 A3 accepted 2026-10-01";
    assert_eq!(wide(first, "2026-10-10", &mut warehouse), (3, 0, 0));
    assert_eq!(wide(first, "2026-10-11", &mut warehouse), (0, 3, 0));
    // A1 is settled, A2 lost its time: both rows brought something new.
    let next =
        "row case_id event at\n 2 A1 accepted 2026-10-01 \n 2 A1 resolved 2026-10-02 \n 4 A3 accepted 2026-10-01";
    assert_eq!(wide(next, "2026-10-12", &mut warehouse), (2, 1, 0));
    // A file of cases without any time column says nothing of events.
    assert_eq!(take_one(&mut warehouse, "2026-10-13", "cases", &cases), (0, 3, 0));
    drop(warehouse);
    assert_eq!(
        asked(&place.path, "SELECT case_id, event FROM case_events ORDER BY ALL"),
        ["A1 accepted", "A1 resolved", "A3 accepted"]
    );
}

#[test]
fn a_new_month_ends_only_the_sets_that_it_changes() {
    let place = place();
    let mut warehouse = place.writer();
    let year = "case_id seq event at
        A1 1 submitted 2026-09-01T09:00:00
        A2 1 submitted 2026-09-02T09:00:00
        A3 1 submitted 2026-09-03T09:00:00
        A4 1 submitted 2026-09-04T09:00:00";
    take_one(&mut warehouse, "2026-10-01", "case_events", year);
    // Of the cases known one is as it was, one goes on; another is new, and the others are not spoken of.
    let month = "case_id seq event at
        A2 1 submitted 2026-09-02T09:00:00
        A3 1 submitted 2026-09-03T09:00:00
        A3 2 resolved 2026-10-05T09:00:00
        A5 1 submitted 2026-10-06T09:00:00";
    assert_eq!(take_one(&mut warehouse, "2026-11-01", "case_events", month), (3, 1, 0));
    // All of it is in the file, and no log beside it, while the writer has it open still.
    assert!(!place.path.with_extension("duckdb.wal").exists());
    drop(warehouse);
    let known = "SELECT concat_ws(' ', case_id, seq, exported_on, known_from, coalesce(known_to::VARCHAR, 'now')) AS x
        FROM case_events_versions ORDER BY case_id, known_from, seq";
    assert_eq!(
        asked(&place.path, known),
        [
            "A1 1 2026-10-01 1 now",
            "A2 1 2026-11-01 1 now",
            "A3 1 2026-10-01 1 2",
            "A3 1 2026-11-01 2 now",
            "A3 2 2026-11-01 2 now",
            "A4 1 2026-10-01 1 now",
            "A5 1 2026-11-01 2 now",
        ]
    );
}

#[test]
fn several_events_of_one_row_count_once() {
    let place = place();
    let mut warehouse = place.writer();
    let first = "row case_id seq event at
        2 A1 1 submitted 2026-10-01
        2 A1 2 resolved 2026-10-02
        3 A2 1 submitted 2026-10-01";
    let mut take = |day: &str, text: &str, of: u64| {
        let mut batch = warehouse.begin(super::day(day), noon()).unwrap();
        let source = Source { path: "a.csv".into(), kind: Some("case_events".into()), ..Source::default() };
        let id = batch.open_source(source).unwrap();
        batch.stage(id, "case_events", &rows("case_events", text)).unwrap();
        batch.close_source(id, of, Skipped::default()).unwrap();
        counts(&batch.commit().unwrap(), 0)
    };
    assert_eq!(take("2026-10-10", first, 2), (2, 0, 0));
    assert_eq!(
        take("2026-10-11", &first.replace("3 A2 1 submitted 2026-10-01", "3 A2 1 submitted 2026-10-03"), 2),
        (1, 1, 0)
    );
}
