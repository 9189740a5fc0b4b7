"""What a trial shows, by SQL over the published analyst database (names as in `schemas.outputs.analyst`).

A warehouse manager's definitions: *filled* is released or reserved; a line's *first pass* is the first
night it was due; what was cancelled by then is not wanted any more; cancelled while short counts as not
filled. A date told is *kept* if the last unit that the order waited for left on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from duckdb import DuckDBPyConnection

Row = dict[str, Any]

ROWS = """
    SELECT count(*) AS files, coalesce(sum(rows_read), 0)::BIGINT AS read,
        coalesce(sum(rows_accepted), 0)::BIGINT AS accepted,
        coalesce(sum(rows_duplicate), 0)::BIGINT AS duplicate,
        coalesce(sum(rows_set_aside), 0)::BIGINT AS set_aside,
        coalesce(sum(rows_rejected), 0)::BIGINT AS rejected,
        count(*) FILTER (
            rows_read <> rows_accepted + rows_duplicate + rows_set_aside + rows_rejected
        ) AS files_that_do_not_add_up
    FROM files WHERE business_date BETWEEN $first AND $last
"""
ROWS_BY_FEED = """
    SELECT feed, verdict, count(*) AS files, sum(rows_read)::BIGINT AS read,
        sum(rows_accepted)::BIGINT AS accepted, sum(rows_duplicate)::BIGINT AS duplicate,
        sum(rows_set_aside)::BIGINT AS set_aside, sum(rows_rejected)::BIGINT AS rejected
    FROM files GROUP BY feed, verdict ORDER BY feed, verdict
"""
REJECTED_BY_REASON = """
    SELECT feed, reason_code, coalesce("column", '') AS "column", count(*) AS rows
    FROM rejected_rows GROUP BY ALL ORDER BY rows DESC, feed, reason_code, "column"
"""
UNITS = """
    SELECT count(*) AS lines, coalesce(sum(ordered_qty), 0)::BIGINT AS ordered,
        coalesce(sum(shipped_qty), 0)::BIGINT AS shipped, coalesce(sum(released_qty), 0)::BIGINT AS released,
        coalesce(sum(reserved_qty), 0)::BIGINT AS reserved, coalesce(sum(open_qty), 0)::BIGINT AS open,
        coalesce(sum(backordered_qty), 0)::BIGINT AS backordered,
        coalesce(sum(cancelled_qty), 0)::BIGINT AS cancelled,
        count(*) FILTER (open_qty + reserved_qty > 0) AS waiting_lines,
        count(*) FILTER (
            ordered_qty <> open_qty + reserved_qty + released_qty + shipped_qty + cancelled_qty
        ) AS lines_that_do_not_add_up
    FROM order_lines
"""
FILL = """
    WITH wanted AS (
        SELECT client_id, order_id, line_no, any_value(first_pass_qty) AS first_pass_qty,
            sum(CASE WHEN from_account = 'ORDERED' THEN qty
                     WHEN to_account IN ('ORDERED', 'CANCELLED') THEN -qty ELSE 0 END) AS wanted_qty
        FROM order_lines JOIN movements USING (client_id, order_id, line_no)
        WHERE ledger = 'line' AND first_due_on BETWEEN $first AND $last AND business_date <= first_due_on
        GROUP BY client_id, order_id, line_no HAVING wanted_qty > 0
    ),
    orders AS (
        SELECT count(*) AS lines, count(*) FILTER (first_pass_qty >= wanted_qty) AS filled_lines,
            sum(wanted_qty) AS units, sum(least(first_pass_qty, wanted_qty)) AS filled_units
        FROM wanted GROUP BY client_id, order_id
    )
    SELECT coalesce(sum(lines), 0)::BIGINT AS lines, coalesce(sum(filled_lines), 0)::BIGINT AS filled_lines,
        coalesce(sum(units), 0)::BIGINT AS units, coalesce(sum(filled_units), 0)::BIGINT AS filled_units,
        count(*) AS orders, count(*) FILTER (filled_lines = lines) AS filled_orders
    FROM orders
"""
OLDEST = """
    SELECT order_id, line_no, sku, days_waiting, backordered_qty, short_reason, eta_on, told_eta_on
    FROM order_lines WHERE backordered_qty > 0 AND days_waiting IS NOT NULL
    ORDER BY days_waiting DESC, order_id, line_no LIMIT 1
"""
AGES = """
    SELECT CASE WHEN days_waiting <= 3 THEN '0-3' WHEN days_waiting <= 10 THEN '4-10'
                WHEN days_waiting <= 30 THEN '11-30' ELSE 'over 30' END AS days,
        count(*) AS lines, sum(backordered_qty)::BIGINT AS units,
        count(*) FILTER (eta_on IS NULL) AS without_a_date
    FROM order_lines WHERE backordered_qty > 0 AND days_waiting IS NOT NULL
    GROUP BY 1 ORDER BY min(days_waiting)
"""
PROMISES = """
    WITH orders AS (
        SELECT client_id, order_id, sum(open_qty + reserved_qty + released_qty) > 0 AS waits,
            sum(cancelled_qty) > 0 AS is_cancelled
        FROM order_lines GROUP BY client_id, order_id
    ),
    left_on AS (
        SELECT client_id, order_id, max(shipped_on) AS shipped_on
        FROM shipments WHERE shipped_qty > 0 GROUP BY client_id, order_id
    ),
    told AS (
        SELECT eta_on, is_cancelled, waits AND NOT is_cancelled AS is_waiting,
            CASE WHEN NOT waits AND NOT is_cancelled THEN shipped_on - eta_on END AS days_late
        FROM notices JOIN orders USING (client_id, order_id) LEFT JOIN left_on USING (client_id, order_id)
        WHERE kind IN ('on_back_order', 'eta_changed', 'pre_order') AND eta_on IS NOT NULL
    )
    SELECT count(*) AS told, count(*) FILTER (is_cancelled) AS of_cancelled_orders,
        count(*) FILTER (is_waiting AND eta_on >= $last) AS not_due_yet,
        count(*) FILTER (days_late = 0) AS on_the_day,
        count(*) FILTER (abs(days_late) <= 3) AS within_three,
        count(*) FILTER (days_late < 0) AS earlier,
        count(*) FILTER (days_late BETWEEN 1 AND 3) AS up_to_three_late,
        count(*) FILTER (days_late > 3) AS more_than_three_late,
        count(*) FILTER (is_waiting AND eta_on < $last) AS waits_past_its_date
    FROM told
"""
MESSAGES = """
    SELECT count(*) AS messages, count(DISTINCT (client_id, order_id)) AS orders,
        coalesce(max(n), 0) AS most_to_one_order
    FROM notices JOIN (SELECT client_id, order_id, count(*) AS n FROM notices GROUP BY ALL)
        USING (client_id, order_id)
    WHERE business_date BETWEEN $first AND $last
"""
MESSAGES_BY_KIND = "SELECT kind, state, count(*) AS messages FROM notices GROUP BY ALL ORDER BY kind, state"
FINDINGS = """
    SELECT code, owner, count(*) AS findings FROM findings WHERE business_date BETWEEN $first AND $last
    GROUP BY code, owner ORDER BY code, owner
"""
RUNS = """
    SELECT count(*) AS nights, coalesce(sum(seconds), 0) AS seconds,
        coalesce(sum(laws_checked), 0)::BIGINT AS laws_checked,
        coalesce(sum(clients_held), 0)::BIGINT AS clients_held
    FROM nights WHERE business_date BETWEEN $first AND $last
"""
STOCK = """
    SELECT coalesce(sum(on_hand_qty), 0)::BIGINT AS on_hand,
        coalesce(sum(available_qty), 0)::BIGINT AS available,
        coalesce(sum(hold_qty), 0)::BIGINT AS on_hold, coalesce(sum(released_qty), 0)::BIGINT AS released
    FROM stock
"""
SHIPPED = """
    SELECT coalesce(sum(shipped_qty), 0)::BIGINT AS shipped FROM shipments
    WHERE business_date BETWEEN $first AND $last
"""
SHIPPED_ON_CLOSED_DAYS = """
    SELECT count(*) AS shipments FROM shipments
    WHERE shipped_qty > 0 AND (isodow(shipped_on) > 5 OR shipped_on IN (SELECT unnest($holidays::DATE[])))
"""
BY_DUE = """
    WITH days AS (
        SELECT unnest(generate_series($first::DATE, $last::DATE + 14, INTERVAL 1 DAY))::DATE AS day
    ),
    open_days AS (
        SELECT day FROM days
        WHERE isodow(day) < 6 AND day NOT IN (SELECT unnest($holidays::DATE[]))
    ),
    lines AS (
        SELECT client_id, order_id, line_no, open_qty + reserved_qty + released_qty AS left_qty,
            (
                SELECT CASE
                    WHEN coalesce(promised_on, ship_by, deliver_by) IS NULL
                        THEN min(day) FILTER (day > ordered_at::DATE)
                    ELSE max(day) FILTER (day <= due_on)
                END FROM open_days
            ) AS due_day
        FROM order_lines WHERE ordered_qty > cancelled_qty
    ),
    sent AS (
        SELECT client_id, order_id, line_no, max(shipped_on) AS last_on, bool_or(short_qty > 0) AS is_short
        FROM shipments GROUP BY client_id, order_id, line_no
    ),
    judged AS (
        SELECT lines.*, coalesce(left_qty = 0 AND last_on <= due_day, FALSE) AS is_by_due,
            coalesce(last_on <= due_day AND left_qty = 0 AND NOT is_short, FALSE) AS is_right
        FROM lines LEFT JOIN sent USING (client_id, order_id, line_no)
    ),
    orders AS (
        SELECT client_id, order_id, bool_and(is_by_due) AS is_by_due, bool_and(is_right) AS is_perfect
        FROM judged GROUP BY client_id, order_id HAVING max(due_day) <= $last
    ),
    parcels AS (
        SELECT client_id, order_id, count(DISTINCT (shipped_on, warehouse_id)) AS parcels
        FROM shipments WHERE shipped_qty > 0 GROUP BY client_id, order_id
    )
    SELECT (SELECT count(*) FROM judged WHERE due_day <= $last) AS lines,
        (SELECT count(*) FROM judged WHERE due_day <= $last AND is_by_due) AS lines_by_due,
        count(*) AS orders, count(*) FILTER (is_by_due) AS orders_by_due,
        count(*) FILTER (is_perfect) AS perfect_orders,
        (SELECT coalesce(sum(parcels), 0) FROM parcels)::BIGINT AS parcels,
        (SELECT count(*) FROM parcels) AS orders_sent
    FROM orders
"""
"""Shipped by due, by the trial's own calendar: Monday to Friday but for holidays."""
PAST_DATES = """
    SELECT count(*) AS dates, count(*) FILTER (eta_on <= business_date) AS over_when_told
    FROM notices WHERE eta_on IS NOT NULL AND kind IN ('on_back_order', 'eta_changed', 'pre_order')
"""
"""Dates that were told, and those that lay before the day on which their message could be read."""
CHANGED = """
    SELECT coalesce(sum(qty) FILTER (from_account = 'ORDERED'), 0)::BIGINT AS ordered,
        coalesce(sum(qty) FILTER (to_account = 'CANCELLED'), 0)::BIGINT AS cancelled,
        coalesce(sum(qty) FILTER (to_account = 'RELEASED'), 0)::BIGINT AS released
    FROM movements WHERE ledger = 'line' AND business_date BETWEEN $first AND $last
"""


def rows_of(connection: DuckDBPyConnection, query: str, **named: object) -> list[Row]:
    """The rows of a query; only the parameters that it names are passed."""
    used = {name: value for name, value in named.items() if f"${name}" in query}
    result = connection.execute(query, used)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def one_of(connection: DuckDBPyConnection, query: str, **named: object) -> Row:
    """The one row of a query."""
    (row,) = rows_of(connection, query, **named)
    return row


def night_figures(connection: DuckDBPyConnection, night: date) -> Row:
    """The figures of one night: what came, moved and waits after it."""
    span = {"first": night, "last": night}
    units = one_of(connection, UNITS)
    oldest = rows_of(connection, OLDEST)
    return {
        **one_of(connection, ROWS, **span),
        **one_of(connection, CHANGED, **span),
        **one_of(connection, SHIPPED, **span),
        **one_of(connection, RUNS, **span),
        **{f"first_{name}": value for name, value in one_of(connection, FILL, **span).items()},
        "backordered": units["backordered"],
        "waiting_lines": units["waiting_lines"],
        "oldest_days": oldest[0]["days_waiting"] if oldest else 0,
        "messages": one_of(connection, MESSAGES, **span)["messages"],
        "findings": sum(row["findings"] for row in rows_of(connection, FINDINGS, **span)),
    }


def total_figures(connection: DuckDBPyConnection, first: date, last: date, **named: object) -> dict[str, Any]:
    """The figures of the whole trial, by name of the section."""
    span = {"first": first, "last": last, **named}
    single = {
        "rows": ROWS,
        "units": UNITS,
        "first pass": FILL,
        "promises": PROMISES,
        "messages": MESSAGES,
        "stock": STOCK,
        "by due": BY_DUE,
        "past dates": PAST_DATES,
        "closed days": SHIPPED_ON_CLOSED_DAYS,
        "runs": RUNS,
    }
    listed = {
        "rows by feed": ROWS_BY_FEED,
        "rejected by reason": REJECTED_BY_REASON,
        "oldest line": OLDEST,
        "ages": AGES,
        "messages by kind": MESSAGES_BY_KIND,
        "findings": FINDINGS,
    }
    return {
        **{name: one_of(connection, query, **span) for name, query in single.items()},
        **{name: rows_of(connection, query, **span) for name, query in listed.items()},
    }


def pct(part: int, whole: int) -> str:
    """A share in percent with one decimal, or a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}" if whole else "-"
