"""What a planner reads and shows: figures, tables in words, in English and Chinese."""
