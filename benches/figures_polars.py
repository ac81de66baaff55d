"""The figures of October 2026 as a careful Polars script computes them, from the same tables as Parquet.

python figures_polars.py FOLDER CALENDAR.csv [MEASURE …]   prints one JSON object: measure → figures.
"""
import json
import sys
from datetime import date, datetime, timedelta

import polars as pl

FOLDER, CALENDAR, *ASKED = sys.argv[1:]
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
BEGIN, AS_OF = datetime(2026, 10, 1), datetime(2026, 11, 1)
FAR = date(2200, 1, 1)
DAY = pl.duration(days=1)

CAL = pl.read_csv(CALENDAR, try_parse_dates=True).select(
    pl.col("date").alias("day"), pl.col("is_workday") == 1, pl.col("is_workday").cum_sum().cast(pl.Int64).alias("ordinal"))
WORKDAY = CAL.filter("is_workday").select("ordinal", pl.col("day").alias("workday"))


def table(name):
    return pl.scan_parquet(f"{FOLDER}/{name}.parquet")


def at(frame, day, name):
    """The working-day ordinal of a day column."""
    return frame.join(CAL.lazy().select(pl.col("day").alias(day), pl.col("ordinal").alias(name)), on=day, how="left")


def figures(n, met, breached, pending, extended, values):
    none = values is None or len(values) == 0
    return {
        "n": n, "met": met, "breached": breached, "pending": pending, "extended": extended,
        "mean": None if none else values.mean(),
        "median": None if none else values.quantile(0.5, "linear"),
        "p90": None if none else values.quantile(0.9, "linear"),
        "max": None if none else values.max(),
    }


def clock(starts, ends, closes, limit, by, extensible):
    """A start, the first end after it, extensions and pauses in their order; at most one of each per case."""
    events = table("case_events").filter(pl.col("at") <= AS_OF)
    acts = events.filter(pl.col("event").is_in(starts + ends + closes)).select("case_id", "event", "at", "seq", "unit")
    acts = acts.with_columns(starts=pl.col("event").is_in(starts))
    if "unit" in by:
        own = acts.filter(~pl.col("event").is_in(closes))
        parties = own.filter("starts").select(by).unique()
        every = acts.filter(pl.col("event").is_in(closes)).drop("unit").join(parties, on="case_id")
        acts = pl.concat([own, every.select(own.collect_schema().names())])
    acts = acts.collect()
    last = acts.group_by(by).agg(
        s=pl.col("at").filter(pl.col("starts")).max(), e=pl.col("at").filter(~pl.col("starts")).max())
    live = last.filter((pl.max_horizontal("s", "e") >= BEGIN) | pl.col("e").is_null() | (pl.col("s") >= pl.col("e")))
    acts = acts.join(live.select(by), on=by, how="semi").sort(*by, "at", "seq")
    same = pl.all_horizontal(pl.col(c) == pl.col(c).shift() for c in by)
    acts = acts.filter(~(pl.col("starts") & (same & pl.col("starts").shift()).fill_null(False)))
    follows = pl.all_horizontal(pl.col(c) == pl.col(c).shift(-1) for c in by)
    o = acts.with_columns(
        ended_by=pl.when(follows).then(pl.col("event").shift(-1)), ended_at=pl.when(follows).then(pl.col("at").shift(-1)),
    ).filter(pl.col("starts") & (pl.col("ended_at").is_null() | (pl.col("ended_at") >= BEGIN))).select(
        "case_id", "ended_by", "ended_at", opened_at="at").lazy()
    begun = events.filter(pl.col("event") == "suspended").select("case_id", p_at="at")
    over = events.filter(pl.col("event").is_in(["resumed", "resolved", "returned", "withdrawn", "reopened"])).join(
        begun, on="case_id").filter(pl.col("at") > pl.col("p_at")).group_by("case_id").agg(r_at=pl.col("at").min())
    o = o.join(begun.join(over, on="case_id", how="left"), on="case_id", how="left")
    inside = (pl.col("r_at").is_null() | (pl.col("r_at") > pl.col("opened_at"))) & (
        pl.col("ended_at").is_null() | (pl.col("p_at") < pl.col("ended_at")))
    o = o.with_columns(p_at=pl.when(inside).then("p_at"), r_at=pl.when(inside).then("r_at")).with_columns(
        q_at=pl.when(pl.col("p_at").is_not_null()).then(pl.min_horizontal("r_at", "ended_at")),
        endless=pl.col("p_at").is_not_null() & pl.col("r_at").is_null() & pl.col("ended_at").is_null(),
        open_day=pl.col("opened_at").dt.date(), ended_day=pl.col("ended_at").dt.date())
    if extensible:
        x = events.filter(pl.col("event") == "extended").select("case_id", "until", x_at="at")
        o = o.join(x, on="case_id", how="left").with_columns(x_at=pl.when(
            (pl.col("x_at") > pl.col("opened_at")) & (pl.col("ended_at").is_null() | (pl.col("x_at") < pl.col("ended_at")))).then("x_at"))
    else:
        o = o.with_columns(x_at=pl.lit(None, pl.Datetime("us")), until=pl.lit(None, pl.Date))
    o = at(o, "open_day", "open_ordinal").with_columns(due_ordinal=pl.col("open_ordinal") + limit).join(
        WORKDAY.lazy().rename({"ordinal": "due_ordinal", "workday": "due"}), on="due_ordinal", how="left")

    def midnight(day):
        return pl.col(day).cast(pl.Datetime("us")) + DAY

    def extend(o, first, mark):
        moves = (first & (pl.col("x_at") < midnight("due")) & (pl.col("until") > pl.col("due"))).fill_null(False)
        return o.with_columns(moves.alias(mark), due=pl.when(moves).then("until").otherwise("due"))

    o = extend(o, pl.col("p_at").is_null() | (pl.col("x_at") < pl.col("p_at")), "x1")
    o = o.with_columns(
        standing=(pl.col("endless") & (pl.col("p_at") <= midnight("due"))).fill_null(False),
        paused=(pl.col("q_at").is_not_null() & (pl.col("p_at") <= midnight("due"))).fill_null(False),
        from_day=pl.max_horizontal("p_at", "opened_at").dt.date(), to_day=pl.col("q_at").dt.date())
    o = at(at(at(o, "from_day", "f"), "to_day", "t"), "due", "d")
    o = o.with_columns(k=pl.when("paused").then(pl.col("t") - pl.col("f")).otherwise(0)).with_columns(
        shifted=pl.col("d") + pl.col("k")).join(
        WORKDAY.lazy().rename({"ordinal": "shifted", "workday": "moved"}), on="shifted", how="left").with_columns(
        due=pl.when("paused").then(pl.max_horizontal(pl.when(pl.col("k") > 0).then("moved").otherwise("due"), "to_day")).otherwise("due"))
    o = extend(o, pl.col("x_at") >= pl.col("p_at"), "x2")
    done, late = pl.col("ended_by").is_in(ends), midnight("due")
    o = at(o, "ended_day", "end_ordinal").with_columns(
        done=done.fill_null(False), decided=pl.when(done).then(pl.min_horizontal("ended_day", "due")).otherwise(pl.max_horizontal("open_day", "due")),
        took=pl.col("end_ordinal") - pl.col("open_ordinal") - pl.col("k"),
        outcome=pl.when(done & (pl.col("ended_at") <= late)).then(pl.lit("met")).when(done).then(pl.lit("breached"))
        .when(pl.col("ended_by").is_not_null()).then(pl.when(late <= pl.col("ended_at")).then(pl.lit("breached")))
        .when("standing").then(pl.lit("pending")).when(late <= AS_OF).then(pl.lit("breached")).otherwise(pl.lit("pending")))
    o = o.collect()
    pending = o.filter(pl.col("outcome") == "pending")
    here = o.filter(pl.col("outcome").is_in(["met", "breached"]) & pl.col("decided").is_between(FIRST, LAST))
    met = (here["outcome"] == "met").sum()
    extended = sum((f["x1"] | f["x2"]).sum() for f in (here, pending))
    return figures(len(here), met, len(here) - met, len(pending), extended, here.filter("done")["took"])


def case_settled():
    return clock(["submitted", "reopened"], ["resolved", "returned"], ["withdrawn"], 15, ["case_id"], True)


def department_reply():
    return clock(["assigned"], ["department_replied", "department_returned"], ["withdrawn", "resolved", "returned"], 3, ["case_id", "unit"], False)


def satisfaction_platform():
    v = table("evaluations").filter((pl.col("at") >= BEGIN) & (pl.col("at") < AS_OF)).select("case_id", "channel", "grade")
    c = table("cases").select("case_id", of_case="channel")
    v = v.join(c, on="case_id", how="left").filter(
        pl.coalesce("channel", "of_case").is_in(["platform", "good_bad_review"]) & pl.col("grade").is_not_null())
    g = v.select("grade").collect()["grade"]
    return figures(len(g), (g >= 3).sum(), (g < 3).sum(), None, None, g)


def scope():
    return table("enterprises").filter(pl.col("listed").fill_null(True)).select(
        "enterprise_id", first=pl.col("in_scope_from").fill_null(date(1900, 1, 1)),
        last=pl.when(pl.col("in_scope_to") <= LAST).then("in_scope_to").otherwise(FAR))


def stewards():
    return table("assignments").filter((pl.col("role") == "steward") & (pl.col("valid_from") <= LAST)).select(
        "enterprise_id", "holder_id", "valid_from", end=pl.when(pl.col("valid_to") <= LAST).then("valid_to").otherwise(FAR))


def absences():
    return table("absences").filter(pl.col("from") <= LAST).select("person_id", "deputy_id", "from", "to")


def held_at_end():
    away = absences().filter(pl.col("deputy_id").is_not_null() & (pl.col("to") >= LAST))
    held = stewards().filter(pl.col("end") > LAST).join(away, left_on="holder_id", right_on="person_id", how="left").select(
        "enterprise_id", holder=pl.coalesce("deputy_id", "holder_id"))
    return held, scope().filter((pl.col("first") <= LAST) & (pl.col("last") >= LAST))


def one_steward():
    held, n = held_at_end()
    count = held.group_by("enterprise_id").agg(holders=pl.col("holder").n_unique())
    h = n.join(count, on="enterprise_id", how="left").select(pl.col("holders").fill_null(0)).collect()["holders"]
    return figures(len(h), (h == 1).sum(), (h != 1).sum(), None, None, h)


def steward_load():
    held, n = held_at_end()
    load = held.filter(pl.col("holder").is_not_null()).join(n, on="enterprise_id", how="semi").group_by("holder").agg(
        n=pl.col("enterprise_id").n_unique()).collect()["n"]
    met = load.is_between(5, 15).sum()
    return figures(len(load), met, len(load) - met, None, None, load)


def return_explained():
    r = table("case_events").filter((pl.col("event") == "returned") & (pl.col("at") >= BEGIN) & (pl.col("at") < AS_OF)).select(
        pl.col("note").fill_null("").str.strip_chars().is_in(["", "空", "无", "-", "/"])).collect()["note"]
    return figures(len(r), len(r) - r.sum(), r.sum(), 0, None, None)


def complaints():
    k = table("complaints").filter((pl.col("received_at") >= BEGIN) & (pl.col("received_at") < AS_OF))
    return figures(k.select(pl.len()).collect().item(), None, None, None, None, None)


def weekly_diary():
    days = CAL.with_columns(week=pl.col("day").dt.week(), year=pl.col("day").dt.iso_year()).filter(
        (pl.col("year") == 2026) & pl.col("week").is_between(40, 44)).filter(pl.col("is_workday").any().over("week"))
    held = stewards().join(scope(), on="enterprise_id").select(
        "holder_id", begin=pl.max_horizontal("valid_from", "first"), end=pl.min_horizontal("end", pl.col("last") + DAY)).filter(
        pl.col("end") > days["day"].min()).unique().collect()
    away = absences().collect()
    people = table("people").select(
        "person_id", a=pl.col("active_from").fill_null(date(1900, 1, 1)),
        z=pl.when(pl.col("active_to") <= LAST).then("active_to").otherwise(FAR)).collect()
    owed = []
    for day, week in days.select("day", "week").iter_rows():
        h = held.filter((pl.col("begin") <= day) & (pl.col("end") > day)).select(person_id="holder_id").unique()
        b = away.filter((pl.col("from") <= day) & (pl.col("to") >= day))
        named = b.filter(pl.col("deputy_id").is_not_null())
        deputies = named.join(h, on="person_id", how="semi").select(person_id="deputy_id")
        h = pl.concat([h.join(named, on="person_id", how="anti"), deputies]).unique()
        h = h.join(b.filter(pl.col("deputy_id").is_null()), on="person_id", how="anti")
        h = h.join(people.filter((pl.col("a") <= day) & (pl.col("z") >= day)), on="person_id", how="semi")
        owed.append(h.with_columns(week=pl.lit(week, pl.Int8)))
    owed = pl.concat(owed).group_by("person_id", "week").len().filter(pl.col("len") == 7)
    on = pl.coalesce("written_at", pl.col("served_on").cast(pl.Datetime("us")))
    acts = table("diary").filter(on <= AS_OF).select("person_id", day=on.dt.date()).join(
        days.lazy().select("day", "week"), on="day").group_by("person_id", "week").agg(acts=pl.len()).collect()
    owed = owed.join(acts, on=["person_id", "week"], how="left").with_columns(pl.col("acts").fill_null(0))
    over = owed.filter(pl.col("week") < 44)["acts"]
    met = (over > 0).sum()
    return figures(len(over), met, len(over) - met, (owed["week"] == 44).sum(), None, over)


MEASURES = [case_settled, department_reply, satisfaction_platform, one_steward, steward_load, return_explained, complaints, weekly_diary]
print(json.dumps({m.__name__: m() for m in MEASURES if not ASKED or m.__name__ in ASKED}))
