"""The tables of a release file; the same for all three audiences.

Declared, never reflected: reflection does not work through duckdb-engine.
What differs between audiences is which rows exist and how they are coded.
`scope` is "all", or the id of the one school whose staff may read the row.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Double, Integer, SmallInteger, String

METADATA = sa.MetaData()

# A key column holds text of a closed set or an id; the dictionary
# data/README.md says what each means.
META = sa.Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

WAVES = sa.Table(
    "waves",
    METADATA,
    Column("wave_index", SmallInteger, primary_key=True),
    Column("wave", String, nullable=False),
    Column("opens_on", String),
    Column("closes_on", String),
)

SCHOOLS = sa.Table(
    "schools",
    METADATA,
    Column("school_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("level", String),
    Column("area", String),
    Column("cohort_id", SmallInteger, nullable=False),
    Column("launch_wave", SmallInteger),
    Column("closed_on", String),
    Column("formerly", String),
)

COHORTS = sa.Table(
    "cohorts",
    METADATA,
    Column("cohort_id", SmallInteger, primary_key=True),
    Column("schools", SmallInteger, nullable=False),
    Column("launch_wave", SmallInteger),
    Column("launches_on", String),
    Column("is_started", sa.Boolean, nullable=False),
)

ESTIMATES = sa.Table(
    "estimates",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("breakdown", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("share", Double),
    Column("low", Double),
    Column("high", Double),
    Column("here_low", Double),
    Column("here_high", Double),
    Column("shrunk", Double),
    Column("shrunk_low", Double),
    Column("shrunk_high", Double),
    Column("signal", Double),
    Column("coding", String),
    Column("mean", Double),
    Column("mean_low", Double),
    Column("mean_high", Double),
    Column("n_band", String),
    Column("n", Integer),
    Column("eligible", Integer),
    Column("rate", SmallInteger),
    Column("rate_band", String),
    Column("change", String),
    Column("points", Double),
    Column("points_low", Double),
    Column("points_high", Double),
    Column("design_effect", Double),
    Column("waves_pooled", SmallInteger),
    Column("schools", SmallInteger),
    Column("as_of", String),
)

SCALES = sa.Table(
    "scales",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("gate", String, nullable=False),
    Column("n", Integer),
    Column("omega", Double),
    Column("alpha", Double),
    Column("alpha_low", Double),
    Column("alpha_high", Double),
    Column("omega_en", Double),
    Column("omega_es", Double),
    Column("languages", sa.Boolean),
    Column("flagged", String),
    Column("icc1", Double),
    Column("icc2", Double),
)

BANDS = sa.Table(
    "bands",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("cohort_id", SmallInteger, primary_key=True),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("schools", SmallInteger, nullable=False),
)

ANSWERS = sa.Table(
    "answers",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("code", SmallInteger, primary_key=True),
    Column("status", String, nullable=False),
    Column("share", Double),
)

RUBRIC_CELLS = sa.Table(
    "rubric_cells",
    METADATA,
    Column("school_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("attribute", String, primary_key=True),
    Column("domain", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("level", SmallInteger, nullable=False),
)

RUBRIC_SCHOOLS = sa.Table(
    "rubric_schools",
    METADATA,
    Column("school_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("agreed", sa.Boolean, nullable=False),
    Column("adoption", Double),
    Column("stage", SmallInteger),
    Column("voice", Double),
    Column("co_creation", Double),
    Column("social_construction", Double),
    Column("self_discovery", Double),
    Column("practices", Double),
    Column("structures", Double),
    Column("policies", Double),
)

RUBRIC_GROUPS = sa.Table(
    "rubric_groups",
    METADATA,
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("schools", SmallInteger),
    Column("adoption", Double),
    Column("stage_0", SmallInteger),
    Column("stage_1", SmallInteger),
    Column("stage_2", SmallInteger),
    Column("stage_3", SmallInteger),
    Column("stage_4", SmallInteger),
)

RUBRIC_MEANS = sa.Table(
    "rubric_means",
    METADATA,
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("attribute", String, primary_key=True),
    Column("domain", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("level", Double, nullable=False),
)

SUMMARY_MEASURES = sa.Table(
    "summary_measures",
    METADATA,
    Column("measure_id", String, primary_key=True),
    Column("indicator_id", String, nullable=False),
    Column("respondents", String, nullable=False),
    Column("source_en", String, nullable=False),
    Column("source_es", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("name_es", String, nullable=False),
    Column("definition_en", String, nullable=False),
    Column("definition_es", String, nullable=False),
    Column("has_n", sa.Boolean, nullable=False),
    Column("is_public", sa.Boolean, nullable=False),
)

SUMMARY_VALUES = sa.Table(
    "summary_values",
    METADATA,
    Column("measure_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("school_id", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("share", Double),
    Column("low", Double),
    Column("high", Double),
    Column("coding", String),
    Column("n_band", String),
    Column("n", Integer),
    Column("eligible", Integer),
    Column("rate", SmallInteger),
)

SUMMARY_SPREADS = sa.Table(
    "summary_spreads",
    METADATA,
    Column("measure_id", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("schools", SmallInteger, nullable=False),
    Column("lowest_tenth", Double, nullable=False),
    Column("quarter", Double, nullable=False),
    Column("median", Double, nullable=False),
    Column("three_quarters", Double, nullable=False),
    Column("highest_tenth", Double, nullable=False),
)

FIGURES = sa.Table(
    "figures",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("about", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("value", Double),
    Column("low", Double),
    Column("high", Double),
    Column("coding", String),
    Column("word", String),
    Column("n_band", String),
    Column("n", Double),
    Column("of", Double),
)

OCCASIONS = sa.Table(
    "occasions",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("occasion_id", String, primary_key=True),
    Column("school_id", String, primary_key=True),
    Column("starts_on", String, nullable=False),
    Column("ends_on", String),
    Column("led_by", String),
    Column("heard_by", String),
    Column("depth", SmallInteger),
    Column("hours", Double),
    Column("serves", String),
    Column("name", String),
    Column("scope", String, nullable=False),
)

REQUESTS = sa.Table(
    "requests",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("request_id", String, primary_key=True),
    Column("school_id", String, nullable=False),
    Column("category", String, nullable=False),
    Column("opened_on", String, nullable=False),
    Column("replied_on", String),
    Column("closed_on", String),
    Column("outcome", String),
    Column("scope", String, nullable=False),
)

OUTCOMES = sa.Table(
    "outcomes",
    METADATA,
    Column("outcome_id", String, primary_key=True),
    Column("name_en", String, nullable=False),
    Column("name_es", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("direction", String, nullable=False),
    Column("margin", Double, nullable=False),
    Column("registered_on", String, nullable=False),
)

BENCHMARKS = sa.Table(
    "benchmarks",
    METADATA,
    Column("benchmark_id", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("indicator_id", String, nullable=False),
    Column("form", String, nullable=False),
    Column("from_wave", SmallInteger, nullable=False),
    Column("share", Double, nullable=False),
    Column("name_en", String, nullable=False),
    Column("name_es", String, nullable=False),
)

EXAMPLES = sa.Table(
    "examples",
    METADATA,
    Column("indicator_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Double, nullable=False),
)

HIDDEN = sa.Table(
    "hidden",
    METADATA,
    Column("audience", String, primary_key=True),
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("wave_index", SmallInteger, primary_key=True),
    Column("unit_kind", String, primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("breakdown", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("reason", String, nullable=False),
)

DEFINITIONS = sa.Table(
    "definitions",
    METADATA,
    Column("table_name", String, primary_key=True),
    Column("indicator_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("base", String, nullable=False),
    Column("numerator", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("adds_up", sa.Boolean, nullable=False),
)

RELATIONS = sa.Table(
    "relations",
    METADATA,
    Column("form", String, primary_key=True),
    Column("left_count", String, primary_key=True),
    Column("holds", String, primary_key=True),
    Column("right_counts", String, primary_key=True),
)

READERS = sa.Table(
    "readers",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("reader", String, primary_key=True),
    Column("level", String, primary_key=True),
    Column("breakdowns", sa.Boolean, nullable=False),
    Column("least", String, nullable=False),
)

TABLES = METADATA.tables
