//! How many of each stratum: census, minimum, equal, proportional by largest remainder, Neyman by Wright's exact method.
//!
//! All in whole numbers, so that a plan's sizes come out the same everywhere. Ties go to the stratum that stands first.
use super::plan::{Method, Own, PlanError, Size};

/// One stratum to be given a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// As the bureau knows it; for messages.
    pub id: String,
    /// Enterprises in the frame.
    pub size: u32,
    /// Thousandths.
    pub weight: u64,
    /// Thousandths of a grade.
    pub spread: Option<u64>,
    /// Exactly so many.
    pub n: Option<u32>,
}

/// A stratum's size, and whether it is drawn whole for being small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub n: u32,
    pub census: bool,
}

/// Strata with what the wish sets for them; one that the frame does not have is refused.
pub fn shares(sizes: &[(String, u32)], own: &[Own]) -> Result<Vec<Share>, PlanError> {
    let wrong = |id: &str, why: String| PlanError::Wrong { key: format!("stratum “{id}”"), why };
    for set in own {
        match sizes.iter().find(|(id, _)| *id == set.id) {
            None | Some((_, 0)) => {
                let known: Vec<&str> = sizes.iter().map(|(id, _)| id.as_str()).take(12).collect();
                let why = format!("no enterprise of the frame is in it; strata are: {} …", known.join(", "));
                return Err(wrong(&set.id, why));
            }
            Some((_, size)) if set.n.is_some_and(|n| n > i64::from(*size)) => {
                let n = set.n.unwrap_or_default();
                return Err(wrong(
                    &set.id,
                    format!("{n} are to be drawn and the frame has {size}; ask for {size} or fewer"),
                ));
            }
            Some(_) => {}
        }
    }
    let share = |(id, size): &(String, u32)| {
        let set = own.iter().find(|set| set.id == *id);
        let positive = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
        Share {
            id: id.clone(),
            size: *size,
            weight: positive(set.and_then(|set| set.weight)).unwrap_or(1000),
            spread: positive(set.and_then(|set| set.spread)),
            n: set.and_then(|set| set.n).and_then(|n| u32::try_from(n).ok()),
        }
    };
    Ok(sizes.iter().map(share).collect())
}

/// The size of every stratum, in their order.
pub fn allocate(strata: &[Share], size: &Size) -> Result<Vec<Given>, PlanError> {
    let wrong = |key: &str, why: String| PlanError::Wrong { key: key.to_owned(), why };
    if strata.is_empty() {
        return Err(wrong(
            "strata",
            "the frame is empty; see who was left out and why, or take another day".to_owned(),
        ));
    }
    if let Some(empty) = strata.iter().find(|stratum| stratum.size == 0) {
        return Err(wrong(&format!("stratum “{}”", empty.id), "no enterprise of the frame is in it".to_owned()));
    }
    // Those whose size is settled without dividing anything.
    let settled: Vec<Option<Given>> = strata
        .iter()
        .map(|stratum| match stratum.n {
            Some(n) => Some(Given { n: n.min(stratum.size), census: false }),
            None if stratum.size <= size.census_at => Some(Given { n: stratum.size, census: true }),
            None => None,
        })
        .collect();
    let open: Vec<&Share> = strata.iter().zip(&settled).filter(|(_, done)| done.is_none()).map(|(s, _)| s).collect();
    let given = match (size.method, size.total) {
        (Method::Equal, _) => {
            let each = size.each.unwrap_or_default().max(size.minimum);
            open.iter().map(|stratum| each.min(stratum.size)).collect()
        }
        (method, total) => {
            let already: u64 = settled.iter().flatten().map(|given| u64::from(given.n)).sum();
            let total = u64::from(total.unwrap_or_default());
            divide(&open, method, total, already, size.minimum)?
        }
    };
    let mut given = given.into_iter();
    Ok(settled
        .into_iter()
        .map(|done| done.unwrap_or_else(|| Given { n: given.next().unwrap_or_default(), census: false }))
        .collect())
}

fn divide(open: &[&Share], method: Method, total: u64, already: u64, minimum: u32) -> Result<Vec<u32>, PlanError> {
    let wrong = |why: String| Err(PlanError::Wrong { key: "size.total".to_owned(), why });
    // Neyman's method needs one of each stratum, else its spread could not be estimated.
    let least = if method == Method::Neyman { minimum.max(1) } else { minimum };
    let lower: Vec<u32> = open.iter().map(|stratum| least.min(stratum.size)).collect();
    let (lowest, highest) = (
        already + lower.iter().map(|n| u64::from(*n)).sum::<u64>(),
        already + open.iter().map(|stratum| u64::from(stratum.size)).sum::<u64>(),
    );
    if total < lowest {
        return wrong(format!(
            "{total} are too few: censuses, sizes of their own and the minimum of {least} take {lowest} already"
        ));
    }
    if total > highest {
        return wrong(format!("{total} are to be drawn and the frame has {highest}; ask for {highest} or fewer"));
    }
    let total = (total - already) as u32;
    match method {
        Method::Neyman => neyman(open, &lower, total),
        _ => Ok(proportional(open, &lower, total)),
    }
}

/// Wright (2012): each further enterprise goes where N·w·S / √(k(k+1)) is largest; exact, within caps and minimum.
fn neyman(strata: &[&Share], lower: &[u32], total: u32) -> Result<Vec<u32>, PlanError> {
    let mut sizes = Vec::with_capacity(strata.len());
    for stratum in strata {
        let Some(spread) = stratum.spread else {
            let why = "the spread expected in it is needed for method neyman (thousandths of a grade)".to_owned();
            return Err(PlanError::Wrong { key: format!("stratum “{}”, spread", stratum.id), why });
        };
        // Thousandths of thousandths; divided once, since a square of the whole would not fit.
        sizes.push(u128::from(stratum.size) * u128::from(stratum.weight) * u128::from(spread) / 1000);
    }
    let mut given = lower.to_vec();
    for _ in lower.iter().sum::<u32>()..total {
        let mut best: Option<usize> = None;
        for (i, stratum) in strata.iter().enumerate() {
            if given[i] < stratum.size
                && best.is_none_or(|best| outweighs((sizes[i], given[i]), (sizes[best], given[best])))
            {
                best = Some(i);
            }
        }
        if let Some(best) = best {
            given[best] += 1;
        }
    }
    Ok(given)
}

/// a/√(k(k+1)) > b/√(m(m+1)), exactly: squares in 256 bits would be needed only beyond what a plan can hold.
fn outweighs((a, k): (u128, u32), (b, m): (u128, u32)) -> bool {
    let steps = |k: u32| u128::from(k) * (u128::from(k) + 1);
    let squared = |a: u128, steps: u128| a.checked_mul(a).and_then(|square| square.checked_mul(steps));
    match (squared(a, steps(m)), squared(b, steps(k))) {
        (Some(left), Some(right)) => left > right,
        _ => (a as f64) * (steps(m) as f64).sqrt() > (b as f64) * (steps(k) as f64).sqrt(),
    }
}

/// In proportion to N·w by largest remainder; a share below the minimum or above the stratum is set there, and the rest
/// divided anew among the others. Of the two faults the larger is mended first, so that the sum comes out.
fn proportional(strata: &[&Share], lower: &[u32], total: u32) -> Vec<u32> {
    let mut fixed: Vec<Option<u32>> = vec![None; strata.len()];
    loop {
        let left = total - fixed.iter().flatten().sum::<u32>();
        let free: Vec<usize> = (0..strata.len()).filter(|i| fixed[*i].is_none()).collect();
        let weights: Vec<u128> =
            free.iter().map(|i| u128::from(strata[*i].size) * u128::from(strata[*i].weight)).collect();
        let shares = largest_remainder(&weights, left);
        let bounded = |(i, share): (&usize, &u32)| (*share).clamp(lower[*i], strata[*i].size);
        let (mut below, mut above) = (0_u64, 0_u64);
        for (i, share) in free.iter().zip(&shares) {
            below += u64::from(lower[*i].saturating_sub(*share));
            above += u64::from(share.saturating_sub(strata[*i].size));
        }
        for (i, share) in free.iter().zip(&shares) {
            let (low, high) = (*share < lower[*i], *share > strata[*i].size);
            if (below == above) || (below > above && low) || (above > below && high) {
                fixed[*i] = Some(bounded((i, share)));
            }
        }
        if fixed.iter().all(Option::is_some) {
            return fixed.into_iter().flatten().collect();
        }
    }
}

/// Whole shares of `total`; what is left over goes one by one to the largest remainders.
fn largest_remainder(weights: &[u128], total: u32) -> Vec<u32> {
    let sum: u128 = weights.iter().sum::<u128>().max(1);
    let mut shares: Vec<u32> = weights.iter().map(|weight| (weight * u128::from(total) / sum) as u32).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|i| std::cmp::Reverse(weights[*i] * u128::from(total) % sum));
    let over = total.saturating_sub(shares.iter().sum());
    by_remainder.into_iter().take(over as usize).for_each(|i| shares[i] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(id: &str, size: u32) -> Share {
        Share { id: id.to_owned(), size, weight: 1000, spread: None, n: None }
    }

    fn of(method: Method, total: u32) -> Size {
        Size { method, total: Some(total), ..Size::default() }
    }

    fn sizes(strata: &[Share], size: &Size) -> Vec<u32> {
        allocate(strata, size).unwrap().into_iter().map(|given| given.n).collect()
    }

    fn spread(strata: &[(u32, u64)]) -> Vec<Share> {
        let one =
            |(i, (size, spread)): (usize, &(u32, u64))| Share { spread: Some(*spread), ..share(&i.to_string(), *size) };
        strata.iter().enumerate().map(one).collect()
    }

    /// The example of the paper.
    #[test]
    fn wrights_example() {
        let strata = spread(&[(47, 10_000), (61, 6_000), (41, 4_000)]);
        assert_eq!(sizes(&strata, &of(Method::Neyman, 10)), [4, 4, 2]);
    }

    #[test]
    fn proportional_within_minimum_and_stratum() {
        let strata = [share("a", 50), share("b", 30), share("c", 20)];
        assert_eq!(sizes(&strata, &of(Method::Proportional, 10)), [5, 3, 2]);
        let strata = [share("a", 96), share("b", 3), share("c", 1)];
        assert_eq!(sizes(&strata, &Size { minimum: 2, ..of(Method::Proportional, 10) }), [7, 2, 1]);
        // Twice the rate for b.
        let strata = [share("a", 40), Share { weight: 2000, ..share("b", 20) }];
        assert_eq!(sizes(&strata, &of(Method::Proportional, 20)), [10, 10]);
    }

    #[test]
    fn small_strata_are_drawn_whole_and_others_keep_their_own_size() {
        let strata = [share("a", 3), Share { n: Some(1), ..share("b", 9) }, share("c", 12)];
        let size = Size { method: Method::Equal, each: Some(5), census_at: 3, ..Size::default() };
        let given = allocate(&strata, &size).unwrap();
        assert_eq!(
            given.iter().map(|given| (given.n, given.census)).collect::<Vec<_>>(),
            [(3, true), (1, false), (5, false)]
        );
        assert_eq!(sizes(&strata, &Size { census_at: 3, ..of(Method::Proportional, 10) }), [3, 1, 6]);
    }

    #[test]
    fn what_cannot_be_allocated_is_told() {
        let refused = |strata: &[Share], size: &Size| allocate(strata, size).unwrap_err().to_string();
        let two = [share("a", 4), share("b", 5)];
        assert!(refused(&two, &of(Method::Proportional, 10)).contains("the frame has 9"));
        assert!(refused(&two, &Size { minimum: 3, ..of(Method::Proportional, 5) }).contains("take 6 already"));
        assert!(refused(&two, &of(Method::Neyman, 4)).contains("stratum “a”, spread"));
        assert!(refused(&[], &of(Method::Proportional, 4)).contains("frame is empty"));
        assert!(refused(&[share("a", 0)], &of(Method::Proportional, 4)).contains("no enterprise"));
        let own = |id: &str, n| Own { id: id.to_owned(), n, ..Own::default() };
        let held = [("a".to_owned(), 4)];
        assert!(shares(&held, &[own("b", None)]).unwrap_err().to_string().contains("stratum “b”: no enterprise"));
        let error = shares(&held, &[own("a", Some(5))]).unwrap_err().to_string();
        assert!(error.contains("5 are to be drawn and the frame has 4"), "{error}");
    }

    /// Variance of the estimated total, Σ (N·S)²/n, up to what does not depend on n.
    fn variance(strata: &[Share], given: &[u32]) -> f64 {
        let term = |(stratum, n): (&Share, &u32)| {
            let size = f64::from(stratum.size) * stratum.spread.unwrap_or_default() as f64;
            size * size / f64::from(*n)
        };
        strata.iter().zip(given).map(term).sum()
    }

    /// Every allocation of `total` with one to N of each.
    fn all(strata: &[Share], total: u32) -> Vec<Vec<u32>> {
        let Some((first, rest)) = strata.split_first() else {
            return if total == 0 { vec![Vec::new()] } else { Vec::new() };
        };
        (1..=first.size.min(total))
            .flat_map(|n| all(rest, total - n).into_iter().map(move |more| [vec![n], more].concat()))
            .collect()
    }

    proptest! {
        #[test]
        fn nothing_is_better_than_wrights(
            strata in prop::collection::vec((1_u32..9, 0_u64..5000), 1..5),
            share in 0.0_f64..1.0,
        ) {
            let strata = spread(&strata);
            let (least, most) = (strata.len() as u32, strata.iter().map(|s| s.size).sum::<u32>());
            let total = least + ((most - least) as f64 * share) as u32;
            let given = sizes(&strata, &of(Method::Neyman, total));
            prop_assert_eq!(given.iter().sum::<u32>(), total);
            let best = all(&strata, total).iter().map(|given| variance(&strata, given)).fold(f64::INFINITY, f64::min);
            prop_assert!(variance(&strata, &given) <= best * (1.0 + 1e-12));
        }

        #[test]
        fn sums_minima_and_caps_hold(
            strata in prop::collection::vec((1_u32..40, 1_u64..5000), 1..12),
            minimum in 0_u32..6,
            census_at in 0_u32..6,
            share in 0.0_f64..=1.0,
        ) {
            let strata: Vec<Share> = strata.iter().enumerate()
                .map(|(i, (size, weight))| Share { weight: *weight, ..self::share(&i.to_string(), *size) })
                .collect();
            let least: u32 = strata.iter().map(|s| if s.size <= census_at { s.size } else { minimum.min(s.size) }).sum();
            let most: u32 = strata.iter().map(|s| s.size).sum();
            let total = (least + ((most - least) as f64 * share) as u32).max(1);
            prop_assume!(total >= least);
            let given = sizes(&strata, &Size { minimum, census_at, ..of(Method::Proportional, total) });
            prop_assert_eq!(given.iter().sum::<u32>(), total);
            for (stratum, n) in strata.iter().zip(&given) {
                prop_assert!(*n <= stratum.size && *n >= minimum.min(stratum.size));
                prop_assert!(stratum.size > census_at || *n == stratum.size);
            }
        }
    }
}
