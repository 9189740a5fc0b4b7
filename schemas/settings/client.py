"""A client's file, `clients/<client_id>.toml`: who the merchant is, its rules, its files, its notices."""

from __future__ import annotations

import codecs
from datetime import time
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from schemas.settings.date_formats import check_date_format, check_time_format
from schemas.settings.mail_address import is_address
from schemas.settings.parent import Days, Expression, Label, Settings, Text, Words, check_time_zone, suggest
from schemas.settings.policy import Policy
from schemas.vocabulary.words import Feed

Spreadsheets = Literal["csv", "xlsx"]
"""How files for people who work in spreadsheets are written."""

FEEDS_WITH_MATCH = (Feed.CANCELLATIONS,)


NO_ENCODINGS = ("utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "undefined")
"""Codecs that no file of rows is written in, and that may yield text which is none."""

NO_DELIMITERS = ('"', "\r", "\n", "\x00")


def check_encoding(name: str) -> str:
    """`name`, if it is an encoding that turns bytes into text.

    Raises:
        ValueError: it is not.
    """
    message = f"{name!r} is not a text encoding, for example utf-8, cp1252, latin-1, utf-16"
    try:
        codec = codecs.lookup(name).name
        b"a".decode(name, errors="ignore")
    except (LookupError, ValueError) as error:
        raise ValueError(message) from error
    if codec.replace("_", "-") in {banned.replace("_", "-") for banned in NO_ENCODINGS}:
        raise ValueError(message)
    return name


def check_delimiter(delimiter: str) -> str:
    """`delimiter`, if it can stand between fields.

    Raises:
        ValueError: it ends a line, opens a quotation mark, or is no text.
    """
    if delimiter in NO_DELIMITERS:
        message = f"{delimiter!r} cannot stand between fields; for example , ; | or a tab"
        raise ValueError(message)
    return delimiter


class Route(Settings):
    """Rows of a file that are something else; the first route whose `where` holds takes the row."""

    to: Literal[
        "orders",
        "cancellations",
        "receipts",
        "asns",
        "stock",
        "adjustments",
        "shipments",
        "items",
        "set_aside",
    ] = Field(description="the feed that these rows belong to; set_aside: fine, but not ours")
    where: Expression = Field(description="a row-wise Polars SQL condition over the file's columns")
    columns: dict[Label, Expression] = Field(
        {}, description="ours = theirs or an expression; adds to the feed's columns"
    )
    match: Words[Literal["consignee_id", "sku"]] = Field(
        (), description="find the order lines by these instead of an order number; cancellations only"
    )

    @model_validator(mode="after")
    def refuse_contradictions(self) -> Self:
        """`match` is for cancellations: no other feed looks for lines by attributes."""
        if self.match and self.to not in FEEDS_WITH_MATCH:
            message = f'match is for to = "cancellations", but to = "{self.to}"'
            raise ValueError(message)
        return self


class FeedSettings(Settings):
    """Section `[feeds.<feed>]`: how this client's files of one feed are read."""

    files: Text = Field("*", description="which file names belong to the feed, as a shell pattern")
    encoding: Label = Field(
        "utf-8", description="utf-8 (a mark at the start is taken off), cp1252, latin-1, utf-16, ..."
    )
    delimiter: str = Field(",", min_length=1, max_length=1, description="one character; \\t for a tab")
    header: tuple[Text, ...] = Field(
        (), max_length=2_000, description="column names, for files without a header row"
    )
    title_lines: int | None = Field(
        None,
        ge=0,
        le=100,
        description="lines above the header (a title, a date, blank ones), which are no rows; default: the "
        "header is looked for by the names of its columns",
    )
    sheet: Text = Field(
        "",
        max_length=31,
        description="of workbooks: name of the sheet that is read; default: the only one with filled "
        "cells that is not hidden, of several the only one that names the columns",
    )
    records: Label = Field(
        "",
        description="of JSON: path of the array of records; default: its only array of objects, or itself",
    )
    lines: Label = Field(
        "", description="of JSON and Parquet: path of an array within each record whose objects are rows"
    )
    leave_out: tuple[Text, ...] = Field(
        (),
        max_length=100,
        description="rows whose first filled cell begins so are none, such as Total or #, in any letters",
    )
    fill_down: tuple[Label, ...] = Field(
        (),
        max_length=100,
        description="columns, ours or theirs, that the first row of a group alone fills; the first one tells "
        "the groups apart",
    )
    wide: dict[Label, Text] = Field(
        {},
        description="new name = their name with {n}, for lines side by side: {n} is 1, 2 and so on, and each "
        "filled group becomes a row",
    )
    date_format: Label = Field("%Y-%m-%d", description="dates without a time")
    time_format: Label = Field(
        "", description="dates with a time; default: the date format and HH:MM[:SS], or ISO 8601"
    )
    decimal_mark: Literal[".", ","] = Field(
        ".",
        description="of numbers with a fraction; where neither mark is stated, 1.000 may be a thousand, and "
        "is rejected unless another number of its column, such as 2.5, or a comma between fields decides",
    )
    thousands_mark: Literal["", ",", ".", " ", "'"] = Field(
        "", description="what may stand between groups of three digits; a space stands for a narrow one, too"
    )
    expect_days: Days | None = Field(
        None,
        ge=1,
        le=366,
        description="a file comes at least every so many calendar days; status tells where none did",
    )
    reject_percent: int | None = Field(
        None, ge=0, le=99, description="status tells of a file of which a greater part was rejected"
    )
    unusual_percent: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="status tells of a night whose rows differ by more than so much from the median of the "
        "30 days before, of five nights at least",
    )
    columns: dict[Label, Expression] = Field(
        {}, description="ours = theirs, or a row-wise Polars SQL expression over theirs"
    )
    routes: tuple[Route, ...] = Field(
        (), max_length=100, description="rows that are something else; the first match wins"
    )

    @property
    def says_marks(self) -> bool:
        """Whether the client's file says what the marks within numbers mean."""
        return not self.model_fields_set.isdisjoint({"decimal_mark", "thousands_mark"})

    @model_validator(mode="after")
    def refuse_ambiguous_marks(self) -> Self:
        """One mark cannot mean two things."""
        if self.thousands_mark == self.decimal_mark:
            message = f'thousands_mark and decimal_mark are both "{self.decimal_mark}"; drop one of them'
            raise ValueError(message)
        for name, text in self.wide.items():
            if text.count("{n}") != 1:
                message = f'wide.{name} = "{text}" needs {{n}} once, as in "Item {{n}}"'
                raise ValueError(message)
        return self

    _date_format = field_validator("date_format")(check_date_format)
    _time_format = field_validator("time_format")(check_time_format)
    _encoding = field_validator("encoding")(check_encoding)
    _delimiter = field_validator("delimiter")(check_delimiter)


class OrdersFeed(FeedSettings):
    """`[feeds.orders]`."""

    qty_means: Literal["ordered"] = Field("ordered", description="the row's quantity is the ordered quantity")
    extract: Literal["changes"] = Field(
        "changes", description="a line that is missing from a file is untouched"
    )
    twin_rows: Literal["two_lines", "duplicate"] = Field(
        "two_lines", description="two identical rows of one order without line_no"
    )


class ShipmentsFeed(FeedSettings):
    """`[feeds.shipments]`."""

    confirm: Literal["feed", "assume"] = Field(
        "feed", description="assume: released counts as shipped the next night"
    )
    short: Literal["implied", "explicit"] = Field(
        "implied", description="what released and not confirmed means"
    )
    short_hold_nights: Days = Field(
        3, ge=1, description="without a stock feed: nights until unfound units are written off"
    )


class StockFeed(FeedSettings):
    """`[feeds.stock]`: a count must say what it means; the feed is refused until it does."""

    count_basis: Literal["physical"] | None = Field(
        None, description="physical: released, unshipped units are in the figure"
    )
    count_scope: Literal["rows"] | None = Field(None, description="rows: what is not named is not counted")
    status_means: Literal["lies", "judged"] = Field(
        "lies",
        description="what a status says of units that are on hold. lies: where they lie; a count puts units "
        "on hold and takes none off. judged: what somebody judged them to be; what a count calls available "
        "comes off hold (an empty cell does so, too), and a count without a status column is refused",
    )
    counted_at_pattern: Label = Field(
        "", description="strptime pattern over the file name without its ending, for example stock_%Y%m%d"
    )
    counted_at_time: time | None = Field(
        None, description="time of day of the count, where only its day is known"
    )


class Feeds(Settings):
    """Section `[feeds]`: one table per feed, each with working defaults but the stock count."""

    orders: OrdersFeed = OrdersFeed()
    cancellations: FeedSettings = FeedSettings()
    receipts: FeedSettings = FeedSettings()
    asns: FeedSettings = FeedSettings()
    stock: StockFeed = StockFeed()
    adjustments: FeedSettings = FeedSettings()
    shipments: ShipmentsFeed = ShipmentsFeed()
    items: FeedSettings = FeedSettings()

    def of(self, feed: Feed) -> FeedSettings:
        """The settings of one feed."""
        settings = getattr(self, feed.value)
        assert isinstance(settings, FeedSettings)  # noqa: S101 -- the fields above are all of this type
        return settings


def is_written_language(language: str) -> bool:
    """Whether messages are written in it; `en-GB` is English."""
    return language.replace("_", "-").split("-")[0].strip().lower() == "en"


class NoticeSettings(Settings):
    """Section `[notices]`: what the client's consignees are told, and how."""

    mode: Literal["off", "preview", "live"] = Field(
        "preview", description="preview: written, never delivered"
    )
    regime: Literal["none"] = Field("none", description="the law whose clocks apply")
    tell_on: Words[
        Literal["on_back_order", "eta_changed", "pre_order", "cancelled", "shipping_part", "shipping_now"]
    ] = Field(("on_back_order", "eta_changed", "pre_order", "cancelled"), description="which kinds are told")
    tell_after_days: Days = Field(
        2,
        ge=0,
        description="calendar days from the shipping day on; a wait whose ETA is within them is not told",
    )
    eta_churn_days: Days = Field(
        3, ge=0, description="calendar days later than the told date that are no news yet"
    )
    moved_every_days: Days = Field(
        7, ge=0, description="at most one moved date an order in so many calendar days"
    )
    tell_queue: bool = Field(False, description="messages say the place in the queue")
    brand: Text = Field("", description="name the messages speak for; default the client's name")
    reply_to: Text = Field("", description="where answers go")
    from_address: Text = Field("", description="sender; default reply_to")
    desk_address: Text = Field(
        "", description="the client's desk, told instead of the consignee for b2b orders"
    )
    language: Label = Field("en", description="of the messages; only English is written yet")

    @field_validator("language")
    @classmethod
    def refuse_unwritten_language(cls, language: str) -> str:
        """Messages that nobody wrote are refused, rather than English in their place."""
        if not is_written_language(language):
            message = (
                'messages are written in English ("en") only; take the key out, or set mode = "off" and '
                "tell your customers yourself"
            )
            raise ValueError(message)
        return language

    @model_validator(mode="after")
    def refuse_live_without_sender(self) -> Self:
        """What is to be delivered needs a sender."""
        if self.mode == "live" and not is_address(self.sender):
            message = (
                'mode = "live" needs a sender: write reply_to = "care@example.com" (where answers go) or '
                "from_address, as a bare mail address"
            )
            raise ValueError(message)
        return self

    @property
    def sender(self) -> str:
        """Whom mails are from."""
        return self.from_address or self.reply_to


class Client(Settings):
    """One merchant whose goods the 3PL holds."""

    client_id: Label = Field(description="name of the file; never inside it")
    name: Text = Field(description="for people")
    status: Literal["trial", "live", "winding_down", "closed"] = Field(
        "live", description="where the client stands with the 3PL"
    )
    time_zone: Label = Field("UTC", description="IANA name; times in the client's files without an offset")
    country: Label = Field("", description="ISO 3166-1 alpha-2")
    warehouses: tuple[Label, ...] = Field(
        min_length=1, max_length=500, description="in the order they are used"
    )
    sku_rule: Literal["exact", "upper", "upper_trim"] = Field("exact", description="holds for all feeds")
    pick_contacts: Words[Literal["phone", "email"]] = Field(
        (), description="what pick files tell warehouses of a consignee beside the address"
    )
    spreadsheets: Spreadsheets = Field(
        "csv",
        description="form of order status and quarantine; xlsx: workbooks. The rejected rows of a workbook "
        "always come back in one",
    )
    policy: Policy = Policy()
    notices: NoticeSettings = NoticeSettings()
    feeds: Feeds = Feeds()

    _zone = field_validator("time_zone")(check_time_zone)

    @model_validator(mode="after")
    def refuse_contradictions(self) -> Self:
        """Two keys that contradict each other are refused, both named."""
        if len(set(self.warehouses)) < len(self.warehouses):
            message = f"warehouses names one twice: {', '.join(self.warehouses)}"
            raise ValueError(message)
        told = {"shipping_part", "shipping_now"} & set(self.notices.tell_on)
        if told and self.feeds.shipments.confirm == "assume":
            message = (
                f'notices.tell_on names {", ".join(sorted(told))}, but feeds.shipments.confirm = "assume": '
                "an assumed shipment is never told; drop one of them"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def refuse_idle_fences(self) -> Self:
        """A fence that could never keep anything is refused: no such warehouse, or no SKU so spelled."""
        for fence in self.policy.fences:
            stated = f"policy.fences, fence {fence.name}"
            for name in fence.warehouse:
                if name not in self.warehouses:
                    nearest = suggest(name, self.warehouses, "there are")
                    message = f'{stated}: warehouse "{name}" is not among the client\'s warehouses; {nearest}'
                    raise ValueError(message)
            for sku in fence.sku:
                if sku != (spelled := self._spell(sku)):
                    rule = f'sku_rule = "{self.sku_rule}"'
                    message = f'{stated}: under {rule} no sku is ever "{sku}"; write "{spelled}"'
                    raise ValueError(message)
        return self

    @property
    def sends_counts(self) -> bool:
        """Whether its file says anything in `[feeds.stock]`: then its stock is told by counts."""
        return self.feeds.stock != StockFeed()

    def _spell(self, sku: str) -> str:
        """`sku` by the client's rule for SKUs."""
        trimmed = sku.strip() if self.sku_rule == "upper_trim" else sku
        return trimmed if self.sku_rule == "exact" else trimmed.upper()
