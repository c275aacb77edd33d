"""Work, deadlines, pressure and closing: what offices do."""

from govsim.model.arithmetic import logistic
from govsim.model.plan import NEVER
from govsim.model.residents import clip


def severity_factor(severity: float, effect: float, strength: float) -> float:
    """Severe problems take more work than mild ones; 1 when the early-solving loop is off."""
    factor = 1.0 + strength * effect * (severity - 0.5)
    return factor if factor > 0.0 else 0.0


def newcomer_factor(t: int, joined: int, ramp_up: int, first_day_speed: float) -> float:
    """How much slower a cadre still is than once settled in: from 1 / first-day speed down to 1."""
    if ramp_up <= 0 or t - joined >= ramp_up:
        return 1.0
    return 1.0 / (first_day_speed + (1.0 - first_day_speed) * (t - joined) / ramp_up)


def tired_hours(weekly: int, overtime: int, above: int) -> float:
    """Hours a week beyond what a person bears, on the mean of the last four weeks' overtime."""
    hours = (weekly + overtime / 4.0 - above) / 3600.0
    return hours if hours > 0.0 else 0.0


def tired_factor(hours: float, slower: float, strength: float) -> float:
    """How much longer the same work takes a tired cadre."""
    return 1.0 + strength * slower * hours


def stretched(seconds: int, factor: float) -> int:
    """A duration so many times as long, in whole seconds; NEVER at most."""
    longer = seconds * factor
    return int(longer + 0.5) if longer < NEVER else NEVER


def duty_seconds(touch: float, share_of_time: float) -> int:
    """Duty time that a spell of work takes when other tasks take their share; at least a second."""
    duration = touch / share_of_time
    if duration >= NEVER:
        return NEVER
    return int(duration + 0.5) if duration > 1.0 else 1


def rushed(begun: int, wait: int, opens: int, due: int, speed: float, neglect: float) -> int:
    """When a reply under preparation goes out, if the term makes people hurry and then forget.

    In the window [opens, due) preparing goes (1 + speed) times as fast; past the term it takes
    (1 + neglect) times as long. Without a term (due NEVER) it is ready at begun + wait.
    """
    if due == NEVER:
        return begun + wait
    left = float(wait)
    now = begun
    if now < opens:
        if now + left <= opens:
            return begun + wait
        left = left - (opens - now)
        now = opens
    if now < due:
        needed = left / (1.0 + speed)
        if now + needed <= due:
            return int(now + needed + 0.5)
        left = left - (due - now) * (1.0 + speed)
        now = due
    ready = now + left * (1.0 + neglect)
    return int(ready + 0.5) if ready < NEVER else NEVER


def pressure(base: float, overdue: int, open_cases: int, gain: float, strength: float) -> float:
    """Pressure on an office: from outside, and from the share of its open cases that is overdue."""
    if open_cases <= 0:
        return base
    return base + strength * gain * overdue / open_cases


def used_up(age: int, term: int) -> float:
    """Share of the resolution term that has gone by, at most 1; 0 without a term."""
    if term >= NEVER or term <= 0:
        return 0.0
    return age / term if age < term else 1.0


def paper_probability(
    log_odds: float, tired: float, careless: float, tiredness: float, strength: float
) -> float:
    """Probability of closing a case on paper: the logistic of what pushes, plus fatigue's share."""
    return clip(strength * (logistic(log_odds) + tiredness * careless * tired))


def written_up(in_truth: bool, bias: float, u: float) -> bool:
    """What the call-back sheet says: who would say no is in part talked round, or written up."""
    return in_truth or u < bias
