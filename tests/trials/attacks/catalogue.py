"""All attacks: on a client's place in a night, on a workspace, and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.trials.attacks import (
    cells,
    commands,
    contents,
    moments,
    names,
    settings,
    sizes,
    troubles,
    workbooks,
)

if TYPE_CHECKING:
    from tests.trials.attacks.answer import Attack, Trouble, Typed

ATTACKS: tuple[Attack, ...] = (
    *names.ATTACKS,
    *contents.ATTACKS,
    *cells.ATTACKS,
    *settings.ATTACKS,
    *moments.ATTACKS,
    *sizes.ATTACKS,
    *workbooks.ATTACKS,
)
TROUBLES: tuple[Trouble, ...] = troubles.TROUBLES
TYPED: tuple[Typed, ...] = commands.TYPED
