//! The facts that others got wrong, and the promises of an import.
use super::*;

/// Every day 2018–2026 as five independent sources have it.
const EVERY_DAY: &str = include_str!("../../tests/data/cn_workdays.csv");

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// The shipped calendar without its last year.
fn until_2025() -> Calendar {
    let shipped = Calendar::shipped().shipped.into_iter().filter(|n| n.year < 2026).collect();
    Calendar::of(shipped, Vec::new(), BTreeSet::new())
}

fn year_2026_csv() -> String {
    let rows = EVERY_DAY.lines().filter(|line| line.starts_with("2026"));
    format!("date,is_workday,holiday_name\n{}\n", rows.collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_day_is_as_the_sources_have_it() {
    let calendar = Calendar::shipped();
    let mut days = calendar.days();
    for line in EVERY_DAY.lines().skip(1) {
        let [date, worked, name]: [&str; 3] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let day = days.next().expect(line);
        assert_eq!((day.date, day.is_workday), (d(date), worked == "1"), "{line}");
        assert_eq!(day.holiday.unwrap_or_default(), name, "{line}");
        assert!(!day.provisional);
    }
    assert_eq!(days.next(), None);
}

#[test]
fn facts_that_others_got_wrong() {
    let calendar = Calendar::shipped();
    for (day, worked) in [
        ("2020-01-31", false),
        ("2020-02-01", false), // first a make-up day, then part of the longer festival
        ("2020-02-02", false),
        ("2020-02-03", true),
        ("2018-12-29", true), // set by the notice of 2019
        ("2018-12-31", false),
        ("2022-12-31", false),
        ("2019-05-02", false), // amended in March of that year
        ("2019-04-28", true),
        ("2026-12-31", true),
    ] {
        assert_eq!(calendar.is_workday(d(day)), Some(worked), "{day}");
    }
    assert_eq!(calendar.is_workday(d("2017-12-31")), None);
    assert_eq!(calendar.is_workday(d("2027-01-01")), None);
    assert!(calendar.years().iter().all(|year| year.notice.contains("国办发明电〔")));
}

#[test]
fn counts_over_national_day() {
    let calendar = Calendar::shipped();
    // 2026: rest 1–7 October, worked on Saturday the 10th; Sunday 20 September worked.
    assert_eq!(calendar.nth_workday_after(d("2026-09-30"), 1), Some(d("2026-10-08")));
    assert_eq!(calendar.nth_workday_after(d("2026-09-30"), 3), Some(d("2026-10-10")));
    assert_eq!(calendar.nth_workday_after(d("2026-10-03"), 1), Some(d("2026-10-08")));
    assert_eq!(calendar.nth_workday_after(d("2026-10-03"), 0), Some(d("2026-10-03")));
    assert_eq!(calendar.workdays_between(d("2026-09-30"), d("2026-10-10")), Some(3));
    assert_eq!(calendar.workdays_between(d("2026-10-10"), d("2026-09-30")), Some(0));
    assert_eq!(calendar.workdays_between(d("2025-12-31"), d("2026-12-31")), Some(248));
}

#[test]
fn nothing_is_guessed_beyond_the_declared_years() {
    let calendar = Calendar::shipped();
    assert_eq!(calendar.nth_workday_after(d("2026-12-30"), 1), Some(d("2026-12-31")));
    assert_eq!(calendar.nth_workday_after(d("2026-12-31"), 1), None);
    assert_eq!(calendar.nth_workday_after(d("2016-01-01"), 1), None);
    assert_eq!(calendar.nth_workday_after(d("2017-12-31"), 1), Some(d("2018-01-02")));
    assert_eq!(calendar.workdays_between(d("2026-12-01"), d("2027-01-01")), None);
    let gap = Calendar::of(calendar.shipped, Vec::new(), BTreeSet::from([2028]));
    assert_eq!(gap.is_workday(d("2027-06-01")), None);
    assert_eq!(gap.is_workday(d("2028-06-01")), Some(true));
    assert!(gap.is_provisional(d("2028-06-01")));
    assert_eq!(gap.nth_workday_after(d("2026-12-31"), 1), None);
    assert_eq!(gap.workdays_between(d("2026-12-01"), d("2028-01-05")), None);
    assert_eq!(gap.nth_workday_after(d("2027-12-31"), 1), Some(d("2028-01-03")));
}

#[test]
fn lookups_agree_with_counting_day_by_day() {
    let calendar = Calendar::shipped();
    for (start, n) in [("2020-01-15", 20), ("2022-12-28", 3), ("2018-12-20", 15), ("2025-09-20", 15)] {
        let (mut day, mut left) = (d(start), n);
        while left > 0 {
            day = day + Days::new(1);
            left -= u32::from(calendar.is_workday(day).unwrap());
        }
        assert_eq!(calendar.nth_workday_after(d(start), n), Some(day), "{start}");
        assert_eq!(calendar.workdays_between(d(start), day), Some(i64::from(n)), "{start}");
    }
}

#[test]
fn a_years_table_declares_it_exactly() {
    let (_dir, path) = file("2026.csv", &year_2026_csv());
    let mut calendar = until_2025();
    let imported = calendar.import(&path).unwrap();
    assert_eq!(imported, Imported { added: vec![2026], ..Imported::default() });
    assert!(calendar.days().eq(Calendar::shipped().days()));
    // What was written is read back, and the same file again changes nothing.
    let written = notice::from_toml(Path::new("calendar.toml"), &notice::to_toml(&calendar.own)).unwrap();
    assert_eq!(written, calendar.own);
    assert_eq!(calendar.import(&path).unwrap(), Imported::default());
    assert_eq!(calendar.own.len(), 1);
}

#[test]
fn a_notice_ends_a_provisional_year_and_says_what_changed() {
    let shipped = Calendar::shipped().shipped;
    let mut calendar = Calendar::of(shipped, Vec::new(), BTreeSet::from([2027]));
    assert_eq!(calendar.is_workday(d("2027-01-01")), Some(true));
    let text = "[[notice]]\nyear = 2027\ntitle = \"关于2027年的通知\"\nholidays = [\n  \
        { name = \"元旦\", from = 2026-12-31, to = 2027-01-02, work = [2027-01-03] },\n]\n";
    let (_dir, path) = file("2027.toml", text);
    let imported = calendar.import(&path).unwrap();
    assert_eq!((imported.added.as_slice(), imported.official.as_slice()), ([].as_slice(), [2027].as_slice()));
    let changed: Vec<_> = imported.changed.iter().map(|c| (c.date.to_string(), c.is_workday)).collect();
    let expected = [("2026-12-31", false), ("2027-01-01", false), ("2027-01-03", true)];
    assert_eq!(changed, expected.map(|(day, worked)| (day.to_owned(), worked)));
    assert!(!calendar.is_provisional(d("2027-01-01")));

    let amends = "[[notice]]\nyear = 2027\ntitle = \"补充通知\"\namends = true\nholidays = [\n  \
        { name = \"元旦\", work = [2026-12-31] },\n]\n";
    let (_dir, path) = file("more.toml", amends);
    calendar.import(&path).unwrap();
    assert_eq!(calendar.is_workday(d("2026-12-31")), Some(true));
    assert_eq!(calendar.is_workday(d("2027-01-01")), Some(false), "an amendment leaves the rest");
    assert_eq!(calendar.years().last().unwrap().notice, "关于2027年的通知；补充通知");
}

#[test]
fn faults_name_line_value_and_remedy() {
    let two = "date,is_workday,holiday_name\n2026-01-01,0,元旦\n2026-01-01,0,元旦\n2026-01-05,9,\n2026-13-01,1,\n2026-01-07,0,\n";
    let head = "[[notice]]\nyear = 2027\ntitle = \"t\"\nholidays = [\n";
    let cases = [
        (
            "a.csv",
            two.to_owned(),
            vec![(3, "2026-01-01"), (4, "9"), (5, "2026-13-01"), (6, "2026-01-07"), (6, "2026-01-07")],
        ),
        ("b.csv", "day,work\n".to_owned(), vec![(1, "day,work")]),
        (
            "c.toml",
            format!("{head}{{ name = \"春节\", from = 2027-02-09, to = 2027-02-05 }},\n]\n"),
            vec![(5, "春节: 2027-02-09 to 2027-02-05")],
        ),
        (
            "d.toml",
            format!("{head}{{ name = \"春节\", on = 2027-02-05, work = [2027-02-08] }},\n]\n"),
            vec![(5, "2027-02-08")],
        ),
        ("e.toml", format!("{head}{{ name = \"国庆节\", on = 2026-10-01 }},\n]\n"), vec![(5, "2026-10-01")]),
        (
            "f.toml",
            format!("{head}{{ name = \"元旦\", on = 2027-01-01 }},\n{{ name = \"春节\", on = 2027-01-01 }},\n]\n"),
            vec![(6, "2027-01-01")],
        ),
        ("g.toml", format!("{head}{{ name = \"元旦\" }},\n]\n"), vec![(5, "元旦")]),
        ("h.toml", "[[notice]]\nyear = 2030\ntitle = \"t\"\namends = true\nholidays = []\n".to_owned(), vec![(1, "t")]),
        ("i.toml", "[[notice]]\nyear = \"2030\"\n".to_owned(), vec![(2, "\"2030\"")]),
    ];
    for (name, text, expected) in cases {
        let (_dir, path) = file(name, &text);
        let mut calendar = Calendar::shipped();
        let Err(CalendarError::Faulty { faults, .. }) = calendar.import(&path) else { panic!("{name} was taken") };
        let mut found: Vec<_> = faults.iter().map(|f| (f.line, f.value.as_str())).collect();
        found.sort_unstable();
        for want in &expected {
            assert!(found.contains(want), "{name}: {want:?} not in {found:?}");
        }
        assert!(faults.iter().all(|f| !f.rule.is_empty() && !f.remedy.is_empty()), "{name}");
        assert!(calendar.days().eq(Calendar::shipped().days()), "{name}: nothing is changed on error");
    }
}

#[test]
fn a_gap_in_a_table_is_refused() {
    let text = year_2026_csv().replace("2026-06-10,1,\n", "");
    let (_dir, path) = file("gap.csv", &text);
    let error = until_2025().import(&path).unwrap_err().to_string();
    assert!(error.contains("2026-06-11") && error.contains("2026-06-09"), "{error}");
}
