"""What holds for every path that people can take (O-7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openpyme_helpdesk_sla.tools import path
from openpyme_helpdesk_sla.tools.path import Place, Strayed, advance, follow, outline

#: the team designs one and somebody applies it; it works
DESIGNED = ["sent", "answered", "assigned"]
WORKS = ["works", "told", "assigned", "asked", "accepted", "linked"]
#: the decisions of the document, as trails of answers
ROADS = {
    "documented solution": (["documented", "applied", "asked", "accepted"], "solution"),
    "known solution": (["known", "applied", "assigned", "asked", "accepted"], "solution"),
    "documented workaround": (["none", "documented", "applied", "asked", "accepted", "linked"], "workaround"),
    "known workaround": (["none", "known", "applied", "assigned", "asked", "accepted", "linked"], "workaround"),
    "designed workaround": (["none", "unknown", *DESIGNED, *WORKS], "workaround"),
    "designed at the third attempt": (
        ["none", "unknown", *DESIGNED, "fails", *DESIGNED, "fails", *DESIGNED, *WORKS],
        "workaround",
    ),
}


def walk(answers):
    """The trail of these answers, each with the step it is given at."""
    place, trail = Place(), []
    for answer in answers:
        trail.append((place.step, answer))
        place = advance(place, answer)
    return trail


@st.composite
def trails(draw, most=40):
    """Any path that people can take, ended or not."""
    place, trail = Place(), []
    for _step in range(draw(st.integers(0, most))):
        if not place.answers:
            break
        answer = draw(st.sampled_from(place.answers))
        trail.append((place.step, answer))
        place = advance(place, answer)
    return trail


@pytest.mark.parametrize("name", ROADS)
def test_roads_of_the_document(name):
    """O-7: every way that the document names leads through the client's validation to the end"""
    answers, kind = ROADS[name]
    trail = walk(["understood", *answers])
    place = follow(trail)
    assert (place.step, place.kind) == (path.DONE, kind)
    assert (path.VALIDATION, "accepted") in trail


def test_rounds_are_counted():
    """O-7: every time that the template goes to the team is a round of its own"""
    trail = walk(["understood", *ROADS["designed at the third attempt"][0]])
    assert follow(trail).round == 3
    design = next(stop for stop in outline(trail) if stop.code == path.DESIGN)
    assert (design.state, design.round) == ("done", 3)


def test_a_rejection_goes_on():
    """O-7: what the client rejects goes back to the question, what the team has designed back to the team"""
    assert follow(walk(["understood", "documented", "applied", "asked", "rejected"])).step == path.SOLUTION
    assert follow(walk(["understood", "none", "known", "applied", "assigned", "asked", "rejected"])).step == (
        path.WORKAROUND
    )
    designed = walk(
        [
            "understood",
            "none",
            "unknown",
            "sent",
            "answered",
            "assigned",
            "works",
            "told",
            "assigned",
            "asked",
            "rejected",
        ]
    )
    assert (follow(designed).step, follow(designed).round) == (path.SEND, 1)
    assert follow([*designed, (path.SEND, "sent")]).round == 2


def test_every_step_has_a_way_to_the_end():
    """O-7: there is no dead end: from every place that can be reached, the end can be reached"""
    edges: dict[Place, set[Place]] = {}
    waiting = [Place()]
    while waiting:
        place = waiting.pop()
        if place in edges or place.round > 2:
            continue
        edges[place] = {advance(place, answer) for answer in place.answers}
        waiting += edges[place]
    assert {place.step for place in edges} == set(path.STEPS)
    ends = {place for place in edges if place.step == path.DONE}
    while True:
        more = {place for place, following in edges.items() if following & ends} - ends
        if not more:
            break
        ends |= more
    stuck = {place for place in edges if place not in ends and place.round < 2}
    assert not stuck


def test_what_is_needed_is_of_an_answer():
    """O-7: what an answer needs is asked for at answers that there are, and every answer leads somewhere"""
    assert {(step, answer) for step, answers in path.ANSWERS.items() for answer in answers} == path._ROUTES.keys()
    assert all(answer in path.ANSWERS[step] for step, answer in path.NEEDS)


@given(trails())
def test_no_end_without_validation(trail):
    """O-7: a path ends only after the client has validated, and a workaround only with a problem ticket (O-8)"""
    place = follow(trail)
    if place.step == path.DONE:
        steps = [step for step, _answer in trail]
        assert (path.VALIDATION, "accepted") in trail[-2:]
        assert (steps[-1] == path.PROBLEM) == (place.kind == path.KIND_WORKAROUND)
    else:
        assert place.answers


@given(trails())
def test_validation_comes_after_application(trail):
    """O-7: nothing is validated that was not applied, and what was written nowhere has its page assigned before"""
    chosen = applied = page = ""
    for step, answer in trail:
        if step in (path.SOLUTION, path.WORKAROUND):
            chosen, applied, page = answer, "", ""
        elif step == path.SEND:
            applied = page = ""
        elif answer in ("applied", "works"):
            applied = answer
        elif step == path.PAGE:
            assert applied
            page = answer
        elif step == path.ASK:
            assert applied
            assert bool(page) == (chosen in ("known", "unknown"))


@given(trails(), st.sampled_from(path.STEPS), st.sampled_from(sorted({a for v in path.ANSWERS.values() for a in v})))
def test_no_step_is_skipped(trail, step, answer):
    """O-7: an answer to another step than the current one is refused, and so is one that the step does not have"""
    place = follow(trail)
    if step == place.step and answer in place.answers:
        follow([*trail, (step, answer)])
    else:
        with pytest.raises(Strayed):
            follow([*trail, (step, answer)])


@given(trails())
def test_picture(trail):
    """O-7: the picture has one current stop until the end, and nothing done lies ahead of it"""
    stops = outline(trail)
    assert [stop.code for stop in stops] == list(path.STOPS)
    current = [index for index, stop in enumerate(stops) if stop.state == "current"]
    if follow(trail).step == path.DONE:
        assert not current
        assert {stop.state for stop in stops} <= {"done", "skipped"}
    else:
        (here,) = current
        assert all(stop.state in ("done", "skipped") for stop in stops[:here])
        assert all(stop.state == "open" for stop in stops[here + 1 :])
    for stop in stops:
        assert (stop.round > 0) == (stop.last is not None or stop.state == "current")
        assert stop.state != "done" or stop.last is not None
