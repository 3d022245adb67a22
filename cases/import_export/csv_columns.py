"""What the columns of a patient list are called, and which field each one feeds.

Headers are compared without case, blanks, underscores and marks: `Date of Birth`, `date_of_birth`
and `DATE-OF-BIRTH` are one.
"""

import re
import unicodedata

# Target -> headers. Targets that are no field of the model are read by `csv_file`.
_HEADERS = {
    "id": "id|patient id|client id|patientid|pat id|uid|guid",
    "record_number": "record number|record no|mrn|medical record number|patient number|patient no"
    "|chart number|chart no|file number|file no|client number|case number|hospital number|urn",
    "title": "title|prefix|salutation",
    "family_name": "last name|lastname|surname|family name|familyname|last|nachname|nom",
    "given_name": "first name|firstname|forename|forenames|given name|given names|givenname|first"
    "|christian name|first names",
    "middle_name": "middle name|middle names|second name|middle initial",
    "full_name": "name|full name|patient name|patient|client name|client",
    "preferred_name": "preferred first name|preferred name|known as|likes to be called|nickname",
    "former_name": "maiden name|previous name|former name|previous surname|birth name",
    "suffix": "suffix|name suffix",
    "birth_date": "date of birth|dob|birth date|birthdate|birthday|born|d o b|dateofbirth",
    "deceased_on": "date of death|deceased date|dod|died on|died|death date|deceased on",
    "sex": "sex|gender|sex at birth|administrative gender|birth sex",
    "gender_identity": "gender identity|pronouns",
    "nhs": "nhs number|nhs no|nhs|nhsnumber|chi number|chi",
    "medicare": "medicare|medicare number|medicare no|medicare card number",
    "medicare_reference": "medicare reference number|medicare irn|irn|medicare ref",
    "email": "email|e mail|email address|e mail address|mail",
    "phone_mobile": "mobile|mobile phone|mobile number|mobile no|cell|cell phone|mobile telephone",
    "phone_home": "phone|telephone|phone number|home phone|home telephone|tel|telephone number"
    "|phone home|landline|contact number|home number",
    "phone_work": "work phone|work telephone|phone work|business phone|work number",
    "phone_numbers": "patient phone numbers|phone numbers|phones",
    "address": "address|full address|home address|postal address|street address|street",
    "address_1": "address 1|address line 1|addr1|line 1|address1|addressline1",
    "address_2": "address 2|address line 2|addr2|line 2|address2|addressline2",
    "address_3": "address 3|address line 3|addr3|line 3|address3|addressline3|address 4",
    "city": "city|town|suburb|post town|city town|locality",
    "state": "state|county|region|province",
    "country": "country",
    "postcode": "post code|postcode|postal code|zip|zip code|zipcode",
    "emergency_contact": "emergency contact|next of kin|nok|emergency contact name|ice contact",
    "occupation": "occupation|job|profession|employment",
    "gp_name": "gp|gp name|general practitioner|family doctor|doctor|usual gp|registered gp",
    "referring_doctor": "referring doctor|referring gp|referred by doctor",
    "gp_practice": "gp practice|gp surgery|surgery|practice|practice name|medical practice",
    "gp_address": "gp address|surgery address|practice address",
    "allergies": "allergies|allergy|allergies and reactions",
    "medication": "medication|medications|medicines|current medication|drugs",
    "medical_history": "medical history|past medical history|pmh|history|conditions|diagnoses",
    "language": "language|preferred language|first language|spoken language",
    "interpreter_language": "interpreter|interpreter language|interpreter needed for",
    "needs": "needs|other needs|accessibility needs|additional needs",
    "notes": "notes|note|comments|comment|remarks",
    "appointment_notes": "appointment notes",
    "medical_alerts": "medical alerts|medical alert|alerts|alert|warnings",
    "old_reference": "old reference id|old reference|previous id|legacy id",
    "archived": "archived at|archived|inactive|archived on",
}
# Columns by which an export of Cliniko gives itself away.
_CLINIKO = {"old_reference", "phone_numbers", "medicare_reference", "appointment_notes"}

LABELS = {
    "former_name": "Former name",
    "suffix": "Name suffix",
    "gender_identity": "Gender identity",
    "appointment_notes": "Appointment notes",
    "medical_alerts": "Medical alerts (imported, to be checked)",
    "old_reference": "Old reference",
    "phone_mobile": "Mobile",
    "phone_home": "Other telephone",
    "phone_work": "Work telephone",
}


def plain(header: str) -> str:
    """Return a header in the form that headers are compared in."""
    header = unicodedata.normalize("NFKD", header).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", header).split())


_TARGETS = {name: target for target, names in _HEADERS.items() for name in map(plain, names.split("|"))}


def targets_of(headers: list[str]) -> list[str]:
    """Return the target of each header, empty for one that is not known."""
    return [_TARGETS.get(plain(header), "") for header in headers]


def has_names(targets: list[str]) -> bool:
    """Return whether a header names people, without which it is no header of ours."""
    return "family_name" in targets or "full_name" in targets


def system_of(targets: list[str]) -> str:
    """Return which system wrote the file, as far as its columns tell."""
    return "cliniko" if len(_CLINIKO & set(targets)) >= 2 else "csv"
