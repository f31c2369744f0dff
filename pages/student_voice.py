"""/student-voice: do students feel their ideas count?"""

from pages._learning import learning_blocks
from pages._request import Answer, Ask, page
from pages._survey import survey_answer

PATH = "/student-voice"


def build(asked: Ask) -> Answer:
    """Return voice from all sides, and the other sides of learning under it."""
    found = survey_answer(asked, "LX-1", asked.say("voice.question"))
    found.body.extend(learning_blocks(asked))
    return found


page("student-voice", build, path=PATH)
