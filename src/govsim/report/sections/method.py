"""The method, written in the order of STRESS-DES, and how to make the same results again.

STRESS-DES: Monks, Currie, Onggo, Robinson, Kunc and Taylor, "Strengthening the reporting of
empirical simulation studies", Journal of Simulation 13 (2019). All 24 items, generated from the
scenario and the manifest.
"""

from collections import Counter

from govsim import __version__
from govsim.experiments.comparison import questions
from govsim.experiments.sweep_store import SweepResults
from govsim.language import language, say
from govsim.model.plan import DAY, Plan
from govsim.outcomes import KPIS
from govsim.report import words
from govsim.report.document import NOTE, Details, Facts, Section, Text
from govsim.report.sections.evidence import weighed_values
from govsim.report.source import Source
from govsim.report.summary import sided
from govsim.scenario import Scenario, compile_plan
from govsim.scenario.provenance import ASSUMPTION, NO_SOURCE
from govsim.scenario.showing import grades

Rows = tuple[tuple[str, str], ...]


def section(source: Source) -> Section | None:
    """All that another modeller needs to judge the study and to do it again."""
    scenario = source.scenario
    if scenario is None:
        return None
    plan = compile_plan(scenario, scenario.in_force)
    heads = (
        (say("1 Objectives"), _objectives(source, scenario)),
        (say("2 Logic"), _logic(source, plan)),
        (say("3 Data"), _data(source)),
        (say("4 Experimentation"), _experimentation(source)),
        (say("5 Implementation"), _implementation(source)),
        (say("6 Access"), _access(source)),
    )
    intro = Text(
        say("In the order of STRESS-DES (Monks et al. 2019); written by the program itself."), NOTE
    )
    blocks = tuple(Details(title, (Facts(rows),)) for title, rows in heads)
    name = source.anchor("method")
    return Section(name, say("Method"), (intro, *blocks), brief=False)


# ---------------------------------------------------------------- 1


def _objectives(source: Source, scenario: Scenario) -> Rows:
    question = (language() == "zh" and scenario.question_zh) or scenario.question
    outputs = [sided(KPIS[q.kpi], q.side) for q in questions(headline=True)]
    sets = [words.policy_name(name) for name in source.policy_sets]
    return (
        (
            say("1.1 Purpose"),
            question
            or say(
                "What happens to backlog, replies on time, real resolution, trust and cost if "
                "offices that handle residents' grievances work otherwise?"
            ),
        ),
        (
            say("1.2 Outputs"),
            say(
                "Measures in pairs, recorded and true: {kpis}. Means over replications with 95 % "
                "intervals; weekly series; delays, with open cases censored and never dropped.",
                kpis=words.listed(outputs),
            ),
        ),
        (
            say("1.3 Aims of the experiment"),
            say("Compared are: {sets}.", sets=words.listed(sets))
            if sets
            else say("One way to run the offices is looked at."),
        ),
    )


# ---------------------------------------------------------------- 2


def _logic(source: Source, plan: Plan) -> Rows:
    return (
        (say("2.1 Overview"), _overview(plan)),
        (
            say("2.2 Base logic"),
            say(
                "Problems begin with residents, by class, season, weekday and hour. Some are "
                "reported, now or later, through a channel. A ledger takes them in; a triage "
                "decides who is in charge and may err. Desks work on them in queues, ask others "
                "and wait, pass them up, send them back, reply, close: with the problem solved or "
                "on paper only. Residents are satisfied or not, come back, go over the office's "
                "head, give up; their trust changes, and with it what is reported."
            ),
        ),
        (
            say("2.3 Logic of the policies"),
            say("See “What each policy does”: every policy's mechanism and values, and the plan."),
        ),
        (
            say("2.4 Algorithms"),
            say(
                "A discrete-event simulation in whole seconds. At one instant first everything "
                "that ends, then everything that begins, then free cadres are matched to waiting "
                "grievances office by office; ties by number. Queues by the rank of the matter, "
                "then by term or arrival; no other case interrupts work that has begun."
            ),
        ),
        (
            say("2.5.1 Entities"),
            say(
                "{residents} residents, their problems and their grievances. Classes of problems: "
                "{classes}. Groups of residents: {segments}.",
                residents=words.whole(_residents(plan)),
                classes=words.listed(words.class_name(item.name) for item in plan.classes),
                segments=words.listed(words.segment_name(item.name) for item in plan.segments),
            ),
        ),
        (
            say("2.5.2 Activities"),
            say(
                "Taking in, triage, work in one or more pieces, approval by leaders, waiting for "
                "others, asking the resident, replying, closing, checking, calling back."
            ),
        ),
        (say("2.5.3 Resources"), _resources(plan)),
        (
            say("2.5.4 Queues"),
            say(
                "{desks} desks, each with one queue and its cadres' duty calendars; nobody takes "
                "from another desk's queue.",
                desks=words.whole(len(plan.desks)),
            ),
        ),
        (
            say("2.5.5 Entry and exit"),
            say(
                "In through {channels}. Out by closing, by withdrawal, by merging with another "
                "grievance; what is open at the end is counted as open.",
                channels=words.listed(words.channel_name(item.name) for item in plan.channels),
            ),
        ),
    )


def _overview(plan: Plan) -> str:
    counts = Counter(office.tier for office in plan.offices)
    parts = [
        say("{n} × {tier}", n=words.whole(counts[place]), tier=words.tier_name(tier.name))
        for place, tier in enumerate(plan.tiers)
    ]
    return say(
        "Offices in {tiers} tiers, each under one of the next: {offices}.",
        tiers=len(plan.tiers),
        offices=" → ".join(parts),
    )


def _residents(plan: Plan) -> int:
    return sum(office.residents for office in plan.offices)


def _resources(plan: Plan) -> str:
    cadres = sum(not cadre.leader for cadre in plan.cadres)
    hours = sum(cadre.weekly_seconds for cadre in plan.cadres if not cadre.leader) / 3600
    return say(
        "{cadres} cadres with {hours} hours a week for grievances in all, and {leaders} leaders "
        "who approve and are called upon.",
        cadres=words.whole(cadres),
        hours=words.whole(hours),
        leaders=words.whole(len(plan.cadres) - cadres),
    )


# ---------------------------------------------------------------- 3


def _data(source: Source) -> Rows:
    entries = weighed_values(source)
    by = Counter(entry.grade for entry in entries)
    counted = [f"{grades()[grade]} {words.whole(by[grade])}" for grade in by]
    unsourced = sum(entry.source == NO_SOURCE for entry in entries)
    return (
        (
            say("3.1 Data sources"),
            say(
                "Each value carries its source and grade: {grades}. {unsourced} have no source.",
                grades=words.listed(counted),
                unsourced=words.whole(unsourced),
            ),
        ),
        (
            say("3.2 Preparation of data"),
            say("What was fitted, and how, stands beside the value as its source or note."),
        ),
        (
            say("3.3 Inputs"),
            say("{n} values; all of them under “What it rests on”.", n=words.whole(len(entries))),
        ),
        (
            say("3.4 Assumptions"),
            say(
                "{n} values are assumptions, listed with the range that is thought plausible.",
                n=words.whole(by[ASSUMPTION]),
            ),
        ),
    )


# ---------------------------------------------------------------- 4


def _experimentation(source: Source) -> Rows:
    scenario = source.scenario
    assert scenario is not None
    return (
        (say("4.1 Initialisation"), _beginning(source, scenario)),
        (
            say("4.2 Run length"),
            say(
                "{days} days from {start}; {warm_up} days of warm-up are left out. Who turned to "
                "an office in them is followed for {follow_up} days more.",
                days=words.whole(scenario.horizon / DAY),
                start=words.day(scenario.start),
                warm_up=f"{scenario.warm_up / DAY:g}",
                follow_up=f"{scenario.follow_up / DAY:g}",
            ),
        ),
        (say("4.3 Estimation"), _estimation(source)),
    )


def _beginning(source: Source, scenario: Scenario) -> str:
    """What there is on the first day."""
    if "forecast" in source.manifest:
        return say("The run begins with the grievances of a table, and the silent problems.")
    facts = {"history": f"{scenario.history / DAY:g}", "run_in": f"{scenario.run_in / DAY:g}"}
    if scenario.run_in:
        return say(
            "The city has been running for {run_in} days: what that has left is there on the first "
            "day. It began with empty queues and the silent problems of {history} days.",
            **facts,
        )
    return say("Queues begin empty, with the silent problems of {history} days.", **facts)


def _estimation(source: Source) -> str:
    if isinstance(source.results, SweepResults):
        return say(
            "{points} points, {n} replications of each; differences paired sample by sample and "
            "replication by replication.",
            points=words.whole(source.manifest["points"]),
            n=source.manifest["replications"],
        )
    return say(
        "{n} independent replications of each policy set. Intervals over replications, of paired "
        "differences, each by itself: on each side the wider of Student's and Hall's (1992). "
        "Verdicts: Holm (1979), over all that is compared.",
        n=words.whole(source.manifest["replications"]),
    )


# ---------------------------------------------------------------- 5 and 6


def _implementation(source: Source) -> Rows:
    versions = source.manifest.get("versions", {})
    listed = words.listed(f"{name} {number}" for name, number in versions.items())
    return (
        (say("5.1 Software"), listed),
        (
            say("5.2 Random numbers"),
            say(
                "Threefry2x64-13, keyed by seed, replication, entity and purpose: the same problem "
                "happens to the same resident at the same second whatever the policy."
            ),
        ),
        (
            say("5.3 Execution"),
            say(
                "Replications side by side in processes; neither their number nor interruptions "
                "change a byte of the tables."
            ),
        ),
        (
            say("5.4 System"),
            say(
                "Results do not depend on processor or operating system: exponential, logarithm "
                "and quantiles are built from basic arithmetic alone."
            ),
        ),
    )


def _access(source: Source) -> Rows:
    return (
        (
            say("6.1 Sharing"),
            say(
                "govsim is free software under the MIT licence; this report was written by version "
                "{version}. The complete scenario lies beside the results "
                "(scenario.resolved.yaml).",
                version=__version__,
            ),
        ),
    )


# ---------------------------------------------------------------- how to do it again


def reproduction(sources: list[Source]) -> Section:
    """Commands, versions and hashes."""
    blocks = tuple(_again(source, alone=len(sources) == 1) for source in sources)
    return Section("reproduce", say("How to make it again"), blocks)


def _again(source: Source, *, alone: bool) -> Facts:
    manifest = source.manifest
    scenario = manifest["scenario"]
    versions = manifest.get("versions", {})
    rows = (
        (say("Command"), manifest.get("command", "")),
        (say("Versions"), " ".join(f"{name}={number}" for name, number in versions.items())),
        (say("Scenario (SHA-256)"), scenario.get("digest", _part(manifest, "scenario"))),
        (say("Rules and engines (SHA-256)"), _part(manifest, "model")),
        (say("Seed"), str(manifest.get("seed", ""))),
        (say("Begun"), manifest.get("started", "")),
        (say("Finished"), manifest.get("finished", "")),
    )
    told = tuple((name, str(text)) for name, text in rows if text)
    return Facts(told, title="" if alone else source.name, code=True)


def _part(manifest: dict[str, object], name: str) -> str:
    parts = manifest.get("parts")
    return str(parts.get(name, "")) if isinstance(parts, dict) else ""
