"""What a planner writes: reading, defaults, evidence, checks. ``load`` is the door."""

from govsim.scenario.compile import compile_plan
from govsim.scenario.editor_schema import json_schema
from govsim.scenario.loading import Written, load, read
from govsim.scenario.models import Scenario
from govsim.scenario.showing import show

__all__ = ["Scenario", "Written", "compile_plan", "json_schema", "load", "read", "show"]
