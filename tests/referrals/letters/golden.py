# ruff: noqa: E501
"""The typical letter, as a podiatrist agreed to send it."""

TYPICAL = """
Musculoskeletal triage: referral of Ms Anna Novak
Ms Anna Novak · born 17 May 1965 · record no. 000123 · national no. 943 476 5919
[Soon, about 6 weeks]
Reason: Stable weakness of 4 of 5 for eight weeks.
Please see by: 2 January 2027
Dear Dr Priya Shah,
## Referral to (M, complete)
To | Dr Priya Shah, Consultant spinal physiotherapist, Leeds MSK Triage Service
Service | Musculoskeletal triage
Address | Hospital Way, Leeds LS9 7TF
Contact | 0113 496 0700
## Patient (M, complete)
Name | Ms Anna Novak
Date of birth | 17 May 1965 (age 61)
Sex | Female
Record number | 000123
National number | 943 476 5919
Address | 22 Canal Row, Leeds, LS3 1AB
Contact | 0113 496 0333
## Referrer and GP (M, complete)
Referred by | Alice Archer
Profession | Podiatrist, HCPC CH10231
Reply to | letters@aire.example
Telephone | 0113 496 0120
Registered GP | Dr Helen Ward, Wharf Street Surgery
## Reason for referral (M, complete)
Please assess suspected left L5 radiculopathy with stable 4/5 weakness: is imaging or a surgical opinion needed?
## Presenting complaint and history (M, complete)
Complaint | Pain and numbness on top of the left foot
Began | 23 September 2026
Pain now | 6 of 10
Eight weeks of burning pain from the left buttock down the shin to the big toe. Began after lifting a suitcase. Worse sitting in the bus. “It is my foot that hurts, not my back.”
Present | Foot or ankle pain; Leg/foot pain is worse than back pain; Pain follows one nerve-root strip (L5)
Asked and absent | Pressing or loading the foot reproduces the usual pain
## Red flags (M, complete)
### Present, asked on 18 November 2026
- Past or current cancer (Breast cancer 2009, discharged)
### Asked on 18 November 2026 and absent
- Altered feeling around anus, perineum or genitals; New difficulty starting, not feeling, or leaking urine
### Not asked
- Known osteoporosis
Safety-net advice | Given.
## Examination on 18 November 2026 (M, complete)
Foot normal: no swelling, full painless range, palpation does not bring on the pain.
### Nerve roots (power by MRC grade; – is not recorded, never normal)
Root | Power, left | Power, right | Sensation, left | Sensation, right | Reflex, left | Reflex, right
L4 | – | – | – | – | – | –
L5 | big toe up 4/5; hip abduction 4/5 | – | reduced | – | n/a | n/a
S1 | – | – | – | – | normal | normal
### Nerve tension and hip movement
Test | Left | Right | Note
Straight-leg raise | positive, 50° | – | –
Slump | positive | – | Eased by lifting the head
### Other findings
Sign | Answer | Side | Measure | Note
Limping | present | left | – | –
Ankle dorsiflexion limited | present | right | 5° | –
Looked for and absent: Tapping the fibular neck gives tingling.
## Suspected origin and conditions (M, complete)
Suspected left L5 radiculopathy, mild and stable weakness.
Suspected origin | Back
### Suspected conditions
Condition | Evidence | Strongest signs for | Signs against
Suspected L5 radiculopathy (ICD-10 M54.1) | strong | Big-toe extension weak; Slump test positive | Past or current cancer
Also considered | common peroneal neuropathy
## Investigations (R, not_known)
None recorded at this clinic.
## Outcome scores (R, complete)
- Worst leg pain (0 to 10, lower is better): 8 on 30 September 2026, 7 on 18 November 2026 (−1). The change that matters (2 points or 30 %) is not reached.
- What the patient can do (PSFS, mean) (0 to 10, higher is better): 3.5 on 18 November 2026. Climbing stairs: 4; Sitting in the bus: 3.
## Treatment so far (M, complete)
Treatment | Dose | Dates | Response
Exercise: Nerve root pain | Walking, 10 minutes, twice a day | From 18 November 2026; running, review 16 December 2026 | Pain 6 of 10 before. Better on 20 November 2026 (pain 5).
## Past history and risks (R, complete)
Diabetes: no; anticoagulant: no; implant or pacemaker: no.
## Medication and allergies (M, complete)
Medication | Amlodipine 5 mg by mouth once a day
Allergies | Penicillin: rash
## Social history and wishes (M, complete)
Occupation | School bus driver
Worries and wishes | Fears losing her bus licence; would rather avoid surgery.
## Information, consent and plan (M, complete)
Patient was told | That a nerve in the back is suspected and what would be an emergency.
Consent | Agrees to this referral.
Please | reply to letters@aire.example.
Until then | Walking programme, keep working with breaks. Review here on 16 December 2026.
Follow-up | This clinic keeps track of the referral and asks you if it has not heard within 7 days.
## Sign-off (M, complete)
Drafted by Footnote from the record of 18 November 2026, checked and signed by Alice Archer, Podiatrist, HCPC CH10231. Catalogue version 2026.11.0.
Copies to | Dr Helen Ward, Wharf Street Surgery
"""
