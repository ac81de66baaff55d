//! What templates say of the chain, the groups and the waiting time: `cases`, `waiting`, `chain`, `supervised`.
use serde::Serialize;
use tera::Context;

use crate::measures::Brief;
use crate::report::{chain, format};

/// All cases of the period.
#[derive(Serialize)]
struct Cases {
    opened: usize,
    resolved: usize,
    returned: usize,
    withdrawn: usize,
    extended: usize,
    open: usize,
    overdue: usize,
    returned_share: String,
    extended_share: String,
    age_median: String,
    age_longest: String,
    unit: String,
    /// The three groups with most new cases, and those with overdue ones.
    busiest: Vec<Part>,
    late: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    name: String,
    opened: usize,
    overdue: usize,
}

/// The curve in words.
#[derive(Serialize)]
struct Waiting {
    n: usize,
    unit: String,
    median: Option<String>,
    median_interval: Option<String>,
    /// Median of the closed ones among them.
    closed: Option<String>,
    limit: String,
    beyond: String,
    beyond_interval: String,
}

#[derive(Serialize)]
struct Chain {
    levels: Vec<Level>,
    reached: usize,
    stays: usize,
    up: usize,
    resolved: usize,
    returned: usize,
    withdrawn: usize,
    standing: usize,
    longest: Option<String>,
}

#[derive(Serialize)]
struct Level {
    name: String,
    reached: usize,
    standing: usize,
}

/// Adds what the brief can say; a place without levels or without a clock of cases leaves theirs out.
pub fn add(brief: &Brief, context: &mut Context) {
    if brief.chain.clock.is_some() {
        context.insert("cases", &cases(brief));
        context.insert("waiting", &waiting(brief));
    }
    if !brief.chain.levels.is_empty() {
        context.insert("chain", &course(brief));
    }
    let supervised = brief.evidence.iter().filter(|row| Some(&row.measure) == brief.chain.supervised.as_ref());
    context.insert("supervised", &supervised.count());
}

fn cases(brief: &Brief) -> Cases {
    let (groups, all) = chain::groups(brief);
    let share = |part: usize| format::rate((all.settled() > 0).then(|| part as f64 / all.settled() as f64));
    let part = |g: &chain::Group| Part { name: chain::group_name(g), opened: g.opened, overdue: g.overdue };
    let mut busiest: Vec<&chain::Group> = groups.iter().filter(|g| g.opened > 0).collect();
    busiest.sort_by_key(|g| std::cmp::Reverse(g.opened));
    Cases {
        opened: all.opened,
        resolved: all.resolved,
        returned: all.returned,
        withdrawn: all.withdrawn,
        extended: all.extended,
        open: all.open,
        overdue: all.overdue,
        returned_share: share(all.returned),
        extended_share: share(all.extended),
        age_median: format::number_or_absent(chain::percentile(&all.ages, 0.5)),
        age_longest: format::number_or_absent(all.ages.last().copied()),
        unit: chain::unit(brief).to_owned(),
        busiest: busiest.into_iter().take(3).map(part).collect(),
        late: groups.iter().filter(|g| g.overdue > 0).map(part).collect(),
    }
}

fn waiting(brief: &Brief) -> Waiting {
    let curve = chain::curve(brief);
    let limit = brief.chain.clock.as_ref().map_or(0.0, |(_, limit)| *limit);
    let beyond = curve.at(limit);
    let interval = match curve.median_interval() {
        (Some(low), Some(high)) if low < high => Some(format!("{}～{}", format::number(low), format::number(high))),
        _ => None,
    };
    Waiting {
        n: curve.n,
        unit: chain::unit(brief).to_owned(),
        median: curve.time(0.5).map(format::number),
        median_interval: interval,
        closed: chain::closed_median(brief).map(format::number),
        limit: format::number(limit),
        beyond: format::rate(Some(beyond.map_or(1.0, |point| point.waiting))),
        beyond_interval: format::interval(beyond.map(|point| point.low), beyond.map(|point| point.high)),
    }
}

fn course(brief: &Brief) -> Chain {
    let levels = chain::levels(brief);
    let ended = |at: usize| levels.iter().map(|level| level.ends[at]).sum();
    Chain {
        reached: levels.iter().map(|level| level.reached).sum(),
        stays: levels.iter().map(|level| level.days.len()).sum(),
        up: ended(0),
        resolved: ended(1),
        returned: ended(2),
        withdrawn: ended(3),
        standing: levels.iter().map(|level| level.standing).sum(),
        longest: levels.iter().filter_map(|level| level.longest).reduce(f64::max).map(format::number),
        levels: levels
            .into_iter()
            .map(|level| Level { name: level.name, reached: level.reached, standing: level.standing })
            .collect(),
    }
}
