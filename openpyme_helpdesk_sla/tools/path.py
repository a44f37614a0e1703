"""The guided path of a support ticket (O-7): which step follows which answer.

A path is nothing but the answers that were given, in order. Where it stands is :func:`follow` of them, so it can be
told again at any time and no step can be jumped over: an answer to another step than the current one is
:class:`Strayed`. The rules of the road are here and not in records, because a road that somebody edits has dead ends;
the words people read are records (``openpyme.path.step``, ``openpyme.path.answer``) and can be edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

# --- steps: what is to be done or decided -----------------------------------------------------
#: the template of the scenario is filled in (O-6)
SCENARIO: Final = "scenario"
#: is there a solution?
SOLUTION: Final = "solution"
#: is there a workaround, which contains the trouble until there is a solution?
WORKAROUND: Final = "workaround"
#: the template goes to the team as a task
SEND: Final = "send"
#: the team designs a workaround
DESIGN: Final = "design"
#: somebody is named who applies what the team has designed
EXECUTOR: Final = "executor"
#: that person applies it
EXECUTE: Final = "execute"
#: what is documented or known is applied
APPLY: Final = "apply"
#: leader and client are told that the designed workaround works
TELL: Final = "tell"
#: somebody is asked to write the page that was missing
PAGE: Final = "page"
#: the client is asked to check
ASK: Final = "ask"
#: the client checks
VALIDATION: Final = "validation"
#: after a validated workaround: is there a problem ticket? (O-8)
PROBLEM: Final = "problem"
#: the end of the path
DONE: Final = "done"

#: what can be answered at each step, the usual answer first
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    SCENARIO: ("understood", "enough"),
    SOLUTION: ("documented", "known", "none"),
    WORKAROUND: ("documented", "known", "unknown"),
    SEND: ("sent",),
    DESIGN: ("answered", "withdrawn"),
    EXECUTOR: ("assigned",),
    EXECUTE: ("works", "fails", "handed_back"),
    APPLY: ("applied", "failed"),
    TELL: ("told",),
    PAGE: ("assigned",),
    ASK: ("asked",),
    VALIDATION: ("accepted", "rejected", "again"),
    PROBLEM: ("linked",),
    DONE: (),
}
STEPS: Final = tuple(ANSWERS)
#: steps at which somebody else has the next word: the team, the client
WAITING: Final = frozenset({DESIGN, VALIDATION})

#: what has to be given with an answer: a knowledge page, a note, who executes, who writes a page by when
PAGE_CHOSEN, NOTE, PERSON, WRITER = "page", "note", "person", "writer"
NEEDS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    (SCENARIO, "enough"): frozenset({NOTE}),
    (SOLUTION, "documented"): frozenset({PAGE_CHOSEN}),
    (SOLUTION, "known"): frozenset({NOTE}),
    (WORKAROUND, "documented"): frozenset({PAGE_CHOSEN}),
    (WORKAROUND, "known"): frozenset({NOTE}),
    (DESIGN, "answered"): frozenset({NOTE}),
    (DESIGN, "withdrawn"): frozenset({NOTE}),
    (EXECUTOR, "assigned"): frozenset({PERSON}),
    (EXECUTE, "fails"): frozenset({NOTE}),
    (EXECUTE, "handed_back"): frozenset({NOTE}),
    (APPLY, "applied"): frozenset({NOTE}),
    (APPLY, "failed"): frozenset({NOTE}),
    (TELL, "told"): frozenset({NOTE}),
    (PAGE, "assigned"): frozenset({WRITER}),
    (VALIDATION, "rejected"): frozenset({NOTE}),
}

#: what is being applied …
KIND_SOLUTION, KIND_WORKAROUND = "solution", "workaround"
#: … and where it comes from
DOCUMENTED, KNOWN, DESIGNED = "documented", "known", "designed"


class Strayed(ValueError):
    """An answer that the current step does not have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path stands."""

    step: str = SCENARIO
    #: ``solution``, ``workaround``, or nothing while neither is chosen
    kind: str = ""
    #: ``documented``, ``known``, ``designed``, or nothing
    source: str = ""
    #: how often the template went to the team
    round: int = 0

    @property
    def answers(self) -> tuple[str, ...]:
        return ANSWERS[self.step]

    @property
    def missing_page(self) -> bool:
        """Whether what is applied is written nowhere yet."""
        return self.source in (KNOWN, DESIGNED)


def _ask_again(place: Place) -> dict[str, str]:
    """The question that has to be asked once more when what was applied does not help."""
    return {"step": SOLUTION if place.kind == KIND_SOLUTION else WORKAROUND, "kind": "", "source": ""}


#: (step, answer) → what changes about the place, or a function of the place that says so
_ROUTES: Final[Mapping[tuple[str, str], Mapping[str, str] | Callable[[Place], Mapping[str, str]]]] = {
    (SCENARIO, "understood"): {"step": SOLUTION},
    (SCENARIO, "enough"): {"step": SOLUTION},
    (SOLUTION, "documented"): {"step": APPLY, "kind": KIND_SOLUTION, "source": DOCUMENTED},
    (SOLUTION, "known"): {"step": APPLY, "kind": KIND_SOLUTION, "source": KNOWN},
    (SOLUTION, "none"): {"step": WORKAROUND},
    (WORKAROUND, "documented"): {"step": APPLY, "kind": KIND_WORKAROUND, "source": DOCUMENTED},
    (WORKAROUND, "known"): {"step": APPLY, "kind": KIND_WORKAROUND, "source": KNOWN},
    (WORKAROUND, "unknown"): {"step": SEND, "kind": KIND_WORKAROUND, "source": DESIGNED},
    (SEND, "sent"): {"step": DESIGN},
    (DESIGN, "answered"): {"step": EXECUTOR},
    (DESIGN, "withdrawn"): {"step": SEND},
    (EXECUTOR, "assigned"): {"step": EXECUTE},
    (EXECUTE, "works"): {"step": TELL},
    # back to the team for another, as often as needed
    (EXECUTE, "fails"): {"step": SEND},
    (EXECUTE, "handed_back"): {"step": EXECUTOR},
    (TELL, "told"): {"step": PAGE},
    (APPLY, "applied"): lambda place: {"step": PAGE if place.missing_page else ASK},
    (APPLY, "failed"): _ask_again,
    (PAGE, "assigned"): {"step": ASK},
    (ASK, "asked"): {"step": VALIDATION},
    (VALIDATION, "accepted"): lambda place: {"step": PROBLEM if place.kind == KIND_WORKAROUND else DONE},
    (VALIDATION, "rejected"): lambda place: {"step": SEND} if place.source == DESIGNED else _ask_again(place),
    # the question was withdrawn meanwhile
    (VALIDATION, "again"): {"step": ASK},
    (PROBLEM, "linked"): {"step": DONE},
}


def advance(place: Place, answer: str) -> Place:
    """Where the path stands after ``answer`` was given at ``place``.

    :raise Strayed: when the step has no such answer
    """
    route = _ROUTES.get((place.step, answer))
    if route is None:
        raise Strayed(f"{place.step}: {answer}")
    changes = route(place) if callable(route) else route
    rounds = place.round + (place.step == SEND)
    return replace(place, round=rounds, **changes)


def follow(trail: Iterable[tuple[str, str]]) -> Place:
    """Where a path stands after the answers of ``trail``, each with the step it was given at.

    :raise Strayed: when an answer was given at another step than the one that was current
    """
    place = Place()
    for step, answer in trail:
        if step != place.step:
            raise Strayed(f"{step} instead of {place.step}")
        place = advance(place, answer)
    return place


# --- the picture ------------------------------------------------------------------------------
#: What the picture shows, in the order of the road: each stands for the steps that belong together.
STOPS: Final = (SCENARIO, SOLUTION, WORKAROUND, DESIGN, APPLY, PAGE, VALIDATION, PROBLEM)
_STOP_OF: Final[Mapping[str, str]] = {
    **{stop: stop for stop in STOPS},
    SEND: DESIGN,
    EXECUTOR: APPLY,
    EXECUTE: APPLY,
    TELL: APPLY,
    ASK: VALIDATION,
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the picture."""

    code: str
    #: ``done``, ``current``, ``open`` (may still come) or ``skipped`` (this path did not need it)
    state: str
    #: index in the trail of the last answer that was given there; None: none yet
    last: int | None
    #: how often the path came here
    round: int


def outline(trail: Sequence[tuple[str, str]]) -> list[Stop]:
    """The picture of a path: what is done, where it stands, what may still come, and how often it came by."""
    place = follow(trail)
    visits = dict.fromkeys(STOPS, 0)
    last: dict[str, int] = {}
    done: set[str] = set()
    here = ""
    for index, (step, _answer) in enumerate([*trail, (place.step, "")]):
        stop = _STOP_OF.get(step, "")
        if stop and stop != here:
            visits[stop] += 1
            # whoever comes back has everything ahead again
            done -= set(STOPS[STOPS.index(stop) :])
        if stop and index < len(trail):
            last[stop] = index
            done.add(stop)
        here = stop
    reached = STOPS.index(here) if here else len(STOPS)
    return [
        Stop(code, _get_state(code, here, code in done, position < reached), last.get(code), visits[code])
        for position, code in enumerate(STOPS)
    ]


def _get_state(code: str, here: str, done: bool, passed: bool) -> str:
    if code == here:
        return "current"
    if done:
        return "done"
    return "skipped" if passed else "open"
