//! States on the as-of day, hand-overs, and records that must say something.
use crate::desk::{Desk, rules, scope, told};

const STEWARD: &str = "[[measure]]\nid = \"m\"\nkind = \"coverage\"\nholders = { role = \"steward\", exactly = 1 }\n";
const LOAD: &str = "[[measure]]\nid = \"m\"\nkind = \"load\"\nrole = \"steward\"\nwithin = [2, 3]\n";
const GAP: &str = "[[measure]]\nid = \"m\"\nkind = \"continuity\"\nrole = \"steward\"\n";

fn at(desk: &mut Desk, measure: &str, period: &str, as_of: &str) -> Vec<String> {
    desk.evidence(&rules(measure), scope(period, as_of, None)).iter().map(told).collect()
}

#[test]
fn exactly_one_steward() {
    let mut desk = Desk::bare();
    // E4 is not listed, E5 came on the as-of day, E6 left on it (both inclusive), E7 left the day before, E8 comes later.
    desk.add("enterprises", "E1,甲,enterprise,,,,,\nE2,乙,enterprise,,,,,\nE3,丙,enterprise,,,,,\nE4,丁,enterprise,,否,,,\nE5,戊,enterprise,,,2025-10-31,,\nE6,己,enterprise,,,,2025-10-31,\nE7,庚,enterprise,,,,2025-10-30,\nE8,辛,enterprise,,,2025-11-01,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,");
    // E2: P1's deputy of the day is P2, who holds it as well: one holder. E3: two.
    desk.add("assignments", "E1,steward,P1,,,2025-01-01,2025-10-31\nE2,steward,P1,,,2025-01-01,\nE2,steward,P2,,,2025-01-01,\nE3,steward,P2,,,2025-01-01,\nE3,steward,,,住建局,2025-01-01,2025-11-01\nE5,steward,P1,,,2025-01-01,");
    desk.add("absences", "P1,2025-10-31,2025-10-31,P2");
    let expected = [
        "enterprises/E1 –/– on 2025-10-31 breached 0 none",
        "enterprises/E2 –/– on 2025-10-31 met 1",
        "enterprises/E3 –/– on 2025-10-31 breached 2 several",
        "enterprises/E5 –/– on 2025-10-31 met 1",
        "enterprises/E6 –/– on 2025-10-31 breached 0 none",
    ];
    assert_eq!(at(&mut desk, STEWARD, "2025-10", "2025-10-31"), expected);
    // The state of the as-of day in any period asked.
    assert_eq!(at(&mut desk, STEWARD, "2025-08", "2025-10-31"), expected);
    assert_eq!(at(&mut desk, STEWARD, "2025", "2025-10-31"), expected);
    // Ends after as-of are not known.
    assert_eq!(at(&mut desk, STEWARD, "2025-10", "2025-10-30")[0], "enterprises/E1 –/– on 2025-10-30 met 1");
}

#[test]
fn contacts_by_field_or_role() {
    let contact = "[[measure]]\nid = \"m\"\nkind = \"coverage\"\nholders = { any = [{ field = \"contact_name\" }, { role = \"enterprise_contact\" }] }\n";
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲,enterprise,,,,,王某\nE2,乙,enterprise,,,,,\nE3,丙,enterprise,,,,,");
    desk.add("assignments", "E2,enterprise_contact,,周某,,2025-01-01,");
    assert_eq!(
        at(&mut desk, contact, "2025-10", "2025-10-31"),
        [
            "enterprises/E1 –/– on 2025-10-31 met",
            "enterprises/E2 –/– on 2025-10-31 met",
            "enterprises/E3 –/– on 2025-10-31 breached",
        ]
    );
}

#[test]
fn load_within_bounds() {
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲,enterprise,,,,,\nE2,乙,enterprise,,,,,\nE3,丙,enterprise,,,,,\nE4,丁,enterprise,,,,,\nE5,戊,enterprise,,否,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,\nP3,王三,丙局,,\nP4,赵四,丁局,,");
    // P1 one (twice the same, one not listed), P2 three, P3 four, P4 only one out of scope: no row; a unit has none.
    let mut rows = String::from(
        "E1,steward,P1,,,2025-01-01,\nE1,steward,P1,,,2025-02-01,\nE5,steward,P1,,,2025-01-01,\nE5,steward,P4,,,2025-01-01,\nE1,steward,,,住建局,2025-01-01,\n",
    );
    for e in ["E1", "E2", "E3"] {
        rows += &format!("{e},steward,P2,,别处,2025-01-01,\n{e},steward,P3,,,2025-01-01,\n");
    }
    desk.add("assignments", &(rows + "E4,steward,P3,,,2025-01-01,"));
    let expected = [
        "people/P1 P1/甲局 on 2025-10-31 breached 1 under",
        "people/P2 P2/乙局 on 2025-10-31 met 3",
        "people/P3 P3/丙局 on 2025-10-31 breached 4 over",
    ];
    assert_eq!(at(&mut desk, LOAD, "2025-10", "2025-10-31"), expected);
    assert_eq!(at(&mut desk, LOAD, "2025-08", "2025-10-31"), expected);
}

#[test]
fn hand_overs_and_gaps() {
    let mut desk = Desk::bare();
    desk.add("enterprises", "E1,甲,enterprise,,,,,\nE2,乙,enterprise,,,,,\nE3,丙,enterprise,,,,,\nE4,丁,enterprise,,,,,\nE5,戊,enterprise,,,2025-10-13,,\nE6,己,enterprise,,,,2025-10-09,\nE7,庚,enterprise,,,,,\nE8,辛,enterprise,,,,,\nE9,壬,enterprise,,,,,");
    desk.add("people", "P1,张一,甲局,,\nP2,李二,乙局,,\nP3,王三,丙局,,");
    let mut add = |rows: &str| {
        desk.add("assignments", rows);
    };
    // E1 without a gap. E2: 10 to 14 October nobody, 5 days. E3: the same holder goes on. E4: an earlier one still runs.
    add("E1,steward,P1,,,2025-01-01,2025-10-10\nE1,steward,P2,,,2025-10-10,");
    add("E2,steward,P1,,,2025-01-01,2025-10-10\nE2,steward,P2,,,2025-10-15,");
    add("E3,steward,P1,,,2025-01-01,2025-10-10\nE3,steward,P1,,,2025-10-10,");
    add("E4,steward,P1,,,2025-01-01,\nE4,steward,P2,,,2025-10-10,");
    // E5 came into scope on the 13th: 13 and 14. E6 was out of scope in all of its gap.
    add("E5,steward,P1,,,2025-01-01,2025-10-10\nE5,steward,P2,,,2025-10-15,");
    add("E6,steward,P1,,,2025-01-01,2025-10-10\nE6,steward,P2,,,2025-10-15,");
    // E7: open from the 20th on: 12 days up to the 31st. E8 ends after as-of: nothing is known of it.
    add("E7,steward,P1,,,2025-01-01,2025-10-20");
    add("E8,steward,P1,,,2025-01-01,2025-11-01");
    // E9: P1 goes on while P2, who held it beside him, stays longer: no change of P1's; P2's end is covered by P1.
    add("E9,steward,P1,,,2025-01-01,2025-10-10\nE9,steward,P2,,,2025-02-01,2025-10-20\nE9,steward,P1,,,2025-10-05,");
    let rows = at(&mut desk, GAP, "2025-10", "2025-10-31");
    assert_eq!(
        rows,
        [
            "assignments/E1/steward/P2/2025-10-10 –/甲局 done 2025-10-10T00:00 on 2025-10-10 met 0",
            "assignments/E2/steward/P2/2025-10-15 –/甲局 done 2025-10-15T00:00 on 2025-10-10 breached 5",
            // P2 took over from P1 while P1 still held: an overlap is no gap.
            "assignments/E9/steward/P2/2025-02-01 –/甲局 done 2025-02-01T00:00 on 2025-10-10 met 0",
            "assignments/E5/steward/P2/2025-10-15 –/甲局 done 2025-10-15T00:00 on 2025-10-13 breached 2",
            "assignments/E7/steward// –/甲局 on 2025-10-20 breached 12",
        ]
    );
}

#[test]
fn a_return_says_why() {
    let explained = "[[measure]]\nid = \"m\"\nkind = \"completeness\"\nof = { event = \"returned\" }\nfields = [\"note\"]\nempty_words = [\"空\", \"无\", \"-\", \"/\"]\n";
    let mut desk = Desk::new();
    for (id, note) in
        [("Q1", "#材料不全"), ("Q2", ""), ("Q3", "#空"), ("Q4", "#无"), ("Q5", "#-"), ("Q6", "#/"), ("Q7", "#无此事项")]
    {
        desk.case(id, format!("submitted 2025-10-13T09:00:00\nreturned 2025-10-14T09:00:00 {note}").trim_end());
    }
    let outcomes: Vec<String> = desk
        .evidence(&rules(explained), scope("2025-10", "2025-10-31", None))
        .iter()
        .map(|row| format!("{} {}", row.record.split('/').nth(1).unwrap(), row.outcome.as_deref().unwrap()))
        .collect();
    assert_eq!(
        outcomes,
        ["Q1 met", "Q2 breached", "Q3 breached", "Q4 breached", "Q5 breached", "Q6 breached", "Q7 met"]
    );
}
