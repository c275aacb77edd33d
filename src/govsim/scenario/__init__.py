"""What a planner writes: reading, defaults, evidence, checks. ``load`` is the door."""

from govsim.scenario.loading import load
from govsim.scenario.models import Scenario

__all__ = ["Scenario", "load"]
