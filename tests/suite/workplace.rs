//! A workspace of a made-up bureau in a folder of its own, and commands given in it.
use std::fs;

pub struct Workplace {
    pub dir: tempfile::TempDir,
}

impl Workplace {
    /// Under the rules of the fullest place, with these rows taken in; one key for all, so that draws can be compared.
    pub fn enrolled(enterprises: &[String], people: &[String], held: &[String]) -> Workplace {
        let place = Workplace { dir: tempfile::tempdir().unwrap() };
        place.done(&["init", &place.path("."), "--regime", "dalian-hitech"]);
        let write = |name: &str, head: &str, rows: &[String]| {
            fs::write(place.path(&format!("inbox/{name}.csv")), format!("{head}\n{}\n", rows.join("\n"))).unwrap();
        };
        write("enterprises", "enterprise_id,name,kind,area,listed,contact_name,contact_phone", enterprises);
        write("people", "person_id,name,unit", people);
        write("assignments", "enterprise_id,role,holder_id,valid_from", held);
        place.done(&["ingest", &place.path("inbox")]);
        fs::write(place.path("sampling.key"), format!("{}\n", "5a".repeat(32))).unwrap();
        place
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_string_lossy().into_owned()
    }

    /// Exit status, what it printed, what it said.
    pub fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_guanjia"));
        if args[0] != "init" {
            command.args(["--workspace", &self.path(".")]);
        }
        let output = command.args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    pub fn done(&self, args: &[&str]) -> String {
        let (code, out, error) = self.run(args);
        assert_eq!(code, Some(0), "{args:?}\n{out}\n{error}");
        out
    }

    /// Runs what must be refused as misuse; what it said.
    pub fn refused(&self, args: &[&str]) -> String {
        let (code, out, error) = self.run(args);
        assert_eq!(code, Some(2), "{args:?}\n{out}\n{error}");
        error
    }
}
