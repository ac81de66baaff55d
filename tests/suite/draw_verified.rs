//! What an outsider makes of a published draw: the program and the page in a browser name the first row that differs.
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::dashboard::opened;
use crate::draw::office::{Office, changed};

/// The stratum of P5, the largest.
fn largest(published: &mut Value) -> &mut Value {
    published["strata"].as_array_mut().unwrap().iter_mut().max_by_key(|stratum| stratum["N"].as_u64()).unwrap()
}

/// Two rows change places; ranks stay where they were.
fn swapped(published: &Value) -> Value {
    changed(published, |value| {
        let rows = largest(value)["tickets"].as_array_mut().unwrap();
        let (second, seventh) = (rows[1].clone(), rows[6].clone());
        for key in ["pseudonym", "ticket"] {
            rows[1][key] = seventh[key].clone();
            rows[6][key] = second[key].clone();
        }
    })
}

/// The second row is gone, and all after it moved up so that nothing shows.
fn omitted(published: &Value) -> Value {
    changed(published, |value| {
        let stratum = largest(value);
        let n = stratum["n"].as_u64().unwrap();
        let rows = stratum["tickets"].as_array_mut().unwrap();
        rows.remove(1);
        for (rank, row) in (1..).zip(rows) {
            row["rank"] = rank.into();
            row["role"] = if rank <= n {
                "drawn"
            } else if rank <= n + 2 {
                "reserve"
            } else {
                "rest"
            }
            .into();
        }
    })
}

#[test]
fn a_changed_file_is_found_out_at_its_first_row() {
    let (office, published) = Office::published();
    let mut copy = published.clone();
    let stratum = largest(&mut copy)["id"].clone();
    let original = |row: usize, key: &str| {
        let mut copy = published.clone();
        largest(&mut copy)["tickets"][row][key].clone()
    };
    let found = office.difference(&swapped(&published));
    assert_eq!((&found["stratum"], &found["rank"], &found["what"]), (&stratum, &json!(2), &json!("pseudonym")));
    assert_eq!((&found["expected"], &found["found"]), (&original(1, "pseudonym"), &original(6, "pseudonym")));
    let without = changed(&published, |value| {
        value["assignment"].take();
    });
    let found = office.difference(&omitted(&without));
    assert_eq!((&found["stratum"], &found["what"]), (&stratum, &json!("number of tickets")));
    assert_eq!((&found["expected"], &found["found"]), (&json!("10"), &json!("9")));
    // Gone without moving the others up: the gap shows.
    let found = office.difference(&changed(&published, |value| {
        largest(value)["tickets"].as_array_mut().unwrap().remove(1);
    }));
    assert_eq!((&found["rank"], &found["what"], &found["expected"]), (&json!(2), &json!("rank"), &json!("2")));
    // An invented pseudonym in the place of a real one.
    let what = |change: &dyn Fn(&mut Value)| {
        office.difference(&changed(&published, change))["what"].as_str().unwrap().to_owned()
    };
    assert_eq!(what(&|value| largest(value)["tickets"][9]["ticket"] = "0.5".into()), "ticket");
    assert_eq!(what(&|value| largest(value)["tickets"][9]["role"] = "drawn".into()), "role");
    assert_eq!(what(&|value| largest(value)["n"] = 4.into()), "n");
    assert_eq!(what(&|value| value["plan"]["reserve"] = 1.into()), "plan hash");
    assert_eq!(what(&|value| value["entropy"]["text"] = "3 1 6 6 2 5".into()), "seed");
    assert_eq!(what(&|value| value["entropy"]["text"] = "3 1 6 6 2".into()), "entropy");
    assert_eq!(what(&|value| value["frame_hash"] = "0".into()), "frame hash stated");
    assert_eq!(what(&|value| largest(value)["tickets"][9]["pseudonym"] = original(0, "pseudonym")), "pseudonym");
    let calls = |value: &mut Value, row: usize| value["assignment"]["calls"][row]["evaluator"].clone();
    let other = changed(&published, |value| {
        let names = value["assignment"]["evaluators"].as_array().unwrap().clone();
        let now = calls(value, 3);
        value["assignment"]["calls"][3]["evaluator"] = names.into_iter().find(|name| *name != now).unwrap();
    });
    let found = office.difference(&other);
    assert_eq!((&found["rank"], &found["what"]), (&json!(4), &json!("evaluator")));
    // No published draw at all.
    let path = office.path("plain.json");
    fs::write(&path, "{}").unwrap();
    assert!(office.refused(&["sample", "verify", &path]).contains("is no published draw"));
}

/// The page comes to the same as the program, without a word to any network.
#[test]
fn the_page_verifies_in_a_browser() {
    let (office, published) = Office::published();
    let page = |value: &Value| {
        let (json, html) = (office.path("p.json"), office.path("p.html"));
        fs::write(&json, value.to_string()).unwrap();
        office.run(&["sample", "verify", &json, "--page", &html]);
        let (console, dom) = opened(Path::new(&html));
        assert!(console.is_empty(), "{console:#?}");
        let start = dom.find("<section id=\"outcome\"").unwrap();
        dom[start..].split("</section>").next().unwrap().to_owned()
    };
    let mut copy = published.clone();
    let stratum = largest(&mut copy)["id"].as_str().unwrap().to_owned();
    let good = page(&published);
    assert!(good.contains("核验通过") && good.contains("29 个签号"), "{good}");
    let found = page(&swapped(&published));
    assert!(found.contains("核验不通过") && found.contains(&format!("层 {stratum} 第 2 行，化名")), "{found}");
    let found = page(&omitted(&published));
    assert!(found.contains("核验不通过") && found.contains(&format!("层 {stratum}，签数")), "{found}");
    let found = page(&changed(&published, |value| value["assignment"]["calls"][2]["evaluator"] = "V-0".into()));
    assert!(found.contains("评价员分派第 3 行，评价员"), "{found}");
    let found = page(&changed(&published, |value| value["plan"]["reserve"] = 1.into()));
    assert!(found.contains("首个不符之处：方案哈希"), "{found}");
    // The page that the draw wrote is the same page; one without a file waits for one.
    let (console, dom) = opened(&office.file("november", "verify.html"));
    assert!(console.is_empty() && dom.contains("核验通过"));
    let empty = office.path("empty.html");
    office.done(&["sample", "verify", "--page", &empty]);
    assert!(opened(Path::new(&empty)).1.contains("尚未打开文件"));
}
