"""The stories themselves: they can fail, and what cannot be read is refused."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from tests.spec.facts.reading import stories_of
from tests.spec.facts.stories import StoryError, read_stories
from tests.spec.facts.world import live_cases
from tests.trials.worked_cases import CaseRun

if TYPE_CHECKING:
    from tests.spec.facts.reading import Agree
    from tests.trials.worked_cases import Difference

TOLD = """
    story true
    warehouses W1 W2
    policy not_due = "reserve"
    settings feeds.shipments confirm = "assume"
    1  stock sku=A qty=10 bin_id=A1 lot_id=L1 counted_at=03-01T08:00
    1  orders O1/1 sku=A qty=4
    1  asns S1/1 sku=B qty=5 expected_on=03-10
    1  adjustments sku=A qty=x reason=unread
    1  -> shelf A on=10 rel=4
    1  -> bin A@A1/L1 10
    1  -> line O1/1 rel=4 status=released told=-
    1  -> announced S1/1 eta=03-10
    1  -> released O1@W1 4
    1  -> no line O9/1
    1  -> finding rows_rejected
    1  -> no finding too_late
    1  -> rejected adjustments//1
    1+ -> line O1/1 rel=4
    2  -> line O1/1 ship=4
"""


FALSE = [
    ("shelf A on=10 rel=4", "shelf A on=10 rel=5"),
    ("bin A@A1/L1 10", "bin A@A1 10"),
    ("line O1/1 rel=4 status", "line O1/1 rel=3 status"),
    ("announced S1/1 eta=03-10", "announced S1/1 eta=03-11"),
    ("released O1@W1 4", "released O1@W2 4"),
    ("no line O9/1", "line O9/1 ordered=1"),
    ("announced S1/1 eta=03-10", "no announced S1/1"),
    ("finding rows_rejected", "finding twin_rows"),
    ("-> finding rows_rejected", "-> no finding rows_rejected"),
    ("1  -> finding rows_rejected", "1  -> no rejected adjustments/"),
    ("rejected adjustments//1", "rejected adjustments//2"),
    ("2  -> line O1/1 ship=4", "2  -> line O1/1 ship=3"),
]
"""What the true story says, and something false in its place."""


@pytest.fixture(scope="module")
def differences() -> dict[str, list[Difference]]:
    """What is not as the true story and the false ones say; all are lived in one world."""
    told = {"true": TOLD} | {f"false-{place}": TOLD.replace(*words) for place, words in enumerate(FALSE)}
    stories = [text.replace("story true", f"story {name}") for name, text in told.items()]
    return live_cases(read_stories("\n".join(stories)))


def test_a_true_story_agrees(differences: dict[str, list[Difference]]) -> None:
    assert differences["true"] == []


@pytest.mark.parametrize("place", range(len(FALSE)))
def test_a_story_with_something_false_does_not(place: int, differences: dict[str, list[Difference]]) -> None:
    assert FALSE[place][0] in TOLD
    assert len(differences[f"false-{place}"]) == 1


def test_cells_are_written_as_in_a_file() -> None:
    (story,) = read_stories(
        """
        story cells
        1 orders#b O1/2 sku=A ship_to_name="Ann Ames"
        1 orders#b O2 sku=A ordered_at=03-02T10:00 promised_on=03-20
        2+ cancellations O1 cancelled_at=03-02T10:00:07
        1 -> no line O1/1
        """,
        {"cells 1 stock": "sku,qty\r\nA,1\r\n"},
    )
    assert story.nights == {
        CaseRun(1): {
            "orders#b": [
                {
                    "ordered_at": "2026-03-01T08:00:00Z",
                    "order_id": "O1",
                    "line_no": "2",
                    "sku": "A",
                    "ship_to_name": "Ann Ames",
                },
                {
                    "ordered_at": "2026-03-02T10:00:00Z",
                    "order_id": "O2",
                    "sku": "A",
                    "promised_on": "2026-03-20",
                },
            ],
            "stock": "sku,qty\r\nA,1\r\n",
        },
        CaseRun(2, 2): {"cancellations": [{"order_id": "O1", "cancelled_at": "2026-03-02T10:00:07Z"}]},
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 -> shelf A on=1", "no story begins"),
        ("story a\n1 orders O1/1 sku=A qty=1", "nothing is said of the books by a"),
        ("story a\nTuesday -> shelf A on=1", "not with 'Tuesday'"),
        ("story a\n1 -> shelve A on=1", "nothing of a 'shelve'"),
        ("story a\n1 -> shelf A of=1", "of a shelf one says on, hold, rel, free, not of"),
        ("story a\n1 -> line O1/1", "not nothing"),
        ("story a\n1 -> shelf A on=1\n1 -> shelf A on=2", "says twice"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(StoryError, match=why):
        read_stories(text)


def test_two_stories_of_a_module_have_two_names() -> None:
    def test_one(agree: Agree) -> None:
        agree("story a\n1 -> shelf A on=0")

    module = ModuleType("twins")
    module.__dict__.update(test_one=test_one, test_two=test_one)
    with pytest.raises(StoryError, match="several stories of twins are called a"):
        stories_of(module)
