//! Levels, groups and waiting of a small bureau, worked by hand, and the situation report made of them.
use guanjia::calendar::Calendar;
use guanjia::measures::brief::Brief;
use guanjia::measures::{Scope, brief};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::report::bulletin::{self, Edition, Kind};
use guanjia::report::{Templates, chain};
use guanjia::workspace::Bulletin;

use crate::desk::Desk;

/// Five cases of October 2025 in two groups, one of no group.
fn october() -> Brief {
    let mut desk = Desk::new();
    let case = |desk: &mut Desk, id: &str, category: &str, events: &str| {
        let first = events.split_whitespace().nth(1).unwrap().replace('T', " ");
        desk.add("cases", &format!("{id},E1,{category},platform,{first}"));
        desk.events(id, events);
    };
    case(
        &mut desk,
        "Q1",
        "规划土地",
        "submitted 2025-10-09T09:00:00\nmeeting 2025-10-10T09:00:00\nto_committee 2025-10-13T09:00:00\nsupervised 2025-10-14T09:00:00\nresolved 2025-10-20T09:00:00",
    );
    case(
        &mut desk,
        "Q2",
        "规划土地",
        "submitted 2025-10-13T09:00:00\nmeeting 2025-10-14T09:00:00\nreturned 2025-10-15T09:00:00",
    );
    case(
        &mut desk,
        "Q3",
        "产业发展",
        "submitted 2025-10-13T09:00:00\nextended 2025-10-14T09:00:00 >2025-11-20\nresolved 2025-10-17T09:00:00",
    );
    case(&mut desk, "Q4", "产业发展", "submitted 2025-09-01T09:00:00\nmeeting 2025-09-02T09:00:00");
    case(&mut desk, "Q5", "古怪类别", "submitted 2025-10-20T09:00:00\nwithdrawn 2025-10-21T09:00:00");
    let (warehouse, regime) = (desk.take(), Regime::shipped("dalian-hitech").unwrap());
    brief(
        &warehouse,
        &regime,
        &Calendar::shipped(),
        &Default::default(),
        Scope::of(Period::Month(2025, 10)),
        &mut |_| {},
    )
    .unwrap()
}

#[test]
fn levels_say_who_came_how_long_they_stayed_and_where_they_went() {
    let brief = october();
    let levels = chain::levels(&brief);
    let told = |id: &str| levels.iter().find(|level| level.id == id).unwrap();
    let meeting = told("meeting");
    // Q1 and Q2 came; Q1 stayed 3 days and went up, Q2 1 day and was returned; Q4 has stood since 2 September.
    assert_eq!((meeting.reached, meeting.days.clone(), meeting.ends), (2, vec![1.0, 3.0], [1, 0, 1, 0]));
    assert_eq!((meeting.standing, meeting.longest), (1, Some(59.0)));
    let committee = told("to_committee");
    assert_eq!((committee.reached, committee.days.clone(), committee.ends), (1, vec![7.0], [0, 1, 0, 0]));
    assert_eq!((told("to_group").reached, told("to_group").standing), (0, 0));
    assert_eq!(levels.iter().map(|level| level.name.as_str()).next(), Some("协调会议"));
}

#[test]
fn the_month_before_stands_beside() {
    // In September only Q4 came; it reached a meeting, and at the end of the month it was the one that was open.
    let brief = october();
    let meeting = chain::levels(&brief).into_iter().find(|level| level.id == "meeting").unwrap();
    assert_eq!((meeting.reached, meeting.reached_before), (2, Some(1)));
    let (groups, all) = chain::groups(&brief);
    assert_eq!((all.opened, all.opened_before, all.open, all.open_before), (4, Some(1), 1, Some(1)));
    let group = groups.iter().find(|group| group.name.as_deref() == Some("规划土地")).unwrap();
    assert_eq!((group.opened, group.opened_before, group.open_before), (2, Some(0), Some(0)));
}

#[test]
fn groups_stand_in_the_places_order_and_others_after_them() {
    let (groups, all) = chain::groups(&october());
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_deref().unwrap_or("–")).collect();
    assert_eq!((names[0], names[9], names[10], names.len()), ("产业发展", "其他", "古怪类别", 11));
    let of = |name: &str| groups.iter().find(|group| group.name.as_deref() == Some(name)).unwrap();
    let industry = of("产业发展");
    assert_eq!((industry.opened, industry.resolved, industry.extended), (1, 1, 1));
    // Opened on 1 September: 22 working days to the end of that month (28 is worked), 18 in October.
    assert_eq!((industry.open, industry.overdue, industry.ages.clone()), (1, 1, vec![40.0]));
    let land = of("规划土地");
    assert_eq!((land.opened, land.resolved, land.returned, land.standing), (2, 1, 1, 0));
    assert_eq!(of("古怪类别").withdrawn, 1);
    assert_eq!((all.opened, all.settled(), all.withdrawn, all.open, all.standing), (4, 3, 1, 1, 1));
}

#[test]
fn the_curve_counts_those_who_still_wait() {
    let brief = october();
    let curve = chain::curve(&brief);
    // Q5 left after 1, Q2 settled at 2, Q3 at 4, Q1 at 8 (10, 11, 13 to 17, 20), Q4 waits at 40.
    let told: Vec<(f64, usize)> = curve.points.iter().map(|point| (point.time, point.at_risk)).collect();
    assert_eq!(told, [(2.0, 4), (4.0, 3), (8.0, 2)]);
    assert!((curve.points[2].waiting - 0.25).abs() < 1e-12);
    assert_eq!((curve.time(0.5), chain::closed_median(&brief)), (Some(4.0), Some(4.0)));
}

#[test]
fn the_situation_report_says_all_of_it() {
    let brief = october();
    let dir = tempfile::tempdir().unwrap();
    let templates = Templates::load(None).unwrap();
    let written =
        bulletin::write(&brief, Kind::Situation, Edition::Internal, &Bulletin::default(), &templates, dir.path())
            .unwrap();
    let names: Vec<String> =
        written.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["情况报告-2025年10月.docx", "情况报告-2025年10月.html", "情况报告-2025年10月.xlsx"]);
    let page = std::fs::read_to_string(&written[1]).unwrap();
    for wanted in [
        "本月新收问题4件次（含重新打开），办结2件次，退回1件次（占办结和退回的33.3%），企业撤回1件次",
        "经批准延期的1件次，占33.3%",
        "一半的问题在4个工作日内办结或退回",
        "期末仍在各层级的问题1件，停留最久的59天",
        "已按时督办",
        "各专项组问题办理情况",
        "Kaplan–Meier",
    ] {
        assert!(page.contains(wanted), "no {wanted}");
    }
    // Nobody is named.
    assert!(!page.contains("张一") && !page.contains("甲公司"));
    let again = tempfile::tempdir().unwrap();
    let rewritten =
        bulletin::write(&brief, Kind::Situation, Edition::Internal, &Bulletin::default(), &templates, again.path())
            .unwrap();
    for (one, other) in written.iter().zip(&rewritten) {
        assert!(std::fs::read(one).unwrap() == std::fs::read(other).unwrap(), "{}", one.display());
    }
}
