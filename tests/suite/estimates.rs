//! Estimates from the command line, held against R's `survey` and against moments by hand (tests/vectors/survey).
use std::fs;
use std::path::Path;

use serde_json::Value;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/survey/");

fn estimate(args: &[&str]) -> assert_cmd::assert::Assert {
    assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia")).args(["sample", "estimate"]).args(args).assert()
}

fn json(file: &str, args: &[&str]) -> Value {
    let path = if file.contains('/') { file.to_owned() } else { format!("{VECTORS}{file}") };
    let run = estimate(&[&["--from", &path, "--format", "json"], args].concat()).success();
    serde_json::from_slice(&run.get_output().stdout).unwrap()
}

fn near(told: &Value, key: &str, wanted: f64) {
    let told = told[key].as_f64().unwrap_or_else(|| panic!("{key} of {told}"));
    assert!((told - wanted).abs() <= 1e-8 * wanted.abs(), "{key}: {told} instead of {wanted}");
}

const STRATIFIED: [&str; 6] = ["--strata", "stype", "--fpc", "fpc", "--weights", "pw"];

#[test]
fn stratified_as_r() {
    let mean = json("apistrat.csv", &[&["--y", "api00"], &STRATIFIED[..]].concat());
    near(&mean, "estimate", 662.287_363_159_320_5);
    near(&mean, "se", 9.408_940_802_784_58);
    near(&mean, "ci_low", 643.732_188_272_086);
    near(&mean, "ci_high", 680.842_538_046_555_1);
    assert_eq!((&mean["df"], &mean["n"], &mean["N"]), (&197.into(), &200.into(), &6194.into()));
    assert_eq!(mean["stat"], "mean");
    let total = json("apistrat.csv", &[&["--y", "enroll", "--stat", "total"], &STRATIFIED[..]].concat());
    near(&total, "estimate", 3_687_177.532_438_28);
    near(&total, "se", 114_641.716_100_780_32);
    let ratio = json("apistrat.csv", &[&["--y", "api.stu", "--ratio", "enroll"], &STRATIFIED[..]].concat());
    near(&ratio, "estimate", 0.836_956_886_940_521_7);
    near(&ratio, "se", 0.007_757_103_166_637_878);
    let endless = json("apistrat.csv", &["--y", "api00", "--strata", "stype", "--weights", "pw"]);
    near(&endless, "se", 9.536_132_296_925_155);
}

/// Weights follow from population sizes; R's were rounded to single precision.
#[test]
fn weights_follow_from_population_sizes() {
    let mean = json("apistrat.csv", &["--y", "api00", "--strata", "stype", "--fpc", "fpc"]);
    assert!((mean["estimate"].as_f64().unwrap() - 662.287_363).abs() < 1e-5);
}

#[test]
fn clusters_in_two_stages_as_r() {
    let two = ["--cluster", "dnum,snum", "--fpc", "fpc1,fpc2"];
    let mean = json("apiclus2.csv", &[&["--y", "api00"], &two[..]].concat());
    near(&mean, "estimate", 670.811_808_118_081_3);
    near(&mean, "se", 30.099_027_376_836_617);
    assert_eq!(mean["df"], 39);
    let total = json("apiclus2.csv", &[&["--y", "enroll", "--stat", "total", "--skip-empty"], &two[..]].concat());
    near(&total, "estimate", 2_639_272.93);
    near(&total, "se", 799_637.773_648_358);
    assert_eq!(total["n"], 120);
}

#[test]
fn domains_are_samples_in_which_the_others_are_nothing() {
    let lines = json("apistrat.csv", &[&["--y", "api00", "--domain", "stype"], &STRATIFIED[..]].concat());
    let wanted = [
        ("E", 674.43, 12.382_479_793_907_283),
        ("H", 625.82, 14.937_129_185_393_081),
        ("M", 636.6, 16.214_707_308_184_522),
    ];
    for (line, (domain, mean, se)) in lines.as_array().unwrap().iter().zip(wanted) {
        assert_eq!(line["domain"], domain);
        near(line, "estimate", mean);
        near(line, "se", se);
    }
    // A domain that cuts across strata.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.csv");
    let text = fs::read_to_string(format!("{VECTORS}apistrat.csv")).unwrap();
    let large = |line: &str| {
        line.split(',').nth(2).unwrap().parse::<u32>().map_or("large", |n| if n >= 600 { "1" } else { "0" })
    };
    fs::write(&file, text.lines().map(|line| format!("{line},{}\n", large(line))).collect::<String>()).unwrap();
    let lines = json(file.to_str().unwrap(), &[&["--y", "api00", "--domain", "large"], &STRATIFIED[..]].concat());
    near(&lines[1], "estimate", 616.011_685_543_821_3);
    near(&lines[1], "se", 12.813_184_504_731_117);
}

#[test]
fn proportions_have_intervals_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("share.csv");
    let text = fs::read_to_string(format!("{VECTORS}apistrat.csv")).unwrap();
    let good = |line: &str| {
        line.split(',').nth(1).unwrap().parse::<u32>().map_or("good", |n| if n >= 700 { "是" } else { "否" })
    };
    fs::write(&file, text.lines().map(|line| format!("{line},{}\n", good(line))).collect::<String>()).unwrap();
    let file = file.to_str().unwrap();
    let asked = [&["--y", "good", "--stat", "proportion"], &STRATIFIED[..]].concat();
    let share = json(file, &asked);
    near(&share, "estimate", 0.404_339_681_611_038_8);
    near(&share, "se", 0.037_475_390_050_193_36);
    near(&share, "ci_low", 0.330_206_569_554_789_7);
    near(&share, "ci_high", 0.481_839_344_415_397_33);
    assert_eq!(share["ci"], "korn-graubard");
    for method in ["t", "wilson", "clopper-pearson"] {
        let other = json(file, &[&asked[..], &["--ci", method]].concat());
        assert!(other["ci_low"].as_f64().unwrap() < 0.34 && other["ci_high"].as_f64().unwrap() > 0.47, "{other}");
    }
}

/// One unit from a stratum of six; figures by hand (NumPy): 149.33… in all, variance by each remedy.
#[test]
fn a_stratum_with_a_single_unit_stops_or_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lonely.csv");
    fs::write(&file, "h,y,N\nA,3,10\nA,5,10\nA,8,10\nB,4,6\nC,7,9\nC,9,9\n").unwrap();
    let file = file.to_str().unwrap();
    let asked = ["--y", "y", "--strata", "h", "--fpc", "N"];
    let run = estimate(&[&["--from", file], &asked[..]].concat()).code(2);
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(told.contains("stratum “B”") && told.contains("remove, adjust or average"), "{told}");
    for (remedy, total, mean) in [
        ("remove", 14.518_187_826_921_71, 0.580_727_513_076_868_4),
        ("adjust", 14.540_846_398_740_67, 0.723_987_967_978_596_9),
        ("average", 17.781_076_082_922_166, 0.711_243_043_316_886_6),
    ] {
        let of = |stat| json(file, &[&asked[..], &["--lonely", remedy, "--stat", stat]].concat());
        near(&of("total"), "se", total);
        let line = of("mean");
        near(&line, "se", mean);
        assert_eq!((&line["lonely"], &line["lonely_strata"][0]), (&remedy.into(), &"B".into()));
    }
}

#[test]
fn a_census_has_no_interval() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("census.csv");
    fs::write(&file, "y,N\n1,3\n0,3\n1,3\n").unwrap();
    let all = json(file.to_str().unwrap(), &["--y", "y", "--fpc", "N", "--stat", "proportion"]);
    assert_eq!((&all["ci_low"], &all["se"], &all["census"]), (&Value::Null, &0.0.into(), &true.into()));
}

#[test]
fn what_is_wrong_is_named_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str, args: &[&str]| {
        let file = folder.path().join("sample.csv");
        fs::write(&file, text).unwrap();
        let run = estimate(&[&["--from", file.to_str().unwrap()], args].concat()).code(2);
        String::from_utf8_lossy(&run.get_output().stderr).into_owned()
    };
    let of = |text: &str, args: &[&str], wanted: &[&str]| {
        let told = refused(text, args);
        assert!(wanted.iter().all(|part| told.contains(part)), "{told}");
    };
    of("y,w\n1,1\n2,1\n", &["--y", "z"], &["no column “z”", "y, w"]);
    of("y,w\n1,1\n2,-3\n", &["--y", "y", "--weights", "w"], &["row 3, column w", "“-3”", "0 or more"]);
    of(
        "y,N\n1,2\n2,2\n3,2\n",
        &["--y", "y", "--fpc", "N"],
        &["row 2, column N", "3 units were sampled from a population of 2"],
    );
    of(
        "h,y,N\na,1,5\na,2,6\n",
        &["--y", "y", "--strata", "h", "--fpc", "N"],
        &["row 3, column N", "stratum “a” is 5", "and 6"],
    );
    of("y,N\n1,5\nzwei,5\n", &["--y", "y", "--fpc", "N"], &["row 3, column y: “zwei”", "is no number"]);
    of("y,N\n1,5\n,5\n", &["--y", "y", "--fpc", "N"], &["row 3, column y", "--skip-empty"]);
    of("y\n", &["--y", "y"], &["has no rows"]);
    of("", &["--y", "y"], &["has no rows"]);
    of("y\n2\n", &["--y", "y", "--stat", "proportion"], &["row 2, column y: “2”", "neither 1 nor 0"]);
    of("y\n2\n3\n", &["--y", "y", "--stat", "total"], &["--weights or --fpc"]);
    of("h,c,y\na,1,1\nb,1,2\n", &["--y", "y", "--strata", "h", "--cluster", "c"], &["row 3, column c: “1”", "--nest"]);
    of("y,N\n1,0.5\n2,7\n", &["--y", "y", "--fpc", "N"], &["row 2, column N", "all fractions"]);
    of("y,N\n1,5\n2,5\n", &["--y", "y", "--ci", "wilson"], &["--stat proportion"]);
    of("y,x\n1,0\n2,0\n", &["--y", "y", "--ratio", "x"], &["adds up to 0"]);
    let missing = estimate(&["--from", "/nowhere/x.csv", "--y", "y"]).code(2);
    assert!(String::from_utf8_lossy(&missing.get_output().stderr).contains("/nowhere/x.csv"));
    assert!(Path::new(VECTORS).exists());
}
