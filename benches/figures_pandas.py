"""The figures of October 2026 as a careful pandas script computes them, from the same tables as Parquet.

python figures_pandas.py FOLDER CALENDAR.csv [MEASURE …]   prints one JSON object: measure → figures.
"""
import json
import sys

import numpy as np
import pandas as pd

FOLDER, CALENDAR, *ASKED = sys.argv[1:]
FIRST, AS_OF = pd.Timestamp("2026-10-01"), pd.Timestamp("2026-11-01")
DAY = pd.Timedelta(days=1)
LAST = AS_OF - DAY
FAR = pd.Timestamp("2200-01-01")


def table(name, columns, filters=None):
    return pd.read_parquet(f"{FOLDER}/{name}.parquet", columns=columns, filters=filters)


def dates(series):
    return pd.to_datetime(series).astype("datetime64[us]")


class Calendar:
    def __init__(self):
        days = pd.read_csv(CALENDAR)
        self.zero = pd.Timestamp(days.date.iloc[0])
        self.ordinal = days.is_workday.to_numpy().cumsum()
        self.workdays = np.flatnonzero(days.is_workday.to_numpy() == 1)
        self.table = days.assign(day=pd.to_datetime(days.date))

    def index(self, days):
        return ((days - self.zero) // DAY).to_numpy()

    def working(self, days):
        return self.ordinal[self.index(days)]

    def nth(self, ordinals):
        return self.zero + pd.to_timedelta(self.workdays[ordinals - 1], unit="D")


CAL = Calendar()


def figures(n, met, breached, pending, extended, values):
    none = values is None or len(values) == 0
    return {
        "n": int(n), "met": met, "breached": breached, "pending": pending, "extended": extended,
        "mean": None if none else float(values.mean()),
        "median": None if none else float(values.quantile(0.5)),
        "p90": None if none else float(values.quantile(0.9)),
        "max": None if none else float(values.max()),
    }


def clock(starts, ends, closes, limit, by, extensible):
    """A start, the first end after it, extensions and pauses in their order; at most one of each per case."""
    wanted = starts + ends + closes
    acts = table("case_events", ["case_id", "event", "at", "seq", "unit"], [("event", "in", wanted), ("at", "<=", AS_OF)])
    acts["starts"] = acts.event.isin(starts)
    if "unit" in by:
        own = acts[~acts.event.isin(closes)]
        parties = own.loc[own.starts, by].drop_duplicates()
        every = acts.loc[acts.event.isin(closes)].drop(columns="unit").merge(parties, on="case_id")
        acts = pd.concat([own, every], ignore_index=True)
    last = acts.assign(s=acts["at"].where(acts.starts), e=acts["at"].where(~acts.starts)).groupby(by, sort=False)[["s", "e"]].max()
    live = last[(last.max(axis=1) >= FIRST) | (last.e.isna()) | (last.s >= last.e)]
    acts = acts.merge(live.reset_index()[by], on=by).sort_values(by + ["at", "seq"], kind="stable")
    same = (acts[by] == acts[by].shift()).all(axis=1)
    acts = acts[~(acts.starts & same & acts.starts.shift(fill_value=False))]
    follows = (acts[by] == acts[by].shift(-1)).all(axis=1)
    acts["ended_by"] = acts.event.shift(-1).where(follows)
    acts["ended_at"] = acts["at"].shift(-1).where(follows)
    o = acts[acts.starts & (acts.ended_at.isna() | (acts.ended_at >= FIRST))].rename(columns={"at": "opened_at"})
    o = o[["case_id", "opened_at", "ended_by", "ended_at"]]
    others = table("case_events", ["case_id", "event", "at", "until"], [("event", "in", ["extended", "suspended", "resumed", "resolved", "returned", "withdrawn", "reopened"])])
    others = others[others.case_id.isin(o.case_id)]
    begun = others.loc[others.event == "suspended", ["case_id", "at"]].rename(columns={"at": "p_at"})
    over = others[~others.event.isin(["suspended", "extended"])].merge(begun, on="case_id")
    over = over[over["at"] > over.p_at].groupby("case_id")["at"].min().rename("q_at")
    pause = begun.merge(over, on="case_id", how="left")
    o = o.merge(pause, on="case_id", how="left")
    beside = ~((o.q_at.isna() | (o.q_at > o.opened_at)) & (o.ended_at.isna() | (o.p_at < o.ended_at)))
    o.loc[beside, ["p_at", "q_at"]] = pd.NaT
    endless = o.p_at.notna() & o.q_at.isna() & o.ended_at.isna()
    o["q_at"] = o[["q_at", "ended_at"]].min(axis=1).where(o.p_at.notna())
    if extensible:
        x = others.loc[others.event == "extended", ["case_id", "at", "until"]].rename(columns={"at": "x_at"})
        o = o.merge(x, on="case_id", how="left")
        beside = ~((o.x_at > o.opened_at) & (o.ended_at.isna() | (o.x_at < o.ended_at)))
        o.loc[beside, ["x_at", "until"]] = pd.NaT
        endless = o.p_at.notna() & o.q_at.isna() & o.ended_at.isna()
    else:
        o["x_at"], o["until"] = pd.NaT, pd.NaT
    o["until"] = dates(o.until)
    opened = CAL.working(o.opened_at.dt.normalize())
    due = pd.Series(CAL.nth(opened + limit), index=o.index)

    def extend(due, first):
        moved = o.x_at.notna() & first & (o.x_at < due + DAY)
        return due.where(~(moved & (o.until > due)), o.until), moved & (o.until > due)

    due, extended = extend(due, o.p_at.isna() | (o.x_at < o.p_at))
    standing = endless & (o.p_at <= due + DAY)
    k = pd.Series(0, index=o.index)
    paused = o.q_at.notna() & (o.p_at <= due + DAY)
    p = o[paused]
    resumed = p.q_at.dt.normalize()
    k[paused] = CAL.working(resumed) - CAL.working(p[["p_at", "opened_at"]].max(axis=1).dt.normalize())
    shifted = pd.Series(CAL.nth(CAL.working(due[paused]) + k[paused].to_numpy()), index=p.index)
    shifted = shifted.where(k[paused] > 0, due[paused])
    due[paused] = shifted.where(shifted > resumed, resumed)
    due, again = extend(due, o.x_at >= o.p_at)
    extended |= again
    done = o.ended_by.isin(ends)
    closed = o.ended_by.notna() & ~done
    late = due + DAY
    met = done & (o.ended_at <= late)
    breached = (done & ~met) | (closed & (late <= o.ended_at)) | (o.ended_by.isna() & ~standing & (late <= AS_OF))
    pending = o.ended_by.isna() & ~breached
    decided = o[["ended_at"]].assign(due=due).min(axis=1).where(done, due).dt.normalize()
    decided = decided.where(done | (decided > o.opened_at.dt.normalize()), o.opened_at.dt.normalize())
    here = (met | breached) & (decided >= FIRST) & (decided <= LAST)
    of_done = here & done
    took = CAL.working(o.loc[of_done, "ended_at"].dt.normalize()) - opened[of_done.to_numpy()] - k[of_done].to_numpy()
    return figures(here.sum(), int((met & here).sum()), int((breached & here).sum()), int(pending.sum()),
                   int((extended & (here | pending)).sum()), pd.Series(took))


def case_settled():
    return clock(["submitted", "reopened"], ["resolved", "returned"], ["withdrawn"], 15, ["case_id"], True)


def department_reply():
    return clock(["assigned"], ["department_replied", "department_returned"], ["withdrawn", "resolved", "returned"], 3, ["case_id", "unit"], False)


def satisfaction_platform():
    v = table("evaluations", ["case_id", "channel", "at", "grade"], [("at", ">=", FIRST), ("at", "<", AS_OF)])
    if v.channel.isna().any():
        c = table("cases", ["case_id", "channel"])
        v["channel"] = v.channel.fillna(v.case_id.map(c.set_index("case_id").channel))
    g = v.loc[v.channel.isin(["platform", "good_bad_review"]), "grade"].dropna()
    return figures(len(g), int((g >= 3).sum()), int((g < 3).sum()), None, None, g)


def absences():
    b = table("absences", ["person_id", "from", "to", "deputy_id"])
    b["from"], b["to"] = dates(b["from"]), dates(b["to"])
    return b[b["from"] <= LAST]


def scope():
    n = table("enterprises", ["enterprise_id", "listed", "in_scope_from", "in_scope_to"])
    n = n[n.listed.fillna(True).astype(bool)]
    n["first"] = dates(n.in_scope_from).fillna(pd.Timestamp("1900-01-01"))
    to = dates(n.in_scope_to)
    n["last"] = to.where(to <= LAST, FAR)
    return n[["enterprise_id", "first", "last"]]


def stewards():
    a = table("assignments", ["enterprise_id", "role", "holder_id", "valid_from", "valid_to"], [("role", "==", "steward")])
    a["valid_from"] = dates(a.valid_from)
    to = dates(a.valid_to)
    a["end"] = to.where(to <= LAST, FAR)
    return a[a.valid_from <= LAST]


def held_at_end():
    a = stewards()
    a = a[a.end > LAST]
    b = absences()
    b = b[b.deputy_id.notna() & (b["to"] >= LAST)]
    a = a.merge(b[["person_id", "deputy_id"]], left_on="holder_id", right_on="person_id", how="left")
    a["holder"] = a.deputy_id.fillna(a.holder_id)
    n = scope()
    return a, n[(n["first"] <= LAST) & (n["last"] >= LAST)]


def one_steward():
    a, n = held_at_end()
    held = n.enterprise_id.map(a.groupby("enterprise_id").holder.nunique()).fillna(0)
    return figures(len(held), int((held == 1).sum()), int((held != 1).sum()), None, None, held)


def steward_load():
    a, n = held_at_end()
    a = a[a.enterprise_id.isin(n.enterprise_id) & a.holder.notna()]
    load = a.groupby("holder").enterprise_id.nunique()
    met = int(load.between(5, 15).sum())
    return figures(len(load), met, len(load) - met, None, None, load)


def return_explained():
    r = table("case_events", ["note"], [("event", "==", "returned"), ("at", ">=", FIRST), ("at", "<", AS_OF)])
    empty = int(r.note.fillna("").str.strip().isin(["", "空", "无", "-", "/"]).sum())
    return figures(len(r), len(r) - empty, empty, 0, None, None)


def complaints():
    return figures(len(table("complaints", ["complaint_id"], [("received_at", ">=", FIRST), ("received_at", "<", AS_OF)])), None, None, None, None, None)


def weekly_diary():
    cal = CAL.table
    iso = cal.day.dt.isocalendar()
    cal = cal.assign(week=iso.week.where(iso.year == 2026))
    days = cal[cal.week.between(40, 44)]
    days = days[days.groupby("week").is_workday.transform("max") == 1]
    a = stewards().merge(scope(), on="enterprise_id")
    a["from"] = a[["valid_from", "first"]].max(axis=1)
    a["until"] = pd.concat([a.end, a["last"] + DAY], axis=1).min(axis=1)
    a = a[(a.until > days.day.min())]
    b = absences()
    named, unnamed = b[b.deputy_id.notna()], b[b.deputy_id.isna()]
    people = table("people", ["person_id", "active_from", "active_to"])
    people["a"] = dates(people.active_from).fillna(pd.Timestamp("1900-01-01"))
    to = dates(people.active_to)
    people["z"] = to.where(to <= LAST, FAR)
    owed = []
    for day, week in zip(days.day, days.week):
        h = a.loc[(a["from"] <= day) & (day < a.until), "holder_id"].drop_duplicates()
        away = named[(named["from"] <= day) & (day <= named["to"])]
        held = pd.Index(h[~h.isin(away.person_id)]).union(pd.Index(away.loc[away.person_id.isin(h), "deputy_id"]))
        held = held.difference(pd.Index(unnamed.loc[(unnamed["from"] <= day) & (day <= unnamed["to"]), "person_id"]))
        active = people[(people.a <= day) & (day <= people.z)].person_id
        owed.append(pd.DataFrame({"person_id": held.intersection(pd.Index(active)), "week": week}))
    owed = pd.concat(owed).groupby(["person_id", "week"], as_index=False).size()
    owed = owed[owed["size"] == 7]
    d = table("diary", ["person_id", "served_on", "written_at"])
    d["on"] = d.written_at.fillna(dates(d.served_on))
    d = d[d.on <= AS_OF]
    d["day"] = d.on.dt.normalize()
    acts = d.merge(days[["day", "week"]], on="day").groupby(["person_id", "week"]).size().rename("acts")
    owed = owed.merge(acts, on=["person_id", "week"], how="left").fillna({"acts": 0})
    over = owed[owed.week < 44]
    met = int((over.acts > 0).sum())
    return figures(len(over), met, len(over) - met, int((owed.week == 44).sum()), None, over.acts)


MEASURES = [case_settled, department_reply, satisfaction_platform, one_steward, steward_load, return_explained, complaints, weekly_diary]
print(json.dumps({m.__name__: m() for m in MEASURES if not ASKED or m.__name__ in ASKED}))
