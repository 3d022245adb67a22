import pytest

from referrals.letters.compose import compose
from referrals.letters.facts import Referrer
from referrals.letters.text import as_plain_text
from tests.referrals.letters.records import emergency, full, many_findings, typical, with_referral

RECORDS = {"typical": typical(), "full": full(), "emergency": emergency()}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_the_text_says_every_word_of_the_letter(record):
    letter = compose(record)
    text = as_plain_text(letter)

    for section in (one for one in letter.sections if one.key != "header"):
        for block in section.blocks:
            said = [block.text, *block.items, *(cell for row in block.rows for cell in row if cell != "–")]
            assert [one for one in said if one.split("\n")[0] not in text] == []


def test_headings_stand_in_capitals_after_an_empty_line():
    text = as_plain_text(compose(typical()))

    assert "\n\nREASON FOR REFERRAL\nPlease assess suspected left L5 radiculopathy" in text
    assert "\n\nSOON, ABOUT 6 WEEKS\nReason: " in text


def test_no_line_is_broken_before_its_end():
    question = "Is imaging or a surgical opinion needed? " * 12

    assert question.strip() in as_plain_text(compose(with_referral(question=question))).split("\n")


def test_a_row_of_a_table_names_its_columns():
    text = as_plain_text(compose(typical()))

    assert "L5: Power, left: big toe up 4/5; hip abduction 4/5; Sensation, left: reduced" in text


def test_the_emergency_call_is_in_the_text():
    text = as_plain_text(compose(emergency()))

    assert "Spoke to: Dr Osei, spinal registrar" in text


def test_opening_closing_additions_and_both_signatures_are_in_the_text():
    record = typical(
        opening="Thank you.",
        closing="Do phone.",
        additions={"history": "Walks 400 yards."},
        cosigner=Referrer(name="Bob Birch", profession="Podiatrist"),
    )
    text = as_plain_text(compose(record))

    assert "\n\nThank you.\n\nREFERRAL TO" in text
    assert "\n\nDo phone.\n\nYours sincerely,\n\nAlice Archer" in text
    assert "Added by the writer:\nWalks 400 yards." in text
    assert "Bob Birch" in text


def test_sixty_findings_are_sixty_lines():
    text = as_plain_text(compose(typical(findings=many_findings())))

    assert sum(line.startswith("Finding number ") for line in text.split("\n")) == 60
