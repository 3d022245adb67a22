"""One question: given these answers, where does the pain come from, how urgent is it, and why?"""

from dataclasses import asdict, dataclass
from typing import Any

from .answers import Answers, AnswersError, Computed
from .catalogue import Catalogue, load_catalogue
from .expressions import Facts
from .origin import OriginSupport, decide_origin, informative, support
from .questions import OpenQuestion, most_telling, next_questions, open_questions, screen_missing
from .referral import decide_referral
from .rules import FiredRule, conflicts, fired_rules
from .score import ScoredCondition, score_conditions
from .treatments import TreatmentFinding, check_treatments
from .wording import measured_otherwise, reasons_for

MOST_LISTED = 8
LEAST_PROBABLE = 0.2
MOST_ASKED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The engine's suggestion, with everything needed to explain it. A clinician decides.

    `red_flags` holds every fired rule; those below urgent (`is_red_flag` false) only ask for a
    referral, and the JSON result leaves them to its reasons. `conditions` are suspected;
    `alternatives` have something in their favour and stay below the threshold; the JSON list holds
    the first and then the second. `questions` are the open ones with their expected change in points
    for one condition each, most telling first. `computed`, `changes` and `since` are those of the answers.
    """

    catalogue_version: str
    origin: str | None
    urgency: str
    refer: bool
    destinations: tuple[str, ...]
    conditions: tuple[ScoredCondition, ...]
    alternatives: tuple[ScoredCondition, ...]
    origins: tuple[OriginSupport, ...]
    red_flags: tuple[FiredRule, ...]
    reasons: tuple[str, ...]
    blocked_treatments: tuple[TreatmentFinding, ...]
    restricted_treatments: tuple[TreatmentFinding, ...]
    warned_treatments: tuple[TreatmentFinding, ...]
    flags: tuple[str, ...]
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]
    screen_missing: tuple[str, ...]
    questions: tuple[OpenQuestion, ...] = ()
    computed: tuple[Computed, ...] = ()
    since: str = ""
    changes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The result as plain JSON data (without the case's id)."""
        return {
            "catalogue_version": self.catalogue_version,
            "origin": self.origin,
            "urgency": self.urgency,
            "refer": self.refer,
            "destinations": list(self.destinations),
            "conditions": [one.as_dict() for one in (*self.conditions, *self.alternatives)],
            "red_flags": [one.as_dict() for one in self.red_flags if one.is_red_flag],
            "reasons": list(self.reasons),
            "blocked_treatments": [one.as_dict() for one in self.blocked_treatments],
            "flags": list(self.flags),
            "missing": list(self.missing),
        }

    def as_record(self) -> dict[str, Any]:
        """The result with its evidence, to keep with a signed visit and to explain it years later."""
        return {
            **self.as_dict(),
            "suspected": self._explained(self.conditions),
            "alternatives": self._explained(self.alternatives),
            "origins": [asdict(one) for one in self.origins],
            "referral_rules": [one.as_dict() for one in self.red_flags if not one.is_red_flag],
            "red_flag_reasons": {one.rule.id: one.reason for one in self.red_flags},
            "restricted_treatments": [one.as_record() for one in self.restricted_treatments],
            "warned_treatments": [one.as_record() for one in self.warned_treatments],
            "conflicts": list(self.conflicts),
            "screen_missing": list(self.screen_missing),
            "questions": [one.as_dict() for one in most_telling(self.questions)],
            "computed": [asdict(one) for one in self.computed],
            "since": self.since,
            "changes": list(self.changes),
        }

    def _explained(self, conditions: tuple[ScoredCondition, ...]) -> list[dict[str, Any]]:
        asked: dict[str, list[dict[str, object]]] = {}
        for question in self.questions:
            mine = asked.setdefault(question.condition, [])
            if len(mine) < MOST_ASKED:
                mine.append(question.as_dict())
        return [{**one.as_record(), "questions": asked.get(one.code, [])} for one in conditions]


def assess(answers: Answers, catalogue: Catalogue | None = None) -> Assessment:
    """Assess one case; the order of the answers never matters. Raises AnswersError for an unknown code."""
    catalogue = catalogue or load_catalogue()
    _refuse_unknown(answers, catalogue)
    fired = fired_rules(answers, catalogue)
    scored = score_conditions(answers, catalogue, _named(fired))
    suspected = tuple(one for one in scored if one.suspected)
    referral = decide_referral(answers, fired, suspected)
    contradictions = (*conflicts(answers, catalogue), *measured_otherwise(answers, catalogue))
    unscreened = screen_missing(answers, catalogue)
    facts = Facts(
        present=answers.present,
        absent=answers.absent,
        age=answers.age,
        conditions=frozenset(one.code for one in suspected),
        urgency=referral.urgency,
        screen_complete=not unscreened,
    )
    treatments = check_treatments(
        facts, catalogue, conditions=suspected, emergency_signs=_emergency_signs(fired)
    )
    origin = decide_origin(answers, catalogue, fired, suspected)
    alternatives = _alternatives(scored, room=MOST_LISTED - len(suspected))
    return Assessment(
        catalogue_version=catalogue.version,
        origin=origin,
        urgency=referral.urgency,
        refer=referral.refer,
        destinations=referral.destinations,
        conditions=suspected,
        alternatives=alternatives,
        origins=support(suspected),
        red_flags=fired,
        reasons=reasons_for(catalogue, fired, suspected, contradictions, origin, answers.computed),
        blocked_treatments=treatments.blocked,
        restricted_treatments=treatments.restricted,
        warned_treatments=treatments.warned,
        flags=_flags(answers, catalogue, fired, contradictions, unscreened),
        conflicts=contradictions,
        missing=next_questions(answers, catalogue, fired, scored),
        screen_missing=unscreened,
        questions=open_questions(answers, catalogue, (*suspected, *alternatives)),
        computed=answers.computed,
        since=answers.since,
        changes=answers.changes,
    )


def _refuse_unknown(answers: Answers, catalogue: Catalogue) -> None:
    for field, codes in (("signs_present", answers.present), ("signs_absent", answers.absent)):
        unknown = sorted(map(str, codes - catalogue.signs.keys()))
        if unknown:
            raise AnswersError(field, f"unknown sign {', '.join(unknown)}")


def _named(fired: tuple[FiredRule, ...]) -> dict[str, FiredRule]:
    """Each condition that a fired rule stands for, with the most urgent such rule."""
    named: dict[str, FiredRule] = {}
    for one in fired:  # most urgent first
        if one.rule.suspects:
            named.setdefault(one.rule.suspects, one)
    return named


def _alternatives(scored: tuple[ScoredCondition, ...], *, room: int) -> tuple[ScoredCondition, ...]:
    """The best conditions below the threshold, while the list is short and they are not far-fetched."""
    below = [one for one in scored if not one.suspected and one.probability >= LEAST_PROBABLE]
    return tuple(below[: max(0, room)])


def _emergency_signs(fired: tuple[FiredRule, ...]) -> frozenset[str]:
    return frozenset(sign for one in fired if one.rule.urgency == "emergency" for sign in one.signs)


def _flags(
    answers: Answers,
    catalogue: Catalogue,
    fired: tuple[FiredRule, ...],
    contradictions: tuple[str, ...],
    unscreened: tuple[str, ...],
) -> tuple[str, ...]:
    few = informative(answers, catalogue) < catalogue.scoring.informative_minimum
    flags = []
    if few and not any(one.is_red_flag for one in fired):
        flags.append("insufficient_data")
    if contradictions:
        flags.append("conflicting_data")
    if unscreened:
        flags.append("screen_incomplete")
    return tuple(flags)
