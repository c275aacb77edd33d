"""Does it look like the world? Fourteen facts of real systems, and what the model gives for each.

Facts, targets and their sources: V1 to V14 of docs/results/stylised-facts.md. Every fact is
measured on a shipped scenario as it stands; where a fact belongs to another regime (a whole city's
hotline, an office that is not controlled), on the scenario of that regime or with the settings
named in the table. Run it with

    python experiments/stylised_facts.py

Some minutes on two cores. It prints the table, writes it between the markers of the page and its
Chinese twin, and draws docs/images/stylised-facts.{en,zh}.png. The means are over replications,
with 95 % intervals; a fact holds if every mean lies in its target range.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import spearmanr

import govsim
from govsim.engines.compiled import make_ready, simulate
from govsim.experiments.intervals import Interval, longer_side, mean_interval
from govsim.language import LANGUAGES, language, speaking
from govsim.model.plan import DAY, Plan
from govsim.model.records import (
    AGAIN,
    FIRST,
    OVERDUE_RESOLUTION,
    REPLIED_BEFORE,
    TRUE,
    Kind,
    Origin,
    Outcome,
)
from govsim.report import style
from govsim.scenario import compile_plan

TOP = Path(__file__).parents[1]
SCENARIOS = TOP / "scenarios"
IMAGES = TOP / "docs" / "images"
PAGES = {
    "en": TOP / "docs" / "results" / "stylised-facts.md",
    "zh": TOP / "docs" / "results" / "stylised-facts.zh-CN.md",
}
SEED = 1
AFTER = 60 * DAY  # a problem that is brought up again so soon has recurred
RUN_IN = 90 * DAY  # backlogs that begin at zero say nothing
WORKING_DAYS = 5
MONTH = 30
YEAR = 365 * DAY

Records = NDArray[np.void]
Figures = dict[str, float]


@dataclass
class Trace:
    """All records of one replication, and what many facts ask of them."""

    plan: Plan
    records: Records

    def of(self, *kinds: Kind) -> Records:
        """The records of some kinds."""
        return self.records[np.isin(self.records["kind"], kinds)]

    @cached_property
    def tier(self) -> NDArray[np.int64]:
        """The tier of each office."""
        return np.array([office.tier for office in self.plan.offices])

    @cached_property
    def cases(self) -> int:
        """How many numbers were given out."""
        return int(self.records["case"].max()) + 1

    @cached_property
    def registered(self) -> Records:
        """Grievances as they were registered; no enquiries."""
        found = self.of(Kind.REGISTERED)
        return found[found["code"] != Origin.ENQUIRY]

    @cached_property
    def closed(self) -> Records:
        """All closings of grievances."""
        found = self.of(Kind.CLOSED)
        return found[found["code"] != Outcome.ANSWERED]

    @cached_property
    def first_closed(self) -> Records:
        """The first closing of each."""
        return self.closed[(self.closed["flags"] & AGAIN) == 0]

    @cached_property
    def replied(self) -> Records:
        """First replies."""
        return self.of(Kind.REPLIED)

    @cached_property
    def reply_days(self) -> NDArray[np.float64]:
        """From registration to the first reply."""
        return self.replied["value"] / DAY

    @cached_property
    def returned(self) -> NDArray[np.bool_]:
        """For each closing: whether the same problem was brought up again soon after."""
        again: dict[int, list[int]] = {}
        more = self.registered[
            np.isin(
                self.registered["code"],
                (Origin.REPEAT, Origin.SKIP_LEVEL, Origin.REVIEW, Origin.RE_REVIEW),
            )
        ]
        for records in (self.of(Kind.REOPENED), more):
            for problem, time in zip(
                records["problem"].tolist(), records["time"].tolist(), strict=True
            ):
                again.setdefault(problem, []).append(time)
        closings = zip(self.closed["problem"].tolist(), self.closed["time"].tolist(), strict=True)
        return np.array(
            [any(t < later <= t + AFTER for later in again.get(p, ())) for p, t in closings]
        )


# ---------------------------------------------------------------- the facts


def of_the_run(plan: Plan, records: Records) -> Trace:
    """What a data set of the run holds: what was registered in it, as of its last day.

    Time is counted from its first day.
    """
    older = (records["case"] >= 0) & (records["began"] < plan.opens)
    inside = (records["time"] >= plan.opens) & (records["time"] < plan.until) & ~older
    found = records[inside]
    for name in ("time", "enabled", "started", "began"):
        found[name] -= plan.opens
    days = {"start": plan.first_day, "horizon": plan.until - plan.opens}
    return Trace(replace(plan, **days, opens=0, follow_up=0), found)


def reply_delays(trace: Trace) -> Figures:
    """V1."""
    days = trace.reply_days
    return {
        "sigma": float(np.log(np.maximum(days, 1 / 24)).std()),
        **{f"within {limit}": float((days <= limit).mean()) for limit in (5, 15, 30)},
    }


def answered_or_solved(trace: Trace) -> Figures:
    """V2."""
    registered = len(trace.registered)
    left = trace.of(Kind.OPEN, Kind.WITHDRAWN)
    unanswered = ((left["flags"] & REPLIED_BEFORE) == 0).sum()
    true = ((trace.closed["flags"] & TRUE) != 0).sum()
    reopened = trace.of(Kind.REOPENED)
    true -= ((reopened["flags"] & TRUE) != 0).sum()
    recorded = 1 - unanswered / registered
    return {"recorded": float(recorded), "gap": float(recorded - true / registered)}


def escalated_cases(trace: Trace) -> Figures:
    """V3."""
    highest = np.zeros(trace.cases, dtype=np.int64)
    np.maximum.at(highest, trace.registered["case"], trace.tier[trace.registered["office"]])
    up = trace.of(Kind.ESCALATED)
    np.maximum.at(highest, up["case"], trace.tier[up["office"]])
    days = trace.first_closed["value"] / DAY
    reached = highest[trace.first_closed["case"]]
    first, second, third = (float(np.median(days[reached == tier])) for tier in range(3))
    return {"second to first": second / first, "third to first": third / first}


def bounced_cases(trace: Trace) -> Figures:
    """V4."""
    bounced = np.zeros(trace.cases, dtype=bool)
    bounced[trace.of(Kind.BOUNCED)["case"]] = True
    days = trace.first_closed["value"] / DAY
    late = bounced[trace.first_closed["case"]]
    return {
        "share": float(bounced[trace.registered["case"]].mean()),
        "median ratio": float(np.median(days[late]) / np.median(days[~late])),
        "mean ratio": float(days[late].mean() / days[~late].mean()),
    }


def unequal_offices(trace: Trace) -> Figures:
    """V5."""
    home, days = trace.replied["home"], trace.reply_days
    medians = [np.median(days[home == o]) for o in np.unique(home) if (home == o).sum() >= MONTH]
    return {"slowest to fastest": float(max(medians) / min(medians))}


def deadline_rush(trace: Trace) -> Figures:
    """V6: closings against their own resolution term, at the office that registered them."""
    terms = np.array([tier.resolution_deadline for tier in trace.plan.tiers], dtype=float)
    used = trace.first_closed["value"] / terms[trace.tier[trace.first_closed["home"]]]
    near = ((used > 0.9) & (used <= 1.1)).sum()
    beside = ((used > 0.7) & (used <= 0.9)).sum() + ((used > 1.1) & (used <= 1.3)).sum()
    open_late = ((trace.of(Kind.OPEN)["flags"] & OVERDUE_RESOLUTION) != 0).sum()
    late = ((used > 1).sum() + open_late) / (len(used) + open_late)
    return {"peak": float(near / (beside / 2)), "late": float(late)}


def bulk_closing(trace: Trace) -> Figures:
    """V7."""
    bulk = trace.closed["code"] == Outcome.CLEARED_OUT
    age = np.median(trace.closed["value"][bulk]) / np.median(trace.closed["value"])
    return {"share": float(bulk.mean()), "age to median": float(age)}


def soft_closing(trace: Trace) -> Figures:
    """V8: closings that the ledger does not call solved, against those that it does."""
    codes = trace.closed["code"]
    early = trace.closed["time"] < trace.plan.horizon - AFTER
    soft = np.isin(codes, (Outcome.EXPLAINED, Outcome.CLEARED_OUT)) & early
    solved = np.isin(codes, (Outcome.SOLVED, Outcome.ON_PAPER)) & early
    return {"ratio": float(trace.returned[soft].mean() / trace.returned[solved].mean())}


def uneven_days(trace: Trace) -> Figures:
    """V9: registrations of days that follow an open day, without the trend and the weekday."""
    days = trace.plan.horizon // DAY
    counts = np.bincount(trace.registered["time"] // DAY, minlength=days)[:days].astype(float)
    weekday = (trace.plan.start.weekday() + np.arange(days)) % 7
    usual = np.array([np.median(counts[weekday == k]) for k in range(7)])
    is_open = (weekday < WORKING_DAYS) & (counts > usual[weekday] / 2)
    level = np.where(is_open, counts / usual[weekday], np.nan)
    weeks = np.lib.stride_tricks.sliding_window_view(np.pad(level, 15, mode="reflect"), 31)
    expected = np.nanmean(weeks, axis=1) * usual[weekday]
    residual = (counts - expected) / np.sqrt(expected)
    follows = is_open & np.roll(is_open, 1) & (np.arange(days) > 0)
    pairs = follows & np.roll(follows, 1)
    before, after = residual[np.flatnonzero(pairs) - 1], residual[pairs]
    return {
        "variance to mean": float(residual[follows].var()),
        "from day to day": float(np.corrcoef(before, after)[0, 1]),
    }


def evening_channel(trace: Trace) -> Figures:
    """V10."""
    names = [channel.name for channel in trace.plan.channels]
    evening = trace.registered["time"] % DAY >= 18 * 3600
    by = {
        name: float(evening[trace.registered["channel"] == names.index(name)].mean())
        for name in ("online", "walk_in")
    }
    return {"online": by["online"], "counter": by["walk_in"]}


def appeals(trace: Trace) -> Figures:
    """V11."""
    origins = trace.registered["code"]
    first, second = (origins == Origin.REVIEW).sum(), (origins == Origin.RE_REVIEW).sum()
    return {"first": float(first / len(trace.closed)), "second": float(second / first)}


def backlog_and_delay(trace: Trace) -> Figures:
    """V12: the reply delay of a case, and how many were open when it was registered."""
    came, went = trace.registered["time"], trace.closed["time"]
    times = np.concatenate([came, went])
    steps = np.concatenate([np.ones(len(came)), -np.ones(len(went))])
    order = np.argsort(times, kind="stable")
    backlog = np.cumsum(steps[order])
    when = np.full(trace.cases, -1)
    when[trace.registered["case"]] = came
    registered = when[trace.replied["case"]]
    late = registered > RUN_IN
    then = backlog[np.searchsorted(times[order], registered[late]) - 1]
    return {"rho": float(spearmanr(then, trace.reply_days[late]).statistic)}


def late_stay_open(trace: Trace) -> Figures:
    """V13."""
    late = trace.of(Kind.LATE)
    ever = ((late["flags"] & FIRST) != 0).sum()
    still = ((trace.of(Kind.OPEN)["flags"] & OVERDUE_RESOLUTION) != 0).sum()
    return {"still open": float(still / ever)}


def access_brings_volume(trace: Trace) -> Figures:
    """V14: calls year by year, enquiries included."""
    names = [channel.name for channel in trace.plan.channels]
    contacts = trace.of(Kind.REGISTERED)
    calls = contacts[contacts["channel"] == names.index("hotline")]
    by_year = np.bincount(calls["time"] // YEAR)
    return {
        "second year": float(by_year[1] / by_year[0]),
        "third year": float(by_year[2] / by_year[1]),
    }


def access_brings_lateness(trace: Trace) -> Figures:
    """V14: the share of grievances without a reply in time, by the year of registration."""
    when = np.full(trace.cases, -1)
    when[trace.registered["case"]] = trace.registered["time"]
    overdue = trace.of(Kind.OVERDUE)
    first = overdue["case"][(overdue["flags"] & FIRST) != 0]
    late = np.bincount(when[first] // YEAR) / np.bincount(trace.registered["time"] // YEAR)
    return {"late, more than before": float(late[1] - late[0])}


class Quantity(NamedTuple):
    """One number of a fact, and the range in which it must lie."""

    key: str
    label: str
    low: float
    high: float
    percent: bool = False
    ratio: bool = False  # averaged as a geometric mean

    def shown(self, value: float) -> str:
        """The number as the table prints it."""
        if not np.isfinite(value):
            return "–"
        return f"{100 * value:.0f} %" if self.percent else f"{value:.2f}"

    def mean(self, values: list[float]) -> Interval:
        """The mean over replications, with its interval."""
        if not self.ratio:
            return mean_interval(np.array(values))
        found = mean_interval(np.log(np.array(values)))
        return Interval(*np.exp(found[:3]).tolist(), found.n)

    def target(self) -> str:
        """The range as the table prints it."""
        if self.high == np.inf:
            return f"≥ {self.shown(self.low)}"
        if self.low == -np.inf:
            return f"≤ {self.shown(self.high)}"
        return f"{self.shown(self.low)} – {self.shown(self.high)}".replace(" % –", " –")


class Regime(NamedTuple):
    """Where a fact is measured."""

    scenario: str
    settings: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    replications: int = 20


DISTRICT = Regime("district.yaml")
TWO_YEARS = Regime("district.yaml", ("horizon=730 d",))
BIG_CITY = Regime(  # as many residents as Boston
    "district.yaml",
    ("tiers.community.offices=256", "tiers.street.offices=32", "tiers.district.offices=4"),
)
NANCHANG = Regime("nanchang_2011.yaml")
TERM_IN_USE = Regime(
    "cpgrams.yaml", ("horizon=730 d", "deadlines.rush_window=0.1", "deadlines.rush_speed=3")
)
HOTLINE = Regime("beijing_12345.yaml", ("horizon=1095 d",), replications=4)
NEW_HOTLINE = Regime(
    "district.yaml", ("horizon=730 d", "policies.hotline.begins=365 d"), ("hotline",)
)
UNCONTROLLED = Regime(
    "district.yaml",
    (
        "horizon=730 d",
        "demand.problems=0.4 /year",
        "demand.enquiries=0.18 /year",
        "closing.clean_up_after=90 d",
        "closing.clean_up_share=0.3",
    ),
)


class Fact(NamedTuple):
    """A fact of the world."""

    name: str
    title: str
    data: str
    regime: Regime
    measure: Callable[[Trace], Figures]
    quantities: tuple[Quantity, ...]
    if_not: str = ""  # why the model does not give it, if it does not


SHARE = True
FACTS = (
    Fact("V1", "Replies come late, and very unevenly", "wenzheng_replies", DISTRICT, reply_delays, (
        Quantity("sigma", "sigma of the log-normal", 1.1, 1.4),
        Quantity("within 5", "within 5 days", 0.21, 0.31, SHARE),
        Quantity("within 15", "within 15 days", 0.57, 0.67, SHARE),
        Quantity("within 30", "within 30 days", 0.79, 0.89, SHARE),
    )),
    Fact("V2", "What is reported as solved or answered is less often solved", "seed 002",
         NANCHANG, answered_or_solved, (
        Quantity("recorded", "solved or answered, as reported", 0.90, 0.945, SHARE),
        Quantity("gap", "less truly solved by", 0.05, np.inf, SHARE),
    )),
    Fact("V3", "What is passed up takes longer: 1 : 3 : 4", "BPIC 2013", DISTRICT,
         escalated_cases, (
        Quantity("second to first", "median of the second tier to the first's", 2.0, 4.0,
                 ratio=True),
        Quantity("third to first", "of the third", 2.7, 5.5, ratio=True),
    )),
    Fact("V4", "What is sent back takes longer", "BPIC 2013", DISTRICT, bounced_cases, (
        Quantity("share", "cases sent back", 0.10, 0.20, SHARE),
        Quantity("median ratio", "their median time to the others'", 1.4, 1.9),
        Quantity("mean ratio", "their mean time", 2.0, 4.0),
    ), "the days lost are those of the data, but cases here also wait for others, which takes "
       "longer than in an IT service desk: the same loss is a smaller part"),
    Fact("V5", "The same rules, and very different offices", "BPIC 2015, wenzheng, NYC", DISTRICT,
         unequal_offices, (
        Quantity("slowest to fastest", "median reply of the slowest office to the fastest's",
                 4.0, np.inf),
    )),
    Fact("V6", "Endings crowd at the end of the term", "permit log (wabo)", TERM_IN_USE,
         deadline_rush, (
        Quantity("peak", "endings at 0.9–1.1 of the term to those just before and after",
                 1.5, np.inf),
        Quantity("late", "ended late, or late and open", 0.20, 0.35, SHARE),
    )),
    Fact("V7", "Where nobody looks, old cases are closed in bulk", "NYC council", UNCONTROLLED,
         bulk_closing, (
        Quantity("share", "closings in bulk", 0.10, 0.25, SHARE),
        Quantity("age to median", "their median age to that of all", 3.0, np.inf),
    )),
    Fact("V8", "Soft closings come back more often", "Boston 311", DISTRICT, soft_closing, (
        Quantity("ratio", "brought up again within 60 days, soft to solved", 1.4, 2.2),
    )),
    Fact("V9", "Arrivals are more uneven than chance", "NYC council, Boston 311", BIG_CITY,
         uneven_days, (
        Quantity("variance to mean", "variance to mean of days, without trend and weekday",
                 3.0, 11.0),
        Quantity("from day to day", "correlation from day to day", 0.2, 0.8),
    )),
    Fact("V10", "A channel that is open in the evening reaches others", "Boston 311", DISTRICT,
         evening_channel, (
        Quantity("online", "after 18:00, online", 0.18, 0.30, SHARE),
        Quantity("counter", "at the counter", 0.0, 0.10, SHARE),
    )),
    Fact("V11", "Appeals are rare, second appeals rarer", "fines, BPIC 2015, India", TWO_YEARS,
         appeals, (
        Quantity("first", "asked for a review, of the closed", 0.01, 0.11, SHARE),
        Quantity("second", "asked again, of these", 0.10, 0.33, SHARE),
    ), "a review is held one tier up and mostly ends the problem, so that few are left to ask "
       "again"),
    Fact("V12", "The delay hardly follows the backlog of the day", "wenzheng_replies", DISTRICT,
         backlog_and_delay, (
        Quantity("rho", "Spearman's rho", -0.2, 0.2),
    )),
    Fact("V13", "What is late stays late", "Boston 311", DISTRICT, late_stay_open, (
        Quantity("still open", "of the late, still open at the end", 0.37, 0.73, SHARE),
    ), "a shade below the range, within chance of it: nothing here makes people forget a late case "
       "for good, they only come to it more slowly"),
    Fact("V14", "More access brings more volume,", "Beijing 12345", HOTLINE,
         access_brings_volume, (
        Quantity("second year", "calls, second year to the first", 1.5, 2.0),
        Quantity("third year", "third year to the second", 1.2, 2.0),
    )),
    Fact("V14", "and lateness rises before it falls", "Beijing 12345", NEW_HOTLINE,
         access_brings_lateness, (
        Quantity("late, more than before", "without a reply in time, first year with a hotline "
                 "less the one before", 0.0, np.inf, SHARE),
    )),
)  # fmt: skip

CHINESE = {
    "and lateness rises before it falls": "逾期先升后降",
    "without a reply in time, first year with a hotline less the one before": (
        "未按时答复比例，开通热线第一年减此前一年"
    ),
    "Fact": "事实",
    "Data": "数据",
    "Number": "数字",
    "Target": "目标",
    "Model": "模型",
    "Verdict": "结论",
    "holds": "成立",
    "**does not hold**": "**不成立**",
    "{good} of {all} facts hold.": "{all} 项事实中 {good} 项成立。",
    "no reason known": "原因不明",
    "a shade below the range, within chance of it: nothing here makes people forget a late case "
    "for good, they only come to it more slowly":
        "略低于范围，在偶然误差之内：本模型里逾期的诉求不会被彻底搁置，只是办得更慢",
    "Measured on:": "测量所用情景：",
    "lowest allowed": "下限",
    "highest allowed": "上限",
    "Does it look like the world?": "像不像真实世界？",
    "{good} of {all} facts hold: the mean of the model (dot, 95 % interval) lies in the range"
    " of "
    "the data (band)": (
        "{all} 项事实中 {good} 项成立：模型均值（点，95% 置信区间）落在数据范围（色带）之内"
    ),
    "Replies come late, and very unevenly": "答复慢，且快慢悬殊",
    "sigma of the log-normal": "对数正态的 σ",
    "within 5 days": "5 日内",
    "within 15 days": "15 日内",
    "within 30 days": "30 日内",
    "What is reported as solved or answered is less often solved": "上报的反馈办结高于真实解决",
    "solved or answered, as reported": "上报的反馈办结率",
    "less truly solved by": "真实解决低于上报",
    "What is passed up takes longer: 1 : 3 : 4": "上报的更慢：1 : 3 : 4",
    "median of the second tier to the first's": "第二层级中位数与第一层级之比",
    "of the third": "第三层级之比",
    "What is sent back takes longer": "退回的更慢",
    "cases sent back": "被退回的诉求",
    "their median time to the others'": "其用时中位数与其他之比",
    "their mean time": "其平均用时之比",
    "The same rules, and very different offices": "同样的规则，悬殊的机构",
    "median reply of the slowest office to the fastest's": "最慢与最快机构答复中位数之比",
    "Endings crowd at the end of the term": "临近期限集中办结",
    "endings at 0.9–1.1 of the term to those just before and after": (
        "期限 0.9–1.1 处的办结与前后之比"
    ),
    "ended late, or late and open": "逾期办结或逾期未办结",
    "Where nobody looks, old cases are closed in bulk": "无人监督处旧件批量办结",
    "closings in bulk": "批量办结",
    "their median age to that of all": "其件龄中位数与全部之比",
    "Soft closings come back more often": "软办结更常复发",
    "brought up again within 60 days, soft to solved": "60 日内再次反映，软办结与解决之比",
    "Arrivals are more uneven than chance": "来件比随机更不均匀",
    "variance to mean of days, without trend and weekday": "每日方差与均值之比（去趋势和星期）",
    "correlation from day to day": "相邻日相关",
    "A channel that is open in the evening reaches others": "晚间开放的渠道触及不同人群",
    "after 18:00, online": "18 时以后：网上",
    "at the counter": "窗口",
    "Appeals are rare, second appeals rarer": "申请复查少，复核更少",
    "asked for a review, of the closed": "办结件中申请复查",
    "asked again, of these": "其中再申请复核",
    "The delay hardly follows the backlog of the day": "用时与当日积压几乎无关",
    "Spearman's rho": "斯皮尔曼 ρ",
    "What is late stays late": "逾期的继续逾期",
    "of the late, still open at the end": "逾期件中期末仍未办结",
    "More access brings more volume,": "渠道更畅，来件更多，",
    "calls, second year to the first": (
        "来电量，第二年与第一年之比"
    ),
    "third year to the second": "第三年与第二年之比",
    "the days lost are those of the data, but cases here also wait for others, which takes "
    "longer than in an IT service desk: the same loss is a smaller part": (
        "损失的天数与数据相当，但这里的诉求还要等待其他方面，比信息技术服务台更久，同样的损失"
        "所占"
        "比例较小"
    ),
    "a review is held one tier up and mostly ends the problem, so that few are left to ask again": (
        "复查由上一级办理，多数就此解决，再申请复核的所剩无几"
    ),
}  # fmt: skip


def tell(text: str, **values: object) -> str:
    """The text in the current language; these are the words of this study alone."""
    return (CHINESE[text] if language() == "zh" else text).format(**values)


# ---------------------------------------------------------------- measuring


@dataclass
class Finding:
    """A fact as the model gives it."""

    fact: Fact
    figures: dict[str, Interval]

    def holds(self, quantity: Quantity) -> bool:
        """Whether the mean lies in the target range."""
        return quantity.low <= self.figures[quantity.key].mean <= quantity.high

    @property
    def reproduced(self) -> bool:
        """Whether all of them do."""
        return all(self.holds(quantity) for quantity in self.fact.quantities)


def measured(regime: Regime, facts: list[Fact], replications: int) -> Iterator[Finding]:
    """The facts of one regime, over its replications."""
    scenario = govsim.load(SCENARIOS / regime.scenario, set=regime.settings)
    plan = compile_plan(scenario, (*scenario.in_force, *regime.policies))

    def one(replication: int) -> list[Figures]:
        kept: list[Records] = []
        simulate(plan, SEED, replication, lambda chunk: kept.append(chunk.copy()))
        trace = of_the_run(plan, np.concatenate(kept))
        return [fact.measure(trace) for fact in facts]

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(one, range(replications)))
    for place, fact in enumerate(facts):
        figures = {
            quantity.key: quantity.mean([run[place][quantity.key] for run in runs])
            for quantity in fact.quantities
        }
        yield Finding(fact, figures)


def all_findings(replications: int | None) -> list[Finding]:
    """Every fact, regime by regime, in the order of their numbers."""
    make_ready()
    found: list[Finding] = []
    for regime in dict.fromkeys(fact.regime for fact in FACTS):
        facts = [fact for fact in FACTS if fact.regime == regime]
        print(regime.scenario, *regime.settings, file=sys.stderr, flush=True)
        found += measured(regime, facts, replications or regime.replications)
    return sorted(found, key=lambda finding: int(finding.fact.name[1:]))


# ---------------------------------------------------------------- the table


def table(findings: list[Finding]) -> str:
    """One line a number, in Markdown."""
    head = [tell(word) for word in ("Fact", "Data", "Number", "Target", "Model", "Verdict")]
    rows = [head, ["---"] * len(head)]
    for finding in findings:
        for place, quantity in enumerate(finding.fact.quantities):
            first = place == 0
            rows.append([
                f"**{finding.fact.name}** {tell(finding.fact.title)}" if first else "",
                finding.fact.data if first else "",
                tell(quantity.label),
                quantity.target(),
                number(quantity, finding.figures[quantity.key]),
                tell("holds") if finding.holds(quantity) else tell("**does not hold**"),
            ])  # fmt: skip
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def number(quantity: Quantity, found: Interval) -> str:
    """A mean and half its interval."""
    half = longer_side(found)
    if quantity.percent:
        return f"{100 * found.mean:.1f} ± {100 * half:.1f} %"
    return f"{found.mean:.2f} ± {half:.2f}"


def reproduced(findings: list[Finding]) -> tuple[int, int]:
    """How many facts hold, of how many; one that has two halves needs both."""
    halves: dict[str, list[bool]] = {}
    for finding in findings:
        halves.setdefault(finding.fact.name, []).append(finding.reproduced)
    return sum(map(all, halves.values())), len(halves)


def verdict(findings: list[Finding]) -> str:
    """How many hold; why the others do not; where each was measured."""
    good, every = reproduced(findings)
    lines = [tell("{good} of {all} facts hold.", good=good, all=every)]
    for finding in findings:
        if not finding.reproduced:
            reason = finding.fact.if_not
            why = tell(reason) if reason else tell("no reason known")
            lines.append(f"- **{finding.fact.name}**: {why}")
    lines += ["", tell("Measured on:"), ""]
    for regime, group in groupby(
        sorted(findings, key=lambda f: [g.fact.regime for g in findings].index(f.fact.regime)),
        key=lambda finding: finding.fact.regime,
    ):
        names = ", ".join(finding.fact.name for finding in group)
        settings = "; ".join(f"`{setting}`" for setting in regime.settings)
        policies = "; ".join(f"`--policy {policy}`" for policy in regime.policies)
        more = "; ".join(part for part in (settings, policies) if part)
        line = f"- {names}: `scenarios/{regime.scenario}`" + (f" ({more})" if more else "")
        lines.append(line)
    return "\n".join(lines) + "\n"


def write(page: Path, name: str, content: str) -> None:
    """Put a text between the markers of its name."""
    text = page.read_text("utf-8")
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marked.search(text):
        raise SystemExit(f"{page.name} has no place for {name}")
    page.write_text(marked.sub(lambda found: found[1] + content + found[2], text), "utf-8")


# ---------------------------------------------------------------- the figure

ROW, WIDTH, MARGIN = 0.34, 10.5, 1.15  # inches
BAND, MISS = "#cfe3d6", "#b3452c"


def figure(findings: list[Finding]) -> Figure:
    """Each number against its target range, all on one scale: the range is from 0 to 1."""
    rows = [(f, quantity) for f in findings for quantity in f.fact.quantities]
    height = MARGIN + ROW * len(rows) + 0.7
    drawn = Figure(figsize=(WIDTH, height))
    axes = drawn.add_axes((0.52, 0.55 / height, 0.35, ROW * len(rows) / height))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-0.75, 1.75)
    axes.axvspan(0, 1, color=BAND, linewidth=0)
    for place, (finding, quantity) in enumerate(rows):
        found = finding.figures[quantity.key]
        colour = style.TEXT if finding.holds(quantity) else MISS
        low, high = ends(quantity, found)
        at = [
            np.clip((x - low) / (high - low), -0.7, 1.7)
            for x in (found.low, found.mean, found.high)
        ]
        axes.plot([at[0], at[2]], [place, place], color=colour, linewidth=1.6)
        mark = "o" if finding.holds(quantity) else "D"
        axes.plot([at[1]], [place], mark, color=colour, markersize=5)
        first = quantity is finding.fact.quantities[0]
        if first:
            axes.axhline(place - 0.5, color="#dddddd", linewidth=0.7, clip_on=False)
            down = 1 - (MARGIN + 0.15 + ROW * (place + 0.5)) / height
            drawn.text(0.03, down, finding.fact.name, va="center", fontsize=style.LABEL)
        axes.text(-0.82, place, tell(quantity.label), va="center", ha="right", fontsize=style.LABEL)
        axes.text(
            1.80, place, number(quantity, found), va="center", fontsize=style.LABEL, color=colour
        )
    axes.set_xticks([0, 1], [tell("lowest allowed"), tell("highest allowed")])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    good, every = reproduced(findings)
    drawn.text(0.03, 1 - 0.45 / height, tell("Does it look like the world?"), fontsize=style.TITLE)
    drawn.text(
        0.03, 1 - 0.80 / height,
        tell("{good} of {all} facts hold: the mean of the model (dot, 95 % interval) lies in the "
             "range of the data (band)", good=good, all=every),
        fontsize=style.SUBTITLE, color=style.TEXT,
    )  # fmt: skip
    return drawn


def ends(quantity: Quantity, found: Interval) -> tuple[float, float]:
    """The ends of a target range; an open one reaches as far as the model does, and further."""
    high = quantity.high
    if not np.isfinite(high):
        high = max(3 * quantity.low, quantity.low + 1.5 * (found.high - quantity.low), 1e-6)
    return quantity.low, high


def main() -> None:
    """Measure, print, write, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--replications", type=int, help="of each regime, instead of its own number"
    )
    parser.add_argument("--print", action="store_true", help="print the table, write nothing")
    wish = parser.parse_args()
    findings = all_findings(wish.replications)
    print(table(findings))
    print(verdict(findings))
    if wish.print:
        return
    for lang in LANGUAGES:
        with speaking(lang), style.styled():
            write(PAGES[lang], "table", table(findings))
            write(PAGES[lang], "verdict", verdict(findings))
            figure(findings).savefig(IMAGES / f"stylised-facts.{lang}.png", dpi=150)


if __name__ == "__main__":
    main()
