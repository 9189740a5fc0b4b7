"""Every rule says itself in one sentence and shows an example."""

from __future__ import annotations

from tests.spec.rules import read_rules


def test_every_rule_has_one_sentence_and_an_example() -> None:
    rules = read_rules()
    assert len(rules) > 40
    for rule in rules:
        assert rule.chapter.endswith("."), rule.name
        assert rule.sentence.endswith("."), rule.name
        assert "\n" not in rule.sentence, rule.name
        assert rule.examples, rule.name
