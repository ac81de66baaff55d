//! `guanjia regime`, and what holds for the rules of every place.
use std::path::Path;

use assert_cmd::Command;
use guanjia::regime::Regime;

fn guanjia(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("guanjia").unwrap().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
