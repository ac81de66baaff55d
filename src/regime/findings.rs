//! What a place makes a finding of, as its rule file says: plain facts, rates surely below their standard, what is to be
//! commended, leads. Which of them a place has is data; how each kind is found is `judgement`.
use super::{Answers, Regime};

/// One kind of finding of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingRule {
    pub id: String,
    pub name_zh: String,
    /// As cited: 五（五）.
    pub provision: String,
    /// Whom it may be about; none said: whoever answers, and a unit only where no person does.
    pub by: Option<Vec<About>>,
    pub what: What,
    /// Working days within which what was found must be put right (限期落实), from the decision on.
    pub rectify_working_days: Option<u32>,
    /// Keys that the document does not state.
    pub local: Vec<String>,
}

/// Whom a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Person,
    Unit,
    /// Everybody alike: nobody is named.
    District,
}

/// What makes it a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// fact: at least so many rows of a measure with this outcome (none given: any row) in the period.
    Rows { measure: String, outcome: Option<String>, at_least: u32 },
    /// fact: a complaint verified in the period with one of these verdicts; of these categories (none: all).
    Complaints { verdicts: Vec<String>, categories: Vec<String> },
    /// statistical: surely below the standard in the window, and in one of the two windows before.
    Below { measures: Vec<String> },
    /// commendable: surely excellent over so many months in one of the measures, bad or to be checked in none, no
    /// substantiated complaint, and deeds.
    Commendable { measures: Vec<String>, months: u32, deeds: Option<Deeds> },
    /// lead: something for a checker to look at; never published.
    Lead,
}

/// Cases that needed one of these levels, were settled, and were judged satisfied by the enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deeds {
    pub levels: Vec<String>,
    /// Measure of the clock whose end by `resolved` settles them; its holder did the deed.
    pub settled: String,
    /// Measure of the evaluations.
    pub satisfied: String,
    pub at_least: u32,
}

impl About {
    /// As stored and in ids.
    pub fn word(self) -> &'static str {
        match self {
            About::Person => "person",
            About::Unit => "unit",
            About::District => "district",
        }
    }
}

impl What {
    /// fact, statistical, commendable, lead.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Rows { .. } | What::Complaints { .. } => "fact",
            What::Below { .. } => "statistical",
            What::Commendable { .. } => "commendable",
            What::Lead => "lead",
        }
    }
}

/// Whom the rows of a measure can be about.
pub fn about(answers: &Answers) -> &'static [About] {
    match answers {
        Answers::EventUnit | Answers::LeftUnit | Answers::Unit(_) => &[About::Unit],
        Answers::Nobody => &[],
        _ => &[About::Person, About::Unit],
    }
}

impl FindingRule {
    /// Whom rows of a measure can be about under this rule.
    pub fn about(&self, measure: &super::Measure) -> Vec<About> {
        let can = about(&measure.answers);
        match &self.by {
            Some(by) => can.iter().copied().filter(|about| by.contains(about)).collect(),
            None => can.iter().copied().take(1).collect(),
        }
    }
}

impl Regime {
    /// The rule of findings called `id`.
    pub fn finding(&self, id: &str) -> Option<&FindingRule> {
        self.findings.iter().find(|rule| rule.id == id)
    }

    /// What makes a rate surely below its standard, in plain Chinese.
    pub fn below_zh(&self, measures: &[String]) -> String {
        format!(
            "{}在最近{}个月内证据充分不达标（低于标准且低于总体的概率均不低于90%，去掉任一企业后仍成立，件数不少于{}），且此前两个同长时段中至少一个亦然。",
            self.names_zh(measures),
            self.window_months,
            self.minimum_n
        )
    }

    fn names_zh(&self, measures: &[String]) -> String {
        let name = |id: &String| self.measure(id).map_or(id.clone(), |measure| measure.name_zh.clone());
        measures.iter().map(|id| format!("“{}”", name(id))).collect::<Vec<_>>().join("、")
    }

    /// What makes a finding of this kind, in plain Chinese, beside the rules of its measures.
    pub fn finding_zh(&self, rule: &FindingRule) -> String {
        match &rule.what {
            What::Rows { measure, outcome, at_least } => {
                let said = outcome.as_deref().map_or("事项", |outcome| match outcome {
                    "breached" => "未达到要求的事项",
                    "met" => "达到要求的事项",
                    _ => "无法计时的事项",
                });
                let own = self.measure(measure).map(super::Measure::rule_zh).unwrap_or_default();
                let least = if *at_least > 1 { format!("达到{at_least}项") } else { "每发生1项".to_owned() };
                format!("{own}统计期内{said}{least}的，逐项列明。")
            }
            What::Complaints { verdicts, categories } => {
                let of = match categories.as_slice() {
                    [] => String::new(),
                    some => format!("（{}）", self.words.listed("complaint_category", some)),
                };
                format!("统计期内经核实为{}的投诉{of}，逐件列明。", self.words.listed("verdict", verdicts))
            }
            What::Below { measures } => self.below_zh(measures),
            What::Commendable { measures, months, deeds } => {
                let deeds = deeds.as_ref().map_or(String::new(), |deeds| {
                    format!(
                        "，并有经“{}”及以上层级推动、已办结且企业评价满意的事项{}件以上",
                        self.words.shown("event", deeds.levels.first().map_or("", String::as_str)),
                        deeds.at_least
                    )
                });
                format!(
                    "{}中至少一项在{months}个月内证据充分优秀，其余无不达标和需核查，期间无属实投诉{deeds}。",
                    self.names_zh(measures)
                )
            }
            What::Lead => "供核查人员查看的线索，不公开，不作为结论。".to_owned(),
        }
    }
}
