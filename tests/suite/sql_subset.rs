//! A lint: the shared queries keep to the SQL that DuckDB and Spark take with the same meaning.
use std::fs;
use std::path::Path;

/// What is forbidden, as words in order; `(` and the like are words of their own.
const FORBIDDEN: [(&str, &str); 17] = [
    ("asof", "ASOF JOIN"),
    ("columns (", "COLUMNS"),
    ("exclude", "EXCLUDE"),
    ("quantile_cont", "quantile_cont"),
    ("list (", "list()"),
    ("arg_max", "arg_max"),
    ("arg_min", "arg_min"),
    ("date_diff", "date_diff"),
    ("strftime", "strftime"),
    ("/ /", "//"),
    ("generate_series", "generate_series"),
    ("unnest", "unnest"),
    ("isodow", "ISODOW"),
    ("approx_count_distinct", "approximate functions"),
    ("approx_quantile", "approximate functions"),
    ("dayofweek", "day of the week from a function"),
    ("weekofyear", "week from a function"),
];

/// Words and signs of a query, in lower case, without comments; a text literal is the word `'`.
fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '\'' || first == '"' {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
            words.push(if first == '\'' { "'".into() } else { rest[1..end - 1].to_lowercase() });
            end
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            words.push(rest[..end].to_lowercase());
            end
        } else {
            if !first.is_whitespace() {
                words.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    words
}

/// From an opening bracket the place of its closing one.
fn close(words: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    words.len()
}

/// The bracket that a place stands in.
fn enclosing(words: &[String], at: usize) -> Option<usize> {
    let mut depth = 0;
    for place in (0..at).rev() {
        match words[place].as_str() {
            ")" => depth += 1,
            "(" if depth == 0 => return Some(place),
            "(" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The innermost CAST( around a place says AS this type.
fn cast_as(words: &[String], at: usize, kinds: &[&str]) -> bool {
    let mut place = at;
    while let Some(open) = enclosing(words, place) {
        if open > 0 && words[open - 1] == "cast" {
            let end = close(words, open);
            return end >= 2 && words[end - 2] == "as" && kinds.contains(&words[end - 1].as_str());
        }
        place = open;
    }
    false
}

/// Everything in a query that is not of the subset.
fn faults(sql: &str) -> Vec<String> {
    let words = words(sql);
    let mut faults = Vec::new();
    let joined = format!(" {} ", words.join(" "));
    for (construct, name) in FORBIDDEN {
        if joined.contains(&format!(" {construct} ")) {
            faults.push(name.to_owned());
        }
    }
    for (at, word) in words.iter().enumerate() {
        let next = |n: usize| words.get(at + n).map_or("", String::as_str);
        match word.as_str() {
            "grouping" if next(1) == "(" && words[at + 2..close(&words, at + 1)].contains(&",".to_owned()) => {
                faults.push("two-argument GROUPING".into());
            }
            "string_agg" if next(1) == "(" && words[at + 2..close(&words, at + 1)].contains(&"order".to_owned()) => {
                faults.push("string_agg with ORDER BY".into());
            }
            "order" if next(1) == "by" => faults.extend(unsaid_nulls(&words, at)),
            "date_trunc" if !cast_as(&words, at, &["date", "timestamp"]) => {
                faults.push("date_trunc without CAST".into())
            }
            "interval" => faults.extend(bare_interval(&words, at)),
            "/" if next(1) != "/" && (at == 0 || words[at - 1] != "/") => {
                let safe = next(1) == "nullif" || next(1).starts_with(|c: char| c.is_ascii_digit());
                if !safe {
                    faults.push(format!("division by {} without NULLIF", next(1)));
                }
            }
            _ => {}
        }
    }
    faults
}

/// Terms of an ORDER BY that do not say where nulls go; within a group's order they are left out anyway.
fn unsaid_nulls(words: &[String], order: usize) -> Vec<String> {
    let within_group =
        order >= 3 && words[order - 1] == "(" && words[order - 2] == "group" && words[order - 3] == "within";
    if within_group {
        return Vec::new();
    }
    let mut terms: Vec<Vec<&str>> = vec![Vec::new()];
    let mut depth = 0;
    for word in &words[order + 2..] {
        match word.as_str() {
            ")" if depth == 0 => break,
            "rows" | "range" | "limit" | "union" if depth == 0 => break,
            "," if depth == 0 => {
                terms.push(Vec::new());
                continue;
            }
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        terms.last_mut().expect("one term at least").push(word);
    }
    let said = |term: &&Vec<&str>| term.ends_with(&["nulls", "first"]) || term.ends_with(&["nulls", "last"]);
    let unsaid = terms.iter().filter(|term| !said(term));
    unsaid.map(|term| format!("ORDER BY {} without NULLS FIRST or LAST", term.join(" "))).collect()
}

/// `+ INTERVAL 'n' DAY` gives a time of a date in one and a date in the other: its type has to be said. Hours are
/// added to times only.
fn bare_interval(words: &[String], at: usize) -> Option<String> {
    let hours = words.get(at + 2).is_some_and(|unit| ["hour", "minute", "second"].contains(&unit.as_str()));
    (!hours && !cast_as(words, at, &["date", "timestamp"])).then(|| "INTERVAL without CAST(… AS DATE)".to_owned())
}

#[test]
fn shared_queries_keep_to_the_subset() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut seen = 0;
    for folder in ["facts", "clocks", "told", "registers", "evidence", "folds", "explain", "leads"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                seen += 1;
                assert_eq!(faults(&fs::read_to_string(&path).unwrap()), Vec::<String>::new(), "{}", path.display());
            }
        }
    }
    assert!(seen >= 22, "only {seen} queries were found");
}

#[test]
fn each_forbidden_construct_is_caught() {
    for (sql, fault) in [
        ("SELECT * FROM a ASOF JOIN b ON a.t >= b.t", "ASOF JOIN"),
        ("SELECT COLUMNS('x.*') FROM a", "COLUMNS"),
        ("SELECT * EXCLUDE (b) FROM a", "EXCLUDE"),
        ("SELECT quantile_cont(x, 0.5) FROM a", "quantile_cont"),
        ("SELECT list(x) FROM a", "list()"),
        ("SELECT arg_max(x, y) FROM a", "arg_max"),
        ("SELECT date_diff('day', x, y) FROM a", "date_diff"),
        ("SELECT strftime(x, '%Y') FROM a", "strftime"),
        ("SELECT x // 2 FROM a", "//"),
        ("SELECT * FROM generate_series(1, 2)", "generate_series"),
        ("SELECT unnest(x) FROM a", "unnest"),
        ("SELECT EXTRACT(ISODOW FROM x) FROM a", "ISODOW"),
        ("SELECT GROUPING(x, y) FROM a GROUP BY CUBE (x, y)", "two-argument GROUPING"),
        ("SELECT string_agg(x, ',' ORDER BY x NULLS LAST) FROM a", "string_agg with ORDER BY"),
        ("SELECT x FROM a ORDER BY x NULLS LAST, y", "ORDER BY y without NULLS FIRST or LAST"),
        (
            "SELECT LAG(x) OVER (PARTITION BY y ORDER BY COALESCE(z, 1) DESC) FROM a",
            "ORDER BY coalesce ( z , 1 ) desc without NULLS FIRST or LAST",
        ),
        ("SELECT date_trunc('month', x) FROM a", "date_trunc without CAST"),
        ("SELECT CAST(x AS DATE) + INTERVAL '1' DAY FROM a", "INTERVAL without CAST(… AS DATE)"),
        ("SELECT CAST(x + 2 * INTERVAL '1' DAY AS VARCHAR) FROM a", "INTERVAL without CAST(… AS DATE)"),
        ("SELECT x / y FROM a", "division by y without NULLIF"),
        ("SELECT x / (2 * y) FROM a", "division by ( without NULLIF"),
        ("SELECT approx_quantile(x, 0.5) FROM a", "approximate functions"),
    ] {
        assert_eq!(faults(sql), [fault], "{sql}");
    }
    for sql in [
        "-- list(x) // by the way\nSELECT 'unnest', CAST(x + INTERVAL '1' DAY AS DATE) FROM a",
        "SELECT x / NULLIF(y, 0), x / 60, t + INTERVAL '1' HOUR, GROUPING(x) FROM a ORDER BY x NULLS LAST",
        "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) FROM a",
        "SELECT SUM(x) OVER (PARTITION BY y ORDER BY z NULLS FIRST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a",
    ] {
        assert_eq!(faults(sql), Vec::<String>::new(), "{sql}");
    }
}
