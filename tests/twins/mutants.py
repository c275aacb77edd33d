"""Small faults put into the compiled engine on purpose. The twin test must catch every one.

Each is applied to a copy of the package, run as plain Python in a process of its own, and compared
with the agents' traces, until the first record that differs. A fault whose old text is not found
exactly once is an error of this list.
"""

import ast
import os
import pickle
import shutil
import subprocess
import sys
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import govsim
from engines.traces import SMALL_TOWN
from govsim.engines import agents
from govsim.model.plan import DAY, Plan
from govsim.model.records import ABSENT, Standing
from govsim.scenario import compile_plan, load
from govsim.scenario.backlog import Backlog, Group
from govsim.scenario.taking_over import take_over
from plans import FROM_NOTHING
from twins.choices import numbered
from twins.compare import Records, trace
from twins.scenarios import example
from twins.stacked import stacked_plans

HERE = Path(__file__).parent
PACKAGE = Path(govsim.__file__).parent
PATIENCE = 600  # seconds; a fault that makes the engine run for ever is caught as well


class Mutant(NamedTuple):
    """One edit: in this file of the package, this text becomes that, which means the following."""

    file: str
    old: str
    new: str
    meaning: str
    of_policies: bool = False  # tried on stacked policies first

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{Path(self.file).stem}: {self.meaning}"


class Verdict(Enum):
    """What became of a mutant."""

    SURVIVED = 0
    CAUGHT = 1  # another trace
    CRASHED = 2
    HUNG = 3


class WrongList(Exception):
    """An edit that cannot be made: the engine's text has changed."""


# ---------------------------------------------------------------- what they are tried on


class Trial(NamedTuple):
    """One replication, and the trace it must give."""

    plan: Plan
    seed: int
    replication: int
    records: Records


FEWER = (
    "tiers.community.residents=5",
    "tiers.community.resolution_deadline=1 d",
    "horizon=45 d",
)
RULES = (
    "work.queue_order=deadline", "triage.dispatch=direct", "triage.error=0.5",
    "deadlines.restart_on_transfer=yes", "deadlines.pause_while_asking=yes",
)  # fmt: skip
# Cleared out in the midst of a long wait, and back before it ends; missed twice.
COMING_BACK = (
    "closing.clean_up_after=1 d", "closing.clean_up_share=1", "satisfaction.base=-9",
    "closing.confirmation={distribution: constant, value: 0 d}", "after_closing.reopens=0.8",
    "after_closing.contact_again=1", "after_closing.review=0", "after_closing.skip_level=0.3",
    "classes.short.reply_wait={distribution: constant, value: 20 d}",
    "classes.short.outside_wait={distribution: constant, value: 8 d}",
    "classes.long.reply_wait={distribution: constant, value: 20 d}",
    "classes.long.outside_wait={distribution: constant, value: 8 d}",
    "deadlines.restart_on_transfer=yes", "deadlines.extension=0",
    "after_closing.patience={distribution: constant, value: 30 d}",
)  # fmt: skip
FRONT_DOOR = (
    "horizon=20 d", "history=0 d", "demand.problems=2 /year", "demand.enquiries=0.5 /year",
    "tiers.community.residents=500", "demand.collective_share=0.5",
    "policies.hotline.known_at_first=0.5", "policies.hotline.known_after=20 d",
    "policies.hotline.rollout=in_order", "policies.hotline.rollout_over=10 d",
    "policies.hotline.residents_per_seat=2000", "policies.hotline.call.mean=3 h",
    "policies.hotline.patience.mean=2 h", "policies.triage.misjudges=0.3",
    "closing.confirmation={distribution: constant, value: 1 d}",
    "after_closing.contact_delay={distribution: constant, value: 1 d}",
    "after_closing.contact_again=1",
)  # fmt: skip
EVENINGS = ("horizon=30 d", "fatigue.above=30 h/week", "fatigue.slower=0.05")


def plans() -> list[tuple[Plan, int, int]]:
    """Few and small, for plain Python needs a millisecond for each record; the richest first."""
    ties = HERE / "ties.yaml"
    town = load(SMALL_TOWN, set=[*FROM_NOTHING, *EVENINGS], policies=["night_visits"])
    door = load(SMALL_TOWN, set=[*FROM_NOTHING, *FRONT_DOOR], policies=["hotline", "triage"])
    chosen = [
        (compile_plan(load(ties, set=[*FROM_NOTHING, *FEWER])), 1, 0),
        (compile_plan(load(ties, set=[*FROM_NOTHING, *FEWER, *RULES])), 2, 1),
        (compile_plan(load(ties, set=[*FROM_NOTHING, *FEWER, *COMING_BACK])), 1, 0),
        (compile_plan(town), 1, 0),
        (compile_plan(door), 1, 0),
        (with_a_backlog(), 1, 0),
    ]
    for number in EXAMPLES:
        one = example(numbered(1, number))
        chosen.append((one.plan(), one.seed, one.replication))
    return chosen


def with_a_backlog() -> Plan:
    """The small town, for some days, with open grievances in every standing."""
    town = load(SMALL_TOWN, set=[*FROM_NOTHING, "horizon=30 d", "history=0 d", "triage.error=0.5"])
    office, county, old = 8, 10, -40 * DAY
    groups = [Group(county, office, old, ABSENT, Standing.WAITING, False, 12)]
    groups += [Group(county, county, old, ABSENT, each, True, 12) for each in Standing]
    groups += [Group(office, office, -DAY, ABSENT, each, False, 12) for each in Standing]
    return take_over(compile_plan(town), Backlog.of(tuple(groups)), town)


EXAMPLES = (1, 3, 5, 8)


@cache
def trials() -> tuple[Trial, ...]:
    """The traces are the agents'."""
    return tuple(
        Trial(plan, seed, replication, trace(agents.simulate, plan, seed, replication)[0])
        for plan, seed, replication in (*plans(), *stacked_plans())
    )


# ---------------------------------------------------------------- trying one


def mutated(mutant: Mutant) -> str:
    """The file's text after the edit, which is still Python."""
    text = (PACKAGE / mutant.file).read_text(encoding="utf-8")
    found = text.count(mutant.old)
    if found != 1 or mutant.new == mutant.old:
        raise WrongList(f"{mutant.name}: found {found} times in {mutant.file}: {mutant.old!r}")
    after = text.replace(mutant.old, mutant.new)
    ast.parse(after)
    return after


def try_out(mutant: Mutant | None, engine: str, folder: Path) -> Verdict:
    """Run the trials with the mutant's package (None: with the package as it is)."""
    shutil.copytree(
        PACKAGE, folder / "govsim", ignore=shutil.ignore_patterns("__pycache__", "fonts")
    )
    if mutant is not None:
        (folder / "govsim" / mutant.file).write_text(mutated(mutant), encoding="utf-8")
    order = trials()[::-1] if mutant is not None and mutant.of_policies else trials()
    (folder / "trials.pickle").write_bytes(pickle.dumps((engine, order)))
    return _run(folder)


def _run(folder: Path) -> Verdict:
    paths = os.pathsep.join((str(folder), str(HERE.parent)))
    plain = {"PYTHONPATH": paths, "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "twins.trial", str(folder / "trials.pickle"), str(folder)],
            env=os.environ | plain, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Verdict.HUNG
    said = done.stdout.strip()
    (folder / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return Verdict[said] if said in Verdict.__members__ else Verdict.CRASHED


# ---------------------------------------------------------------- the list

OF_THE_AGENTS = (
    Mutant(
        "engines/agents/desk.py",
        "(self.priority(grievance), deadline, now, grievance.number, stage, grievance)",
        "(self.priority(grievance), deadline, -now, grievance.number, stage, grievance)",
        "the last to come is taken first",
    ),
    Mutant(
        "engines/agents/office.py",
        "if self.facts.tier < self.city.tier_needed(problem):",
        "if self.facts.tier + 1 < self.city.tier_needed(problem):",
        "one tier too low is good enough",
    ),
    Mutant(
        "engines/agents/resident.py",
        "called, bias = self.city.about(grievance, Purpose.SURVEY)",
        "bias, called = self.city.about(grievance, Purpose.SURVEY)",
        "two draws swapped",
    ),
)


def _compiled(file: str, old: str, new: str, meaning: str) -> Mutant:
    return Mutant(f"engines/compiled/{file}.py", old, new, meaning)


OF_THE_COMPILED = (
    _compiled("resident", "if handling.written_up(not problem.lives, rules.bias, bias):",
              "if handling.written_up(satisfied, rules.bias, bias):",
              "a satisfied resident is taken for one whose problem is solved"),
    # ------------------------------------------------------------ the order of events
    _compiled("agenda", "return event.key < key\n", "return event.key > key\n",
              "ties in one rank by the larger id"),
    _compiled("agenda", "return event.key2 < key2", "return event.key2 > key2",
              "contacts about one problem in reverse"),
    Mutant("model/ranks.py", "WAIT_ENDS = 2\n    REPLY = 3", "WAIT_ENDS = 3\n    REPLY = 2",
              "replies go out before waits end"),
    Mutant("model/ranks.py", "REPLY = 3\n    REPLY_DUE = 4", "REPLY = 4\n    REPLY_DUE = 3",
              "a term passes before the reply of the same second"),
    Mutant("model/ranks.py", "VISIT = 15\n    BIRTH = 16\n    CONTACT = 17",
              "VISIT = 17\n    BIRTH = 16\n    CONTACT = 15",
              "contacts before the session of the same second"),
    _compiled("loop", "if case.open and case.stage == key2:", "if case.open:",
              "no look at whether a wait is stale"),
    _compiled("loop", "return  # the row belongs to another case by now", "pass",
              "events of a case whose row another one has"),
    # ------------------------------------------------------------ queues and cadres
    _compiled("desk", "return one.number < other.number", "return one.number > other.number",
              "of two that came together the later number first"),
    _compiled("desk", "return one.enabled < other.enabled", "return one.enabled > other.enabled",
              "the last to come is taken first"),
    _compiled("desk", "if case.threatens:",
              "if case.threatens and False:", "threats do not help"),
    _compiled("desk", "case.queue_deadline = case.reply_due if", "case.queue_deadline = 0 if",
              "the queue knows no deadlines"),
    _compiled("desk", "before.queue_next = case.queue_next", "before.queue_next = ABSENT",
              "whoever stood behind one who leaves is lost"),
    _compiled("work", "if cadre.owed > 0:\n                goes_away",
              "if cadre.owed > 0 and desk.queue == ABSENT:\n                goes_away",
              "time off only when nobody waits"),
    _compiled("work", "if next_duty(city, cadre, now) == now:", "if True:",
              "work is begun off duty"),
    _compiled("cadre",
              "    cadre.next_idle = ABSENT\n"
              "    cadre.previous_idle = desk.last_idle\n"
              "    if desk.last_idle == ABSENT:\n"
              "        desk.first_idle = k\n"
              "    else:\n"
              "        cadre_at(city, desk.last_idle).next_idle = k\n"
              "    desk.last_idle = k\n",
              "    cadre.previous_idle = ABSENT\n"
              "    cadre.next_idle = desk.first_idle\n"
              "    if desk.first_idle == ABSENT:\n"
              "        desk.last_idle = k\n"
              "    else:\n"
              "        cadre_at(city, desk.first_idle).previous_idle = k\n"
              "    desk.first_idle = k\n",
              "the shortest idle is called first"),
    _compiled("cadre", "weeks[2] = weeks[1]", "weeks[2] = 0", "overtime is forgotten too soon"),
    _compiled("cadre", "max(now, cadre.joins)", "now", "newcomers work before they come"),
    # ------------------------------------------------------------ an office's work
    _compiled("work", "tier < tier_needed(city, problem):\n        activity",
              "tier + 1 < tier_needed(city, problem):\n        activity",
              "one tier too low is good enough"),
    _compiled("work", "return case.escalations > 0 or tier_needed", "return tier_needed",
              "what was passed up is not sent down"),
    _compiled("work", "last_resort = case.bounces >=", "last_resort = case.bounces >",
              "one bounce more"),
    _compiled("office", ") + case.departments_done", ")", "always the same department"),
    _compiled("office", "place += 1 + demand.number_below(", "place += demand.number_below(",
              "a mistake may hit the right desk"),
    _compiled("replying", "now <= case.reply_due", "now < case.reply_due",
              "a reply in the last second is late"),
    _compiled("replying", "if case.replied or case.reply_in_preparation:", "if case.replied:",
              "a reply is prepared twice"),
    _compiled("deadlines", "or not case.open or case.reply_due != city.now:", "or not case.open:",
              "a term that was put off passes all the same"),
    _compiled("deadlines", "    runs_over(city, case)\n    is_ignored(", "    is_ignored(",
              "overdue replies are no pressure"),
    _compiled("deadlines", "case.resolution_due + length", "case.reply_due + length",
              "an extension moves the other clock's end"),
    _compiled("deadlines", "case.resolution_term += length", "case.resolution_term += 0",
              "an extended term counts as short as before"),
    _compiled("deadlines", "if case.resolution_extended or case.ladder > 0:",
              "if case.resolution_extended:", "reviews are extended, too"),
    _compiled("deadlines", "case.resolution_due + wait", "case.resolution_due",
              "one of two clocks runs on"),
    # ------------------------------------------------------------ what is open on the first day
    _compiled("inheriting", "max(whole(problem.born) + after, 0)", "city.now + after",
              "problems of old grievances have all lasted to this day"),
    _compiled("inheriting", "hardness, u_tier, facts.least", "hardness, u_tier, 0",
              "what had been passed up may not have needed it"),
    _compiled("inheriting", "case.overdue_reply = not case.replied and due.reply <= 0",
              "case.overdue_reply = due.reply <= 0", "an answered grievance waits for its reply"),
    _compiled("inheriting", "error = 0.0 if case.decided else rules", "error = rules",
              "what was decided above may be sent to a wrong desk"),
    _compiled("inheriting", "        prepare_reply(city, c)\n", "        pass\n",
              "nobody prepares the reply to what was handled before"),
    # ------------------------------------------------------------ closing and coming back
    _compiled("closing", "ON_TIME if city.now <=", "ON_TIME if city.now <",
              "closed in the last second is late"),
    _compiled("closing", "if not other.in_work and u <", "if u <",
              "closed while somebody works on it"),
    _compiled("closing", "u, _ = about_contact(city, other, Purpose.MERGE)",
              "_, u = about_contact(city, other, Purpose.MERGE)", "the other one of two draws"),
    _compiled("closing", "    release(city, case)\n    if not is_enquiry:",
              "    if not is_enquiry:", "a closed case still lies in its office"),
    _compiled("ledger", "    leave_queue(city, c)\n    case.open = 0\n", "    case.open = 0\n",
              "whoever gave up still stands in the queue"),
    _compiled("ledger", "    case.decided = 0\n    case.settled_in_substance = 0\n"
              "    case.departments_done = 0\n    case.overdue = 0\n",
              "    case.decided = 0\n    case.settled_in_substance = 0\n    case.overdue = 0\n",
              "a reopened file has been through the departments"),
    _compiled("ledger", "if target > office_at(city, sender).tier:",
              "if target >= office_at(city, sender).tier:", "sent to where it is already"),
    _compiled("ledger", "needed += 1 if way < 0.5 else -1", "needed -= 1 if way < 0.5 else -1",
              "mistakes to the other side"),
    _compiled("termination", "waits = not case.replied if case.open", "waits = True if case.open",
              "over the head in spite of a reply"),
    _compiled("resident", "skip, delay = about(city, case, Purpose.SKIP)",
              "delay, skip = about(city, case, Purpose.SKIP)", "two draws swapped"),
    _compiled("resident", "if first_time and goes_over_heads", "if goes_over_heads",
              "over the head at every missed term"),
    _compiled("resident", "resident.trust_since = city.now\n        resident.met_leader",
              "resident.trust_since = 0\n        resident.met_leader",
              "trust drifts before anything happened"),
    _compiled("resident", "thought = (city.now - problem.born) // facts.reconsider_every\n",
              "thought = (city.now - problem.born) // facts.reconsider_every + 1\n",
              "the draw of the next thought"),
    _compiled("resident", "whole(case.contact), case.closings)",
              "whole(case.contact), 0)", "every closing confirmed after the same wait"),
    # ------------------------------------------------------------ the world
    _compiled("problems", " and problem.recurrences == spell:", ":",
              "a healing of before the recurrence"),
    _compiled("problems", "2 * whole(problem.recurrences))", "whole(problem.recurrences))",
              "another index of a draw"),
    _compiled("sweeping", "(event.key2 == 0 and problem.known)", "problem.known",
              "others who are hit are silent once a problem is known"),
    _compiled("sweeping", "return not (same and problem.lives)", "return same",
              "no problem ends by itself"),
    _compiled("births", "surge.first_day <= day < surge.last_day",
              "surge.first_day <= day <= surge.last_day", "a surge lasts a day longer"),
    _compiled("visits", "count, facts.at_most)", "count, facts.at_most + 1)",
              "one more is heard"),
    _compiled("visits", "is_on_duty(city, cadre, session.starts)",
              "is_on_duty(city, cadre, session.ends)", "overtime by the session's end"),
    _compiled("clean_up", "whole(case.office) << NUMBER_BITS | case.number", "case.number",
              "old cases by number, not office by office"),
    _compiled("books", "done = touch_until(city, cadre, city.horizon)", "done = cadre.touch",
              "unfinished work counts as done"),
    Mutant("model/calendars.py", "    if i >= 0 and t < ends[i]:\n        return t",
           "    if i >= 0 and t <= ends[i]:\n        return t",
           "on duty in the very second of closing time"),
)  # fmt: skip
