"""govsim: a discrete-event simulation of public grievance handling.

Three lines answer a planner's question::

    import govsim
    scenario = govsim.load("scenarios/district.yaml")
    results = govsim.run(scenario, replications=20, policies=["night_visits"])
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govsim.decisions.budget import budget
    from govsim.decisions.choosing import choose
    from govsim.decisions.discovering import discover
    from govsim.decisions.forecasting import forecast
    from govsim.decisions.opening import open_results
    from govsim.decisions.sensitivity import sensitivity
    from govsim.decisions.staff import staff
    from govsim.experiments.comparing import compare
    from govsim.experiments.replications import run
    from govsim.experiments.sweeping import sweep
    from govsim.report.reporting import write_report
    from govsim.scenario import load

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "budget",
    "choose",
    "compare",
    "discover",
    "forecast",
    "load",
    "open_results",
    "run",
    "sensitivity",
    "staff",
    "sweep",
    "write_report",
]

# Loaded when first used (PEP 562): a bare ``import govsim`` is quick.
_HOMES = {
    "budget": "govsim.decisions.budget",
    "choose": "govsim.decisions.choosing",
    "compare": "govsim.experiments.comparing",
    "discover": "govsim.decisions.discovering",
    "forecast": "govsim.decisions.forecasting",
    "load": "govsim.scenario",
    "open_results": "govsim.decisions.opening",
    "run": "govsim.experiments.replications",
    "sensitivity": "govsim.decisions.sensitivity",
    "staff": "govsim.decisions.staff",
    "sweep": "govsim.experiments.sweeping",
    "write_report": "govsim.report.reporting",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'govsim' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
