"""The sections of a letter in their order: what each is called and how much it is required.

M mandatory, R required if known, O optional: clinical reference, section 4 (after PRSB's models).
"""

TITLES = {
    "header": "Header and urgency",
    "recipient": "Referral to",
    "patient": "Patient",
    "gp_and_referrer": "Referrer and GP",
    "question": "Reason for referral",
    "history": "Presenting complaint and history",
    "red_flags": "Red flags",
    "examination": "Examination",
    "suspected": "Suspected origin and conditions",
    "investigations": "Investigations",
    "outcome_scores": "Outcome scores",
    "treatment": "Treatment so far",
    "past_history": "Past history and risks",
    "medication_and_allergies": "Medication and allergies",
    "social_and_wishes": "Social history and wishes",
    "consent_and_plan": "Information, consent and plan",
    "sign_off": "Sign-off",
}
REQUIREMENTS = dict.fromkeys(TITLES, "M") | dict.fromkeys(
    ("investigations", "outcome_scores", "past_history"), "R"
)
# Where a writer may add text of their own: not to what is said in a fixed place.
TAKES_ADDITIONS = tuple(key for key in TITLES if key not in ("header", "recipient", "sign_off"))
