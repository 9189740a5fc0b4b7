"""The pages for people: commands that work, links that lead somewhere, a README that is read to its end."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETUP = "python3 -m venv .uv && .uv/bin/pip install --quiet uv && .uv/bin/uv run --locked"
LINK = re.compile(r"\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """Every Markdown page that git keeps or would keep, but for golden files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    unlisted = (str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")))
    found = listed.stdout.split() or list(unlisted)
    return [ROOT / page for page in found if "/golden/" not in page and (ROOT / page).is_file()]


def anchors(page: Path) -> set[str]:
    """The places in a page to which a link may lead: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("command", ["backorders demo", "pytest"])
def test_each_command_of_the_readme_stands_alone_in_its_block(command: str) -> None:
    assert f"```sh\n{SETUP} {command}\n```\n" in README


def test_ci_runs_the_tests_by_the_command_of_the_readme() -> None:
    wanted = re.search(r"grep -E '([^']+)' README\.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert wanted
    assert [line for line in README.splitlines() if re.search(wanted[1], line)] == [f"{SETUP} pytest"]


def test_the_readme_says_that_it_is_no_legal_advice() -> None:
    assert "not legal advice" in " ".join(README.split())


def test_the_readmes_decision_is_the_samples() -> None:
    """The same words stand in what the sample told on Tuesday and Wednesday."""
    golden = ROOT / "tests" / "golden" / "nights"
    told = (golden / "2026-03-03" / "messages.txt").read_text(encoding="utf-8")
    lines = (golden / "2026-03-04" / "tables" / "order_lines.csv").read_text(encoding="utf-8")
    assert "Expected to ship by Thursday 12 March\n      We had told you Friday 6 March" in told
    assert "promise     ships 2026-03-12 (ASN SUP-9001 line 1)" in README
    moved = "ASN SUP-9001 line 1; moved on 2026-03-03, was 2026-03-06: ASN SUP-9001 line 1 is late"
    assert re.search(rf"^torquebarn,TB-2002,1,.*,2026-03-12,{moved}", lines, re.MULTILINE)


def test_there_are_pages_to_look_at() -> None:
    assert {"README.md", "CHANGELOG.md", "DECISIONS.md"} <= {page.name for page in pages()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_tree_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []
