//! Leads of integrity by hand: what is one, what is just not one, and of which period.
use crate::desk::{Desk, ever, rules, scope, told};

const LEADS: &str = "[[measure]]\nid = \"l\"\nkind = \"integrity\"\n";
const VISIT: &str = "走访企业了解生产经营情况并协调解决用电增容问题企业表示满意将持续跟进";

fn only(sign: &str) -> String {
    format!("{LEADS}signs = [\"{sign}\"]\n")
}

fn entry(desk: &mut Desk, id: &str, person: &str, served: &str, written: &str, text: &str) {
    desk.add("diary", &format!("{id},{person},E1,{served},{written},visit,{text}"));
}

#[test]
fn copied_texts_are_one_lead_of_the_period_of_the_latest() {
    let mut desk = Desk::new();
    desk.add("people", "P2,李二,甲局,,");
    entry(&mut desk, "D1", "P1", "2025-09-01", "2025-09-01 17:00", VISIT);
    entry(&mut desk, "D2", "P1", "2025-10-09", "2025-10-09 17:00", &VISIT.replace('企', "企 "));
    entry(
        &mut desk,
        "D3",
        "P1",
        "2025-10-10",
        "2025-10-10 17:00",
        "到现场召开协调会研究供地手续由规划部门当场答复下周书面反馈",
    );
    let regime = rules(&only("near_duplicate"));
    let rows = |desk: &mut Desk, period: &str, as_of: &str| -> Vec<String> {
        desk.evidence(&regime, scope(period, as_of, None)).iter().map(told).collect()
    };
    assert_eq!(
        rows(&mut desk, "2025-10", "2025-10-31"),
        ["diary/D1 P1/甲局 done 2025-10-09T17:00 on 2025-10-09 – 2 near_duplicate"]
    );
    // As of September there was one text; nothing was copied yet.
    assert_eq!(rows(&mut desk, "2025-09", "2025-09-30"), [""; 0]);
    // A colleague's copy makes it a lead about nobody in particular, of the month of that copy.
    entry(&mut desk, "D4", "P2", "2025-11-03", "2025-11-03 09:00", VISIT);
    assert_eq!(
        rows(&mut desk, "2025-11", "2025-11-30"),
        ["diary/D1 –/– done 2025-11-03T09:00 on 2025-11-03 – 3 near_duplicate"]
    );
    let session = desk.session(&regime, scope("2025-11", "2025-11-30", None));
    let leads = session.leads().unwrap();
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0].people(), ["张一", "李二"]);
    let ids: Vec<&str> = leads[0].records.iter().map(|r| r.record.as_str()).collect();
    assert_eq!(ids, ["diary/D1", "diary/D2", "diary/D4"]);
}

#[test]
fn five_entries_for_five_days_within_ten_minutes() {
    let mut desk = Desk::new();
    // Four within ten minutes, the fifth a second too late.
    for (nth, at) in ["17:00:00", "17:02:00", "17:04:00", "17:06:00", "17:10:01"].iter().enumerate() {
        let served = format!("2025-09-{:02}", nth + 1);
        entry(&mut desk, &format!("A{nth}"), "P1", &served, &format!("2025-09-08 {at}"), "某");
    }
    // Exactly ten minutes, but only four service days.
    for (nth, at) in ["09:00:00", "09:01:00", "09:02:00", "09:03:00", "09:10:00"].iter().enumerate() {
        let served = format!("2025-10-{:02}", 9 + nth.min(3));
        entry(&mut desk, &format!("B{nth}"), "P1", &served, &format!("2025-10-16 {at}"), "某");
    }
    let regime = rules(&only("back_filled"));
    let told_of =
        |desk: &mut Desk| -> Vec<String> { desk.evidence(&regime, ever("2025-12-31")).iter().map(told).collect() };
    assert_eq!(told_of(&mut desk), [""; 0]);
    // One more, of a fifth day, makes it one; a sixth that overlaps belongs to the same.
    entry(&mut desk, "B5", "P1", "2025-10-14", "2025-10-16 09:05:00", "某");
    entry(&mut desk, "B6", "P1", "2025-10-15", "2025-10-16 09:11:00", "某");
    assert_eq!(told_of(&mut desk), ["diary/B0 P1/甲局 done 2025-10-16T09:11 on 2025-10-16 – 7 back_filled"]);
}

#[test]
fn more_than_fourteen_days_late() {
    let mut desk = Desk::new();
    entry(&mut desk, "D1", "P1", "2025-10-01", "2025-10-15 08:00", "某");
    entry(&mut desk, "D2", "P1", "2025-10-01", "2025-10-16 00:00", "某");
    entry(&mut desk, "D3", "P1", "2025-09-25", "2025-10-16 23:59", "某");
    // A bare date counts as its day; an entry without one is taken as written when served.
    entry(&mut desk, "D4", "P1", "2025-10-01", "2025-10-20", "某");
    entry(&mut desk, "D5", "P1", "2025-10-01", "", "某");
    assert_eq!(
        desk.rows(&only("written_late"), "2025-12-31"),
        [
            "diary/D3 P1/甲局 done 2025-10-16T23:59 on 2025-10-16 – 2 written_late",
            "diary/D4 P1/甲局 done 2025-10-20T00:00 on 2025-10-20 – 1 written_late",
        ]
    );
}

#[test]
fn entries_for_an_enterprise_not_held() {
    let mut desk = Desk::new();
    desk.add("enterprises", "E2,乙公司,enterprise,,,,,\nE3,丙公司,enterprise,,,,,");
    desk.add("people", "P2,李二,乙局,,\nP3,王三,丙局,,");
    // Held by P2 until the 9th (the day it ends is not held any more), then nobody; E3 by the unit 丙局.
    desk.add("assignments", "E2,steward,P2,,,2025-01-01,2025-10-09\nE3,department_contact,,,丙局,2025-01-01,");
    desk.add("absences", "P2,2025-10-06,2025-10-07,P3");
    for (id, person, enterprise, served) in [
        ("D1", "P2", "E2", "2025-10-05"),
        ("D2", "P3", "E2", "2025-10-06"), // deputy
        ("D3", "P2", "E2", "2025-10-06"), // away: the deputy holds
        ("D4", "P2", "E2", "2025-10-09"),
        ("D5", "P3", "E3", "2025-10-20"), // of the unit that holds
        ("D6", "P1", "E3", "2025-10-20"),
        ("D7", "P1", "E3", "2025-11-20"),
        ("D8", "P1", "", "2025-10-20"),
    ] {
        desk.add("diary", &format!("{id},{person},{enterprise},{served},,visit,某"));
    }
    assert_eq!(
        desk.rows(&only("not_held"), "2025-12-31"),
        [
            "diary/D3 P2/乙局 done 2025-10-09T00:00 on 2025-10-09 – 2 not_held",
            "diary/D6 P1/甲局 done 2025-10-20T00:00 on 2025-10-20 – 1 not_held",
            "diary/D7 P1/甲局 done 2025-11-20T00:00 on 2025-11-20 – 1 not_held",
        ]
    );
}

#[test]
fn settled_at_once_or_without_a_step() {
    let mut desk = Desk::new();
    desk.case("Q1", "submitted 2025-10-09T09:00:00\nassigned 2025-10-09T09:00:30 @乙局\nresolved 2025-10-09T09:01:00");
    desk.case("Q2", "submitted 2025-10-09T09:00:00\nassigned 2025-10-09T09:00:30 @乙局\nresolved 2025-10-09T09:01:01");
    desk.case("Q3", "submitted 2025-10-09T09:00:00\naccepted 2025-10-09T10:00:00\nresolved 2025-10-13T09:00:00");
    desk.case("Q4", "submitted 2025-10-09\naccepted 2025-10-09\nassigned 2025-10-09 @乙局\nresolved 2025-10-09");
    desk.case("Q5", "submitted 2025-10-09T09:00:00\naccepted 2025-10-09T10:00:00");
    assert_eq!(
        desk.rows(LEADS, "2025-12-31"),
        [
            "cases/Q1 P1/甲局 done 2025-10-09T09:01 on 2025-10-09 – 1 instant",
            "cases/Q3 P1/甲局 done 2025-10-13T09:00 on 2025-10-13 – 1 no_steps",
        ]
    );
}

/// Nothing before the rules; and no report ever sees a lead.
#[test]
fn leads_stay_out_of_what_is_published() {
    let mut desk = Desk::new();
    entry(&mut desk, "D1", "P1", "2018-10-01", "2018-12-01 08:00", "某");
    assert_eq!(desk.rows(LEADS, "2025-12-31"), [""; 0]);
    let regime = guanjia::regime::Regime::shipped("dalian-hitech").unwrap();
    assert!(regime.measure("integrity_leads").is_some());
    assert!(regime.published().measure("integrity_leads").is_none());
}

/// How the search for copies grows: `GUANJIA_TEXTS=1600000 cargo test --release --test suite copies_of_many -- --ignored --nocapture`,
/// with `GUANJIA_PHRASES=1` of texts that are made of phrases.
#[test]
#[ignore = "a measurement; its figures are in benches/README.md"]
fn copies_of_many() {
    use rand_chacha::rand_core::SeedableRng;
    let asked: usize = std::env::var("GUANJIA_TEXTS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let of_phrases = std::env::var_os("GUANJIA_PHRASES").is_some();
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut all = guanjia::measures::similar::Texts::new(threads);
    let mut searched = std::time::Duration::ZERO;
    let mut left = asked;
    while left > 0 {
        let some = left.min(100_000);
        let texts =
            if of_phrases { told_in_phrases(some, asked / 250, &mut chance) } else { told_freely(some, &mut chance) };
        let began = std::time::Instant::now();
        all.add(&texts);
        searched += began.elapsed();
        left -= some;
    }
    let began = std::time::Instant::now();
    let groups = all.groups();
    searched += began.elapsed();
    let members: usize = groups.iter().map(|group| group.members.len()).sum();
    println!("{asked} texts, {} groups of {members}, {:.1} s", groups.len(), searched.as_secs_f64());
    assert!(groups.len() > asked / 10_000);
}

/// Texts of random letters; one in fifty copies another but for its first letter.
fn told_freely(count: usize, chance: &mut impl rand::Rng) -> Vec<String> {
    let mut texts: Vec<String> = Vec::with_capacity(count);
    for nth in 0..count {
        let text = if nth % 50 == 49 {
            let copied = &texts[chance.random_range(0..nth)];
            std::iter::once('改').chain(copied.chars().skip(1)).collect()
        } else {
            let length = chance.random_range(30..80);
            (0..length).filter_map(|_| char::from_u32(0x4e00 + chance.random_range(0..2_000))).collect()
        };
        texts.push(text);
    }
    texts
}

/// Texts as people write them: one of so many names among a few thousand turns of phrase; one in a hundred one of
/// a long template with a name in it, alike whatever the name.
fn told_in_phrases(count: usize, names: usize, chance: &mut impl rand::Rng) -> Vec<String> {
    // The same phrase whenever it is told: of a kind, the so-manieth, so long.
    let phrase = |kind: u32, nth: usize, length: u32| -> String {
        let letter = |at: u32| (nth as u32).wrapping_mul(2_654_435_761).rotate_left(7 * at + kind) % 3_000;
        (0..length).filter_map(|at| char::from_u32(0x4e00 + letter(at) / (kind + 1) + kind * 700)).collect()
    };
    (0..count)
        .map(|_| {
            let name = phrase(0, chance.random_range(0..names.max(1)), 4) + "科技有限公司";
            if chance.random_range(0..100) == 0 {
                return format!("到{name}{}", phrase(4, 1, 300));
            }
            let opening = phrase(1, chance.random_range(0..30), 5);
            let matters = phrase(2, chance.random_range(0..16), 12) + &phrase(2, chance.random_range(0..16), 12);
            format!("{opening}{name}，{matters}，{}。", phrase(3, chance.random_range(0..12), 11))
        })
        .collect()
}
