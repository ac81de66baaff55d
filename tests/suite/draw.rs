//! A sample from plan to verified draw, by the command line: what the bureau does, and what an outsider makes of its file.
#[path = "draw/office.rs"]
pub mod office;

use std::fs;
use std::path::Path;

use office::*;
use serde_json::{Value, json};

use crate::dashboard::opened;

/// Everything that the specification says of a draw, held against nothing but hashes and `sample tickets`.
#[test]
fn a_draw_is_what_its_published_file_says() {
    let (office, published) = Office::published();
    // The plan hash: of the plan with keys in order and no spaces (serde_json's maps are ordered, its keys here ASCII).
    let commitment = read(&office.file("november", "commitment.json"));
    assert_eq!(commitment["plan_hash"], sha256(&commitment["plan"].to_string()));
    assert_eq!(commitment["plan"], published["plan"]);
    let plan_hash = commitment["plan_hash"].as_str().unwrap();
    assert_eq!(published["seed"], format!("{plan_hash} {THROWN}"));
    assert_eq!(
        (published["frame_size"].as_u64(), published["plan"]["excluded"].clone()),
        (Some(29), json!({"no_phone": 1, "no_steward": 1}))
    );
    // The frame hash: of all pseudonyms with their strata.
    let mut members: Vec<(String, String)> = Vec::new();
    for stratum in published["strata"].as_array().unwrap() {
        let id = stratum["id"].as_str().unwrap();
        assert!(id.starts_with("S-"));
        assert_eq!(rows(stratum).len() as u64, stratum["N"].as_u64().unwrap());
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        members.extend(rows(stratum).iter().map(|row| (text(row, "pseudonym"), id.to_owned())));
        // Tickets and their order: the plain tool's.
        let ids: Vec<String> = rows(stratum).iter().map(|row| text(row, "pseudonym")).rev().collect();
        let mut tool = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia"));
        let tool = tool.args(["sample", "tickets", "--whole", "--seed", published["seed"].as_str().unwrap()]);
        let printed = String::from_utf8(tool.write_stdin(ids.join("\n")).output().unwrap().stdout).unwrap();
        for (rank, (row, line)) in (1..).zip(rows(stratum).iter().zip(printed.lines())) {
            assert_eq!(line, format!("{} {} 1", text(row, "ticket"), text(row, "pseudonym")));
            let role = if rank <= stratum["n"].as_u64().unwrap() {
                "drawn"
            } else if rank <= stratum["n"].as_u64().unwrap() + 2 {
                "reserve"
            } else {
                "rest"
            };
            assert_eq!((row["rank"].as_u64(), row["role"].as_str()), (Some(rank), Some(role)));
        }
    }
    members.sort();
    assert_eq!(published["frame_hash"], sha256(&json!(members).to_string()));
    // Nobody can be read in it; the bureau's own copy has all of them, and an enterprise finds itself by its salt.
    let text = fs::read_to_string(office.file("november", "draw.json")).unwrap();
    assert!(!["E0", "公司", "管家1", "P1\"", "甄", "0411", "V1"].iter().any(|name| text.contains(name)), "{text}");
    let own = fs::read_to_string(office.file("november", "draw-bureau-only.json")).unwrap();
    assert!(own.contains("\"enterprise_id\":\"E0303\"") && own.contains("\"known_id\":\"P3\""));
    let salt: Value = serde_json::from_str(&office.done(&["sample", "salt", "Ｅ0303", "--format", "json"])).unwrap();
    let pseudonym = &sha256(&format!("{}E0303", salt["salt"].as_str().unwrap()))[..32];
    assert_eq!(salt["pseudonym"], pseudonym);
    assert_eq!(salt["plans"], json!(["november"]));
    assert!(text.contains(pseudonym));
    // The outsider, with the file alone and with the hash noted before.
    let file = office.file("november", "draw.json").to_string_lossy().into_owned();
    assert!(office.done(&["sample", "verify", &file, "--plan-hash", plan_hash]).contains("the draw holds: 29 tickets"));
    let (code, out, _) = office.run(&["sample", "verify", &file, "--plan-hash", &"0".repeat(64)]);
    assert_eq!(code, Some(1));
    assert!(out.contains("plan hash as it was announced"), "{out}");
}

#[test]
fn same_bureau_same_bytes_whatever_the_order_of_its_exports() {
    let made = [false, true].map(|turned| {
        let office = Office::turned(turned);
        office.plan("november", &["--size", "12", "--minimum", "2"]);
        office.draw("november");
        office.assign("november", &[]);
        let files = ["commitment.json", "draw.json", "draw-bureau-only.json", "verify.html"];
        let files = files.map(|name| fs::read_to_string(office.file("november", name)).unwrap());
        // Once more: nothing is drawn again, the same files are written.
        office.plan("november", &["--size", "12", "--minimum", "2"]);
        office.draw("november");
        assert_eq!(fs::read_to_string(office.file("november", "draw.json")).unwrap(), files[1]);
        assert!(files[0].ends_with("}\n") && !files[0].contains("\": "));
        files
    });
    assert!(made[0] == made[1]);
}

#[test]
fn evaluators_are_even_kept_from_their_own_and_may_give_back() {
    let office = Office::new();
    office.plan("november", &["--each", "3"]);
    office.draw("november");
    let made = office.assign("november", &[]);
    let calls = made["calls"].as_array().unwrap().clone();
    let load = |made: &Value, key: &str| {
        let loads = made["evaluators"].as_array().unwrap().iter().map(|row| row[key].as_u64().unwrap());
        loads.collect::<Vec<_>>()
    };
    // 1 + 4 × 3 drawn; P3 alone is of 甲局.
    assert_eq!(load(&made, "drawn").iter().sum::<u64>(), 13);
    assert!(load(&made, "drawn").iter().all(|n| (4..=5).contains(n)), "{made}");
    for call in &calls {
        let (evaluator, enterprise) = (call["evaluator_id"].as_str().unwrap(), call["enterprise_id"].as_str().unwrap());
        let own = evaluator == "V1" && enterprise.starts_with("E03");
        assert!(!own && (evaluator, enterprise) != ("V2", "E0501"));
    }
    // Given back: somebody else calls it, and nobody's list changes otherwise.
    let first = &calls[0];
    let (who, whom) = (first["evaluator_id"].as_str().unwrap(), first["enterprise_id"].as_str().unwrap());
    let refusal = format!("{who}={whom}:亲属任职");
    let args = [
        "sample",
        "assign",
        "--plan",
        "november",
        "--refuse",
        &refusal,
        "--at",
        "2026-11-03T12:00",
        "--format",
        "json",
    ];
    let after: Value = serde_json::from_str(&office.done(&args)).unwrap();
    assert_ne!(after["calls"][0]["evaluator_id"], first["evaluator_id"]);
    assert_eq!(after["calls"].as_array().unwrap()[1..], calls[1..]);
    assert!(office.refused(&args).contains("cannot give it back"));
    let file = office.file("november", "draw.json");
    assert!(!fs::read_to_string(&file).unwrap().contains("亲属任职"));
    office.done(&["sample", "verify", &file.to_string_lossy()]);
    // Another list, or an impossible one.
    let other = office.path("other.csv");
    let assign = |office: &Office, plan: &str, list: &str| {
        fs::write(&other, list).unwrap();
        office.refused(&["sample", "assign", "--plan", plan, "--evaluators", &other, "--at", "2026-11-03T12:00"])
    };
    assert!(assign(&office, "november", "编号,姓名\nV9,甄九\n").contains("were drawn on"));
    assert!(assign(&office, "december", "编号,姓名\nV9,甄九\n").contains("there is no plan “december”"));
    office.plan("december", &["--each", "3"]);
    assert!(assign(&office, "december", "编号,姓名\nV9,甄九\n").contains("has not been drawn yet"));
    office.draw("december");
    let own = assign(&office, "december", "编号,姓名,单位,回避单位\nV9,甄九,甲局,\nV8,甄八,,甲局\n");
    assert!(
        ["no evaluator may call E03", "V9 甄九 (own unit)", "V8 甄八 (declared interest)"]
            .iter()
            .all(|part| own.contains(part)),
        "{own}"
    );
    assert!(
        assign(&office, "december", "编号,姓名\nV9,甄九\nV9,甄十\n")
            .contains("“V9” (甄九, row 2) and “V9” (甄十, row 3)")
    );
    assert!(assign(&office, "december", "编号,姓名\nA9,甄九\nА9,甄十\n").contains("look alike"));
    assert!(assign(&office, "december", "编号,姓名\nV9,\n").contains("row 2: V9 has no name"));
    assert!(assign(&office, "december", "甲,乙\n1,2\n").contains("has no sheet with the columns"));
}

/// Who calls is fixed with the plan: another list is refused, and one that was changed in the published file is found out.
#[test]
fn a_plan_may_bind_who_calls() {
    let office = Office::new();
    let list = office.path("evaluators.csv");
    fs::write(&list, EVALUATORS).unwrap();
    let conflicted = office.path("conflicted.csv");
    fs::write(&conflicted, "编号,姓名,单位,回避企业\nV1,甄一,甲局,\nV2,甄二,,E0303\n").unwrap();
    let plan = Office::plan_args("november", &["--each", "3", "--evaluators", &conflicted]);
    assert!(office.refused(&plan).contains("nobody of the list may call E0303"));
    office.plan("november", &["--each", "3", "--evaluators", &list]);
    office.draw("november");
    fs::write(&list, EVALUATORS.replace("E0501", "E0502")).unwrap();
    let assign = ["sample", "assign", "--plan", "november", "--at", "2026-11-03T11:00"];
    assert!(office.refused(&[&assign[..], &["--evaluators", &list]].concat()).contains("fixed who calls"));
    office.done(&assign);
    let path = office.file("november", "draw.json");
    office.done(&["sample", "verify", &path.to_string_lossy()]);
    let published = read(&path);
    let what = |change: &dyn Fn(&mut Value)| {
        office.difference(&changed(&published, change))["what"].as_str().unwrap().to_owned()
    };
    let barred = |value: &mut Value| value["assignment"]["barred"].as_array_mut().unwrap().remove(0);
    assert_eq!(what(&|value| drop(barred(value))), "hash of the barred pairs, against the plan's");
    let evaluators = |value: &mut Value| value["assignment"]["evaluators"].as_array_mut().unwrap().remove(0);
    assert_eq!(what(&|value| drop(evaluators(value))), "evaluators, against the plan's");
    let (console, dom) = opened(&office.file("november", "verify.html"));
    assert!(console.is_empty() && dom.contains("核验通过"), "{console:#?}");
}

#[test]
fn nothing_is_drawn_early_twice_or_on_a_changed_plan() {
    let office = Office::new();
    let plan_hash = office.plan("november", &["--each", "3"])["plan_hash"].clone();
    let draw = |entropy: &str, at: &str| {
        office.refused(&["sample", "draw", "--plan", "november", "--entropy", entropy, "--at", at])
    };
    assert!(draw(THROWN, "2026-11-03T09:59").contains("whoever draws before could choose"));
    assert!(draw("3,1,6,6,2,4", "2026-11-03T10:00").contains("has not the announced shape"));
    assert!(draw(" 3 1 6 6 2 4", "2026-11-03T10:00").contains("exactly as announced"));
    // A plan is made before its entropy, and not changed.
    let again = |more: &[&str]| office.refused(&Office::plan_args("november", more));
    assert!(again(&["--each", "4"]).contains("a plan cannot be changed"));
    let late = [
        "sample",
        "plan",
        "--id",
        "x",
        "--as-of",
        "2026-10-31",
        "--each",
        "3",
        "--entropy-source",
        "骰子",
        "--entropy-at",
    ];
    let late = |at| office.refused(&[&late[..], &["2026-11-03T10:00", "--at", at]].concat());
    assert!(late("2026-11-03T10:00").contains("which is over"));
    // What was published is changed, the key is another, the frame is another.
    let file = office.file("november", "commitment.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"reserve\":2", "\"reserve\":3")).unwrap();
    assert!(draw(THROWN, "2026-11-03T10:00").contains("was changed after it was written"));
    fs::write(&file, &text).unwrap();
    let key = fs::read_to_string(office.path("sampling.key")).unwrap();
    fs::write(office.path("sampling.key"), "5b".repeat(32)).unwrap();
    assert!(draw(THROWN, "2026-11-03T10:00").contains("not the key it was made with"));
    fs::remove_file(office.path("sampling.key")).unwrap();
    assert!(draw(THROWN, "2026-11-03T10:00").contains("put the bureau's kept copy back"));
    fs::write(office.path("sampling.key"), key).unwrap();
    // Somebody takes an enterprise out of what the frame was made of, past the program.
    let tamper = |listed: &str| {
        let conn = duckdb::Connection::open(office.path("warehouse.duckdb")).unwrap();
        conn.execute_batch(&format!("UPDATE enterprises_versions SET listed = {listed} WHERE enterprise_id = 'E0504'"))
            .unwrap();
    };
    tamper("false");
    let error = draw(THROWN, "2026-11-03T10:00");
    assert!(error.contains("another frame for 2026-10-31") && error.contains("without E0504 (第54公司)"), "{error}");
    tamper("true");
    // Exports that come later change nothing: the frame is of what was known.
    fs::write(
        office.path("inbox/later.csv"),
        "enterprise_id,name,kind,contact_phone\nE0701,新公司,enterprise,0411-1\n",
    )
    .unwrap();
    office.done(&["ingest", &office.path("inbox/later.csv")]);
    assert_eq!(office.draw("november")["plan_hash"], plan_hash);
    assert!(draw("1 1 1 1 1 1", "2026-11-03T10:05").contains("a plan is drawn once"));
}

#[test]
fn a_drand_round_must_be_the_one_announced() {
    let office = Office::new();
    let round = json!({"round": 1, "randomness": "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec",
        "signature": "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655"});
    let file = office.path("round.json");
    let draw = |plan: &str, round: &Value| {
        fs::write(&file, round.to_string()).unwrap();
        office.run(&["sample", "draw", "--plan", plan, "--drand", &file, "--at", "2026-11-03T10:00", "--quiet"])
    };
    let plan = |id: &str, number: &str| {
        let args = ["sample", "plan", "--id", id, "--as-of", "2026-10-31", "--each", "2", "--entropy-source", "drand"];
        office.done(
            &[&args[..], &["--entropy-at", "2026-11-03T10:00", "--drand-round", number, "--at", "2026-11-02T09:00"]]
                .concat(),
        );
    };
    plan("one", "1");
    plan("two", "2");
    assert!(draw("two", &round).2.contains("the plan announced drand round 2, this is 1"));
    let mut bent = round.clone();
    bent["randomness"] = "00".repeat(32).into();
    assert!(draw("one", &bent).2.contains("this is no round of drand"));
    assert!(
        office.run(&["sample", "draw", "--plan", "one", "--entropy", "1"]).2.contains("give its file with --drand")
    );
    assert_eq!(draw("one", &round).0, Some(0));
    let published = office.file("one", "draw.json");
    assert!(read(&published)["seed"].as_str().unwrap().ends_with(round["randomness"].as_str().unwrap()));
    office.done(&["sample", "verify", &published.to_string_lossy()]);
}

#[test]
fn plans_that_cannot_be_are_told_why() {
    let office = Office::new();
    let file = office.path("plan.toml");
    let plan = |size: &str, strata: &str| {
        let head = "id = \"x\"\nas_of = \"2026-10-31\"\n";
        let entropy = "entropy = { source = \"骰子\", at = \"2026-11-03T10:00:00\" }\n";
        fs::write(&file, format!("{head}size = {size}\n{entropy}{strata}")).unwrap();
        office.refused(&["sample", "plan", "--file", &file, "--at", "2026-11-02T09:00"])
    };
    let each = "{ each = 3 }";
    assert!(
        plan(each, "[[stratum]]\nid = \"P2\"\nn = 5\n").contains("stratum “P2”: 5 are to be drawn and the frame has 4")
    );
    assert!(
        plan(each, "[[stratum]]\nid = \"P9\"\nn = 1\n").contains("stratum “P9”: no enterprise of the frame is in it")
    );
    assert!(plan(each, "[[stratum]]\nid = \"P2\"\nweight = -2000\nreason = \"x\"\n").contains("no or a negative rate"));
    assert!(plan(each, "[[stratum]]\nid = \"P2\"\nspread = -1\n").contains("never negative"));
    let neyman = "{ method = \"neyman\", total = 12 }";
    assert!(plan(neyman, "").contains("the spread expected in it is needed"));
    assert!(plan("{ method = \"proportional\", total = 30 }", "").contains("the frame has 29"));
    assert!(plan("{ method = \"proportional\", total = 30.5 }", "").contains("total"));
    assert!(
        office
            .refused(&["sample", "plan", "--id", "x"])
            .contains("--as-of, --each or --size, --entropy-source, --entropy-at")
    );
    let future = ["sample", "plan", "--id", "x", "--as-of", "2026-11-30", "--each", "3", "--entropy-source", "x"];
    assert!(
        office
            .refused(&[&future[..], &["--entropy-at", "2026-12-03T10:00", "--at", "2026-11-02T09:00"]].concat())
            .contains("not known yet")
    );
    // Nothing of all this was recorded.
    assert!(office.refused(&["sample", "draw", "--plan", "x", "--entropy", "1"]).contains("plans are: none yet"));
    // An id that only looks like another one: Cyrillic Е.
    fs::write(
        office.path("inbox/twin.csv"),
        "enterprise_id,name,kind,contact_phone\nЕ0202,冒名公司,enterprise,0411-9\n",
    )
    .unwrap();
    office.done(&["ingest", &office.path("inbox/twin.csv")]);
    let twins = office.refused(&Office::plan_args("x", &["--each", "3"]));
    assert!(
        twins.contains("“E0202” (第22公司)") && twins.contains("“Е0202” (冒名公司)") && twins.contains("U+0415"),
        "{twins}"
    );
}

/// The example of the README, down to its last key.
#[test]
fn the_plan_in_docs_is_one() {
    let wish = guanjia::sampling::plan::Wish::read(include_str!("../../docs/sample-plan.toml")).unwrap();
    wish.check().unwrap();
    assert_eq!((wish.size.total, wish.strata[0].weight), (Some(240), Some(2000)));
}

#[test]
fn a_preview_shows_what_sizes_buy_and_leaves_nothing() {
    let office = Office::new();
    fs::remove_file(office.path("sampling.key")).unwrap();
    let shown: Value = serde_json::from_str(&office.done(&Office::plan_args(
        "x",
        &["--size", "12", "--minimum", "1", "--census-at", "4", "--preview", "--format", "json"],
    )))
    .unwrap();
    let lines: Vec<(&str, u64, u64, bool)> = shown["strata"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["known_id"].as_str().unwrap(),
                row["N"].as_u64().unwrap(),
                row["n"].as_u64().unwrap(),
                row["census"] == true,
            )
        })
        .collect();
    // 1 + 4 drawn whole; 7 among 6, 8 and 10: 1.75, 2.33, 2.92.
    assert_eq!(
        lines,
        [("P1", 1, 1, true), ("P2", 4, 4, true), ("P3", 6, 2, false), ("P4", 8, 2, false), ("P5", 10, 3, false)]
    );
    let widths: Vec<f64> =
        shown["strata"].as_array().unwrap().iter().map(|row| row["width"].as_f64().unwrap()).collect();
    assert!(widths[0] == 0.0 && widths[3] > widths[4] - 0.2 && widths[4] > 0.4, "{widths:?}");
    assert!(shown.get("plan_hash").is_none() && !Path::new(&office.path("sampling.key")).exists());
    assert!(!Path::new(&office.path("out/sampling")).exists());
    let table = office.done(&Office::plan_args("x", &["--each", "3", "--strata", "unit", "--preview"]));
    assert!(
        table.contains("甲局")
            && table.contains("interval")
            && table.contains("left out of the frame: 1 without telephone, 1 without steward"),
        "{table}"
    );
}

#[test]
fn who_was_called_lately_stands_out_of_the_frame() {
    let office = Office::new();
    let rows = "1,E0501,phone,2026-09-01,5\n2,E0502,phone,2026-05-01,5\n3,E0503,platform,2026-09-01,5\n4,E0504,phone,2026-11-01,5";
    fs::write(office.path("inbox/evaluations.csv"), format!("evaluation_id,enterprise_id,channel,at,grade\n{rows}\n"))
        .unwrap();
    office.done(&["ingest", &office.path("inbox/evaluations.csv")]);
    let plan = office.plan("x", &["--each", "3"]);
    assert_eq!(plan["excluded"], json!({"no_phone": 1, "no_steward": 1, "called_recently": 1}));
    assert_eq!(plan["frame_size"], 28);
    assert_eq!(office.plan("y", &["--each", "3", "--cool-down", "400"])["excluded"]["called_recently"], 2);
}
