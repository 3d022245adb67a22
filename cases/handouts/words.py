"""The words that are the same on every handout."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def rules() -> list[str]:
    """Return what holds for every exercise.

    Pain up to 5 of 10 and back to usual within a day: clinical reference, section 3, exercise.
    """
    return [
        _("Some pain is all right: up to 5 of 10, if it is gone by the next morning."),
        _("If it hurts more than that, do less the next time. If it still does, leave it out and phone us."),
        _("Breathe on. Do not hold your breath."),
        _("Phone us the same day about new numbness or weakness, or a calf that is hot and swollen."),
        _("Stop and phone 999 for chest pain, or if you cannot get your breath."),
    ]


def back_emergency() -> list[str]:
    """Return the signs of cauda equina syndrome, in own words (NHSE23, GIRFT-CES)."""
    return [
        _("You cannot pass water, or you do not feel when you do, or you leak."),
        _("You cannot hold your bowels, or you do not feel when you open them."),
        _("Numbness or tingling between your legs, round your back passage or your private parts."),
        _("Loss of feeling during sex, or you can no longer get an erection."),
        _("New or worse weakness in one leg or both, or pain down both legs."),
    ]


def days_of_the_week() -> list[str]:
    """Return the days in short, Monday first."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def labels() -> dict[str, str]:
    """Return the headings and the small words."""
    return {
        "safe": _("Keeping safe"),
        "back": _("A bad back that is an emergency"),
        "back_lead": _("Phone 999 or go to the emergency department at once if you have any of these:"),
        "back_why": _("This is rare. A nerve at the bottom of your back may be trapped, and hours count."),
        "emergency": _("Whom to phone in an emergency"),
        "ticks": _("Tick when done"),
        "ticks_lead": _("Put a tick in a box each time. Bring this sheet to your next visit."),
        "exercise": _("Exercise"),
        "ask": _("Questions?"),
        "review": _("We will ask how it went on"),
        "page": pgettext("of a document", "Page"),
        "of": pgettext("page 2 of 3", "of"),
    }
