"""What tells one estimate from every other: the names all frames of estimates share."""

MEASURE = ["indicator_id", "part", "form"]
KEYS = [*MEASURE, "wave_index", "unit_kind", "unit_id", "breakdown", "category"]
