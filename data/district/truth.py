"""The truth behind the made-up district, in words, written beside its files."""

from data.district import forms
from data.district.answers import (
    NOISE_SD,
    PERSON_SD,
    RISK_DIP,
    RISK_PER_WAVE,
    RISK_WAVES,
    SPRING_SHIFT,
    VOICE_PER_WAVE,
    VOICE_WAVES,
)

TRUTH = f"""# What is true in Alder Valley Unified

Everything here is invented: the district, the schools, every answer.

Each answer comes from a latent position that is cut into options. A position is
the school's own level, plus what the launch changed, plus the season, plus the
person (standard deviation {PERSON_SD}), plus chance (standard deviation {NOISE_SD}).

- **Voice** (and the other student scales) rises by {VOICE_PER_WAVE} each wave from the
  first wave after launch, for {VOICE_WAVES} waves, and then stays.
- **Room for risk** changes by {RISK_DIP} in the first wave after launch, then gains
  {RISK_PER_WAVE} a wave for {RISK_WAVES} waves.
- **Outcomes** do not depend on launch: they hold.
- **Spring** answers lie {abs(SPRING_SHIFT)} lower than fall answers, in every school.
- **Schools differ** by a fixed amount for no reason at all: a standard deviation of
  0.22 for students and 0.3 for teachers.
- **Adoption** starts two waves before the first launched wave and grows, practices
  fastest and written rules slowest. Cohort 2's structures and policies stand still
  from its third wave on.

- **Starting** (RO-2): each teacher leans toward or away from it for good (standard
  deviation {forms.ADOPT_SD}); launch adds {forms.ADOPT_PER_WAVE} a wave.
- **The engine** is named by {forms.KNOWS_START:.0%} of teachers in the first launched
  wave and {forms.KNOWS_PER_WAVE:.0%} more each wave. Two schools in three have filled
  their crosswalk.
- **Ideas from other schools**: {forms.NAMES_OTHER:.0%} of teachers in launched schools
  name one of the next {forms.NEIGHBORS} schools of their cohort,
  {forms.NAMES_BEFORE:.0%} before launch; {forms.NAMES_ACROSS:.0%} name any school at
  all, so that names stay inside cohorts far more than by chance.
- **Yes, someone explained why**: a quarter of people in the first wave, six in a
  hundred more each wave.
- **The chorus**: the superintendent alone at first; board and leaders join in the first
  year, teachers in the second, families in the third, students in the fourth. One
  school in five hears late.
- **Principals** of launched schools worry about time four times as often as about
  anything else. Two coders agree nine times in ten. Requests wait 35 days on average.
- **Home** messages grow with every wave; 27 in 100 families ever log in.
- **Learning**: 70 in 100 teachers come to their cohort's yearly workshop, and 35 are
  coached.
- **Tries**: one for every four teachers over the years, six in ten with all four
  guardrails.

Awkward on purpose: Juniper has nine teachers; Lone Pine has six pupils in grades
6–8; Northfork's last wave has 28 % response; Marsh Landing skipped spring 2025;
Sagebrush was Miller Street until 2024; Dry Fork closed in 2025; the exports hold
previews, double submissions, Spanish answers, names with double spaces, an unknown
school and a code outside the options; Elm Street's last state test is another one;
six initiatives in a hundred have no hours written down.
"""
