//! A rule in plain Chinese, as `explain`, bulletins and the method page print it.
use super::{
    ActsBy, Answers, Filter, Held, HolderTest, Limit, Measure, Register, Roles, Rule, SIGNS, Slot, Steps, Subject,
};
use crate::tables::Wording;

impl Measure {
    /// What opens, what ends, the limit, what counts as met.
    pub fn rule_zh(&self) -> String {
        let words = self.words.as_ref();
        let (serve, enterprise, case, diary) =
            (words.phrase("serve"), words.phrase("enterprise"), words.phrase("case"), words.phrase("diary"));
        match &self.rule {
            Rule::Deadline { start, end, limit, filter, complaints } => format!(
                "{}{}自“{}”起，{}内“{}”为按时{}。",
                scope(words, filter),
                if *complaints { format!("{case}和投诉") } else { String::new() },
                words.listed("event", start),
                limit_zh(*limit),
                words.listed("event", end),
                match limit {
                    Limit::WorkingDays(_) => "（起始当日不计，经批准延期的以延期后期限为准，挂起期间不计）",
                    Limit::Days(_) => "（自然日，起始当日不计，经批准延期的以延期后期限为准，挂起期间不计）",
                    Limit::Hours(_) => "（全天候计时，挂起期间不计）",
                    Limit::Own =>
                        "（以该件自带的办理期限为准，无期限的不计，经批准延期的以延期后期限为准，挂起期间不计）",
                }
            ),
            Rule::Term { of, limit, filter } => term(words, of, *limit, filter),
            Rule::Cadence { subject, slot, kinds, by, at_least, written, filter } => {
                let who = match subject {
                    Subject::PersonHolding(role) => {
                        format!("整{}{serve}在册企业的{}", slot_zh(*slot), words.shown("role", role))
                    }
                    Subject::Enterprise => format!("{}每个在册{enterprise}", scope(words, filter)),
                    Subject::District => words.phrase("district").to_owned(),
                };
                let by = match by {
                    ActsBy::Subject => String::new(),
                    ActsBy::Roles(roles) => format!("由{}", words.joined("role", roles, "或")),
                };
                let acts = if kinds.is_empty() {
                    if matches!(subject, Subject::PersonHolding(_)) {
                        format!("{diary}（零报告计入）")
                    } else {
                        diary.to_owned()
                    }
                } else {
                    format!("“{}”记录", words.listed("diary_kind", kinds))
                };
                let count = if *at_least > 1 { format!("{at_least}个不同日期的") } else { "1篇".to_owned() };
                let day = if *written { "，按填写日期计入当周期" } else { "，按服务日期计入" };
                format!("{who}，每{}{by}至少有{count}{acts}{day}；无工作日的周期不要求。", slot_zh(*slot))
            }
            Rule::Score { field, satisfied, needs_unit, sampled, filter } => {
                let what = match field.as_str() {
                    "attitude" => "服务态度",
                    "quality" => "服务质量",
                    "efficiency" => "办事效率",
                    _ => "总体评价",
                };
                let whom = if *needs_unit { "对部门的" } else { "" };
                let mark = match satisfied {
                    Some(mark) if field == "grade" && (*mark - 3.0).abs() < f64::EPSILON => {
                        "“基本满意”（3分）及以上为满意".to_owned()
                    }
                    Some(mark) => format!("{mark}分及以上为满意"),
                    None => "只计分，不判定".to_owned(),
                };
                let design = if *sampled {
                    "满意率按抽样设计加权估计，区间按设计计算；没有抽样权重的评价只计份数，不计入满意率。"
                } else {
                    ""
                };
                format!("{}企业{whom}评价的{what}，{mark}。{design}", channels(words, filter))
            }
            Rule::Pace { kinds, by, satisfied, filter } => format!(
                "{}每个在册{enterprise}，每月由{}进行“{}”的日数除以当月周数（当月日数÷7）{}；当月须整月在册。",
                scope(words, filter),
                words.joined("role", by, "或"),
                words.listed("diary_kind", kinds),
                satisfied.map_or(String::new(), |mark| format!("，达到{mark}为达标")),
            ),
            Rule::Slip { of } => {
                format!("已完成的{}，实际完成日期晚于计划日期的天数（提前为负），计入完成之日。", steps(words, of))
            }
            Rule::Completeness { event, fields, empty_words } => {
                format!("每次“{}”须填写{}。", words.shown("event", event), said(fields, empty_words))
            }
            Rule::Entries { except, fields, empty_words } => {
                let except = if except.is_empty() {
                    String::new()
                } else {
                    format!("（“{}”除外）", words.listed("diary_kind", except))
                };
                let said = said(fields, empty_words);
                format!("每篇{diary}{except}须填写{said}，计入填写之日（未记填写时间的，为服务日期）。")
            }
            Rule::InDiary { event, days_after } => {
                let event = words.shown("event", event);
                format!(
                    "{case}首次“{event}”后，自提交之日起至“{event}”后第{days_after}日，须有该企业的{diary}（按服务日期，不论何人填写）；于第{days_after}日判定，此前列为未到期。"
                )
            }
            Rule::Coverage { groups, filter } => {
                let group =
                    |tests: &Vec<HolderTest>| tests.iter().map(|one| test(words, one)).collect::<Vec<_>>().join("或");
                let groups: Vec<String> = groups.iter().map(group).collect();
                format!("统计截止日，{}每个在册{enterprise}{}。", scope(words, filter), groups.join("，且"))
            }
            Rule::Load { role, min, max } => {
                format!("统计截止日，每名{}{serve}在册企业{min}至{max}家。", words.shown("role", role))
            }
            Rule::Continuity { role } => {
                format!(
                    "{}更换时，前任结束与后任开始之间企业在册日数为0；空档自首个在册日起计为不达标。",
                    words.shown("role", role)
                )
            }
            Rule::Reached { levels } => {
                format!(
                    "{case}首次进入各层级（{}）的件数，同一{case}每个层级只计首次，按层级分列。",
                    chain(words, levels)
                )
            }
            Rule::Stays { levels, until } => format!(
                "{case}在各层级（{}）停留的整日数：自进入该层级起，至进入另一层级或“{}”止；重复进入同一层级视为同一次停留，计入停留结束之日。",
                chain(words, levels),
                words.listed("event", until)
            ),
            Rule::Tally { class, filter } => {
                let class = match class.as_deref() {
                    Some("verdict") => "，按核实结论分列",
                    Some(_) => "，按投诉类别分列",
                    None => "",
                };
                format!("{}按收到日期统计的投诉件数{class}。", scope(words, filter))
            }
            Rule::Cases { at_first, class, filter } => {
                let when = match at_first {
                    Some(event) => format!("按首次“{}”的日期统计的件数，每件只计一次", words.shown("event", event)),
                    None => "按提交日期统计的件数".to_owned(),
                };
                let class = if class.is_some() { "，按问题类别分列" } else { "" };
                format!("{}{case}，{when}{class}。", scope(words, filter))
            }
            Rule::Unlisted { from_wan, filter } => {
                format!("统计截止日，{}总投资{from_wan}万元及以上而未纳入的家数。", scope(words, filter))
            }
            Rule::CycleOver { months, filter } => format!(
                "统计截止日，{}达产已满{months}个月（次日起算超期，2月29日达产的按2月28日计）而仍有{serve}关系的家数。",
                scope(words, filter)
            ),
            Rule::Integrity { signs } => {
                let said: Vec<&str> =
                    SIGNS.iter().filter(|(sign, _)| signs.iter().any(|s| s == sign)).map(|(_, zh)| *zh).collect();
                format!("疑似线索（{}），供核查，不作结论，不入通报。", said.join("、"))
            }
            Rule::Changes { role } => {
                let role = words.shown("role", role);
                format!(
                    "{role}变更次数（新任与上一任不同的，计入新任到任之日），除以期内在册企业年数（在册企业日数÷365）。"
                )
            }
        }
    }

    /// Who answers for a row.
    pub fn answers_zh(&self) -> String {
        let words = self.words.as_ref();
        let (serve, district) = (words.phrase("serve"), words.phrase("district"));
        match &self.answers {
            Answers::Role(role) => format!("判定之日{serve}该企业的{}", staged(words, role)),
            Answers::PersonOr(role) => format!("被评价人；未指明的，为当日{serve}该企业的{}", staged(words, role)),
            Answers::UnitOr(role) => {
                format!("被评价单位；未指明的，为被评价人；均未指明的，为当日{serve}该企业的{}", staged(words, role))
            }
            Answers::EventUnit if matches!(self.rule, Rule::Term { .. } | Rule::Slip { .. }) => "责任单位".to_owned(),
            Answers::EventUnit => "承办部门".to_owned(),
            Answers::Author => match &self.rule {
                Rule::Load { role, .. } => format!("{}本人", words.shown("role", role)),
                Rule::Entries { .. } => format!("填写{}的本人", words.phrase("diary")),
                _ => format!("应填写{}的本人", words.phrase("diary")),
            },
            Answers::About => "被投诉的人员或单位".to_owned(),
            Answers::LeftUnit => "离任者所在单位".to_owned(),
            Answers::Unit(unit) => unit.clone(),
            Answers::Nobody => format!("{district}，不归于个人"),
        }
    }

    /// What of the rule the document does not state, in words.
    pub fn local_zh(&self) -> Vec<String> {
        let word = |key: &String| match key.as_str() {
            "limit" => "期限".to_owned(),
            "in_diary" => "记入日志的期限".to_owned(),
            "acts" => "计入的人员和事项".to_owned(),
            "satisfied" => "达标线".to_owned(),
            "calendar_days" => "按自然日计".to_owned(),
            "judges" => "以平均数判定".to_owned(),
            "start" => "起算点".to_owned(),
            "of" => "统计口径".to_owned(),
            other => other.to_owned(),
        };
        self.local.iter().map(word).collect()
    }

    /// What `value` counts.
    pub fn unit_zh(&self) -> &'static str {
        match &self.rule {
            Rule::Deadline { limit, .. } | Rule::Term { limit, .. } => match limit {
                Limit::WorkingDays(_) => "个工作日",
                Limit::Days(_) | Limit::Own => "天",
                Limit::Hours(_) => "小时",
            },
            Rule::Continuity { .. } => "天",
            Rule::Cadence { at_least, .. } => {
                if *at_least > 1 {
                    "天"
                } else {
                    "篇"
                }
            }
            Rule::Stays { .. } | Rule::Slip { .. } => "天",
            Rule::Pace { .. } => "日/周",
            Rule::Score { .. } => "分",
            Rule::Load { .. } => "家",
            Rule::Coverage { .. } => "名",
            Rule::Completeness { .. }
            | Rule::Entries { .. }
            | Rule::InDiary { .. }
            | Rule::Reached { .. }
            | Rule::Cases { .. }
            | Rule::Tally { .. } => "",
            Rule::Unlisted { .. } | Rule::CycleOver { .. } => "家",
            Rule::Integrity { .. } => "条",
            Rule::Changes { .. } => "次",
        }
    }
}

/// What a register's clock asks.
fn term(words: &Wording, of: &Register, limit: Limit, filter: &Filter) -> String {
    let within = limit_zh(limit);
    let counted = match limit {
        Limit::WorkingDays(_) => "（起始当日不计）",
        Limit::Days(_) => "（自然日，起始当日不计）",
        Limit::Hours(_) => "（全天候计时）",
        Limit::Own => "",
    };
    let scope = scope(words, filter);
    match of {
        Register::RolesHeld(roles) => format!(
            "{scope}每个在册{}自纳入之日起，{within}内{}全部到位为按时{counted}；无纳入日期的不计。",
            words.phrase("enterprise"),
            words.joined("role", roles, "、")
        ),
        Register::Milestones(of) => format!("{scope}{}，在计划日期当日或之前完成为按时。", steps(words, of)),
        Register::Complaints => format!("{scope}投诉自收到之日起，{within}内核实为按时{counted}。"),
        Register::ChangesOf(role) => {
            let role = words.shown("role", role);
            format!(
                "{scope}{role}变更（新任与上一任不同）自新任到任之日起，{within}内备案为按时{counted}；到任前已备案的为按时。"
            )
        }
        Register::Policies => format!(
            "{scope}惠企政策自印发之日起，{within}内首次推送至适用的企业为按时{counted}；印发之日在册且属政策适用类别的企业，每项政策每家计一次。"
        ),
    }
}

/// One test of a coverage.
fn test(words: &Wording, test: &HolderTest) -> String {
    match &test.what {
        Held::Role(role) if test.at_most == Some(test.at_least) => {
            format!("有且只有{}名{}", test.at_least, words.shown("role", role))
        }
        Held::Role(role) => format!("至少有{}名{}", test.at_least, words.shown("role", role)),
        Held::Field(field) => match field.as_str() {
            "contact_name" => "登记了企业联系人".to_owned(),
            "agreement_signed_on" => "已签约".to_owned(),
            _ => "有节点计划".to_owned(),
        },
    }
}

/// 节点 of a road map, or of some stages.
fn steps(words: &Wording, steps: &Steps) -> String {
    match steps {
        Steps::All => "节点".to_owned(),
        Steps::Of(stages) => format!("“{}”事项", words.listed("milestone_stage", stages)),
    }
}

/// The roles in words: 项目管家; 安商阶段的项目服务秘书、扶商阶段的企业工作秘书.
pub fn roles(words: &Wording, roles: &Roles) -> String {
    match roles {
        Roles::One(role) => words.shown("role", role).to_owned(),
        Roles::ByStage(by_stage) => {
            let each = by_stage.iter().map(|(_, role)| words.shown("role", role));
            each.collect::<Vec<_>>().join("、")
        }
    }
}

/// The same with the stage of each: 项目服务秘书（安商）、企业工作秘书（扶商）.
fn staged(words: &Wording, roles: &Roles) -> String {
    match roles {
        Roles::One(role) => words.shown("role", role).to_owned(),
        Roles::ByStage(by_stage) => {
            let each = by_stage
                .iter()
                .map(|(stage, role)| format!("{}（{}）", words.shown("role", role), words.shown("stage", stage)));
            each.collect::<Vec<_>>().join("、")
        }
    }
}

/// 企业、内容, and which words count as nothing.
fn said(fields: &[String], empty_words: &[String]) -> String {
    let fields: Vec<&str> = fields
        .iter()
        .map(|field| match field.as_str() {
            "note" => "说明",
            "unit" => "单位",
            "until" => "期限",
            "enterprise_id" => "企业",
            "served_on" => "服务日期",
            "place" => "地点",
            "participants" => "参加人员",
            "content" => "服务内容",
            _ => "解决的问题",
        })
        .collect();
    let fields = fields.join("、");
    if empty_words.is_empty() {
        fields
    } else {
        format!("{fields}（填“{}”视为未填）", empty_words.join("”“"))
    }
}

/// Levels from the lowest to the highest.
fn chain(words: &Wording, levels: &[String]) -> String {
    levels.iter().map(|level| words.shown("event", level)).collect::<Vec<_>>().join("→")
}

pub(super) fn limit_zh(limit: Limit) -> String {
    match limit {
        Limit::WorkingDays(n) => format!("{n}个工作日"),
        Limit::Days(n) => format!("{n}日"),
        Limit::Hours(n) => format!("{n}小时"),
        Limit::Own => "办理期限".to_owned(),
    }
}

fn slot_zh(slot: Slot) -> &'static str {
    match slot {
        Slot::Week => "周",
        Slot::Month => "月",
        Slot::Quarter => "季度",
        Slot::Weekday { day, .. } => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day as usize - 1],
    }
}

fn channels(words: &Wording, filter: &Filter) -> String {
    let of = |list: &str| filter.0.iter().find(|(name, _)| name == list).map(|(_, words)| words);
    match (of("channel"), of("not_channel")) {
        (Some(these), _) => format!("“{}”渠道", words.listed("evaluation_channel", these)),
        (None, Some(these)) => format!("除“{}”外各渠道", words.listed("evaluation_channel", these)),
        (None, None) => String::new(),
    }
}

fn scope(words: &Wording, filter: &Filter) -> String {
    let mut text = String::new();
    for (list, these) in &filter.0 {
        let of = match list.as_str() {
            "channel" => words.listed("case_channel", these),
            "category" if filter.0.iter().any(|(list, _)| list == "category_name") => continue,
            "category_name" => these.join("”或“"),
            "category" => words.listed("complaint_category", these),
            other => words.listed(other, these),
        };
        text.push_str(&format!("“{of}”类"));
    }
    text
}
