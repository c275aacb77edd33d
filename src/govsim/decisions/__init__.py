"""Decisions: what planners really ask for, answered by many simulations, with how sure that is."""
