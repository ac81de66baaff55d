//! Numbers: whole, exact decimal, and measured.
use super::text::{fold, is_excel_error};
use crate::ingest::fault::Rule;

/// Decimal places kept of an exact decimal: 万元 to the yuan.
const PLACES: i32 = 4;
/// Digits before the point of an exact decimal.
const WHOLE_DIGITS: usize = 14;

/// A number's digits apart: sign, digits without point, and places after it.
struct Digits {
    negative: bool,
    digits: String,
    places: i32,
}

/// Takes `-1,234.50`, `１２３`, `1.2E+3` apart. None: no number.
fn digits_of(text: &str) -> Option<Digits> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, exponent) = match text.split_once(['E', 'e']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok().filter(|e| e.abs() <= 40)?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = ungroup(whole)?;
    let all = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !all(&whole) || !all(fraction) {
        return None;
    }
    Some(Digits { negative, digits: format!("{whole}{fraction}"), places: fraction.len() as i32 - exponent })
}

/// Takes thousands separators out; they must stand where they should.
fn ungroup(whole: &str) -> Option<String> {
    if !whole.contains([',', '，']) {
        return Some(whole.to_owned());
    }
    let groups: Vec<&str> = whole.split([',', '，']).collect();
    let sound = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    sound.then(|| groups.concat())
}

/// A whole number; none: nothing stands there.
pub fn whole(cell: &str) -> Result<Option<i64>, Rule> {
    if let Ok(number) = cell.parse() {
        return Ok(Some(number));
    }
    let folded = fold(cell);
    if folded.is_empty() {
        return Ok(None);
    }
    let refused = if is_excel_error(&folded) { Rule::ExcelError } else { Rule::Whole };
    let number = digits_of(&folded).ok_or(refused)?;
    let text = shifted(&number, 0, 0).ok_or(Rule::Whole)?;
    text.parse().map(Some).map_err(|_| Rule::Whole)
}

/// A number; none: nothing stands there.
pub fn number(cell: &str) -> Result<Option<f64>, Rule> {
    let folded = fold(cell);
    let text = folded.strip_suffix('分').unwrap_or(&folded);
    if text.is_empty() {
        return if folded.is_empty() { Ok(None) } else { Err(Rule::Number) };
    }
    if is_excel_error(text) {
        return Err(Rule::ExcelError);
    }
    let Digits { negative, digits, places } = digits_of(text).ok_or(Rule::Number)?;
    let value: f64 = format!("{digits}e{}", -places).parse().map_err(|_| Rule::Number)?;
    Ok(Some(if negative { -value } else { value }))
}

/// An exact decimal in its canonical spelling, in 万元 where the column is; none: nothing stands there.
///
/// `shift` is the power of ten from the unit of the column's header to that of the warehouse; a unit in the
/// cell itself goes before it.
pub fn decimal(cell: &str, shift: i32) -> Result<Option<String>, Rule> {
    let folded = fold(cell);
    if folded.is_empty() {
        return Ok(None);
    }
    if is_excel_error(&folded) {
        return Err(Rule::ExcelError);
    }
    let (text, own) = match in_ten_thousands(&folded) {
        Some((text, own)) => (text.trim_end(), Some(own)),
        None => (folded.trim_start_matches(['¥', '￥']), None),
    };
    let number = digits_of(text.trim()).ok_or(Rule::Number)?;
    let exact = shifted(&number, own.unwrap_or(shift), PLACES);
    // A unit written in the cell is a promise to the yuan; a float's noise is not.
    let text = match own {
        Some(_) => exact,
        None => exact.or_else(|| rounded(&number, shift)),
    };
    let text = text.ok_or(Rule::Number)?;
    let whole = text.trim_start_matches('-').split('.').next().unwrap_or("");
    if whole.len() > WHOLE_DIGITS { Err(Rule::Number) } else { Ok(Some(text)) }
}

/// Splits a unit of money off: the power of ten from it to 万元.
pub fn in_ten_thousands(text: &str) -> Option<(&str, i32)> {
    const UNITS: [(&str, i32); 6] = [("亿元", 4), ("万元", 0), ("千元", -1), ("亿", 4), ("万", 0), ("元", -4)];
    UNITS.iter().find_map(|(unit, power)| Some((text.strip_suffix(unit)?, *power)))
}

/// The number times ten to `shift`, if it has no more than `places` places then.
fn shifted(number: &Digits, shift: i32, places: i32) -> Option<String> {
    let mut digits = number.digits.as_str();
    let mut after = number.places - shift;
    while after > places {
        digits = digits.strip_suffix('0')?;
        after -= 1;
        if digits.is_empty() {
            return Some("0".into());
        }
    }
    Some(spelled(number.negative, digits, after))
}

/// The number times ten to `shift`, rounded half up to four places.
fn rounded(number: &Digits, shift: i32) -> Option<String> {
    let drop = usize::try_from(number.places - shift - PLACES).ok()?;
    let kept = number.digits.len().saturating_sub(drop);
    let mut value: i128 = number.digits[..kept].parse().or_else(|e| if kept == 0 { Ok(0) } else { Err(e) }).ok()?;
    if number.digits.len() >= drop && number.digits.as_bytes().get(kept).is_some_and(|b| *b >= b'5') {
        value += 1;
    }
    Some(spelled(number.negative && value != 0, &value.to_string(), PLACES))
}

/// Digits with a point before the last `places`, without needless zeros.
fn spelled(negative: bool, digits: &str, places: i32) -> String {
    let mut text = digits.trim_start_matches('0').to_owned();
    let places = match usize::try_from(places) {
        Ok(places) => places,
        Err(_) => {
            text.extend(std::iter::repeat_n('0', places.unsigned_abs() as usize));
            0
        }
    };
    while text.len() <= places {
        text.insert(0, '0');
    }
    let point = text.len() - places;
    let fraction = text.split_off(point);
    let fraction = fraction.trim_end_matches('0');
    let whole = text.trim_start_matches('0');
    let mut out = String::with_capacity(text.len() + fraction.len() + 2);
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (cell, want) in [("12", 12), ("１２", 12), ("5.0", 5), ("1,234", 1234), ("-3", -3), ("1E+3", 1000)] {
            assert_eq!(whole(cell), Ok(Some(want)), "{cell:?}");
        }
        for cell in ["1.5", "十", "1,23", "1e40", "99999999999999999999"] {
            assert_eq!(whole(cell), Err(Rule::Whole), "{cell:?}");
        }
        assert_eq!(whole("　"), Ok(None));
        assert_eq!(whole("#N/A"), Err(Rule::ExcelError));
    }

    #[test]
    fn numbers() {
        for (cell, want) in [("4.5", 4.5), ("９５分", 95.0), ("1,234.5", 1234.5), ("-0.25", -0.25), (".5", 0.5)] {
            assert_eq!(number(cell), Ok(Some(want)), "{cell:?}");
        }
        for cell in ["分", "NaN", "inf", "4..5", "约5"] {
            assert_eq!(number(cell), Err(Rule::Number), "{cell:?}");
        }
        assert_eq!(number(""), Ok(None));
    }

    #[test]
    fn decimals_are_exact() {
        for (cell, want) in [
            ("1,234.50", "1234.5"),
            ("１２３４．５", "1234.5"),
            ("500万元", "500"),
            ("1.2亿元", "12000"),
            ("1.2345亿", "12345" /* 万元 */),
            ("5000000元", "500"),
            ("0", "0"),
            ("-0.0", "0"),
            ("007", "7"),
            ("0.30000000000000004", "0.3"),
            ("1234.56785", "1234.5679"),
            ("0.00004", "0"),
            ("0.00005", "0.0001"),
            ("￥12", "12"),
            ("1.5E+3", "1500"),
            ("99999999999999.9999", "99999999999999.9999"),
        ] {
            assert_eq!(decimal(cell, 0), Ok(Some(want.to_owned())), "{cell:?}");
        }
        for cell in ["约500", "500万美元", "1,23", "123456789012345", "1元5角", "0.5元", "1e30"] {
            assert_eq!(decimal(cell, 0), Err(Rule::Number), "{cell:?}");
        }
    }

    #[test]
    fn unit_of_the_header_moves_the_point() {
        assert_eq!(decimal("1.25", 4), Ok(Some("12500".into())));
        assert_eq!(decimal("12500", -4), Ok(Some("1.25".into())));
        assert_eq!(decimal("300万元", 4), Ok(Some("300".into())));
    }
}
