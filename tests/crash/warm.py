"""Imported by the server that tests fork from: what costs time once a process and starts no thread.

Frames may not be made here: the threads of Polars would be missing in the forked process.
"""

from __future__ import annotations

import importlib
import pkgutil

import hypothesis  # noqa: F401 -- Pandera imports it with the first contract, where it is installed
from pandera.backends.polars.register import register_polars_backends

import flows.night.run  # noqa: F401 -- brings nearly everything
import schemas
from flows.inbound.reading import forms
from schemas.settings.parent import check_time_zone
from schemas.table import Table

# a reading process for each of hundreds of stopped nights would cost a second; its own deaths are tried in
# tests/flows/inbound/reading/test_reading_process.py
forms.RUNNER = None
register_polars_backends()
check_time_zone("UTC")
for module in pkgutil.iter_modules(schemas.__path__, "schemas."):
    for value in vars(importlib.import_module(module.name)).values():
        if isinstance(value, type) and issubclass(value, Table):
            value.dtypes()
