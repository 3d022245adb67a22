"""The form of a wording: what a person typed is refused here, with the piece that is wrong and its line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.forms import FootnoteForm
from referrals.wording import Problem, check
from referrals.wording.checking import DEEPEST, MOST_CHARACTERS, MOST_PIECES

SENTENCES: dict[str, Promise] = {
    "unknown": _("Line %(line)d: there is no field called %(name)s."),
    "unknown_near": _("Line %(line)d: there is no field called %(name)s. Is it %(suggestion)s?"),
    "not_here": _("Line %(line)d: %(piece)s has a value in a chase only."),
    "private": _(
        "Line %(line)d: %(piece)s is about the patient. An e-mail can be read on its way: it names nobody. "
        "Use the reference."
    ),
    "attribute": _("Line %(line)d: %(piece)s has a dot or brackets. A field is one name."),
    "call": _("Line %(line)d: %(piece)s has brackets. A field is one name."),
    "filter": _("Line %(line)d: %(piece)s has a bar. A field is written out as it is."),
    "test": _("Line %(line)d: in %(piece)s write only the field’s name after “if”."),
    "choice": _("Line %(line)d: in %(piece)s a field stands alone. Put the choice around it."),
    "calculation": _("Line %(line)d: %(piece)s calculates. Footnote writes fields out, no more."),
    "constant": _("Line %(line)d: %(piece)s names no field. Write the text without the marks."),
    "comparison": _("Line %(line)d: in %(piece)s compare one field with one text in quotes, by == or !=."),
    "never_equal": _("Line %(line)d: %(piece)s can never be so. The values are: %(suggestion)s."),
    "list": _("Line %(line)d: %(piece)s names several things. A field is one name."),
    "expression": _("Line %(line)d: %(piece)s is no field."),
    "empty": _("Line %(line)d: %(piece)s names no field."),
    "unreadable": _("Line %(line)d: %(piece)s cannot be read. Check its marks and quotes."),
    "unclosed": _("Line %(line)d: %(piece)s is never closed."),
    "astray": _("Line %(line)d: %(piece)s closes something that was not opened."),
    "never_ends": _("An “if” is not closed. End it with {% endif %}."),
    "no_if": _("Line %(line)d: “elif”, “else” or “endif” stands without its “if” here."),
    "loop": _("Line %(line)d: %(piece)s repeats. A wording has no loops."),
    "set": _("Line %(line)d: %(piece)s sets something. A wording only writes out."),
    "include": _("Line %(line)d: %(piece)s takes in another file. A wording stands alone."),
    "macro": _("Line %(line)d: %(piece)s is a small program. A wording only writes out."),
    "raw": _("Line %(line)d: %(piece)s switches the fields off. Leave it out."),
    "comment": _("Line %(line)d: %(piece)s would never be seen. Leave it out."),
    "tag": _("Line %(line)d: %(piece)s is not known. There are if, elif, else and endif."),
    "too_deep": _("There are more than %(deepest)d conditions within each other. Make it simpler."),
    "too_many": _("There are more than %(pieces)d fields and conditions. Make it simpler."),
    "too_long": _("This wording is longer than %(characters)s characters. Shorten it."),
}
_BOUNDS = {"deepest": DEEPEST, "pieces": MOST_PIECES, "characters": f"{MOST_CHARACTERS:,}"}


def sentence_of(problem: Problem) -> str:
    """Return what is wrong and what to do, in words."""
    name = problem.piece.strip("{}%-+ ")
    code = "unknown_near" if problem.code == "unknown" and problem.suggestion else problem.code
    said = {
        "line": problem.line,
        "piece": problem.piece,
        "name": name,
        "suggestion": problem.suggestion,
        **_BOUNDS,
    }
    template = str(SENTENCES[code])
    # A sentence may quote a mark of ours, in which a per cent sign is a per cent sign.
    return template % said if "%(" in template else template


class WordingForm(FootnoteForm):
    """One wording. Its problems are all said at once, at the text."""

    mark = "optional"
    text = forms.CharField(
        label=_("Wording"),
        max_length=MOST_CHARACTERS,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "true"}),
        error_messages={"required": _("The wording is missing. Or go back to the built-in one.")},
    )
    note = forms.CharField(
        label=_("What changed"),
        max_length=200,
        required=False,
        help_text=_("For those who look at the versions later."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_147_483_647)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if problems := check(text, self.kind):
            raise ValidationError([sentence_of(one) for one in problems[:10]])
        return text


class SeenForm(FootnoteForm):
    """Which version somebody had before them."""

    seen = forms.IntegerField(min_value=0, max_value=2_147_483_647)
