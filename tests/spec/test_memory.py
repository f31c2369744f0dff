"""What is remembered is remembered for the one who asked, and for one edition."""

from callbacks import said

from pages._memory import MOST_ANSWERS


def test_the_same_question_has_the_same_answer(client):
    client.get("/view-as?role=public")

    assert said(client, "/adoption") == said(client, "/adoption")


def test_another_viewer_is_another_question(client):
    client.get("/view-as?role=district")
    staff = said(client, "/adoption")
    client.get("/view-as?role=public")

    assert said(client, "/adoption") != staff
    assert "has moved least" in staff
    assert "has moved least" not in said(client, "/adoption")


def test_memory_is_bounded(client):
    for number in range(MOST_ANSWERS + 5):
        said(client, "/methods", f"?q={number}")

    assert "Room for responsible risk" in said(client, "/methods", "?q=0")
