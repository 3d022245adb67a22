"""Expressions of the rules in words, as the rules document prints them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Name = Callable[[str], str]  # from a sign's code to what the reader should see


def describe_all(nodes: Iterable[Any], word: str, name: Name) -> str:
    """Several expressions joined by "and" or "or"."""
    return f" {word} ".join(describe(node, name) for node in nodes)


def describe(node: Any, name: Name) -> str:
    """One expression, brackets only where they are needed."""
    if isinstance(node, str):
        return _word(node, name)
    if "at_least" in node:
        inner = "; ".join(describe(part, name) for part in node["of"])
        return f"at least {node['at_least']} of ({inner})"
    for key, word in (("all", "and"), ("any", "or")):
        if key in node:
            inner = describe_all(node[key], word, name)
            return f"({inner})" if len(node[key]) > 1 else inner
    if "none" in node:
        return f"none of ({'; '.join(describe(part, name) for part in node['none'])})"
    return _age(node)


def _word(word: str, name: Name) -> str:
    if word.startswith("@"):
        return f"any *{word[1:].replace('_', ' ')}*"
    if word.startswith("~"):
        return f"the *{word[1:].replace('_', ' ')}* pattern"
    prefix, _, code = word.rpartition(":")
    words = code.replace("_", " ")
    if prefix == "no":
        return f"{name(code)}: no"
    kinds = {
        "condition": f"{words} suspected",
        "urgency": f"the urgency is {words}",
        "screen": f"the red-flag screen is {words}",
    }
    return kinds[prefix] if prefix else name(code)


def _age(node: Mapping[str, Any]) -> str:
    unknown = " or not known" if node.get("unknown") else ""
    return f"age {ages(node.get('age_from'), node.get('age_to'))}{unknown}"


def ages(low: int | None, high: int | None) -> str:
    """A range of ages in years, either end open; empty when both are."""
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{low} or over" if low is not None else f"under {high + 1}" if high is not None else ""
