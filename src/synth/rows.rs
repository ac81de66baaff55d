//! The rows of a whole bureau, block by block, in the order of the dictionary's columns.
use super::SynthError;
use super::bureau::{Block, Window};
use super::cases::{Case, Mill};
use super::clock::Clock;
use super::diary::Diarist;
use super::judged;
use super::plan::{BLOCK, Plan};
use super::policies;
use super::sink::{Cell, Sink, Table};
use super::vocabulary::Vocabulary;

/// Writes every row of the bureau.
pub(super) fn write(plan: &Plan, clock: &Clock, seed: u64, sink: &mut impl Sink) -> Result<(), SynthError> {
    let window = Window { first: clock.day(plan.first), last: clock.day(plan.last) };
    let mill = Mill::new(plan, clock, seed);
    let all = policies::policies(plan, clock, seed);
    policies::write(&all, sink)?;
    for index in 0..plan.blocks() {
        let block = Block::make(plan, clock, seed, index);
        people(&block, sink)?;
        enterprises(&block, window, sink)?;
        assignments(&block, window, sink)?;
        absences(&block, sink)?;
        let found = mill.cases(&block, plan.enterprises_of(index).start);
        cases(&block, &found, sink)?;
        diary(&Diarist::new(&block, &found, clock, window, plan.second_entries), seed, index, sink)?;
        evaluations(&block, &found, window, plan.evaluated, seed, index, sink)?;
        complaints(&block, clock, window, seed, index, sink)?;
        policies::write_pushes(&all, &block, clock, window, seed, index, sink)?;
        policies::write_milestones(&block, window, seed, index, sink)?;
    }
    Ok(())
}

fn people(block: &Block, sink: &mut impl Sink) -> Result<(), SynthError> {
    for person in &block.people {
        let cells = [
            Cell::Text(&person.id),
            Cell::Text(&person.name),
            Cell::Text(person.unit),
            Cell::Text(person.rank),
            Cell::Text(&person.phone),
            Cell::day(person.active_from),
            Cell::day(person.active_to),
        ];
        sink.row(Table::People, &cells)?;
    }
    Ok(())
}

fn enterprises(block: &Block, window: Window, sink: &mut impl Sink) -> Result<(), SynthError> {
    let categories = &Vocabulary::shipped().scope_categories;
    for enterprise in &block.enterprises {
        let signed = enterprise.from.filter(|from| enterprise.project && *from <= window.last);
        let contact = enterprise.contact.as_ref();
        let cells = [
            Cell::Text(&enterprise.id),
            Cell::Text(&enterprise.name),
            Cell::Text(if enterprise.project { "project" } else { "enterprise" }),
            Cell::Text(&enterprise.credit_code),
            Cell::Text(&categories[enterprise.scope_category]),
            Cell::Text(enterprise.industry),
            Cell::Text(enterprise.area),
            Cell::Empty,
            Cell::Text(enterprise.stage),
            enterprise.investment_wan.map_or(Cell::Empty, Cell::Whole),
            Cell::text(contact.map(|(name, _)| name.as_str())),
            Cell::text(contact.map(|(_, phone)| phone.as_str())),
            Cell::YesNo(enterprise.listed),
            Cell::day(enterprise.from),
            Cell::day(enterprise.to),
            Cell::Empty,
            Cell::day(signed),
        ];
        sink.row(Table::Enterprises, &cells)?;
    }
    Ok(())
}

fn assignments(block: &Block, window: Window, sink: &mut impl Sink) -> Result<(), SynthError> {
    let supervisor = Vocabulary::shipped().offices.supervisor.as_str();
    for enterprise in &block.enterprises {
        for tenure in &enterprise.tenures {
            let person = &block.people[tenure.person];
            let cells = [
                Cell::Text(&enterprise.id),
                Cell::Text("steward"),
                Cell::Text(&person.id),
                Cell::Text(&person.name),
                Cell::Text(person.unit),
                Cell::Day(tenure.from),
                Cell::day(tenure.to),
                Cell::day(tenure.filed_on),
                Cell::text(tenure.filed_on.map(|_| supervisor)),
            ];
            sink.row(Table::Assignments, &cells)?;
        }
        for (name, department) in &enterprise.contacts {
            let from = enterprise.from.unwrap_or(window.first);
            let cells = [
                Cell::Text(&enterprise.id),
                Cell::Text("department_contact"),
                Cell::Empty,
                Cell::Text(name),
                Cell::Text(department),
                Cell::Day(from),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
            ];
            sink.row(Table::Assignments, &cells)?;
        }
    }
    Ok(())
}

fn absences(block: &Block, sink: &mut impl Sink) -> Result<(), SynthError> {
    let id = |person: usize| block.people[person].id.as_str();
    for absence in &block.absences {
        let deputy = Cell::text(absence.deputy.map(id));
        sink.row(
            Table::Absences,
            &[Cell::Text(id(absence.person)), Cell::Day(absence.from), Cell::Day(absence.to), deputy],
        )?;
    }
    Ok(())
}

fn cases(block: &Block, cases: &[Case], sink: &mut impl Sink) -> Result<(), SynthError> {
    for case in cases {
        let cells = [
            Cell::Text(&case.id),
            Cell::Text(&block.enterprises[case.enterprise].id),
            Cell::Text(case.title),
            Cell::Text(case.detail),
            Cell::Text(case.category),
            Cell::Text(case.class),
            Cell::Text(case.channel),
            Cell::Stamp(case.submitted),
        ];
        sink.row(Table::Cases, &cells)?;
        for (seq, event) in case.events.iter().enumerate() {
            let actor = event.actor.map(|actor| block.people[actor].id.as_str());
            event.row(&case.id, seq + 1, actor, sink)?;
        }
    }
    Ok(())
}

fn diary(diarist: &Diarist, seed: u64, index: u32, sink: &mut impl Sink) -> Result<(), SynthError> {
    let block = diarist.block;
    for entry in diarist.entries(seed, index * BLOCK) {
        let enterprise = entry.enterprise.map(|place| block.enterprises[place].id.as_str());
        entry.row(&block.people[entry.person].id, enterprise, sink)?;
    }
    Ok(())
}

fn evaluations(
    block: &Block,
    cases: &[Case],
    window: Window,
    share: i32,
    seed: u64,
    index: u32,
    sink: &mut impl Sink,
) -> Result<(), SynthError> {
    for evaluation in judged::evaluations(block, cases, window, share, seed, index) {
        let [attitude, quality, efficiency] = evaluation.scores.map_or([Cell::Empty; 3], |s| s.map(Cell::Whole));
        let cells = [
            Cell::Text(&evaluation.id),
            Cell::Text(&block.enterprises[evaluation.enterprise].id),
            Cell::text(evaluation.person.map(|person| block.people[person].id.as_str())),
            Cell::text(evaluation.unit),
            Cell::text(evaluation.case),
            Cell::Text(evaluation.channel),
            Cell::Stamp(evaluation.at),
            Cell::Whole(evaluation.grade),
            attitude,
            quality,
            efficiency,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::text(evaluation.comment),
        ];
        sink.row(Table::Evaluations, &cells)?;
    }
    Ok(())
}

fn complaints(
    block: &Block,
    clock: &Clock,
    window: Window,
    seed: u64,
    index: u32,
    sink: &mut impl Sink,
) -> Result<(), SynthError> {
    let supervisor = Vocabulary::shipped().offices.supervisor.as_str();
    for complaint in judged::complaints(block, clock, window, seed, index) {
        let cells = [
            Cell::Text(&complaint.id),
            Cell::Text(&block.enterprises[complaint.enterprise].id),
            Cell::text(complaint.person.map(|person| block.people[person].id.as_str())),
            Cell::text(complaint.unit),
            Cell::Stamp(complaint.received_at),
            Cell::Text(complaint.category),
            Cell::Text(complaint.content),
            Cell::Text(complaint.verdict),
            Cell::stamp(complaint.verified_at),
            Cell::text(complaint.verified_at.map(|_| supervisor)),
            Cell::text(complaint.finding),
        ];
        sink.row(Table::Complaints, &cells)?;
    }
    Ok(())
}
