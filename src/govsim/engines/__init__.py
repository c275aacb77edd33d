"""Two engines, one model: ``agents`` is the readable reference, written with SimPy."""
