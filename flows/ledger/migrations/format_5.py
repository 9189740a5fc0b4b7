"""Books and shipping days are told apart.

What a night stores of them begins with the first night of this format; steps for what older rows lack stand
here, one a table.
"""

from __future__ import annotations

from flows.ledger.migrations.migration import Migration

MIGRATION = Migration()
