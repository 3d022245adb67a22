"""What a treatment asks of the patient, in plain words: how often, how much, how it should feel."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Treatment

Details = Mapping[str, Any]


def how_often(times_a_week: int) -> str:
    """Return "Twice a day" for 14 times a week."""
    if times_a_week and times_a_week % 7 == 0:
        a_day = times_a_week // 7
        named = {1: _("Every day"), 2: _("Twice a day")}
        return named.get(a_day) or _("%(count)d times a day") % {"count": a_day}
    named = {1: _("Once a week"), 2: _("Twice a week")}
    return named.get(times_a_week) or _("%(count)d times a week") % {"count": times_a_week}


def how_much(details: Details) -> str:
    """Return "3 sets of 10, rest a minute between sets"; empty when no amount is given."""
    sets, repetitions, hold, minutes = (
        _whole(details, name) for name in ("sets", "repetitions", "hold_seconds", "minutes")
    )
    parts = []
    if repetitions and sets > 1:
        parts.append(_("%(sets)d sets of %(count)d") % {"sets": sets, "count": repetitions})
    elif repetitions or sets > 1:
        count = repetitions or sets
        if count > 1:
            parts.append(_("%(count)d times") % {"count": count})
    if hold:
        parts.append(_hold(hold, is_repeated=bool(parts)))
    if minutes:
        parts.append(ngettext("for %(count)d minute", "for %(count)d minutes", minutes) % {"count": minutes})
    if repetitions and sets > 1:
        parts.append(_("rest a minute between sets"))
    return ", ".join(parts)


def _hold(seconds: int, *, is_repeated: bool) -> str:
    if is_repeated:
        words = ngettext("hold each for %(count)d second", "hold each for %(count)d seconds", seconds)
    else:
        words = ngettext("hold for %(count)d second", "hold for %(count)d seconds", seconds)
    return words % {"count": seconds}


def dose_words(details: Details) -> str:
    """Return the whole dose in one line: "3 times a week, 3 sets of 10, rest a minute between sets"."""
    times = _whole(details, "times_a_week")
    return ", ".join(part for part in (how_often(times) if times else "", how_much(details)) if part)


def how_it_feels(details: Details) -> str:
    """Return how hard it should be; empty when no effort was prescribed."""
    if "effort" not in details:
        return ""
    effort = _whole(details, "effort")
    words = (
        (2, _("It should feel easy (%(effort)d of 10).")),
        (4, _("It should feel light (%(effort)d of 10).")),
        (6, _("It should feel quite hard (%(effort)d of 10).")),
        (8, _("It should feel hard (%(effort)d of 10).")),
        (10, _("It should feel very hard (%(effort)d of 10).")),
    )
    return next((text for most, text in words if effort <= most), words[-1][1]) % {"effort": effort}


def pain_rule(details: Details) -> str:
    """Return how much pain is all right; empty when no ceiling was prescribed."""
    if "pain_ceiling" not in details:
        return ""
    ceiling = _whole(details, "pain_ceiling")
    if not ceiling:
        return _("It should not hurt.")
    return _("Pain up to %(most)d of 10 is all right, if it is gone by the next morning.") % {"most": ceiling}


def where(treatment: Treatment) -> str:
    """Return the place in the patient's words: "your left heel"."""
    side = {"left": _("left"), "right": _("right")}.get(treatment.side, "")
    if treatment.site:
        return f"{treatment.site} ({side})" if side else treatment.site
    if not treatment.region or treatment.region == "whole_body":
        return _("the sore place")
    region = str(treatment.get_region_display()).lower()
    return " ".join(word for word in (_("your"), side, region) if word)


def ice_sentences(treatment: Treatment) -> list[str]:
    """Return how to use ice, and when not to."""
    details = treatment.details
    barrier = str(details.get("barrier") or _("damp cloth")).lower()
    known = {"where": where(treatment), "barrier": barrier, "minutes": _whole(details, "minutes")}
    methods = {
        "wrapped_pack": _("Put ice, wrapped in a %(barrier)s, on %(where)s for %(minutes)d minutes."),
        "ice_massage": _("Rub ice over %(where)s for %(minutes)d minutes. Keep it moving."),
        "immersion": _("Hold %(where)s in cold water with ice for %(minutes)d minutes."),
    }
    how = methods.get(details.get("method", ""), methods["wrapped_pack"])
    sentences = [how % known, *_ice_times(details)]
    if days := _whole(details, "days"):
        sentences.append(_for_days(days))
    return [
        *sentences,
        _("Look at your skin before and after."),
        _("Never use ice for more than 20 minutes, and never on numb skin or an open wound."),
        _("Stop if your skin turns white, blisters or burns."),
    ]


def _ice_times(details: Details) -> list[str]:
    times, hours = _whole(details, "times_a_day"), _whole(details, "hours_between")
    if not times:
        return []
    often = ngettext("At most once a day.", "At most %(count)d times a day.", times) % {"count": times}
    if not hours or times == 1:
        return [often]
    gap = _("At most %(count)d times a day, at least %(hours)d hours apart.")
    return [gap % {"count": times, "hours": hours}]


def rest_sentences(treatment: Treatment) -> list[str]:
    """Return what to stop, what to go on with, and the way back."""
    details = treatment.details
    days = _whole(details, "days")
    kinds = {
        "activity": _("Rest %(where)s from what makes it sore, and stay as active as you can."),
        "offload_pad": _("Wear the pad that takes the load off %(where)s."),
        "boot": _("Wear the boot as we showed you."),
        "cast": _("Keep the cast on, dry and clean."),
        "sick_note": _("Stay off work as your sick note says."),
        "bed": _("Rest in bed, and get up for short walks."),
    }
    weights = {
        "full": _("You may put all your weight on the leg."),
        "partial": _("Put only part of your weight on the leg."),
        "touch": _("Only touch the floor with the foot, for balance."),
        "none": _("Put no weight on the leg."),
    }
    told = (
        ("activities_stopped", _("Stop for now: %(value)s")),
        ("activities_kept", _("Keep doing: %(value)s")),
        ("load_percent", _("Do about %(value)s%% of what you usually do.")),
        ("steps_a_day", _("Walk at most %(value)s steps a day.")),
        ("return_steps", _("The way back: %(value)s")),
    )
    sentences = [kinds.get(details.get("rest_kind", ""), kinds["activity"]) % {"where": where(treatment)}]
    sentences += [text % {"value": details[name]} for name, text in told if details.get(name)]
    if weight := weights.get(details.get("weight_bearing", "")):
        sentences.insert(1, weight)
    if days:
        sentences.insert(1, _for_days(days))
    return sentences


def _for_days(days: int) -> str:
    return ngettext("Do this for %(count)d day.", "Do this for %(count)d days.", days) % {"count": days}


def _whole(details: Details, name: str) -> int:
    value = details.get(name)
    return value if isinstance(value, int) else 0
