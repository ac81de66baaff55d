//! The evaluators' desk from the command line, held against the reference implementation's own output.
use serde_json::Value;

fn guanjia() -> assert_cmd::Command {
    assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia"))
}

/// The first ids of a draw as the reference prints them, from the command line and through a pipe.
#[test]
fn tickets_from_the_command_line_are_those_of_the_reference() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/consistent_sampler.json")).unwrap();
    for (name, draw) in vectors["draws"].as_object().unwrap() {
        let ids: Vec<&str> = draw["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let wanted = draw["result"].as_array().unwrap();
        let mut command = guanjia();
        command.args(["sample", "tickets", "--seed", draw["seed"].as_str().unwrap()]);
        command.args(["--take", &wanted.len().to_string()]);
        if draw["with_replacement"] == true {
            command.arg("--with-replacement");
        }
        let run = command.write_stdin(ids.join("\n")).assert().success();
        let lines: Vec<String> = wanted
            .iter()
            .map(|line| {
                let text = |key: &str| line[key].as_str().unwrap().to_owned();
                format!("{} {} {}", text("ticket"), text("id"), line["generation"])
            })
            .collect();
        let printed = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        assert_eq!(printed.lines().collect::<Vec<_>>(), lines, "{name}");
    }
}

#[test]
fn a_draw_that_cannot_be_is_refused_with_the_reason() {
    let run = |args: &[&str], ids: &str| {
        let mut command = guanjia();
        let run = command.args(["sample", "tickets", "--seed", "1"]).args(args).write_stdin(ids).assert().code(2);
        String::from_utf8(run.get_output().stderr.clone()).unwrap()
    };
    assert!(run(&[], "甲\n乙\n甲\n").contains("“甲” stands in the list twice"));
    assert!(run(&["--with-replacement"], "甲\n").contains("--take N"));
    assert!(run(&["--format", "parquet"], "甲\n").contains("table, json or csv"));
}
