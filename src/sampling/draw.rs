//! The draw: in each stratum the order of all pseudonyms by ticket, and what part each plays.
//!
//! A pure function of the plan's hash, the frame and the public entropy. The reserve is simply the next tickets, so a longer
//! sample is the same sample and more.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::plan::{Plan, Stratum};
use super::tickets::{Seed, Twice};

/// What a place in the order means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Is called.
    Drawn,
    /// Stands by, to replace in this order.
    Reserve,
    Rest,
}

impl Role {
    /// For the terminal.
    pub fn told(self) -> &'static str {
        match self {
            Role::Drawn => "drawn",
            Role::Reserve => "reserve",
            Role::Rest => "rest",
        }
    }
}

/// One enterprise's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub pseudonym: String,
    /// All digits.
    pub ticket: String,
    /// From 1, within its stratum.
    pub rank: u32,
    pub role: Role,
}

impl Place {
    /// The ticket for people: cut off, never rounded.
    pub fn shown(&self) -> &str {
        super::tickets::shown(&self.ticket)
    }
}

/// The order of one stratum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: String,
    #[serde(rename = "N")]
    pub size: u32,
    #[serde(rename = "n")]
    pub sample: u32,
    pub tickets: Vec<Place>,
}

/// The orders of all strata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    pub seed: String,
    pub strata: Vec<Order>,
}

/// Plan hash, a space, the entropy as announced.
pub fn seed_text(plan_hash: &str, entropy: &str) -> String {
    format!("{plan_hash} {entropy}")
}

/// Draws; `members` are (pseudonym, stratum) in any order.
pub fn draw<'a>(
    plan: &Plan,
    seed_text: String,
    members: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Draw, Twice> {
    let mut strata: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    members.for_each(|(pseudonym, stratum)| strata.entry(stratum).or_default().push(pseudonym));
    let seed = Seed::new(&seed_text);
    let order = |stratum: &Stratum| order(stratum, plan.reserve, &seed, strata.get(stratum.id.as_str()));
    let strata = plan.strata.iter().map(order).collect::<Result<_, _>>()?;
    Ok(Draw { seed: seed_text, strata })
}

fn order(stratum: &Stratum, reserve: u32, seed: &Seed, members: Option<&Vec<&str>>) -> Result<Order, Twice> {
    let tickets = seed.order(members.map_or(&[], Vec::as_slice))?;
    let place = |(rank, ticket): (u32, super::tickets::Ticket)| Place {
        pseudonym: ticket.id,
        ticket: ticket.number,
        rank,
        role: role(rank, stratum.sample, reserve),
    };
    Ok(Order {
        id: stratum.id.clone(),
        size: stratum.size,
        sample: stratum.sample,
        tickets: (1..).zip(tickets).map(place).collect(),
    })
}

/// What a rank means where so many are drawn and so many stand by.
pub fn role(rank: u32, sample: u32, reserve: u32) -> Role {
    if rank <= sample {
        Role::Drawn
    } else if rank <= sample.saturating_add(reserve) {
        Role::Reserve
    } else {
        Role::Rest
    }
}

impl Draw {
    /// All places of one role with their stratum, in order.
    pub fn of(&self, role: Role) -> impl Iterator<Item = (&Order, &Place)> {
        self.strata
            .iter()
            .flat_map(|order| order.tickets.iter().map(move |place| (order, place)))
            .filter(move |(_, place)| place.role == role)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn stratum(size: u32, sample: u32) -> Stratum {
        Stratum { id: "甲".to_owned(), size, sample, census: false, weight: None, spread: None, reason: String::new() }
    }

    proptest! {
        #[test]
        fn a_larger_sample_is_the_same_and_more_and_a_part_of_the_frame_keeps_its_order(
            ids in prop::collection::btree_set("[0-9a-f]{8}", 1..40),
            keep in prop::collection::vec(any::<bool>(), 40),
            (n, more, reserve) in (0_u32..20, 0_u32..20, 0_u32..5),
            seed in ".{0,8}",
        ) {
            let seed = Seed::new(&seed);
            let all: Vec<&str> = ids.iter().map(String::as_str).collect();
            let size = all.len() as u32;
            let order = |n: u32, members: &Vec<&str>| super::order(&stratum(size, n), reserve, &seed, Some(members)).unwrap();
            let of = |order: &Order, roles: &[Role]| -> Vec<String> {
                order.tickets.iter().filter(|place| roles.contains(&place.role)).map(|place| place.pseudonym.clone()).collect()
            };
            let (small, large) = (order(n, &all), order(n + more, &all));
            prop_assert_eq!(of(&small, &[Role::Drawn]).len() as u32, n.min(size));
            prop_assert!(of(&large, &[Role::Drawn]).starts_with(&of(&small, &[Role::Drawn])));
            // The reserve is the next tickets: what a larger sample would have drawn.
            let extended = of(&order(n + reserve, &all), &[Role::Drawn]);
            prop_assert_eq!(of(&small, &[Role::Drawn, Role::Reserve]), extended);
            let turned: Vec<&str> = all.iter().rev().copied().collect();
            prop_assert_eq!(&order(n, &turned), &small);
            // The draw of a subset is the subset of the draw.
            let part: Vec<&str> = all.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(id, _)| *id).collect();
            let held: BTreeSet<&str> = part.iter().copied().collect();
            let expected: Vec<&str> = small.tickets.iter().map(|p| p.pseudonym.as_str()).filter(|p| held.contains(p)).collect();
            let found = order(n, &part);
            prop_assert_eq!(found.tickets.iter().map(|p| p.pseudonym.as_str()).collect::<Vec<_>>(), expected);
        }
    }
}
