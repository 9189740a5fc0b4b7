"""Judge all cases: `python -m tests.trials.defects`; `--json` prints for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from tests.trials.defects.cases import FAMILIES
from tests.trials.defects.judging import WRONG, judge
from tests.trials.defects.libreoffice import is_there, saved_again


def main() -> int:
    """Exit code 0: nothing is wrong in silence, and each case is what it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="format, family, defect and verdict of each")
    asked = parser.parse_args()
    made = [case for cases in FAMILIES.values() for case in cases()]
    again = list(saved_again(made)) if is_there() else []
    judged = [judge(case) for case in (*made, *again)]
    if asked.json:
        listed = [
            {
                "format": each.case.format_name,
                "family": each.case.family,
                "defect": each.case.defect,
                "verdict": each.verdict,
            }
            for each in judged
        ]
        print(json.dumps(listed, indent=1, ensure_ascii=False))  # noqa: T201 -- what it is for
    else:
        for each in judged:
            if not each.is_fine:
                case = each.case
                print(f"{each.verdict}: {case.format_name}, {case.family}: {case.defect}: {each.said}")  # noqa: T201
        counts = Counter(each.verdict for each in judged)
        told = [f"{count} {verdict}" for verdict, count in counts.items() if verdict != WRONG]
        saved = (
            f"{len(again)} of them saved by LibreOffice"
            if again
            else "LibreOffice is not here: none is saved by it"
        )
        print(f"{len(judged)} files ({saved}): {', '.join(told)}; {WRONG} {counts[WRONG]}")  # noqa: T201
    return 0 if all(each.is_fine for each in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
