//! Wide role lists: 项目 | 包保领导 | 项目管家 | 企业联系人 …
use super::{Bench, sum};

const LIST: &str = "附件：重点项目包保名单,,,,,\n序号,项目,包保领导,牵头单位,项目管家,企业联系人\n\
    一、计划续建项目（20项）,,,,,\n1,甲　项目,张三（副市长）,某局,王 强 13800000001,赵六13900000001\n\
    2,乙项目,张三（副市长）,某局、另局,王强13800000001,\n二、新建项目,,,,,\n3,丙项目,李四,,钱七 孙八,\n\
    ,丁项目,李四,,待定,赵六\n合计,3项,,,,\n";

#[test]
fn a_role_list_feeds_three_tables() {
    let bench = Bench::since("2026-01-01");
    let report = bench.take_text("名单.csv", LIST);
    let file = &report.files[0];
    assert_eq!((file.kind.as_deref(), sum(file)), (Some("enterprises"), [8, 3, 0, 1, 4]), "{file:?}");
    let why = file.skipped_why;
    assert_eq!((why.title, why.section, why.total, why.blank), (1, 2, 1, 0));
    assert_eq!(bench.reasons(), ["7|steward|person|钱七 孙八"]);
    assert!(bench.refused()[0].reasons[0].remedy.contains("项目管家"));
    let enterprises = bench.records("enterprises", "name kind contact_name contact_phone");
    assert_eq!(enterprises, ["甲　项目|project|赵六|13900000001", "乙项目|project|∅|∅", "丁项目|project|赵六|∅"]);
    let people = bench.records("people", "name unit rank phone");
    assert_eq!(people, ["张三|∅|副市长|∅", "王强|∅|∅|13800000001", "赵六|∅|∅|13900000001", "李四|∅|∅|∅", "赵六|∅|∅|∅"]);
    let assignments = bench.records("assignments", "row_no role holder_name holder_unit valid_from valid_to");
    let want = [
        "4|enterprise_contact|赵六|∅|2026-01-01|∅",
        "4|lead_unit|∅|某局|2026-01-01|∅",
        "4|leader|张三|∅|2026-01-01|∅",
        "4|steward|王强|∅|2026-01-01|∅",
        "5|lead_unit|∅|另局|2026-01-01|∅",
        "5|lead_unit|∅|某局|2026-01-01|∅",
        "5|leader|张三|∅|2026-01-01|∅",
        "5|steward|王强|∅|2026-01-01|∅",
        "8|enterprise_contact|赵六|∅|2026-01-01|∅",
        "8|leader|李四|∅|2026-01-01|∅",
    ];
    assert_eq!(assignments, want);
}

#[test]
fn the_same_list_again_changes_nothing_and_a_new_row_only_itself() {
    let mut bench = Bench::since("2026-01-01");
    bench.take_text("名单.csv", LIST);
    let before = bench.records("assignments", "enterprise_id role holder_id valid_from");
    // The content is known, with a day or without one.
    for since in ["2026-01-01", "2026-10-01", ""] {
        bench.since = since.parse().ok();
        let report = bench.take_text("名单.csv", LIST);
        assert_eq!((report.batch, sum(&report.files[0]), report.unreadable), (None, [8, 0, 3, 1, 4], false), "{since}");
    }
    // Another file with a steward more: what held keeps its day.
    bench.since = "2026-10-01".parse().ok();
    let report = bench.take_text("十月.csv", &LIST.replace("待定", "周九 13800000009"));
    assert_eq!(sum(&report.files[0]), [8, 1, 2, 1, 4]);
    let after = bench.records("assignments", "enterprise_id role holder_id valid_from");
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|row| after.contains(row)));
    assert!(after.iter().any(|row| row.ends_with("2026-10-01")));
}

#[test]
fn rows_of_one_project_are_put_together_or_refused_together() {
    let bench = Bench::since("2026-01-01");
    let list = "项目名称,行业,项目管家,职务,电话\n甲,,王强,科长,13800000001\n甲,软件,李四,,13800000002\n\
        乙,软件,王强,,13800000001\n丙,软件,李四,,\n丙,机械,王强,,13800000001\n";
    let report = bench.take_text("名单.csv", list);
    assert_eq!(sum(&report.files[0]), [5, 3, 0, 2, 0], "{report:?}");
    assert_eq!(bench.records("enterprises", "name industry"), ["甲|软件", "乙|软件"]);
    assert_eq!(bench.records("people", "name rank phone"), ["王强|科长|13800000001", "李四|∅|13800000002"]);
    let conflicts: Vec<_> = bench.refused().iter().map(|row| (row.row, row.reasons[0].rule.clone())).collect();
    assert_eq!(conflicts, [(5, "conflict".into()), (6, "conflict".into())]);
    assert_eq!(bench.records("assignments", "row_no role").len(), 3);
}

#[test]
fn a_day_is_asked_for() {
    let bench = Bench::new();
    let report = bench.take_text("名单.csv", LIST);
    let note = report.files[0].note.clone().unwrap();
    assert!(report.troubled && report.files[0].kind.is_none() && note.contains("--since DATE"), "{note}");
    // Once a day is given, the same file is read.
    let bench = Bench { since: "2026-01-01".parse().ok(), ..bench };
    assert_eq!(sum(&bench.take_text("名单.csv", LIST).files[0]), [8, 3, 0, 1, 4]);
}

#[test]
fn with_a_day_only_the_waiting_list_is_read() {
    let bench = Bench::new();
    let inbox = bench.dir.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    std::fs::write(inbox.join("a.csv"), "人员编号,姓名,电话\nP1,某,x\nP2,某,\n").unwrap();
    std::fs::write(inbox.join("b.csv"), LIST).unwrap();
    let first = bench.take(std::slice::from_ref(&inbox));
    assert_eq!((sum(&first.files[0]), first.unreadable), ([2, 1, 0, 1, 0], true));
    let bench = Bench { since: "2026-01-01".parse().ok(), ..bench };
    let second = bench.take(std::slice::from_ref(&inbox));
    assert_eq!((sum(&second.files[0]), sum(&second.files[1])), ([2, 0, 1, 1, 0], [8, 3, 0, 1, 4]));
    // What was refused stands in quarantine once.
    assert_eq!(bench.refused().len(), 2);
    let bench = Bench { since: None, ..bench };
    assert_eq!(bench.take(std::slice::from_ref(&inbox)).batch, None);
}
