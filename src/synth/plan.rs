//! How much of everything a bureau of a given size has.
use chrono::NaiveDate;

use crate::cli::Size;

/// The numbers behind a size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub enterprises: u32,
    pub people: u32,
    /// First and last day of the records, months whole.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Cases per enterprise and month, in thousandths.
    pub cases: u32,
    /// Cases that the steward settles without a department, of a thousand.
    pub direct: i32,
    /// Settled cases that are followed up, of a thousand.
    pub followed_up: i32,
    /// Settled cases that the enterprise evaluates, of a thousand.
    pub evaluated: i32,
    /// Weeks with a second diary entry, of a thousand.
    pub second_entries: i32,
    /// Policies a month in hundredths, and categories of enterprises that one applies to.
    pub policies: u32,
    pub policy_categories: u32,
}

/// People of one block: 23 stewards with groups of enterprises, and 2 who come when somebody leaves.
pub(super) const BLOCK: u32 = 25;
pub(super) const GROUPS: u32 = 23;

impl Plan {
    pub fn of(size: Size) -> Plan {
        let year = Plan {
            enterprises: 888,
            people: 100,
            first: month(2025, 11),
            last: NaiveDate::from_ymd_opt(2026, 10, 31).unwrap_or_default(),
            cases: 1985,
            direct: 560,
            followed_up: 80,
            evaluated: 530,
            second_entries: 330,
            policies: 200,
            policy_categories: 3,
        };
        match size {
            Size::District => year,
            Size::Sample => Plan {
                first: month(2024, 10),
                cases: 880,
                direct: 400,
                followed_up: 250,
                evaluated: 620,
                second_entries: 170,
                ..year
            },
            Size::City => Plan {
                enterprises: 50_000,
                people: 5_000,
                cases: 1750,
                policies: 50,
                policy_categories: 1,
                ..busier(year)
            },
            Size::Province => Plan {
                enterprises: 2_000_000,
                people: 200_000,
                cases: 876,
                policies: 50,
                policy_categories: 1,
                ..busier(year)
            },
        }
    }

    pub fn blocks(&self) -> u32 {
        self.people / BLOCK
    }

    /// Numbers of the block's enterprises, from 0.
    pub fn enterprises_of(&self, block: u32) -> std::ops::Range<u32> {
        let bound = |block: u32| (u64::from(self.enterprises) * u64::from(block) / u64::from(self.blocks())) as u32;
        bound(block)..bound(block + 1)
    }

    /// Digits of an enterprise's and of a person's number.
    pub fn digits(&self) -> (usize, usize) {
        let digits = |n: u32, least: usize| n.to_string().len().max(least);
        (digits(self.enterprises, 5), digits(self.people, 4))
    }
}

/// Larger bureaus send more cases through departments: six events each.
fn busier(year: Plan) -> Plan {
    Plan { direct: 320, followed_up: 420, ..year }
}

fn month(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
}

/// How the time of year shifts the share of late cases, of a thousand: a slow betterment, busy turns of the
/// year, and a dip in October 2026, when National Day ate the month's first week.
pub(super) fn pressure(date: NaiveDate) -> i32 {
    use chrono::Datelike;
    let months = (date.year() - 2024) * 12 + date.month0() as i32 - 9;
    let trend = 32 - months.clamp(0, 21) * 2;
    let season = match date.month() {
        1 | 2 => 14,
        10 => 8,
        12 => 6,
        5 | 6 => -5,
        _ => 0,
    };
    let dip = if (date.year(), date.month()) == (2026, 10) { 54 } else { 0 };
    trend + season + dip
}

/// How many cases come in a month, in hundredths of an ordinary one.
pub(super) fn volume(month: u32) -> u32 {
    [88, 70, 112, 106, 104, 104, 98, 96, 106, 90, 112, 114][(month as usize + 11) % 12]
}
