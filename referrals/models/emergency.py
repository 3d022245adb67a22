"""An emergency is phoned first, and its letter never goes by post: held by the database itself."""

import pgtrigger

# Both are gaps of the letter, without which it cannot be signed.
_NOT_PHONED = "(r.phoned_at IS NULL OR btrim(r.phoned_to) = '')"


def _refusal(name: str, letter: str, when: str, words: str, returns: str = "NEW") -> str:
    """Return the body of a trigger that refuses a row about an emergency's letters of which `when` holds."""
    # Names and conditions are ours, never something typed.
    return f"""
        IF EXISTS (
            SELECT 1 FROM referrals_letter l JOIN referrals_referral r ON r.id = l.referral_id
            WHERE {letter} AND r.urgency = 'emergency' AND {when}
        ) THEN
            RAISE EXCEPTION '{words}'
                USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
        END IF;
        RETURN {returns};
    """  # noqa: S608


def signed_after_the_call() -> pgtrigger.Trigger:
    """Return a trigger that refuses an emergency's letter without whom was phoned, and when.

    It looks at the end of the transaction: a correction changes the referral after its letter is there.
    """
    name = "emergency_signed_after_the_call"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=_refusal(
            name, "l.id = NEW.id", _NOT_PHONED, "an emergency is phoned before it is signed", returns="NULL"
        ),
    )


def never_by_post() -> pgtrigger.Trigger:
    """Return a trigger that refuses an emergency's letter to a specialist by post, or before the call."""
    name = "emergency_never_by_post"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=_refusal(
            name,
            "l.id = NEW.letter_id AND NEW.audience = 'specialist'",
            f"(NEW.channel = 'post' OR {_NOT_PHONED})",
            "an emergency is phoned first and does not go by post",
        ),
    )


def never_printed_to_post() -> pgtrigger.Trigger:
    """Return a trigger that refuses a print run with an emergency's letter in it."""
    name = "emergency_never_in_a_print_run"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("letters"),
        func=_refusal(
            name, "l.id = ANY(NEW.letters)", "TRUE", "an emergency is phoned first and does not go by post"
        ),
    )
