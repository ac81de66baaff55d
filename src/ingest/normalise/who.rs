//! People in a cell of a role list: 王强 13800000001; 某局 李四（副主任）0411-84790000; 张三、李四.
//!
//! A name is looked for, never guessed: a part of a cell that could hold two names is refused. What is neither name
//! nor telephone is a post or a unit by its last character.
use super::text::{self, Taken, fold, is_excel_error};
use crate::ingest::fault::Rule;

/// A person as a cell names them; what is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub post: String,
    pub unit: String,
    /// Several are parted by 、.
    pub phone: String,
}

/// What stands where nobody is named.
const NOBODY: [&str; 12] = ["/", "\\", "-", "--", "—", "——", "无", "暂无", "待定", "未定", "空缺", "暂缺"];
/// Last characters of posts.
const POSTS: [&str; 36] = [
    "市长",
    "区长",
    "县长",
    "镇长",
    "乡长",
    "州长",
    "书记",
    "主任",
    "局长",
    "处长",
    "科长",
    "部长",
    "厅长",
    "院长",
    "所长",
    "站长",
    "队长",
    "组长",
    "主席",
    "常委",
    "委员",
    "秘书长",
    "秘书",
    "经理",
    "董事长",
    "总监",
    "总裁",
    "厂长",
    "校长",
    "行长",
    "干事",
    "科员",
    "主管",
    "专员",
    "调研员",
    "负责人",
];
/// Last characters of units.
const UNITS: [&str; 26] = [
    "局", "委", "办", "中心", "街道", "公司", "镇", "乡", "集团", "部", "院", "所", "站", "处", "科", "组", "会", "厅",
    "区", "市", "县", "银行", "学校", "支队", "大队", "班子",
];
/// Words before a telephone number.
const LABELS: [&str; 7] = ["联系电话", "手机号码", "联系方式", "电话", "手机", "tel", "姓名"];

/// The people that a cell names.
pub fn people(cell: &str) -> Result<Vec<Who>, Rule> {
    if is_excel_error(cell.trim()) {
        return Err(Rule::ExcelError);
    }
    let mut people: Vec<Who> = Vec::new();
    // What came before the first name of its person: a unit, a post.
    let mut waiting = Who::default();
    for part in cell.split(['、', '；', ';', '\n', '\r', '，', ',', '/']).map(fold) {
        if part.is_empty() || NOBODY.contains(&part.as_str()) {
            continue;
        }
        for found in persons(&part)? {
            if found.name.is_empty() {
                match people.last_mut().filter(|last| fits(last, &found)) {
                    Some(last) => join(last, found),
                    None => join(&mut waiting, found),
                }
            } else {
                let mut person = std::mem::take(&mut waiting);
                join(&mut person, found);
                people.push(person);
            }
        }
    }
    match waiting == Who::default() {
        true => Ok(people),
        // A post or a telephone number alone names nobody, but a unit or a post may stand for who holds it.
        false if people.is_empty() && waiting.phone.is_empty() => {
            let name = format!("{}{}", waiting.unit, waiting.post);
            Ok(vec![Who { name, ..Who::default() }])
        }
        false => Err(Rule::Person),
    }
}

/// Names of units in a cell.
pub fn units(cell: &str) -> Result<Vec<String>, Rule> {
    if is_excel_error(cell.trim()) {
        return Err(Rule::ExcelError);
    }
    let parts = cell.split(['、', '；', ';', '\n', '\r', '，', ',']).map(|part| text::trim(part).to_owned());
    Ok(parts.filter(|part| !part.is_empty() && !NOBODY.contains(&part.as_str())).collect())
}

/// The later words belong to this person: a telephone number always, else what they do not have yet.
fn fits(last: &Who, more: &Who) -> bool {
    (more.post.is_empty() || last.post.is_empty()) && (more.unit.is_empty() || last.unit.is_empty())
}

fn join(person: &mut Who, more: Who) {
    let add = |into: &mut String, more: String, mark: &str| {
        if !into.is_empty() && !more.is_empty() {
            into.push_str(mark);
        }
        into.push_str(&more);
    };
    add(&mut person.name, more.name, "");
    add(&mut person.post, more.post, "");
    add(&mut person.unit, more.unit, "");
    add(&mut person.phone, more.phone, "、");
}

/// People of a part without marks between: each telephone number ends one.
fn persons(part: &str) -> Result<Vec<Who>, Rule> {
    let mut found = Vec::new();
    let mut rest = part;
    while let Some((start, end)) = phone_in(rest) {
        let phone = match text::phone(&rest[start..end]) {
            Taken::Same => rest[start..end].to_owned(),
            Taken::Changed(phone) => phone,
            Taken::Nothing => String::new(),
            Taken::Refused(_) => return Err(Rule::Phone),
        };
        found.push(Who { phone, ..words(&rest[..start])? });
        rest = &rest[end..];
    }
    let last = words(rest)?;
    if last != Who::default() {
        found.push(last);
    }
    Ok(found)
}

/// Where the first telephone number stands: seven digits at least, with what may stand between them.
fn phone_in(text: &str) -> Option<(usize, usize)> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '*';
    let mut from = 0;
    while let Some(start) = text[from..].find(is_digit).map(|at| from + at) {
        let (mut end, mut digits, mut gap) = (start, 0, String::new());
        for (at, c) in text[start..].char_indices() {
            if is_digit(c) {
                // A space between two whole numbers parts them.
                if gap.contains(' ') && digits >= 11 {
                    break;
                }
                (digits, end) = (digits + 1, start + at + 1);
                gap.clear();
            } else if matches!(c, '-' | ' ' | '(' | ')' | '转') && gap.chars().count() < 2 {
                gap.push(c);
            } else {
                break;
            }
        }
        if digits >= 7 {
            let plus = text[..start].strip_suffix('+').map_or(start, str::len);
            return Some((plus, end));
        }
        from = end.max(start + 1);
    }
    None
}

/// The words of one person without a telephone number.
fn words(text: &str) -> Result<Who, Rule> {
    let mut text: String = text.chars().map(|c| if "()（）[]【】:：+．。".contains(c) { ' ' } else { c }).collect();
    for label in LABELS {
        text = text.replace(label, " ");
    }
    let mut tokens: Vec<String> = Vec::new();
    let mut padded = false;
    for token in text.split_whitespace() {
        // 王 强, 王 晓东: a single character is no name, so it and what stands behind it are one.
        let single = token.chars().count() == 1 && !token.is_ascii();
        let given =
            token.chars().count() == 2 && !token.chars().any(|c| c.is_ascii()) && !is_post(token) && !is_unit(token);
        match tokens.last_mut().filter(|_| (single || given) && padded) {
            Some(last) => last.push_str(token),
            None => tokens.push(token.to_owned()),
        }
        padded = single;
    }
    let latin = |token: &str| token.is_ascii() && token.chars().any(|c| c.is_ascii_alphabetic());
    if tokens.len() > 1 && tokens.iter().all(|token| latin(token)) {
        tokens = vec![tokens.join(" ")];
    }
    let mut who = Who::default();
    let mut names = Vec::new();
    let alone = tokens.len() == 1;
    for token in tokens {
        let prefixed = post_before_name(&token);
        if let Some((post, name)) = prefixed {
            who.post.push_str(post);
            names.push(name.to_owned());
        } else if is_post(&token) {
            who.post.push_str(&token);
        } else if is_unit(&token) && !(alone && token.chars().count() < 3) {
            who.unit.push_str(&token);
        } else {
            names.push(token);
        }
    }
    match names.len() {
        0 => Ok(who),
        1 => Ok(Who { name: names.remove(0), ..who }),
        _ => Err(Rule::Person),
    }
}

fn is_post(token: &str) -> bool {
    POSTS.iter().any(|post| token.ends_with(post))
}

fn is_unit(token: &str) -> bool {
    UNITS.iter().any(|unit| token.ends_with(unit))
}

/// 副市长张三: a post with a name of two or three characters behind it.
fn post_before_name(token: &str) -> Option<(&str, &str)> {
    let after = POSTS.iter().filter_map(|post| token.find(post).map(|at| at + post.len())).max()?;
    let (post, name) = token.split_at(after);
    (2..=3).contains(&name.chars().count()).then_some((post, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &str) -> String {
        match people(cell) {
            Ok(people) => {
                let one = |who: &Who| format!("{}|{}|{}|{}", who.name, who.post, who.unit, who.phone);
                people.iter().map(one).collect::<Vec<_>>().join(" + ")
            }
            Err(rule) => rule.word().to_owned(),
        }
    }

    #[test]
    fn people_as_cells_name_them() {
        for (cell, want) in [
            ("王强 13800000001", "王强|||13800000001"),
            ("王强13800000001", "王强|||13800000001"),
            ("王 晓东 13800000001", "王晓东|||13800000001"),
            ("李 主任", "李|主任||"),
            ("王　强\n１３８００００００01", "王强|||13800000001"),
            ("王强（138-0000-0001）", "王强|||13800000001"),
            ("王强：联系电话 0411-84790000转8001", "王强|||041184790000转8001"),
            ("某局 李四 副主任 13900000002", "李四|副主任|某局|13900000002"),
            ("李四（某局副局长）", "李四|某局副局长||"),
            ("副市长张三", "张三|副市长||"),
            ("张三、李四13900000002", "张三||| + 李四|||13900000002"),
            ("张三 13800000001 李四 13900000002", "张三|||13800000001 + 李四|||13900000002"),
            ("张三，副主任，13800000001", "张三|副主任||13800000001"),
            ("张三 13800000001/13900000002", "张三|||13800000001、13900000002"),
            ("张三 13800000001 13900000002", "张三|||13800000001、13900000002"),
            ("欧阳·阿里木", "欧阳·阿里木|||"),
            ("John Smith 13800000001", "John Smith|||13800000001"),
            ("王主任", "王主任|||"),
            ("待定", ""),
            (" / ", ""),
            ("", ""),
            ("13800000001", "person"),
            ("张三 李四", "person"),
            ("#N/A", "excel_error"),
        ] {
            assert_eq!(shown(cell), want, "{cell:?}");
        }
    }

    #[test]
    fn units_as_cells_name_them() {
        assert_eq!(units("某局、某街道办事处\n无").unwrap(), ["某局", "某街道办事处"]);
        assert!(units("#REF!").is_err());
    }
}
