//! Why a row of a call sheet is not taken, in words for the terminal and for the sheet that goes back.
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// A cell that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Head of the column.
    pub column: String,
    pub rule: Rule,
    /// What stands there, or what it collides with.
    pub value: String,
}

impl Refusal {
    pub fn new(column: &str, rule: Rule, value: impl Into<String>) -> Refusal {
        Refusal { column: column.to_owned(), rule, value: value.into() }
    }

    /// `日期: the call lies before the draw: 2026-11-01 09:00; write …`
    pub fn english(&self) -> String {
        let (says, remedy) = (self.rule.words().0, self.rule.remedy());
        let value = if self.value.is_empty() { String::new() } else { format!(" (“{}”)", self.value) };
        format!("{}: {says}{value}; {remedy}", self.column)
    }

    /// For the sheet that goes back to the evaluator.
    pub fn chinese(&self) -> String {
        let value = if self.value.is_empty() { String::new() } else { format!("（{}）", self.value) };
        format!("{}：{}{value}", self.column, self.rule.words().1)
    }
}

/// The rules that a row can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    // The row itself.
    NoCode,
    OtherPlan,
    OtherDraw,
    UnknownUnit,
    AlteredId,
    Altered,
    Twice,
    // One cell.
    Required,
    Date,
    Time,
    UnknownOutcome,
    NotEntered,
    UnknownAnswer,
    // The row as a whole.
    EndsBeforeBegun,
    TooLong,
    TooQuick,
    AnswerMissing,
    AnswersWithoutTalk,
    NoteMissing,
    OutsideHours,
    BeforeDraw,
    Future,
    // Beside other rows.
    NotAssigned,
    NotYetCalled,
    Skipped,
    Finished,
    AttemptsRemain,
    Overlap,
    BeforeComplete,
}

impl Rule {
    /// What is wrong, in English and in Chinese.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Rule::NoCode => ("the row's code is missing or cannot be read", "行码缺失或无法识别"),
            Rule::OtherPlan => ("the row belongs to another plan", "该行属于另一个抽样方案"),
            Rule::OtherDraw => ("the row belongs to another draw of this plan", "该行属于本方案的另一次抽取"),
            Rule::UnknownUnit => ("the row's enterprise is not in the sample", "该行企业不在样本之内"),
            Rule::AlteredId => ("the enterprise's number was altered", "企业编号被改动"),
            Rule::Altered => {
                ("name, sheet or code was altered: the check digits do not fit", "企业名称、表号或行码被改动，校验不符")
            }
            Rule::Twice => ("two rows with this code say different things", "同一行码的两行内容不同"),
            Rule::Required => ("nothing stands here", "未填写"),
            Rule::Date => ("no day that can be read", "日期无法识别"),
            Rule::Time => ("no time of day that can be read", "时间无法识别"),
            Rule::UnknownOutcome => ("no outcome there is", "结果不在代码表内"),
            Rule::NotEntered => ("this outcome is found out, never entered", "该结果由系统判定，不能填写"),
            Rule::UnknownAnswer => ("no answer that this question has", "答案不在选项之内"),
            Rule::EndsBeforeBegun => ("the call ends before it begins", "结束早于开始"),
            Rule::TooLong => ("the call takes longer than any may", "通话时间过长"),
            Rule::TooQuick => ("a complete that took so few seconds", "完成访问用时过短"),
            Rule::AnswerMissing => ("an interview without this answer", "已访问而此题没有答案"),
            Rule::AnswersWithoutTalk => {
                ("an answer beside an outcome without an interview", "结果为未访问，却填了答案")
            }
            Rule::NoteMissing => ("this outcome needs a note on what was said", "此结果须在备注中写明情况"),
            Rule::OutsideHours => ("the call began outside call hours", "开始时间不在规定的拨打时段"),
            Rule::BeforeDraw => ("the call began before the draw", "通话早于抽取时间"),
            Rule::Future => ("the call lies in the future", "通话时间在将来"),
            Rule::NotAssigned => ("the enterprise is not assigned to this evaluator", "该企业未分配给这名访员"),
            Rule::NotYetCalled => (
                "a reserve that is not called for: replacements go strictly by ticket",
                "备用企业尚未启用，须按票号顺序替换",
            ),
            Rule::Skipped => ("this reserve was passed over", "该备用企业已被跳过"),
            Rule::Finished => ("the work on this enterprise had ended", "该企业此前已有最终结果"),
            Rule::AttemptsRemain => ("attempts remain, so they are not used up", "规定的拨打次数尚未用完"),
            Rule::Overlap => ("the same evaluator was on another call", "与同一访员的另一通话时间重叠"),
            Rule::BeforeComplete => ("a back-check before the call that it checks", "复核早于被复核的访问"),
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        self.remedies().0
    }

    /// The same in Chinese.
    pub fn remedy_zh(self) -> &'static str {
        self.remedies().1
    }

    fn remedies(self) -> (&'static str, &'static str) {
        match self {
            Rule::NoCode | Rule::AlteredId | Rule::Altered => (
                "copy what was filled in into a freshly written sheet of this evaluator",
                "请重新导出该访员的表，将已填内容誊入",
            ),
            Rule::OtherPlan => ("record it with the plan it belongs to", "请按其所属方案导入"),
            Rule::OtherDraw | Rule::UnknownUnit => {
                ("use the sheets written after the present draw", "请使用本次抽取后导出的表")
            }
            Rule::Twice => ("keep the right one of them", "请保留正确的一行"),
            Rule::Required => ("fill it in, or leave the whole row empty", "请补填，或整行留空"),
            Rule::Date => ("write it as 2026-11-03", "请写成 2026-11-03"),
            Rule::Time => ("write it as 14:05 or 14:05:30", "请写成 14:05 或 14:05:30"),
            Rule::UnknownOutcome | Rule::UnknownAnswer => ("choose from the list of the cell", "请从下拉列表中选择"),
            Rule::NotEntered => ("leave the row empty if nobody called", "没有拨打的行请留空"),
            Rule::EndsBeforeBegun | Rule::TooLong => ("put the times right", "请更正起止时间"),
            Rule::TooQuick => (
                "put the times right if they are wrong; a talk that short is no complete",
                "时间有误的请更正；确为如此短的不能算完成访问",
            ),
            Rule::AnswerMissing => ("fill it in, or enter 部分完成 or 中途中断", "请补填，或改为“部分完成”“中途中断”"),
            Rule::AnswersWithoutTalk => ("take the answers out or put the outcome right", "请删去答案，或更正结果"),
            Rule::NoteMissing => ("write into 备注 who said what", "请在备注中写明何人告知何事"),
            Rule::OutsideHours => (
                "put the time right if it is wrong; call again within the hours",
                "时间有误的请更正，否则请在规定时段重拨",
            ),
            Rule::BeforeDraw | Rule::Future | Rule::BeforeComplete => ("put day and time right", "请更正日期和时间"),
            Rule::NotAssigned => ("let the evaluator whose sheet holds it call", "请由其所分配的访员拨打"),
            Rule::NotYetCalled => (
                "record what made room for it, or wait until `sample status` names it",
                "请先导入被替换企业的结果，或待其启用后再拨打",
            ),
            Rule::Skipped | Rule::Finished => {
                ("take the row out; if it comes first, put the times right", "请删去该行；如在先，请更正时间")
            }
            Rule::AttemptsRemain => (
                "enter what came of this call, and call again on another day or in another part of the day",
                "请填写本次通话的实际结果，并换时段或换日再拨",
            ),
            Rule::Overlap => ("put the times of the one or the other right", "请更正其中一通的时间"),
        }
    }
}

/// As messages show it.
pub fn clock(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}
