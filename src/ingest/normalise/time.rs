//! Days and times in the many ways in which people and systems write them.
//!
//! The two forms that systems write are read straight from their bytes; everything else goes through a small
//! parser. What is read is a local time to the second, and whether it was a day without a time.
use super::text::{fold, is_excel_error};
use crate::ingest::fault::Rule;

/// Seconds since 1970 in local time, and: it was a day without a time.
pub type Stamp = (i64, bool);

const DAY: i64 = 86_400;
/// 1899-12-30, from which Excel counts its days.
const EXCEL_EPOCH: i64 = -25_569;
/// Serial days taken for dates: 1990 to 2100.
const SERIALS: std::ops::Range<f64> = 32_874.0..73_415.0;
/// China's offset to UTC, in minutes.
const CHINA: i64 = 480;

/// Days since 1970 of a day that exists.
pub fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if day > LENGTHS[month as usize - 1] + i64::from(leap && month == 2) {
        return None;
    }
    // Years that begin in March end with the leap day.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * m + 2) / 5 + day - 1;
    Some(365 * y + y / 4 - y / 100 + y / 400 + of_year - 719_468)
}

/// Reads a day with or without a time; none: nothing stands there.
#[inline]
pub fn stamp(cell: &str) -> Result<Option<Stamp>, Rule> {
    match plain(cell.as_bytes()) {
        Some(stamp) => Ok(Some(stamp)),
        None => written(cell),
    }
}

/// Days since 1970; a time beside the day is left out.
#[inline]
pub fn day(cell: &str) -> Result<Option<i32>, Rule> {
    Ok(stamp(cell)?.map(|(seconds, _)| seconds.div_euclid(DAY) as i32))
}

/// `2026-05-10` and `2026-05-10 09:05:33`, by their bytes.
#[inline]
fn plain(b: &[u8]) -> Option<Stamp> {
    if (b.len() != 10 && b.len() != 19) || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let two = |at: usize| -> i64 {
        let (tens, ones) = (b[at].wrapping_sub(b'0'), b[at + 1].wrapping_sub(b'0'));
        if tens > 9 || ones > 9 { -10_000 } else { i64::from(tens * 10 + ones) }
    };
    let day = day_number(two(0) * 100 + two(2), two(5), two(8))? * DAY;
    if b.len() == 10 {
        return Some((day, true));
    }
    let (h, m, s) = (two(11), two(14), two(17));
    let fits = (b[10] == b' ' || b[10] == b'T') && b[13] == b':' && b[16] == b':';
    (fits && (0..24).contains(&h) && (0..60).contains(&m) && (0..60).contains(&s))
        .then_some((day + h * 3600 + m * 60 + s, false))
}

/// Everything that people write.
fn written(cell: &str) -> Result<Option<Stamp>, Rule> {
    let folded = fold(cell);
    if folded.is_empty() {
        return Ok(None);
    }
    if is_excel_error(&folded) {
        return Err(Rule::ExcelError);
    }
    let mut cursor = Cursor(&folded);
    let (day, compact) = cursor.date()?;
    let stamp = match compact {
        Compact::Time(seconds) => (day * DAY + seconds, false),
        Compact::No => {
            cursor.weekday();
            if cursor.0.is_empty() { (day * DAY, true) } else { (day * DAY + cursor.time().ok_or(Rule::Time)?, false) }
        }
        Compact::Day => (day * DAY, true),
    };
    Ok(Some(stamp))
}

/// What a run of digits said beside the day.
enum Compact {
    /// Something may still follow.
    No,
    /// It was a whole day, and nothing may follow.
    Day,
    /// The time of day in seconds.
    Time(i64),
}

/// The part of a cell that is still to be read.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    /// A run of digits, with its length.
    fn digits(&mut self) -> Option<(i64, usize)> {
        let len = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(len);
        let number = digits.parse().ok()?;
        self.0 = rest;
        Some((number, len))
    }

    /// One of these characters, with spaces around it.
    fn mark(&mut self, marks: &[char]) -> Option<char> {
        let rest = self.0.trim_start();
        let mark = rest.chars().next().filter(|c| marks.contains(c))?;
        self.0 = rest[mark.len_utf8()..].trim_start();
        Some(mark)
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.0.trim_start();
        // Words are ASCII or Chinese; only ASCII has capitals.
        let found = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if found {
            self.0 = rest[word.len()..].trim_start();
        }
        found
    }

    /// The day, in days since 1970.
    fn date(&mut self) -> Result<(i64, Compact), Rule> {
        const MARKS: [char; 6] = ['-', '/', '.', '年', '－', '–'];
        let text = self.0;
        let (first, len) = self.digits().ok_or(Rule::Date)?;
        if len == 8 || len == 12 || len == 14 {
            return self.compact(text, len);
        }
        if len == 5 && (self.0.is_empty() || self.0.starts_with('.')) {
            return serial(text);
        }
        if len <= 2 {
            // 5月10日, 5-10, 23-5-10: a day without its year. 10/5/2023 is no order of ours.
            let marked = self.mark(&['月']).or_else(|| self.mark(&MARKS)).is_some();
            let month = marked && self.digits().is_some();
            let more = self.mark(&MARKS).or_else(|| self.mark(&['月'])).is_some();
            let long = more && self.digits().is_some_and(|(_, len)| len > 2);
            return Err(if month && !long { Rule::NoYear } else { Rule::Date });
        }
        if len != 4 {
            return Err(Rule::Date);
        }
        let mark = self.mark(&MARKS).ok_or(Rule::Date)?;
        let (month, _) = self.digits().filter(|(_, len)| *len <= 2).ok_or(Rule::Date)?;
        let Some(second) = self.mark(&['-', '/', '.', '月', '－', '–']) else { return Err(Rule::NoDay) };
        if (mark == '年') != (second == '月') {
            return Err(Rule::Date);
        }
        let Some((day, len)) = self.digits() else { return Err(Rule::NoDay) };
        let number = day_number(first, month, day).filter(|_| len <= 2).ok_or(Rule::Date)?;
        if mark == '年' {
            let _ = self.mark(&['日', '号']);
        }
        Ok((number, Compact::No))
    }

    /// `20260510`, `202605100905`, `20260510090533`.
    fn compact(&mut self, text: &str, len: usize) -> Result<(i64, Compact), Rule> {
        let part = |from: usize, to: usize| text.get(from..to).and_then(|s| s.parse::<i64>().ok()).unwrap_or(-1);
        let day = day_number(part(0, 4), part(4, 6), part(6, 8)).ok_or(Rule::Date)?;
        if len == 8 {
            return Ok((day, Compact::No));
        }
        let second = if len == 14 { part(12, 14) } else { 0 };
        let time = of_day(part(8, 10), part(10, 12), second).filter(|_| self.0.is_empty()).ok_or(Rule::Time)?;
        Ok((day, Compact::Time(time)))
    }

    /// Skips 星期三 or (周三).
    fn weekday(&mut self) {
        let open = self.mark(&['(', '（']).is_some();
        if ["星期", "礼拜", "周"].iter().any(|word| self.word(word)) {
            let _ = self.mark(&['一', '二', '三', '四', '五', '六', '日', '天']);
        }
        if open {
            let _ = self.mark(&[')', '）']);
        }
        self.0 = self.0.trim_start();
    }

    /// The time of day in seconds, up to the end of the cell; may pass midnight where an offset says so.
    fn time(&mut self) -> Option<i64> {
        let _ = self.mark(&['T', ',']);
        const HALVES: [(&str, Half); 10] = [
            ("上午", Half::Morning),
            ("早上", Half::Morning),
            ("早晨", Half::Morning),
            ("凌晨", Half::Morning),
            ("AM", Half::Morning),
            ("中午", Half::Noon),
            ("下午", Half::Afternoon),
            ("PM", Half::Afternoon),
            ("晚上", Half::Evening),
            ("傍晚", Half::Evening),
        ];
        let half = |cursor: &mut Self| HALVES.iter().find(|(word, _)| cursor.word(word)).map(|(_, half)| *half);
        let before = half(self);
        let (hour, _) = self.digits().filter(|(_, len)| *len <= 2)?;
        let mark = self.mark(&[':', '时', '點', '点'])?;
        let (mut minute, mut second) = (0, 0);
        match self.digits() {
            Some((value, len)) if len <= 2 => minute = value,
            Some(_) => return None,
            None if mark == ':' => return None,
            None if self.word("半") => minute = 30,
            None => {}
        }
        if self.mark(&[':', '分']).is_some_and(|mark| mark == ':') || self.0.starts_with(|c: char| c.is_ascii_digit())
        {
            second = self.digits().filter(|(_, len)| *len <= 2)?.0;
            if self.0.starts_with('.') {
                self.0 = &self.0[1..];
                self.digits()?;
            }
        }
        let _ = self.mark(&['秒']);
        let after = half(self);
        let hour = match before.or(after) {
            Some(half) => half.hour(hour)?,
            None => hour,
        };
        let shift = self.offset()?;
        self.0.trim().is_empty().then_some(())?;
        Some(of_day(hour, minute, second)? + shift)
    }

    /// Seconds to add for a time given in another zone: `Z`, `+08:00`.
    fn offset(&mut self) -> Option<i64> {
        if self.word("Z") || self.word("UTC") {
            return Some(CHINA * 60);
        }
        let Some(sign) = self.mark(&['+', '-']) else { return Some(0) };
        let (hours, len) = self.digits()?;
        let minutes = match len {
            2 => hours * 60 + if self.mark(&[':']).is_some() { self.digits()?.0 } else { 0 },
            4 => hours / 100 * 60 + hours % 100,
            _ => return None,
        };
        (minutes <= 14 * 60).then_some((CHINA - if sign == '+' { minutes } else { -minutes }) * 60)
    }
}

/// Which half of the day an hour of a clock face belongs to.
#[derive(Clone, Copy)]
enum Half {
    Morning,
    Noon,
    Afternoon,
    Evening,
}

impl Half {
    /// The hour of the day; none where the words contradict each other, or do not say which midnight.
    fn hour(self, hour: i64) -> Option<i64> {
        match (self, hour) {
            (Half::Morning, 12) => Some(0),
            (Half::Morning, 0..=11) => Some(hour),
            (Half::Noon, 11 | 12) => Some(hour),
            (Half::Noon, 1..=2) => Some(hour + 12),
            (Half::Afternoon, 12..=23) => Some(hour),
            (Half::Afternoon, 1..=11) => Some(hour + 12),
            (Half::Evening, 17..=23) => Some(hour),
            (Half::Evening, 5..=11) => Some(hour + 12),
            _ => None,
        }
    }
}

/// Seconds since midnight; 24:00 is the end of the day.
fn of_day(hour: i64, minute: i64, second: i64) -> Option<i64> {
    let fits = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    (fits || (hour, minute, second) == (24, 0, 0)).then_some(hour * 3600 + minute * 60 + second)
}

/// An Excel serial: `46152` is a day, `46152.378` a time.
fn serial(text: &str) -> Result<(i64, Compact), Rule> {
    let serial: f64 = text.parse().map_err(|_| Rule::Date)?;
    if !SERIALS.contains(&serial) {
        return Err(Rule::Date);
    }
    if serial.fract() == 0.0 {
        return Ok((serial as i64 + EXCEL_EPOCH, Compact::Day));
    }
    let seconds = (serial * DAY as f64).round() as i64;
    Ok((seconds / DAY + EXCEL_EPOCH, Compact::Time(seconds % DAY)))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;

    fn read(cell: &str) -> String {
        match stamp(cell) {
            Ok(None) => "nothing".into(),
            Ok(Some((seconds, whole))) => {
                let time = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
                time.format(if whole { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
            }
            Err(rule) => rule.word().into(),
        }
    }

    #[test]
    fn days_as_people_write_them() {
        for cell in [
            "2023-05-10",
            "2023/5/10",
            "2023.5.10",
            "2023年5月10日",
            "2023年05月10号",
            "２０２３－５－１０",
            "２０２３年５月１０日",
            " 2023 年 5 月 10 日 ",
            "20230510",
            "45056",
            "2023-5-10 星期三",
            "2023年5月10日（周三）",
            "2023\u{A0}/5/10",
        ] {
            assert_eq!(read(cell), "2023-05-10", "{cell:?}");
        }
    }

    #[test]
    fn times_as_people_write_them() {
        for cell in [
            "2023-05-10 09:05:00",
            "2023/5/10 9:05",
            "2023年5月10日 9：05",
            "2023年5月10日9时5分",
            "2023-05-10T09:05:00",
            "2023-05-10T09:05:00.123456",
            "2023-05-10 09:05:00.0",
            "2023-05-10T09:05:00+08:00",
            "2023-05-10T01:05:00Z",
            "2023/5/10 上午9:05",
            "2023/5/10 9:05 AM",
            "2023-05-10 星期三 9:05:00",
            "202305100905",
            "20230510090500",
            "20230510 09:05",
            "45056.378472222",
        ] {
            assert_eq!(read(cell), "2023-05-10 09:05:00", "{cell:?}");
        }
        for (cell, want) in [
            ("2023/5/10 下午3:05:33", "2023-05-10 15:05:33"),
            ("2023/5/10 下午 15:05:33", "2023-05-10 15:05:33"),
            ("2023/5/10 12:05:33 AM", "2023-05-10 00:05:33"),
            ("2023/5/10 中午12:30", "2023-05-10 12:30:00"),
            ("2023/5/10 晚上8点半", "2023-05-10 20:30:00"),
            ("2023-05-10 00:00:00", "2023-05-10 00:00:00"),
            ("2023-05-10 0:00", "2023-05-10 00:00:00"),
            ("2023-05-10 24:00", "2023-05-11 00:00:00"),
            ("2023年5月10日15点", "2023-05-10 15:00:00"),
        ] {
            assert_eq!(read(cell), want, "{cell:?}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for (cell, want) in [
            ("5月10日", "no_year"),
            ("5-10", "no_year"),
            ("23-05-10", "no_year"),
            ("23年5月10日", "no_year"),
            ("10/5/2023", "date"),
            ("2023年5月", "no_day"),
            ("2023-05", "no_day"),
            ("2023-02-29", "date"),
            ("2023-13-01", "date"),
            ("20230230", "date"),
            ("2023-5-100", "date"),
            ("12345", "date"),
            ("99999", "date"),
            ("2023", "date"),
            ("待定", "date"),
            ("-", "date"),
            ("2023-05-10 25:00", "time"),
            ("2023-05-10 9:60", "time"),
            ("2023-05-10 至今", "time"),
            ("2023-05-10 晚上12:00", "time"),
            ("09:05:00", "date"),
            ("#N/A", "excel_error"),
            ("", "nothing"),
            ("　", "nothing"),
        ] {
            assert_eq!(read(cell), want, "{cell:?}");
        }
    }

    #[test]
    fn day_numbers_agree_with_the_calendar() {
        let mut day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for _ in 0..110_000 {
            use chrono::Datelike;
            let number = day_number(day.year().into(), day.month().into(), day.day().into());
            assert_eq!(number, Some((day - epoch).num_days()), "{day}");
            day = day.succ_opt().unwrap();
        }
        assert_eq!(super::day("9999-12-31"), Ok(Some(2_932_896)));
    }
}
