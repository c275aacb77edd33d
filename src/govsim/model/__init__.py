"""The rules, once: pure functions on numbers that both engines call, and what they read and write."""
