"""/risk-taking: is there room for responsible risk?"""

from pages._request import Answer, Ask, page
from pages._staff_life import staff_blocks
from pages._survey import survey_answer

PATH = "/risk-taking"


def build(asked: Ask) -> Answer:
    """Return room for risk from all sides; safety and the log of tries under it."""
    found = survey_answer(asked, "CU-1", asked.say("risk.question"))
    found.body.extend(staff_blocks(asked))
    return found


page("risk-taking", build, path=PATH)
