"""The compiled engine: the same model as an event loop over rows, for Monte Carlo.

It emits the same records as the agents, to the last bit; tests/twins holds them together. Read
``loop.py`` first, then the files that are named like the agents' (``resident``, ``office``,
``desk``, ``cadre``, ``ledger`` …): the same verbs in the same order.
"""

from govsim.engines.compiled.running import NAME, make_ready, simulate

__all__ = ["NAME", "make_ready", "simulate"]
