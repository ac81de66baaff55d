//! The bulletin as files: what is in them, that they open, that they are the same twice.
use std::path::{Path, PathBuf};

use guanjia::report::{Templates, bulletin};
use guanjia::workspace::Bulletin;

use crate::sample_brief::brief;

fn settings() -> Bulletin {
    Bulletin {
        issuer: "大连高新区营商环境建设局".into(),
        number: "〔2026〕8号".into(),
        recipients: vec!["各街道办事处".into(), "管委会各部门".into(), "各直属单位".into()],
        signer: String::new(),
        copies: vec!["党工委办公室".into(), "纪检监察工委".into(), "党群工作部".into()],
    }
}

fn written(dir: &Path) -> Vec<PathBuf> {
    let templates = Templates::load(None).unwrap();
    bulletin::write(&brief(), &settings(), &templates, dir).unwrap()
}

#[test]
fn look() {
    written(Path::new("/tmp/look/out"));
}
