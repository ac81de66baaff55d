//! The bulletin of each place reads as if its own bureau had written it: every template renders, in both editions, and
//! speaks the place's own words and none of another's.
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use guanjia::calendar::Calendar;
use guanjia::ingest::{Options, Silent, ingest};
use guanjia::measures::{self, Brief, Scope};
use guanjia::period::Period;
use guanjia::regime::Regime;
use guanjia::report::bulletin::{self, Edition, Kind};
use guanjia::report::document::Document;
use guanjia::report::html;
use guanjia::report::ratings::Ratings;
use guanjia::report::{ReportError, Templates, dashboard};
use guanjia::tables::{Dictionary, Wording};
use guanjia::warehouse::Warehouse;
use guanjia::workspace::Bulletin;

/// A small bureau that has what any place asks for, taken in.
static EVERYTHING: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let exports = dir.path().join("exports");
    crate::everything::write(&exports);
    let file = dir.path().join("warehouse.duckdb");
    let started_at = "2026-11-02T12:00:00".parse().unwrap();
    let mut warehouse = Warehouse::open_writer(&file, "test").unwrap();
    let batch = warehouse.begin("2026-11-02".parse().unwrap(), started_at).unwrap();
    ingest(&[exports], &Options::new(started_at, &Silent), Dictionary::shipped(), batch).unwrap();
    drop(warehouse);
    (dir, file)
});

fn brief(regime: &Regime, period: &str) -> Brief {
    let period: Period = period.parse().unwrap();
    let rhythm = Default::default();
    let mut said = |_: &str| {};
    measures::brief(&EVERYTHING.1, regime, &Calendar::shipped(), &rhythm, Scope::of(period), &mut said).unwrap()
}

fn document(brief: &Brief, kind: Kind, edition: Edition, templates: &Templates) -> Result<Document, ReportError> {
    bulletin::document(brief, kind, edition, &Ratings::of(brief), &Bulletin::default(), templates)
}

fn text(document: &Document, templates: &Templates) -> String {
    html::page(document, templates.text("style.css"))
}

fn pages(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension() {
            _ if path.is_dir() => text += &pages(&path),
            Some(ending) if ending == "html" => text += &fs::read_to_string(path).unwrap(),
            _ => {}
        }
    }
    text
}

/// Words that only one place says, and in which others would not know themselves.
const OWN: [(&str, &[&str]); 5] = [
    ("dalian-hitech", &["包保", "专项组", "街道"]),
    ("xinqiu", &["六个一", "工作台账", "牵头领导"]),
    ("puwan", &["企业工作秘书", "项目服务秘书", "诉求"]),
    ("wafangdian", &["“妈妈”", "“保姆”", "“秘书”", "企业项目"]),
    ("ankang", &["代办专员", "县（区）", "帮办代办"]),
];
const FOREIGN: [(&str, &[&str]); 5] = [
    ("dalian-hitech", &["妈妈", "保姆", "代办", "企业工作秘书", "六个一", "县（区）"]),
    ("xinqiu", &["包保", "妈妈", "保姆", "代办", "企业工作秘书", "专项组", "县（区）"]),
    ("puwan", &["包保", "妈妈", "保姆", "代办", "项目管家", "专项组", "县（区）"]),
    ("wafangdian", &["包保", "项目管家", "代办", "企业工作秘书", "专项组", "县（区）", "空档（无管家）"]),
    ("ankang", &["包保", "妈妈", "保姆", "企业工作秘书", "项目管家", "专项组", "空档（无管家）"]),
];

#[test]
fn every_bulletin_of_every_place_is_written_in_its_own_words() {
    for id in guanjia::shipped::regime_ids() {
        let regime = Regime::shipped(&id).unwrap().published();
        let templates = Templates::of(None, &id).unwrap();
        let mut all = String::new();
        let periods = [("week", "2026-W38"), ("month", "2026-09"), ("quarter", "2026-Q3"), ("year", "2026")];
        // Its own kinds of period, and one that it has not.
        let own = |kind: &str| regime.periods.iter().any(|known| known == kind);
        let other = periods.iter().find(|(kind, _)| !own(kind)).map(|(kind, _)| *kind);
        for (kind, period) in periods.iter().filter(|(kind, _)| own(kind) || id == "xinqiu" && Some(*kind) == other) {
            let brief = brief(&regime, period);
            if *kind == "month" {
                let dir = tempfile::tempdir().unwrap();
                dashboard::write(std::slice::from_ref(&brief), None, dir.path()).unwrap();
                all += &pages(dir.path());
            }
            for edition in [Edition::Internal, Edition::Public] {
                for kind in [Kind::Monthly, Kind::Situation] {
                    let document = document(&brief, kind, edition, &templates)
                        .unwrap_or_else(|error| panic!("{id} {period} {kind:?} {edition:?}: {error}"));
                    assert!(document.title.contains(&brief.period.zh()), "{id}: {}", document.title);
                    all += &text(&document, &templates);
                }
            }
        }
        // The title of the document that is cited is nobody's word.
        let all = all.replace(&regime.document, "");
        for (_, words) in OWN.iter().filter(|(place, _)| *place == id) {
            for word in *words {
                assert!(all.contains(word), "{id} never says {word}");
            }
        }
        for (_, words) in FOREIGN.iter().filter(|(place, _)| *place == id) {
            for word in *words {
                let at = all.find(word).map(|at| all[at.saturating_sub(0)..].chars().take(60).collect::<String>());
                assert!(at.is_none(), "{id} says {word}: {}", at.unwrap_or_default());
            }
        }
    }
}

#[test]
fn a_sixth_place_speaks_its_own_words_too() {
    let regime = Regime::parse(include_str!("../fixtures/park.toml"), "park.toml").unwrap();
    let templates = Templates::of(None, &regime.id).unwrap();
    let document = document(&brief(&regime, "2026-W38"), Kind::Monthly, Edition::Internal, &templates).unwrap();
    let page = text(&document, &templates);
    assert_eq!(document.title, "关于2026年第38周专员服务工作情况的通报");
    assert!(page.contains("入园企业") && page.contains("企业专员") && !page.contains("项目管家"), "{page}");
    // Its files are read by its words: 企业专员 is what this program calls a steward.
    let spoken = Dictionary::shipped().speaking(&regime.words).unwrap();
    assert!(spoken.words["role"]["steward"].contains(&"企业专员".to_owned()));
    let mut quoted = Wording::default();
    quoted.set("role", "leader", "“项目妈妈”");
    let spoken = Dictionary::shipped().speaking(&quoted).unwrap();
    assert!(["“项目妈妈”", "项目妈妈"].iter().all(|w| spoken.words["role"]["leader"].contains(&(*w).to_owned())));
}

#[test]
fn words_that_are_none_are_told_with_line_and_remedy() {
    let head = "[regime]\nid = \"x\"\nplace = \"某区\"\ndocument = \"《某》\"\nin_force_from = 2025-01-01\nmain_role = \"steward\"\n\n[words.tier]\n";
    for (words, says) in [
        (
            "municipal = \"乡镇\"\n",
            "x.toml:9: words.tier.municipal: is “乡镇”, which files read as township; say it so",
        ),
        (
            "boss = \"甲\"\n",
            "x.toml:9: words.tier.boss: is no word of the list tier; write one of: municipal, township",
        ),
        ("municipal = 3\n", "x.toml:9: words.tier.municipal: is no text; write what the place says"),
        ("[words.tears]\na = \"b\"\n", "words.tears: is no list of words; write one of: case_channel, case_class"),
    ] {
        let error = Regime::parse(&format!("{head}{words}"), "x.toml").unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn what_lies_in_the_folder_of_a_place_comes_first_and_a_workspaces_before_all() {
    let dir = tempfile::tempdir().unwrap();
    let own = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let regime = Regime::parse(include_str!("../fixtures/park.toml"), "park.toml").unwrap();
    let brief = brief(&regime, "2026-09");
    let page = || {
        let templates = Templates::of(Some(dir.path()), &regime.id)?;
        let document = document(&brief, Kind::Monthly, Edition::Internal, &templates)?;
        Ok::<_, ReportError>((document.title.clone(), text(&document, &templates)))
    };
    // A part alone.
    own("parts/opening.md", "本园区自写的总体情况。\n");
    let (title, text) = page().unwrap();
    assert!(text.contains("本园区自写的总体情况。") && text.contains("下一步工作要求"), "{title}");
    // A general template, then the place's own.
    own("monthly.md", "# {{ period }}园区快报\n\n{% include \"parts/opening.md\" %}\n");
    assert_eq!(page().unwrap().0, "2026年9月园区快报");
    own("park/monthly.md", "# {{ period }}专员工作通报\n\n{% include \"parts/opening.md\" %}\n");
    assert_eq!(page().unwrap().0, "2026年9月专员工作通报");
    own("park/parts/opening.md", "{{ nope }}\n");
    let error = page().unwrap_err().to_string();
    assert!(error.contains("park/parts/opening.md:1: "), "{error}");
}
