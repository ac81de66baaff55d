//! Projects and their steps on the wall: in the brief, the tables, the charts, the pages, and out of the public edition.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assert_cmd::Command;
use guanjia::calendar::Calendar;
use guanjia::measures::steps::State;
use guanjia::measures::{Brief, Scope};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::report::bulletin::{Edition, Kind};
use guanjia::report::document::{Cell, Table};
use guanjia::report::ratings::Ratings;
use guanjia::report::{Templates, bulletin, dashboard, wall};
use guanjia::workspace::Bulletin;

const SEPTEMBER: Period = Period::Month(2026, 9);

/// September of the bureau that has everything, under a place's rules.
fn september(id: &str) -> Brief {
    let regime = Regime::shipped(id).unwrap();
    let (warehouse, scope) = (&crate::rollups::EVERYTHING.1, Scope::of(SEPTEMBER));
    guanjia::measures::brief(warehouse, &regime, &Calendar::shipped(), &BTreeMap::new(), scope, &mut |_| {}).unwrap()
}

fn tables(brief: &Brief, edition: Edition) -> BTreeMap<String, Table> {
    bulletin::tables::all(brief, &Ratings::of(brief), edition)
}

/// What the milestones say is what the evidence says, and their days say the same.
#[test]
fn milestones_are_judged_by_their_evidence() {
    for (id, measure) in [("wafangdian", "milestones"), ("puwan", "schedule_steps"), ("ankang", "agency_steps")] {
        let brief = september(id);
        let rows: Vec<_> = brief.evidence.iter().filter(|row| row.measure == measure).collect();
        assert!(rows.len() > 3, "{id}: {}", rows.len());
        for row in rows {
            let step = brief.milestones.iter().find(|step| step.record() == row.record).unwrap();
            assert_eq!((step.outcome.as_ref(), step.measure.as_deref()), (row.outcome.as_ref(), Some(measure)), "{id}");
            assert_eq!((step.person_id.as_ref(), Some(step.planned_on)), (row.person_id.as_ref(), row.due_day), "{id}");
        }
        let day = SEPTEMBER.last();
        for step in &brief.milestones {
            let late = step.done_on.map_or(step.planned_on <= day, |done| done > step.planned_on);
            assert_eq!(step.is_late(), late && step.outcome.is_some(), "{id} {step:?}");
            assert!(step.done_on.is_none_or(|done| done <= day), "{step:?}");
        }
        // Old breaches stand there too, though September's figures do not count them.
        assert!(brief.milestones.iter().any(|step| step.is_late() && step.planned_on < SEPTEMBER.first()));
    }
    assert!(september("dalian-hitech").milestones.is_empty(), "its rules measure none");
}

#[test]
fn tables_of_projects_count_every_step_once() {
    let brief = september("wafangdian");
    let tables = tables(&brief, Edition::Internal);
    let steps = brief.milestones.iter().filter(|step| step.is_step());
    let count = |state: State| steps.clone().filter(|step| step.state() == state).count() as i64;
    let projects = &tables["projects"];
    let sum = |column: usize| {
        projects.rows.iter().map(|row| if let Cell::Count(n) = row[column] { n } else { 0 }).sum::<i64>()
    };
    assert_eq!(sum(2), steps.clone().filter(|step| step.planned_on <= SEPTEMBER.last()).count() as i64);
    assert_eq!(sum(3), steps.clone().filter(|step| step.done_on.is_some()).count() as i64);
    assert_eq!((sum(4), sum(5)), (count(State::Late), count(State::Overdue)));
    let late = &tables["steps_late"];
    let overdue = late.rows.iter().filter(|row| row[7].show() == State::Overdue.zh()).count() as i64;
    assert_eq!(overdue, count(State::Overdue));
    let names: Vec<String> = projects.rows.iter().map(|row| row[0].show() + &row[1].show()).collect();
    assert!(names.is_sorted(), "by area and name, not by how they stand");
    // Decisions and what is to be put right are no steps.
    let others: Vec<_> = brief.milestones.iter().filter(|step| !step.is_step()).collect();
    assert!(!others.is_empty() && !late.rows.iter().any(|row| matches!(row[2].show().as_str(), "会议议定" | "整改")));
}

/// `91.7% 11/12` → 12
fn of(cell: &Cell) -> i64 {
    let text = cell.show();
    text.rsplit('/').next().filter(|n| *n != text).map_or(0, |n| n.parse().unwrap())
}

#[test]
fn rows_of_a_matrix_add_up_to_the_district() {
    for id in guanjia::shipped::regime_ids() {
        let brief = september(&id);
        let tables = tables(&brief, Edition::Internal);
        let matrices = tables.values().filter(|table| table.name.starts_with("matrix_"));
        let mut columns = 0;
        for table in matrices {
            assert!(table.columns.len() <= 6, "{id} {}", table.name);
            let total = table.rows.last().unwrap();
            assert_eq!(total[0].show(), "合计");
            for column in 1..table.columns.len() {
                let cells = || table.rows.iter().map(|row| &row[column]);
                if cells().any(|cell| *cell == Cell::Suppressed) || of(&total[column]) == 0 {
                    continue;
                }
                let parts: i64 = cells().map(of).sum::<i64>() - of(&total[column]);
                assert_eq!(parts, of(&total[column]), "{id} {} {}", table.name, table.columns[column].header);
                columns += 1;
            }
        }
        assert!(columns > 3, "{id}: {columns}");
    }
}

#[test]
fn clocks_and_hours_count_the_same_rows() {
    let brief = september("puwan");
    let tables = tables(&brief, Edition::Public);
    let hours = &tables["hours_dispatch_1h"];
    let change = brief.district.iter().find(|change| change.now.measure == "dispatch_1h").unwrap();
    assert_eq!(hours.rows.last().unwrap()[1], Cell::Count(change.now.n));
    let parts: i64 = hours.rows[..3].iter().map(|row| if let Cell::Count(n) = row[1] { n } else { 0 }).sum();
    assert_eq!(parts, change.now.n);
    assert!(hours.rows[2][1] != Cell::Count(0), "some came on days off");
    let clocks: Vec<String> = tables["clocks"].rows.iter().map(|row| row[0].show()).collect();
    assert!(clocks.contains(&"1小时派单".to_owned()) && !clocks.iter().any(|name| name.contains("节点")), "{clocks:?}");
    let categories = &tables["complaints_categories"];
    let total = categories.rows.last().unwrap();
    let complaints = brief.district.iter().find(|change| change.now.measure == "complaints").unwrap();
    assert_eq!(total[1], Cell::Count(complaints.now.n));
    // Lists say nothing of whom nothing was proven about.
    let listed = &self::tables(&brief, Edition::Internal)["listed_complaints"];
    assert!(listed.rows.iter().all(|row| row.last().unwrap().show().ends_with("属实")), "{listed:?}");
}

fn texts(name: &str, bytes: &[u8]) -> String {
    crate::freeze::texts(name, bytes)
}

#[test]
fn the_public_edition_names_no_enterprise_and_no_person() {
    // A template that places whatever it may.
    let own = tempfile::tempdir().unwrap();
    let every = "# 全部\n\n{% for t in tables %}\n{{ table(name=t) }}\n{% endfor %}\n{% for f in figures %}\n{{ figure(name=f) }}\n{% endfor %}\n";
    std::fs::write(own.path().join("monthly.md"), every).unwrap();
    let templates = Templates::load(Some(own.path())).unwrap();
    for id in ["wafangdian", "puwan"] {
        let mut brief = september(id);
        // Names that are in no other text.
        for (i, enterprise) in brief.enterprises.iter_mut().enumerate() {
            enterprise.name = format!("甲乙丙丁第{i}厂");
        }
        for (i, person) in brief.people.iter_mut().enumerate() {
            person.name = format!("欧阳某{i}");
        }
        let written =
            |edition| bulletin::files(&brief, Kind::Monthly, edition, &Bulletin::default(), &templates).unwrap();
        let named = |files: &[(String, Vec<u8>)], what: &str| {
            files.iter().any(|(name, bytes)| texts(name, bytes).contains(what))
        };
        let public = written(Edition::Public);
        assert!(!named(&public, "甲乙丙丁") && !named(&public, "欧阳某") && !named(&public, "节点0"), "{id}");
        let internal = written(Edition::Internal);
        assert!(named(&internal, "甲乙丙丁第0厂") || named(&internal, "甲乙丙丁第1厂"), "{id}");
    }
}

#[test]
fn the_dashboard_has_a_page_for_the_wall_and_for_each_project() {
    let brief = september("wafangdian");
    let out = tempfile::tempdir().unwrap();
    dashboard::write(std::slice::from_ref(&brief), None, out.path()).unwrap();
    let page = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
    assert!(page("index.html").contains("href=\"wall.html\""));
    let all = page("wall.html");
    let projects = wall::projects(&brief);
    for project in &projects {
        assert!(all.contains(&format!("projects/{}.html", project.enterprise_id)), "{}", project.enterprise_id);
        let own = page(&format!("projects/{}.html", project.enterprise_id));
        assert_eq!(own.matches("<tr>").count(), project.steps.len() + 1, "a row for each step: {}", project.name);
        assert!(own.contains("aria-current=\"page\"") && own.contains("../measures/milestones.html?q="));
    }
    let files: BTreeSet<_> =
        std::fs::read_dir(out.path().join("projects")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(files.len(), projects.len());
    // Places without steps have no such page.
    let out = tempfile::tempdir().unwrap();
    dashboard::write(&[september("dalian-hitech")], None, out.path()).unwrap();
    assert!(!out.path().join("wall.html").exists() && !out.path().join("projects").exists());
}

#[test]
fn chromium_opens_the_wall_without_a_word_on_the_console() {
    let out = tempfile::tempdir().unwrap();
    let brief = september("wafangdian");
    dashboard::write(std::slice::from_ref(&brief), None, out.path()).unwrap();
    let project = format!("projects/{}.html", wall::projects(&brief)[0].enterprise_id);
    for page in ["wall.html", project.as_str()] {
        let (console, text) = crate::dashboard::opened(&out.path().join(page));
        assert!(console.is_empty(), "{page}: {console:?}");
        assert!(text.contains("<svg") && text.contains("节点"));
    }
}

fn guanjia(workspace: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
    let output = command.arg("-q").arg("--workspace").arg(workspace).args(args).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// From exports to sheets of paper, and a frozen folder that keeps the steps and notices when one is touched.
#[test]
fn charts_are_handed_out_and_frozen_steps_hold() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("bureau");
    assert_eq!(guanjia(dir.path(), &["init", root.to_str().unwrap(), "--regime", "wafangdian"]).0, 0);
    crate::everything::write(&root.join("inbox"));
    guanjia(&root, &["ingest", root.join("inbox").to_str().unwrap()]);
    let out = dir.path().join("wall");
    let out_arg = out.to_str().unwrap();
    let (status, printed, error) = guanjia(&root, &["wall", "--period", "2026-09", "--out", out_arg]);
    assert_eq!(status, 0, "{error}");
    assert!(printed.lines().count() > 10 && printed.contains("全部项目"), "{printed}");
    let svg = std::fs::read_to_string(printed.lines().find(|line| line.contains("全部项目")).unwrap()).unwrap();
    assert!(svg.contains("width=\"1200\"") && svg.contains("<title id=\"wall-all-1-t\">瓦房店市项目节点挂图"));
    let (status, printed, error) =
        guanjia(&root, &["wall", "--period", "2026-09", "--enterprise", "E999", "--out", out_arg]);
    assert!(status == 2 && printed.is_empty() && error.contains("E999 has no steps"), "{error}");

    let frozen = dir.path().join("frozen");
    let args = ["bulletin", "freeze", "--period", "2026-09", "--out", frozen.to_str().unwrap()];
    assert_eq!(guanjia(&root, &args).0, 0);
    let verdict = guanjia::freeze::verify::verify(&frozen).unwrap();
    assert!(verdict.holds(), "{:?}", verdict.faults);
    let path = frozen.join(guanjia::freeze::folder::BRIEF);
    let mut brief: Brief = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let step = brief.milestones.iter_mut().find(|step| step.state() == State::Late).unwrap();
    step.outcome = Some("met".into());
    std::fs::write(&path, serde_json::to_string_pretty(&brief).unwrap()).unwrap();
    let verdict = guanjia::freeze::verify::verify(&frozen).unwrap();
    assert!(verdict.faults.iter().any(|fault| fault.what == "milestone"), "{:?}", verdict.faults);
}
