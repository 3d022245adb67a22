"""The report of an evaluation, for a terminal."""

from collections.abc import Iterable, Iterator, Mapping

from .evaluation import Evaluation, Share


def report(evaluation: Evaluation) -> str:
    """The figures, the two confusion tables, and every miss with its reasons."""
    return "\n".join(_lines(evaluation))


def _lines(evaluation: Evaluation) -> Iterator[str]:
    yield f"{evaluation.cases} cases, catalogue {evaluation.catalogue_version}"
    yield ""
    yield from _figures(
        [
            ("Emergency sensitivity", _percent(evaluation.emergency_sensitivity)),
            ("Under-triage (below the expected urgency)", _count(evaluation.under_triage)),
            ("Over-triage (above it)", _count(evaluation.over_triage)),
            ("Origin accuracy", _percent(evaluation.origin_accuracy)),
            ("Condition among the first three", _percent(evaluation.condition_accuracy)),
            ("No-referral specificity", _percent(evaluation.no_referral_specificity)),
            ("Contradictions and gaps flagged", _percent(evaluation.flagged)),
        ]
    )
    yield from _table("Origin", evaluation.origins)
    yield from _table("Urgency", evaluation.urgencies)
    yield ""
    yield f"Misses: {len(evaluation.missed)}"
    for one in evaluation.missed:
        yield f"- {one.id!a}: {'; '.join(one.misses)}"
        yield from (f"    {reason}" for reason in one.reasons)
    if evaluation.not_evaluated:
        counts = ", ".join(f"{key} ({number})" for key, number in evaluation.not_evaluated.items())
        yield ""
        yield f"Labels that are not evaluated: {counts}"


def _figures(rows: list[tuple[str, str]]) -> Iterator[str]:
    width = max(len(name) for name, _ in rows)
    yield from (f"{name:<{width}}  {value}" for name, value in rows)


def _percent(share: Share) -> str:
    return f"{share.hits / share.of:.1%} ({share.hits} of {share.of})" if share.of else "no case is labelled"


def _count(share: Share) -> str:
    return f"{share.hits} of {share.of}" if share.of else "no case is labelled"


def _table(title: str, table: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    if not table:
        return
    columns = list(next(iter(table.values())))
    first = max(len(name) for name in ("expected", *table))
    yield ""
    yield f"{title}: expected in rows, suggested in columns"
    yield _row("expected", first, columns, columns)
    yield from (_row(name, first, columns, counts.values()) for name, counts in table.items())


def _row(name: str, first: int, columns: list[str], cells: Iterable[object]) -> str:
    shown = (f"{cell!s:>{len(column)}}" for column, cell in zip(columns, cells, strict=True))
    return f"{name:<{first}}  {'  '.join(shown)}"
