"""What is typed: arguments that are hostile, or slips of a tired hand."""

from __future__ import annotations

from tests.trials.attacks.answer import Typed

BAD = (2,)

RUN = (
    ("a date to come", ("run", "--date", "2999-12-31"), BAD, ("2999-12-31",)),
    ("a date before all", ("run", "--date", "0001-01-01"), BAD, ("0001-01-01",)),
    ("a date before the last night", ("run", "--date", "2026-03-01"), BAD, ("2026-03-01",)),
    ("no date", ("run", "--date", "yesterday"), BAD, ("yesterday",)),
    ("a day that is none", ("run", "--date", "2026-02-30"), BAD, ("2026-02-30",)),
    ("nothing as date", ("run", "--date", ""), BAD, ("date",)),
    ("an option that is none", ("run", "--force"), BAD, ("--force",)),
    ("a word too many", ("run", "now"), BAD, ("now",)),
    ("no workspace", ("run", "--workspace", "/nonexistent"), BAD, ("/nonexistent",)),
    ("a file as workspace", ("run", "--workspace", "/etc/passwd"), BAD, ("/etc/passwd",)),
    ("a folder that is none of ours", ("run", "--workspace", "AT"), BAD, ("AT",)),
    ("a name that is too long", ("run", "--workspace", "n" * 5_000), BAD, ()),
    ("a command that is none", ("rnu",), BAD, ("run",)),
)

READ = (
    ("status of no workspace", ("status", "--workspace", "/nonexistent"), BAD, ("/nonexistent",)),
    ("status of a folder", ("status", "--workspace", "AT"), BAD, ("AT",)),
    ("an age below nought", ("status", "--max-age=-1h"), BAD, ("-1h",)),
    ("an age that is none", ("status", "--max-age", "soon"), BAD, ("soon",)),
    ("an age beyond all", ("status", "--max-age", "99999999999999999999h"), BAD, ("length of time",)),
    ("why of no client", ("why", "nobody", "O1"), BAD, ("nobody",)),
    ("why of no order", ("why", "acme", "O404"), BAD, ("O404",)),
    ("why of no line", ("why", "acme", "O1", "99"), BAD, ("99",)),
    ("why of line x", ("why", "acme", "O1", "x"), BAD, ("LINE",)),
    ("why of all", ("why", "acme", "%"), BAD, ("%",)),
    ("why with SQL", ("why", "acme", "' OR '1'='1"), BAD, ("OR",)),
    ("why with codes of a terminal", ("why", "acme", "\x1b[2J\x1b]0;x\a"), BAD, ()),
    ("why with markup", ("why", "acme", "[/nothing]"), BAD, ("[/nothing]",)),
    ("why of a client with markup", ("why", "[red]", "O1"), BAD, ("[red]",)),
    ("why with bytes that are no text", ("why", "acme", "O\udce9"), BAD, ()),
    ("why with 100,000 characters", ("why", "acme", "O" * 100_000), BAD, ()),
    ("why with a line end", ("why", "acme", "O1\nO2"), BAD, ()),
    ("a queue of no sku", ("queue", "acme", "NOPE"), (0, 2), ("NOPE",)),
    ("a queue of no client", ("queue", "nobody", "A"), BAD, ("nobody",)),
    ("a queue of a client that is a path", ("queue", "../acme", "A"), BAD, ("../acme",)),
    ("stock of no client", ("stock", "nobody", "A"), BAD, ("nobody",)),
    ("stock of no sku", ("stock", "acme", "NOPE"), (0, 2), ("NOPE",)),
    ("findings of no client", ("findings", "nobody"), BAD, ("nobody",)),
    ("findings of no code", ("findings", "acme", "nope"), BAD, ("nope",)),
    ("why for a program", ("why", "acme", "O404", "--json"), BAD, ("{",)),
)

CHANGE = (
    ("done of no code", ("done", "acme", "nope"), BAD, ("nope",)),
    ("done of nothing that is open", ("done", "acme", "too_late"), BAD, ("too_late",)),
    ("unhold of nobody", ("unhold", "acme", "W1", "A", "--by", "", "--why", "x", "--yes"), BAD, ("by",)),
    ("unhold of nothing", ("unhold", "acme", "W1", "A", "--by", "me", "--why", "x", "--yes"), BAD, ("hold",)),
    (
        "unhold of less",
        ("unhold", "acme", "W1", "A", "--by", "me", "--why", "x", "--qty=-1", "--yes"),
        BAD,
        ("qty",),
    ),
    (
        "unhold in no warehouse",
        ("unhold", "acme", "W9", "A", "--by", "me", "--why", "x", "--yes"),
        BAD,
        ("W9",),
    ),
    ("erase of no order", ("erase", "acme", "O404", "--yes"), BAD, ("O404",)),
    ("erase of no client", ("erase", "nobody", "O1", "--yes"), BAD, ("nobody",)),
    ("erase of every address", ("erase", "acme", "--email", "%", "--yes"), BAD, ("address",)),
    ("erase of no address", ("erase", "acme", "--email", "", "--yes"), BAD, ("address",)),
    ("erase of nobody", ("erase", "acme", "--yes"), BAD, ()),
)

TRY = (
    ("a check of no file", ("check", "acme", "orders", "/nonexistent.csv"), (2, 10), ("/nonexistent.csv",)),
    ("a check of a folder", ("check", "acme", "orders", "AT"), (2, 10), ("AT",)),
    ("a check of a device without end", ("check", "acme", "orders", "/dev/zero"), (2, 10), ("/dev/zero",)),
    ("a check of the kernel", ("check", "acme", "orders", "/proc/self/mem"), (2, 10), ("/proc/self/mem",)),
    ("a check of no feed", ("check", "acme", "order", "/etc/passwd"), BAD, ("order",)),
    ("a check of no client", ("check", "nobody", "orders", "/etc/passwd"), BAD, ("nobody",)),
    ("a check of what is no order", ("check", "acme", "orders", "/etc/passwd"), (10,), ()),
    ("no policy", ("simulate", "--policy", "/nonexistent.toml"), BAD, ("/nonexistent.toml",)),
    ("a device as policy", ("simulate", "--policy", "/dev/zero"), BAD, ("/dev/zero",)),
    ("a policy that is none", ("simulate", "--policy", "/etc/passwd"), BAD, ("/etc/passwd",)),
    (
        "a span that ends before it begins",
        ("simulate", "--from", "2026-03-05", "--to", "2026-03-01"),
        BAD,
        ("2026-03",),
    ),
    ("a span of all time", ("simulate", "--from", "0001-01-01", "--to", "9999-12-31"), BAD, ()),
    ("a client that is none", ("simulate", "--client", "nobody"), BAD, ("nobody",)),
    ("a night that was none", ("simulate", "--date", "2020-01-01"), BAD, ("2020-01-01",)),
    ("run number nought", ("simulate", "--date", "2026-03-02", "--run", "0"), BAD, ("run|0",)),
)

MAKE = (
    (
        "init where there is one",
        ("init", "DIR", "--warehouse", "W", "--client", "c", "--time-zone", "UTC"),
        BAD,
        ("DIR",),
    ),
    (
        "init below a file",
        ("init", "/etc/passwd/x", "--warehouse", "W", "--client", "c", "--time-zone", "UTC"),
        BAD,
        ("/etc/passwd",),
    ),
    (
        "a client that is a path",
        ("init", "AT/n", "--warehouse", "W", "--client", "../x", "--time-zone", "UTC"),
        BAD,
        ("../x",),
    ),
    (
        "a client that is an option",
        ("init", "AT/n", "--warehouse", "W", "--client=-x", "--time-zone", "UTC"),
        BAD,
        ("-x",),
    ),
    (
        "a client with a line end",
        ("init", "AT/n", "--warehouse", "W", "--client", "a\nb", "--time-zone", "UTC"),
        BAD,
        (),
    ),
    (
        "a client with codes",
        ("init", "AT/n", "--warehouse", "W", "--client", "\x1b[31m", "--time-zone", "UTC"),
        BAD,
        (),
    ),
    (
        "a client without a name",
        ("init", "AT/n", "--warehouse", "W", "--client", "", "--time-zone", "UTC"),
        BAD,
        (),
    ),
    (
        "two clients that differ in capitals",
        ("init", "AT/n", "--warehouse", "W", "--client", "c", "--client", "C", "--time-zone", "UTC"),
        BAD,
        ("C",),
    ),
    (
        "a warehouse that is a path",
        ("init", "AT/n", "--warehouse", "a/b", "--client", "c", "--time-zone", "UTC"),
        BAD,
        ("a/b",),
    ),
    (
        "a zone of another planet",
        ("init", "AT/n", "--warehouse", "W", "--client", "c", "--time-zone", "Mars/Base"),
        BAD,
        ("Mars/Base",),
    ),
    (
        "a count at hour 25",
        ("init", "AT/n", "--warehouse", "W", "--client", "c", "--time-zone", "UTC", "--counted-at", "25:00"),
        BAD,
        ("25:00",),
    ),
    ("a plan that is none", ("serve", "--cron", "often"), BAD, ("often",)),
    ("a plan of the 31st of February", ("serve", "--cron", "0 0 31 2 *"), BAD, ("0 0 31 2 *",)),
    ("a port that is none", ("serve", "--cron", "15 4 * * *", "--port", "99999"), BAD, ("--port",)),
)

TYPED = tuple(Typed("command", *typed) for typed in (*RUN, *READ, *CHANGE, *TRY, *MAKE))
