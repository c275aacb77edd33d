"""Speaking up, trusting, judging, coming back: what residents do."""

from collections.abc import Sequence

from govsim.model.arithmetic import LN2, exp, logistic


def clip(probability: float) -> float:
    """A probability, kept within [0, 1]."""
    if probability < 0.0:
        return 0.0
    return probability if probability < 1.0 else 1.0


def access(weights: Sequence[float], reach: Sequence[float]) -> float:
    """How easily a resident gets through: the sum of the channels' weights times their reach."""
    total = 0.0
    for i in range(len(weights)):
        total = total + weights[i] * reach[i]
    return total


def awareness(t: int, begins: int, ends: int, first: float, grows_over: int) -> float:
    """Share of the residents who know of a policy's channel: from a first share to all."""
    if t < begins or t >= ends:
        return 0.0
    age = t - begins
    return first + (1.0 - first) * age / grows_over if age < grows_over else 1.0


def willingness(trust: float, floor: float, slope: float, strength: float) -> float:
    """Factor on everything a resident does on trust; 1 when the participation loop is off."""
    return 1.0 + strength * (floor + slope * trust - 1.0)


def report_probability(
    base: float, severity: float, severity_effect: float, willing: float, reached: float
) -> float:
    """Probability that a resident speaks up at one occasion."""
    return clip(base * (1.0 + severity_effect * (severity - 0.5)) * willing * reached)


def drifted(trust: float, target: float, age: int, half_life: int, strength: float) -> float:
    """Trust after so many seconds without an experience: it forgets, halfway each half-life."""
    if strength == 0.0 or age == 0:
        return trust
    return target + (trust - target) * exp(-LN2 * age / half_life)


def gained(trust: float, gain: float, strength: float) -> float:
    """Trust after being satisfied: slowly up, a share of the way to 1."""
    return trust + strength * gain * (1.0 - trust)


def lost(trust: float, loss: float, strength: float) -> float:
    """Trust after being disappointed or ignored: quickly down, a share of what there was."""
    return trust - strength * loss * trust


def acceptance(base: float, willing_to_believe: float, strength: float) -> float:
    """Probability that a refusal with reasons is accepted; low trust makes it fail."""
    return clip(base * (1.0 + strength * (willing_to_believe - 1.0)))


def satisfaction(
    base: float,
    solved: float,
    in_time: float,
    explained: float,
    bounces: float,
    lateness: float,
    promise: float,
) -> float:
    """Probability of being satisfied, from the summed log-odds of what was experienced."""
    return logistic(base + solved + in_time + explained + bounces + lateness + promise)


def threat_probability(threat: float, magic_words: float, strength: float) -> float:
    """Probability of threatening on coming back; some have learned that it helps."""
    return (threat + magic_words * (1.0 - threat)) * strength


def skip_probability(
    base: float, trust: float, met_leader: bool, attract: float, strength: float
) -> float:
    """Probability of going over the office's head; higher with low trust or a leader met."""
    attraction = 1.0 + attract if met_leader else 1.0
    return clip(strength * base * (1.5 - trust) * attraction)
