//! A response workbook that came back, against the letter that it answers.
use sha2::{Digest, Sha256};

use super::acts::{Answer, Says, Told};
use super::docket::Matter;
use super::findings::RowId;
use crate::sheet::reply::{Fault, Filled, HEADERS};

/// What a row of the workbook is known by, as it stands in its locked cell.
pub fn key(row: Option<&RowId>) -> String {
    let Some(row) = row else { return "全部".to_owned() };
    let opened = row.opened_at.map_or(String::new(), |at| at.format("%Y-%m-%dT%H:%M:%S").to_string());
    let parts = [row.measure.as_str(), row.record.as_str(), opened.as_str()];
    let more = [row.class.as_deref(), row.unit.as_deref()];
    parts.into_iter().chain(more.into_iter().flatten()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("|")
}

/// First twelve digits of the hash over finding, number and key.
pub fn checksum(finding: &str, no: u32, key: &str) -> String {
    let hash = Sha256::digest(format!("{finding}\n{no}\n{key}").as_bytes());
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The answers of one sheet; blank rows are not answered. Every fault at once.
pub fn answers(filled: &Filled, matter: &Matter) -> Result<Vec<Answer>, Vec<Fault>> {
    let told: &[Told] = matter.notice.as_ref().map(|notice| notice.items.as_slice()).unwrap_or_default();
    let (mut answers, mut faults, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for row in &filled.rows {
        let mut fault = |column: usize, rule: String, remedy: &str| {
            faults.push(Fault {
                sheet: filled.sheet.clone(),
                row: row.number,
                cell: format!("{}{}", char::from(b'A' + column as u8), row.number),
                rule: format!("“{}”{rule}", HEADERS[column]),
                remedy: remedy.to_owned(),
            });
        };
        const LOCKED: &str = "put back what the workbook had there, or fill in the original again";
        let Ok(no) = row.no.parse::<u32>() else {
            fault(0, format!("is “{}”, no number of an item", row.no), LOCKED);
            continue;
        };
        if seen.contains(&no) {
            fault(0, format!("{no} stands there twice"), "leave each item one row");
            continue;
        }
        seen.push(no);
        let item = told.iter().find(|told| told.no == no).map(|told| &told.row);
        if no != 0 && item.is_none() {
            fault(0, format!("{no} is not in the letter that was served"), LOCKED);
            continue;
        }
        let wanted = key(item);
        if row.key != wanted {
            fault(9, format!("is “{}” and not “{wanted}”", row.key), LOCKED);
            continue;
        }
        if row.check != checksum(&matter.finding.id, no, &wanted) {
            fault(10, format!("is “{}”, which does not fit the row", row.check), LOCKED);
            continue;
        }
        let says = match row.says.as_str() {
            "" if row.reason.is_empty() => continue,
            "" => {
                fault(7, "is empty beside a reason".to_owned(), "write 认可, 说明 or 异议");
                continue;
            }
            word => [Says::Accept, Says::Explain, Says::Contest].into_iter().find(|says| says.zh() == word),
        };
        let Some(says) = says else {
            fault(7, format!("is “{}”", row.says), "write 认可, 说明 or 异议");
            continue;
        };
        if says != Says::Accept && row.reason.is_empty() {
            fault(8, format!("is empty beside “{}”", says.zh()), "say why");
            continue;
        }
        answers.push(Answer { no, row: item.cloned(), says, reason: row.reason.clone() });
    }
    for told in told.iter().filter(|told| told.against && !seen.contains(&told.no)) {
        faults.push(Fault {
            sheet: filled.sheet.clone(),
            row: 0,
            cell: String::new(),
            rule: format!("item {} is missing", told.no),
            remedy: "put its row back; leave it blank where nothing is said of it".to_owned(),
        });
    }
    if faults.is_empty() { Ok(answers) } else { Err(faults) }
}
