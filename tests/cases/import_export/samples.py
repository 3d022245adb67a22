"""Small FHIR resources and CSV files, made for these tests."""

import json

LIST = "id,first_name,last_name,date_of_birth,sex,email,post_code\n"


def patient(**changes):
    """Return a Patient resource; a change to None takes the key out."""
    resource = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [
            {
                "type": {"coding": [{"code": "MR"}]},
                "system": "urn:oid:1.2.3",
                "value": "H-1001",
            }
        ],
        "name": [{"use": "official", "family": "Novák", "given": ["Anna", "Maria"], "prefix": ["Ms"]}],
        "telecom": [{"system": "phone", "use": "home", "value": "0113 496 0001"}],
        "gender": "female",
        "birthDate": "1965-05-17",
        "address": [{"line": ["1 High Street", "Flat 2"], "city": "Leeds", "postalCode": "LS1 1AA"}],
    } | changes
    return {key: value for key, value in resource.items() if value is not None}


def bundle(*resources):
    """Return a transaction Bundle whose entries have urn:uuid addresses, as Synthea writes them."""
    entries = [
        {"fullUrl": f"urn:uuid:{resource.get('id', number)}", "resource": resource}
        for number, resource in enumerate(resources)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def about(kind, words, status="active", subject="urn:uuid:p1", **more):
    """Return an active clinical resource about a patient."""
    key = "patient" if kind == "AllergyIntolerance" else "subject"
    resource = {"resourceType": kind, key: {"reference": subject}, **more}
    if kind == "MedicationRequest":
        return resource | {"status": status, "medicationCodeableConcept": {"text": words}}
    return resource | {"clinicalStatus": {"coding": [{"code": status}]}, "code": {"text": words}}
