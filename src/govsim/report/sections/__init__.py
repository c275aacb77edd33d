"""The sections of a report, one file each: from results to plain words, tables and pictures.

Each has ``section(source) -> Section | None``: None where these results have nothing to say to it.
"""
