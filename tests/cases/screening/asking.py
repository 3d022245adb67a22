"""Short ways to put a case to the screening."""

from cases.screening import Answers, Assessment, assess


def answered(yes="", no="", age=None, side=None) -> Answers:
    return Answers(frozenset(yes.split()), frozenset(no.split()), age, side)


def screened(yes="", no="", age=None, side=None) -> Assessment:
    return assess(answered(yes, no, age, side))


def rules_fired(assessment) -> set[str]:
    return {flag.rule.id for flag in assessment.red_flags}


def suspected(assessment) -> list[str]:
    return [one.code for one in assessment.conditions]
