//! From findings to an issued bulletin and its correction: the sample month with one contested item ruled out, one
//! complaint substantiated and reversed again, every refusal on the way; and a small district in which somebody is to be commended.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data");
const DIARY: &str = "2026-10/rate_below/weekly_diary/P0031";
const MISSED: &str = "2026-10/diary_missed/P0039";
const COMPLAINT: &str = "TS20261026-00220";

struct Desk {
    workspace: PathBuf,
    dir: tempfile::TempDir,
}

impl Desk {
    fn sample() -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let workspace = dir.path().join("demo");
        std::fs::create_dir_all(workspace.join("inbox")).unwrap();
        let settings = Path::new(SAMPLES).join("dalian-hitech/guanjia.toml");
        std::fs::copy(settings, workspace.join("guanjia.toml")).unwrap();
        let desk = Desk { workspace, dir };
        desk.done(&["ingest", &format!("{SAMPLES}/dalian-hitech"), "--exported-on", "2026-10-31"]);
        desk
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guanjia"));
        let ended = command.arg("--workspace").arg(&self.workspace).args(args).env("NO_COLOR", "1").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (ended.status.code().unwrap_or(-1), text(ended.stdout), text(ended.stderr))
    }

    fn done(&self, args: &[&str]) -> String {
        let (code, out, err) = self.run(args);
        // Files that were partly refused are no failure here.
        assert!(code == 0 || (code == 1 && args[0] == "ingest"), "{args:?}: {code}\n{out}{err}");
        out
    }

    /// Runs what must be refused as misuse, with these words.
    fn refused(&self, args: &[&str], wanted: &str) {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 2, "{args:?}\n{out}{err}");
        assert!(err.contains(wanted), "{args:?} should say “{wanted}”: {err}");
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[&["--format", "json"][..], args].concat())).unwrap()
    }

    /// n and met of every person or unit with their finding figures, by measure and subject.
    fn figures(&self, by: &str) -> BTreeMap<(String, String), (i64, i64)> {
        let all = self.json(&["measures", "--period", "2026-10", "--by", by]);
        let text = |figure: &Value, key: &str| figure[key].as_str().unwrap_or("—").to_owned();
        let of = |figure: &Value| {
            let key = (text(figure, "measure"), text(figure, "subject_id"));
            (key, (figure["n"].as_i64().unwrap_or(0), figure["met"].as_i64().unwrap_or(-1)))
        };
        all.as_array().unwrap().iter().map(of).collect()
    }

    fn finding(&self, id: &str) -> Option<Value> {
        let all = self.json(&["findings", "--period", "2026-10"]);
        all["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id).cloned()
    }

    fn html(&self, to: &str) -> (String, String) {
        let out = self.dir.path().join(to);
        let (code, _, err) =
            self.run(&["bulletin", "draft", "--period", "2026-10", "--out", &out.display().to_string()]);
        assert_eq!(code, 0, "{err}");
        (std::fs::read_to_string(out.join("通报-2026年10月.html")).unwrap(), err)
    }
}

#[test]
fn the_sample_month_from_findings_to_names() {
    let desk = Desk::sample();
    let letters = desk.dir.path().join("告知");
    let letters = letters.display().to_string();
    let by = |who: &'static str, at: &'static str| ["--by", who, "--at", at];
    let act = |args: &[&str], who: [&str; 4]| -> Vec<String> {
        args.iter().chain(&who).map(|arg| (*arg).to_owned()).collect()
    };
    let ok = |args: &[&str], who: [&str; 4]| {
        let args = act(args, who);
        desk.done(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let no = |args: &[&str], who: [&str; 4], wanted: &str| {
        let args = act(args, who);
        desk.refused(&args.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
    };

    // A complaint is verified by somebody of another unit than the one complained about.
    let verdict = ["complaint", "verify", COMPLAINT, "--verdict", "substantiated", "--finding", "反映情况属实"];
    no(&verdict, by("P0020", "2026-10-29T10:00"), "is whom the complaint is about");
    no(&verdict, by("外人", "2026-10-29T10:00"), "say to which unit with --unit UNIT");
    let own = desk.json(&["complaint", "list", "--as-of", "2026-10-29"]);
    let own = own.as_array().unwrap().iter().find(|line| line["complaint_id"] == COMPLAINT).unwrap()["unit"].clone();
    let own = own.as_str().unwrap();
    no(&[&verdict[..], &["--unit", own]].concat(), by("外人", "2026-10-29T10:00"), "somebody of another unit");
    no(&verdict, by("P0001", "2026-10-20T10:00"), "received on 2026-10-26");
    ok(&["complaint", "assign", COMPLAINT, "--to", "P0001"], by("陈晓", "2026-10-27T09:00"));
    let said = ok(&verdict, by("P0001", "2026-10-30T10:00"));
    assert!(said.contains("after 4 working days") && said.contains("（2026年度，五（五））"), "{said}");
    no(&verdict, by("P0001", "2026-10-30T11:00"), "verified already");
    let complaint = format!("2026-10/complaint_substantiated/{COMPLAINT}");
    assert_eq!(desk.finding(&complaint).unwrap()["consequences"].as_array().unwrap().len(), 1);
    let at_slips = desk.dir.path().join("备案").display().to_string();
    let slips = ok(&["complaint", "refer", COMPLAINT, "--out", &at_slips], by("陈晓", "2026-10-30T15:00"));
    assert!(slips.contains("-党群工作部.docx") && slips.contains("-纪检监察室.docx"), "{slips}");

    // Leads are for a checker: about nobody's name, and with how they may be innocent.
    let all = desk.json(&["findings", "--period", "2026-10", "--kind", "lead"]);
    let leads = all["findings"].as_array().unwrap();
    assert!(leads.len() > 5 && leads.iter().all(|lead| lead["standing"] == "internal"));
    assert!(leads.iter().all(|lead| lead["otherwise"][0]["what"] == "innocent"));
    let copied = leads.iter().find(|lead| lead["subject"]["by"] == "district").unwrap();
    assert!(copied["title"].as_str().unwrap().contains("雷同") && copied["items"].as_array().unwrap().len() > 100);

    // Nothing happens to what is not entered; entered twice, it is there once.
    no(&["decide", MISSED, "--criticise", "--reason", "x"], by("周局", "2026-11-02T09:00"), "no finding is entered");
    let enter = ["findings", "--period", "2026-10", "--record"];
    ok(&enter, by("陈晓", "2026-11-02T09:00"));
    let (_, _, again) = desk.run(&[&enter[..], &by("陈晓", "2026-11-02T09:30")].concat());
    assert!(again.contains("0 of "), "{again}");

    // Every step that is missing is named.
    let criticise = |id: &'static str| ["decide", id, "--criticise", "--reason", "长期不更新"];
    no(&criticise(DIARY), by("周局", "2026-11-02T10:00"), "no notice has been served");
    no(&["decide", DIARY, "--commend", "--reason", "x"], by("周局", "2026-11-02T10:00"), "cannot lead to commend");
    no(&criticise(DIARY), by("周局", "2026-11-01T10:00"), "acts are entered in their order");
    let serve = ["notice", DIARY, MISSED, &complaint, "--out", &letters, "--served-on"];
    no(&[&serve[..], &["2026-11-09"]].concat(), by("陈晓", "2026-11-03T16:00"), "after the day of this entry");
    ok(&[&serve[..], &["2026-11-03"]].concat(), by("陈晓", "2026-11-03T16:00"));
    no(&criticise(DIARY), by("周局", "2026-11-10T10:00"), "may answer until 2026-11-10");
    no(&["respond", DIARY, "--waive"], by("陈晓", "2026-11-04T09:00"), "only 杨涛斌 can give up");

    // The workbook comes back: altered ids are refused with their cell, an honest one is taken.
    let file = PathBuf::from(&letters).join("陈述申辩表-人力资源局-杨涛斌-P0031.xlsx");
    let shown = file.display().to_string();
    no(&["respond", "--file", &shown], by("陈晓", "2026-11-05T09:00"), "answers nothing");
    fill(&file, &[("H9", "异议"), ("J9", "weekly_diary|people/P0007/2026-W40")]);
    no(&["respond", "--file", &shown], by("陈晓", "2026-11-05T09:00"), "row 9, cell J9");
    fill(&file, &[("J9", "weekly_diary|people/P0031/2026-W31|2026-07-27T00:00:00"), ("H9", "也许")]);
    no(&["respond", "--file", &shown], by("陈晓", "2026-11-05T09:00"), "cell H9: “意见”is “也许”");
    fill(&file, &[("H9", "异议")]);
    no(&["respond", "--file", &shown], by("陈晓", "2026-11-05T09:00"), "cell I9: “理由”is empty");
    fill(&file, &[("I9", "该周受组织派遣外出培训，有通知为证"), ("H10", "认可")]);
    let said = ok(&["respond", "--file", &shown], by("陈晓", "2026-11-05T09:00"));
    assert!(said.contains("1 accepted, 0 explained, 1 contested"), "{said}");
    no(
        &["respond", MISSED, "--item", "9", "--answer", "accept"],
        by("P0039", "2026-11-05T10:00"),
        "item 9 is not in the notice",
    );
    no(&["respond", MISSED, "--item", "1", "--answer", "contest"], by("P0039", "2026-11-05T10:00"), "give a --reason");

    // A ruling by somebody apart; the excluded week leaves every figure and nothing else moves.
    let rule = |item: &'static str, what: &'static str| ["rule", DIARY, "--item", item, what, "--reason", "培训属实"];
    no(&criticise(DIARY), by("周局", "2026-11-11T10:00"), "items 1 are contested and not ruled on");
    no(&rule("2", "--excluded"), by("赵一", "2026-11-11T10:00"), "item 2 was not contested");
    no(&rule("1", "--excluded"), by("杨涛斌", "2026-11-11T10:00"), "is whom it is about");
    no(&rule("1", "--reinstated"), by("赵一", "2026-11-11T10:00"), "is not excluded");
    ok(&["recuse", "钱二", "--from", "P0031", "--reason", "近亲属"], by("陈晓", "2026-11-11T09:00"));
    no(&rule("1", "--excluded"), by("钱二", "2026-11-11T10:00"), "takes no part (recused on 2026-11-11: 近亲属)");
    let before = desk.finding(DIARY).unwrap();
    let (persons, units) = (desk.figures("person"), desk.figures("unit"));
    ok(&rule("1", "--excluded"), by("赵一", "2026-11-11T10:00"));
    let after = desk.finding(DIARY).unwrap();
    let counts =
        |finding: &Value| (finding["rates"][0]["now"]["n"].as_i64(), finding["rates"][0]["now"]["met"].as_i64());
    assert_eq!((counts(&before), counts(&after)), ((Some(13), Some(7)), (Some(12), Some(7))));
    // The week ended in August: October's own figures stand as they were.
    assert_eq!((&persons, &units), (&desk.figures("person"), &desk.figures("unit")));
    let august = |args: &[&str]| {
        let asked = ["explain", "--measure", "weekly_diary", "--person", "P0031", "--period", "2026-08"];
        desk.done(&[&asked[..], args].concat())
    };
    let listed = august(&[]);
    assert!(listed.contains("已剔除  people/P0031/2026-W31") && listed.contains("赵一裁定：培训属实"), "{listed}");
    assert!(!august(&["--known-at", "1"]).contains("已剔除"));
    let district = |known_at: &[&str]| {
        let asked = ["measures", "--measure", "weekly_diary", "--period", "2026-08", "--by", "district"];
        let figure = desk.json(&[&asked[..], known_at].concat())[0].clone();
        (figure["n"].as_i64().unwrap(), figure["met"].as_i64().unwrap())
    };
    let (n, met) = district(&["--known-at", "1"]);
    assert_eq!(district(&[]), (n - 1, met));
    no(&criticise(DIARY), by("赵一", "2026-11-12T10:00"), "ruled on item 1 and cannot decide");
    no(&criticise(DIARY), by("P0031", "2026-11-12T10:00"), "is whom it is about");
    ok(&criticise(DIARY), by("周局", "2026-11-12T10:00"));
    ok(&criticise(MISSED), by("周局", "2026-11-12T10:00"));
    let criticised = ["decide", &complaint, "--criticise", "--reason", "属实"];
    ok(&criticised, by("周局", "2026-11-12T10:00"));

    // The bulletin names who was decided on, and says why nobody else.
    let (html, why) = desk.html("one");
    for name in ["杨涛斌", "胡怡宇", "12次中7次完成", "取消当年年度考核个人评优资格", "预计误点名"]
    {
        assert!(html.contains(name), "{name}");
    }
    assert!(
        !html.contains("李浩娟") && why.contains("not named: 2026-10/return_unexplained/P0058: no notice"),
        "{why}"
    );

    // What is issued was decided on before; from then on it stays.
    let at = |name: &str| desk.dir.path().join(name).display().to_string();
    let (frozen, corrected, signed) = (at("frozen"), at("corrected"), at("signed.docx"));
    desk.done(&["bulletin", "freeze", "--period", "2026-10", "--out", &frozen]);
    std::fs::copy(format!("{frozen}/documents/internal/通报-2026年10月.docx"), &signed).unwrap();
    let issue = ["bulletin", "issue", &frozen, "--signed", &signed, "--number", "〔2026〕8号", "--on"];
    let secretary = by("张主任", "2026-11-13T09:00");
    no(&[&issue[..], &["2026-11-10"]].concat(), secretary, "was decided upon on 2026-11-12, after the day of issue");
    ok(&[&issue[..], &["2026-11-13"]].concat(), secretary);

    // The verdict does not hold: the consequence is lifted, the name is out, a correction waits.
    let overturn = ["complaint", "overturn", COMPLAINT, "--reason", "复核：经办人另有其人"];
    let said = ok(&overturn, by("P0007", "2026-11-20T10:00"));
    assert!(said.contains("lifted: 取消当年年度考核个人评优资格"), "{said}");
    no(&overturn, by("P0007", "2026-11-20T11:00"), "is unsubstantiated already");
    ok(&enter, by("陈晓", "2026-11-20T12:00"));
    assert_eq!(desk.finding(&complaint), None);
    let waits = desk.json(&["docket", "--as-of", "2026-11-20"]);
    let waits: Vec<(&str, &str)> = waits
        .as_array()
        .unwrap()
        .iter()
        .map(|wait| (wait["what"].as_str().unwrap(), wait["id"].as_str().unwrap()))
        .collect();
    assert!(waits.contains(&("correct", complaint.as_str())) && waits.contains(&("refer", COMPLAINT)), "{waits:?}");

    // A ruling taken back restores the row; the name waits for a new decision.
    ok(&rule("1", "--reinstated"), by("赵一", "2026-11-20T13:00"));
    assert_eq!(counts(&desk.finding(DIARY).unwrap()), (Some(13), Some(7)));
    let (html, why) = desk.html("two");
    assert!(
        !html.contains("取消当年年度考核个人评优资格") && why.contains("the data carry this finding no more"),
        "{why}"
    );
    assert!(!html.contains("杨涛斌") && html.contains("胡怡宇"));
    assert!(why.contains(&format!("{DIARY}: its figures have changed since it was decided")), "{why}");

    // The correction says who is named no more, and what moved; what was issued is as it was.
    let restate = ["bulletin", "restate", "--of", "〔2026〕8号", "--reason", "投诉结论经复核改变，一项裁定撤回"];
    let told = [&restate[..], &["--kind", "correction", "--out", &corrected]].concat();
    ok(&told, by("张主任", "2026-11-20T15:00"));
    let correction: Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{corrected}/correction.json")).unwrap()).unwrap();
    let gone = correction["names_gone"].to_string();
    assert!(gone.contains("杨涛斌") && gone.contains("陈鑫") && !gone.contains("胡怡宇"), "{gone}");
    assert_eq!(correction["names_come"], serde_json::json!([]));
    let classes: Vec<&str> =
        correction["moved"].as_array().unwrap().iter().map(|moved| moved["measure"].as_str().unwrap()).collect();
    assert!(classes.contains(&"complaints"), "{classes:?}");
    desk.done(&["bulletin", "verify", &frozen]);
    desk.done(&["bulletin", "verify", &corrected]);

    // What was filed once and lifted is filed anew where the first verdict holds after all.
    let slip_waits = || {
        let waits = desk.json(&["docket", "--as-of", "2026-11-24"]);
        let of = |wait: &&Value| wait["what"] == "refer" && wait["id"] == COMPLAINT;
        waits.as_array().unwrap().iter().filter(of).count()
    };
    let refer = |at: &'static str| ok(&["complaint", "refer", COMPLAINT, "--out", &at_slips], by("陈晓", at));
    assert_eq!(slip_waits(), 1);
    refer("2026-11-21T09:00");
    assert_eq!(slip_waits(), 0);
    let restored = [&overturn[..3], &["--verdict", "substantiated", "--reason", "再次复核：反映属实"]].concat();
    ok(&restored, by("P0001", "2026-11-23T10:00"));
    assert_eq!(slip_waits(), 1);
    refer("2026-11-24T09:00");
    assert_eq!(slip_waits(), 0);
}

/// Puts texts into cells of a workbook's first sheet, as who fills it in does, by way of its XML.
fn fill(file: &Path, cells: &[(&str, &str)]) {
    use std::io::{Read, Write};
    let mut archive = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            let mut xml = String::from_utf8(bytes).unwrap();
            for (cell, text) in cells {
                let at = xml.find(&format!("<c r=\"{cell}\"")).unwrap();
                let tag = at + xml[at..].find('>').unwrap();
                let end = if xml[..tag].ends_with('/') { tag + 1 } else { at + xml[at..].find("</c>").unwrap() + 4 };
                xml.replace_range(at..end, &format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"));
            }
            bytes = xml.into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    std::fs::write(file, out.finish().unwrap().into_inner()).unwrap();
}
