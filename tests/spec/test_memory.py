"""What is remembered is remembered for the one who asked, and for one edition."""

from pages._memory import MOST_ANSWERS

BODY = {
    "output": "methods-body.children",
    "outputs": {"id": "methods-body", "property": "children"},
    "inputs": [{"id": "address", "property": "search", "value": ""}],
    "changedPropIds": ["address.search"],
}


def ask(client, search: str = "", page: str = "adoption") -> str:
    body = {
        **BODY,
        "output": f"{page}-body.children",
        "outputs": {"id": f"{page}-body", "property": "children"},
    }
    body["inputs"] = [{"id": "address", "property": "search", "value": search}]
    return client.post("/_dash-update-component", json=body).get_data(as_text=True)


def test_the_same_question_has_the_same_answer(client):
    client.get("/view-as?role=public")

    assert ask(client) == ask(client)


def test_another_viewer_is_another_question(client):
    client.get("/view-as?role=district")
    staff = ask(client)
    client.get("/view-as?role=public")

    assert ask(client) != staff
    assert "has moved least" in staff
    assert "has moved least" not in ask(client)


def test_memory_is_bounded(client):
    for number in range(MOST_ANSWERS + 5):
        ask(client, f"?q={number}", "methods")

    assert "Room for responsible risk" in ask(client, "?q=0", "methods")
