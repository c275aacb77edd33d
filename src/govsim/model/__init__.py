"""The rules, once: pure functions on numbers that both engines call, and the plan they read."""
