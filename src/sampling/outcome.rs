//! Outcomes of a call: those of AAPOR's *Standard Definitions*; rates of response rest on what each of them means.
use std::fmt;

use serde::{Deserialize, Serialize};

/// What came of a call, or of an enterprise as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Complete,
    Partial,
    Refusal,
    BrokenOff,
    NonContact,
    AnsweringMachine,
    OtherEligible,
    NoAnswer,
    Technical,
    /// Only of an enterprise: attempts are used up and nobody was ever reached.
    UsedUp,
    /// Only of an enterprise: nobody has called yet.
    NotAttempted,
    OutOfScope,
    Disconnected,
    NoEnterprise,
}

/// What is known of an enterprise's belonging to the population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    Eligible,
    Unknown,
    Ineligible,
}

/// When an outcome ends the work on an enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
    AtOnce,
    /// After `attempts.disconnected` attempts on different days.
    Confirmed,
    /// Only when the attempts are used up.
    WhenUsedUp,
}

impl Outcome {
    /// All, in AAPOR's order.
    pub const ALL: [Outcome; 14] = [
        Outcome::Complete,
        Outcome::Partial,
        Outcome::Refusal,
        Outcome::BrokenOff,
        Outcome::NonContact,
        Outcome::AnsweringMachine,
        Outcome::OtherEligible,
        Outcome::NotAttempted,
        Outcome::NoAnswer,
        Outcome::Technical,
        Outcome::UsedUp,
        Outcome::OutOfScope,
        Outcome::Disconnected,
        Outcome::NoEnterprise,
    ];

    /// AAPOR's code, Chinese name, what the evaluator is to understand by it.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Outcome::Complete => ("1.1", "完成访问", "必答题全部有回答"),
            Outcome::Partial => ("1.2", "部分完成", "已回答总体评价，其余必答题未答全"),
            Outcome::Refusal => ("2.11", "拒绝访问", "接通后明确表示不接受访问"),
            Outcome::BrokenOff => ("2.12", "中途中断", "开始提问后中断，未回答总体评价"),
            Outcome::NonContact => ("2.20", "未联系到本人", "接通，但联系人不在或另约时间"),
            Outcome::AnsweringMachine => ("2.22", "语音信箱", "语音信箱、秘书台或来电助理"),
            Outcome::OtherEligible => ("2.3", "其他未访成", "属服务对象，因病、长期外出、语言等原因未能访问"),
            Outcome::NotAttempted => ("3.11", "尚未拨打", "由系统判定，不填写"),
            Outcome::NoAnswer => ("3.13", "无人接听", "振铃无人接听或占线"),
            Outcome::Technical => ("3.16", "线路故障", "通话质量或线路原因未能访问"),
            Outcome::UsedUp => ("3.90", "拨打次数用尽", "规定次数用完仍未联系上，由系统核对"),
            Outcome::OutOfScope => ("4.10", "不属服务范围", "企业称不属于项目管家服务对象，备注写明"),
            Outcome::Disconnected => ("4.32", "空号停机", "空号、停机或号码不属于该企业"),
            Outcome::NoEnterprise => ("4.70", "企业已不存在", "已注销、迁出或停业，备注写明"),
        }
    }

    /// AAPOR's code of the final disposition: `1.1` … `4.70`.
    pub const fn aapor(self) -> &'static str {
        self.row().0
    }

    /// As sheets and bulletins print it.
    pub const fn zh(self) -> &'static str {
        self.row().1
    }

    /// When the evaluator is to choose it.
    pub const fn meaning(self) -> &'static str {
        self.row().2
    }

    /// From what stands in a sheet: the Chinese name, AAPOR's code, or both.
    pub fn named(text: &str) -> Option<Outcome> {
        let text = text.trim();
        Outcome::ALL.into_iter().find(|outcome| {
            let (code, zh, _) = outcome.row();
            text == zh || text == code || text.strip_prefix(code).is_some_and(|rest| rest.trim() == zh)
        })
    }

    /// May stand in a row of a call sheet.
    pub fn can_be_entered(self) -> bool {
        self != Outcome::NotAttempted
    }

    /// Somebody answered the questions, all or some.
    pub fn interviewed(self) -> bool {
        matches!(self, Outcome::Complete | Outcome::Partial)
    }

    pub fn eligibility(self) -> Eligibility {
        match self.aapor().as_bytes()[0] {
            b'1' | b'2' => Eligibility::Eligible,
            b'3' => Eligibility::Unknown,
            _ => Eligibility::Ineligible,
        }
    }

    pub fn finality(self) -> Finality {
        match self {
            Outcome::Complete
            | Outcome::Partial
            | Outcome::Refusal
            | Outcome::BrokenOff
            | Outcome::OutOfScope
            | Outcome::NoEnterprise => Finality::AtOnce,
            Outcome::Disconnected => Finality::Confirmed,
            _ => Finality::WhenUsedUp,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zh())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_aapor() {
        let codes: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.aapor()).collect();
        let wanted = "1.1 1.2 2.11 2.12 2.20 2.22 2.3 3.11 3.13 3.16 3.90 4.10 4.32 4.70";
        assert_eq!(codes.join(" "), wanted);
        for outcome in Outcome::ALL {
            let (code, zh, _) = outcome.row();
            for text in [code.to_owned(), zh.to_owned(), format!("{code} {zh}")] {
                assert_eq!(Outcome::named(&text), Some(outcome), "{text}");
            }
        }
        assert_eq!(Outcome::named("1"), None);
        assert_eq!(Outcome::UsedUp.eligibility(), Eligibility::Unknown);
        assert_eq!(Outcome::NoEnterprise.eligibility(), Eligibility::Ineligible);
    }
}
