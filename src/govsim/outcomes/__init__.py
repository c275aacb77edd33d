"""Records in, numbers out: KPI pairs, weekly series, delays, event logs.

``Tally`` drains the records of one replication chunk by chunk; ``outcome_tables`` makes tidy
tables of what it found. Memory depends on the offices and weeks, never on how much happened.
"""

from govsim.outcomes.frames import Tables, outcome_tables
from govsim.outcomes.registry import KPIS, Kpi
from govsim.outcomes.tally import Broken, Outcome, Tally, check

__all__ = ["KPIS", "Broken", "Kpi", "Outcome", "Tables", "Tally", "check", "outcome_tables"]
