//! Times of foreign systems: with the zone they were written in, with fractions of seconds, brought to one clock.
use super::time::stamp;
use crate::ingest::fault::Rule;
use crate::mapping::{Zone, offset};

/// The time on the clock of `to`, as systems write it: `2026-05-10 09:05:33`, with `fractions` `….123456`.
///
/// A time that does not name its zone is of `written_in`. A day without a time stays that day; a cell that is no
/// time is refused. None: nothing stands there.
pub fn local(cell: &str, to: Zone, written_in: Zone, fractions: bool) -> Result<Option<String>, Rule> {
    let (rest, own) = parted(cell.trim());
    let (rest, micros) = fraction(rest);
    let Some((seconds, whole_day)) = stamp(&rest)? else { return Ok(None) };
    let from = own.map_or(written_in, Zone::Offset);
    let shift = match (whole_day, to, from) {
        (false, Zone::Offset(to), Zone::Offset(from)) => (to - from) * 60,
        _ => 0,
    };
    let time = chrono::DateTime::from_timestamp(seconds + shift, micros * 1000).ok_or(Rule::Date)?;
    let form = match (whole_day, fractions && micros > 0) {
        (true, _) => "%Y-%m-%d",
        (false, false) => "%Y-%m-%d %H:%M:%S",
        (false, true) => "%Y-%m-%d %H:%M:%S%.6f",
    };
    Ok(Some(time.format(form).to_string()))
}

/// A time without what it says of its zone, and that, in minutes.
fn parted(cell: &str) -> (&str, Option<i64>) {
    let Some(colon) = cell.find(':') else { return (cell, None) };
    if let Some(rest) = cell.strip_suffix(['Z', 'z']).or_else(|| cell.strip_suffix("UTC")) {
        return (rest.trim_end(), Some(0));
    }
    match cell[colon..].rfind(['+', '-']).map(|at| colon + at) {
        Some(at) => match offset(&cell[at..]) {
            Some(minutes) => (cell[..at].trim_end(), Some(minutes)),
            None => (cell, None),
        },
        None => (cell, None),
    }
}

/// A time without its fraction of a second, and that, in microseconds.
fn fraction(cell: &str) -> (String, u32) {
    let parts = cell.rsplit_once('.').filter(|(head, digits)| {
        head.matches(':').count() == 2 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    });
    match parts {
        Some((head, digits)) => {
            let six: String = digits.chars().chain("000000".chars()).take(6).collect();
            (head.to_owned(), six.parse().unwrap_or(0))
        }
        None => (cell.to_owned(), 0),
    }
}

/// Microseconds of a time that [`local`] wrote.
pub fn micros(cell: &str) -> i64 {
    i64::from(fraction(cell).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, to: &str, fractions: bool) -> Option<String> {
        let to = Zone::try_from(to.to_owned()).unwrap();
        local(cell, to, to, fractions).unwrap()
    }

    #[test]
    fn times_come_to_one_clock() {
        let shanghai = "Asia/Shanghai";
        let is = |cell: &str, to: &str, want: &str| assert_eq!(read(cell, to, false).as_deref(), Some(want), "{cell}");
        is("2011-10-11 13:45:40.276000+02:00", shanghai, "2011-10-11 19:45:40");
        is("2011-10-11T23:45:40Z", shanghai, "2011-10-12 07:45:40");
        is("2011-10-11 13:45:40 -0330", "UTC", "2011-10-11 17:15:40");
        is("2011-10-11 13:45:40.276000+02:00", "as written", "2011-10-11 13:45:40");
        is("2011-10-11 13:45", shanghai, "2011-10-11 13:45:00");
        is("2011年10月11日", "UTC", "2011-10-11");
        assert_eq!(read("2011-10-11 13:45:40.5+08:00", shanghai, true).unwrap(), "2011-10-11 13:45:40.500000");
        assert_eq!((micros("2011-10-11 13:45:40.500000"), micros("2011-10-11 13:45:40")), (500_000, 0));
        assert_eq!(read(" ", shanghai, true), None);
        let utc = Zone::Offset(0);
        assert_eq!(local("2011-10-11 23:00", Zone::default(), utc, false).unwrap().unwrap(), "2011-10-12 07:00:00");
        assert!(local("soon", utc, utc, false).is_err());
    }
}
