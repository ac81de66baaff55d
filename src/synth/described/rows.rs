//! The rows of a described bureau, in the order of the dictionary's columns.
use super::bureau::{Bureau, Holder};
use super::cases::{self, Case};
use super::{entries, policies, roads, said};
use crate::synth::SynthError;
use crate::synth::event::Event;
use crate::synth::sink::{Cell, Sink, Table};

/// Writes every row.
pub(super) fn write(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    people(bureau, sink)?;
    enterprises(bureau, sink)?;
    assignments(bureau, sink)?;
    absences(bureau, sink)?;
    let found = cases::cases(bureau);
    write_cases(bureau, &found, sink)?;
    diary(bureau, &found, sink)?;
    let evaluations = said::evaluations(bureau, &found);
    write_evaluations(bureau, &found, &evaluations, sink)?;
    complaints(bureau, sink)?;
    milestones(bureau, said::put_right(bureau, &evaluations), sink)?;
    policies_and_pushes(bureau, sink)
}

fn people(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    for person in &bureau.people {
        let texts = [&person.id, &person.name, &person.unit].map(|text| Cell::Text(text));
        let [id, name, unit] = texts;
        let (rank, phone) = (Cell::Text(person.rank), Cell::Text(&person.phone));
        sink.row(Table::People, &[id, name, unit, rank, phone, Cell::Empty, Cell::Empty])?;
    }
    Ok(())
}

fn enterprises(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    for enterprise in &bureau.enterprises {
        let contact = enterprise.contact.as_ref();
        let set = enterprise.set;
        let cells = [
            Cell::Text(&enterprise.id),
            Cell::Text(&enterprise.name),
            Cell::Text(&set.kind),
            Cell::Text(&enterprise.credit_code),
            Cell::text(enterprise.scope_category),
            Cell::Text(&enterprise.industry.name),
            Cell::Text(&bureau.of.areas[enterprise.area].name),
            Cell::text(set.tier.as_deref()),
            Cell::Text(&set.stage),
            enterprise.investment_wan.map_or(Cell::Empty, Cell::Whole),
            Cell::text(contact.map(|(name, _)| name.as_str())),
            Cell::text(contact.map(|(_, phone)| phone.as_str())),
            Cell::YesNo(enterprise.listed),
            if enterprise.listed { Cell::Day(enterprise.from) } else { Cell::Empty },
            Cell::day(enterprise.to),
            Cell::day(enterprise.produced),
            Cell::day(enterprise.signed),
        ];
        sink.row(Table::Enterprises, &cells)?;
    }
    Ok(())
}

fn assignments(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    for enterprise in bureau.enterprises.iter().filter(|enterprise| enterprise.listed) {
        for tenure in &enterprise.tenures {
            let (id, name, unit) = match &tenure.holder {
                Holder::Person(person) => {
                    let person = &bureau.people[*person];
                    (Some(person.id.as_str()), Some(person.name.as_str()), &person.unit)
                }
                Holder::Unit(unit) => (None, None, unit),
                Holder::Named(name, unit) => (None, Some(name.as_str()), unit),
            };
            let cells = [
                Cell::Text(&enterprise.id),
                Cell::Text(tenure.role),
                Cell::text(id),
                Cell::text(name),
                Cell::Text(unit),
                Cell::Day(tenure.from),
                Cell::day(tenure.to),
                Cell::day(tenure.filed_on),
                Cell::text(tenure.filed_on.map(|_| tenure.filed_with)),
            ];
            sink.row(Table::Assignments, &cells)?;
        }
    }
    Ok(())
}

fn absences(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    let id = |person: usize| bureau.people[person].id.as_str();
    for absence in &bureau.absences {
        let deputy = Cell::text(absence.deputy.map(id));
        let cells = [Cell::Text(id(absence.person)), Cell::Day(absence.from), Cell::Day(absence.to), deputy];
        sink.row(Table::Absences, &cells)?;
    }
    Ok(())
}

fn write_cases(bureau: &Bureau, cases: &[Case], sink: &mut impl Sink) -> Result<(), SynthError> {
    for case in cases {
        let cells = [
            Cell::Text(&case.id),
            Cell::Text(&bureau.enterprises[case.enterprise].id),
            Cell::Text(case.title),
            Cell::Text(case.detail),
            Cell::Text(&case.category.name),
            Cell::text(Some(case.class).filter(|class| !class.is_empty())),
            Cell::Text(case.channel),
            Cell::Stamp(case.submitted),
        ];
        sink.row(Table::Cases, &cells)?;
        for (seq, event) in case.events.iter().enumerate() {
            let actor = event.actor.map(|actor| bureau.people[actor].id.as_str());
            event.row(&case.id, seq + 1, actor, sink)?;
        }
    }
    Ok(())
}

fn diary(bureau: &Bureau, cases: &[Case], sink: &mut impl Sink) -> Result<(), SynthError> {
    for entry in entries::entries(bureau, cases) {
        let enterprise = entry.enterprise.map(|place| bureau.enterprises[place].id.as_str());
        entry.row(&bureau.people[entry.person].id, enterprise, sink)?;
    }
    Ok(())
}

fn write_evaluations(
    bureau: &Bureau,
    cases: &[Case],
    evaluations: &[said::Evaluation],
    sink: &mut impl Sink,
) -> Result<(), SynthError> {
    for said in evaluations {
        let case = &cases[said.case];
        let [attitude, quality, efficiency] = said.three.map_or([Cell::Empty; 3], |s| s.map(Cell::Whole));
        let cells = [
            Cell::Text(&said.id),
            Cell::Text(&bureau.enterprises[case.enterprise].id),
            Cell::text(said.person.map(|person| bureau.people[person].id.as_str())),
            Cell::text(said.unit.as_deref()),
            Cell::Text(&case.id),
            Cell::Text(said.channel),
            Cell::Stamp(said.at),
            said.grade.map_or(Cell::Empty, Cell::Whole),
            attitude,
            quality,
            efficiency,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::text(said.comment),
        ];
        sink.row(Table::Evaluations, &cells)?;
    }
    Ok(())
}

fn complaints(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    for complaint in said::complaints(bureau) {
        let cells = [
            Cell::Text(&complaint.id),
            Cell::Text(&bureau.enterprises[complaint.enterprise].id),
            Cell::text(complaint.person.map(|person| bureau.people[person].id.as_str())),
            Cell::text(complaint.unit.as_deref()),
            Cell::Stamp(complaint.received_at),
            Cell::Text(complaint.category),
            Cell::Text(complaint.content),
            Cell::Text(complaint.verdict),
            Cell::stamp(complaint.verified_at),
            Cell::text(complaint.verified_at.map(|_| complaint.verified_by)),
            Cell::text(complaint.finding),
        ];
        sink.row(Table::Complaints, &cells)?;
        if let Some((at, to)) = complaint.transferred {
            let unit = Some(to.into());
            let step = Event { event: "transferred", at, actor: None, unit, until: None, note: None };
            step.row(&complaint.id, 1, None, sink)?;
        }
    }
    Ok(())
}

fn milestones(bureau: &Bureau, put_right: Vec<roads::Milestone>, sink: &mut impl Sink) -> Result<(), SynthError> {
    for milestone in roads::milestones(bureau).into_iter().chain(put_right) {
        let cells = [
            Cell::Text(&bureau.enterprises[milestone.enterprise].id),
            Cell::Text(&milestone.name),
            Cell::Text(milestone.stage),
            Cell::Text(&milestone.unit),
            Cell::Day(milestone.planned_on),
            Cell::day(milestone.done_on),
        ];
        sink.row(Table::Milestones, &cells)?;
    }
    Ok(())
}

fn policies_and_pushes(bureau: &Bureau, sink: &mut impl Sink) -> Result<(), SynthError> {
    let (all, pushes) = policies::policies(bureau);
    for policy in &all {
        let cells = [
            Cell::Text(&policy.id),
            Cell::Text(&policy.title),
            Cell::Day(policy.issued_on),
            Cell::text(policy.applies_to.as_deref()),
        ];
        sink.row(Table::Policies, &cells)?;
    }
    for push in &pushes {
        let cells = [
            Cell::Text(&all[push.policy].id),
            Cell::Text(&bureau.people[push.person].id),
            Cell::Text(&bureau.enterprises[push.enterprise].id),
            Cell::Stamp(push.at),
        ];
        sink.row(Table::PolicyPushes, &cells)?;
    }
    Ok(())
}
