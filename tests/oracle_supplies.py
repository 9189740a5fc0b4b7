"""What the oracle gives out: units by pool, cut for safety stock, fences and shelf lives; announced units."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tests.oracle_days import shipping_days, working_day
from tests.oracle_supply import Lot, Row, Shelf, Supply, cut_end, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.night import AsOf
    from schemas.settings.client import Client
    from schemas.settings.policy import Fence
    from schemas.settings.warehouse import Warehouse

NO_ITEM: Row = {"is_active": True, "available_from": None, "sell_multiple": 1, "substitutes": None}
NO_ITEM |= {"replaced_by": None, "safety_stock_qty": 0, "decimals": 0, "kit": None}


class Catalogue(dict[str, Row]):
    """Items by SKU; a SKU that nobody listed is sold without limits."""

    def __missing__(self, sku: str) -> Row:
        """Such an item."""
        return NO_ITEM


class Shelves:
    """One client's stock and announced goods. `aside` counts what nobody may take, by shelf and reason."""

    def __init__(self, rows: Row, client: Client, warehouses: dict[str, Warehouse], as_of: AsOf) -> None:
        self.rows, self.client, self.policy = rows, client, client.policy
        self.warehouses, self.night = warehouses, as_of.business_date
        self.ships_on = {name: shipping_days(place, as_of)[0] for name, place in warehouses.items()}
        self.items = Catalogue({row["sku"]: row for row in rows["items"]})
        self.fences = client.policy.fences
        self.aside: dict[Shelf, Counter[str]] = defaultdict(Counter)
        self.lives: dict[Shelf, set[date]] = defaultdict(set)

    def fences_of(self, shelf: Shelf) -> list[Fence]:
        """The fences that may keep units of the shelf on the day on which it ships."""
        places = {fence.name: fence.warehouse or self.client.warehouses for fence in self.fences}
        named = [f for f in self.fences if shelf[1] in f.sku and shelf[0] in places[f.name]]
        return [fence for fence in named if self.ships_on[shelf[0]] < fence.until]

    def fenced_qty(self, fence: Fence, shelf: Shelf) -> int:
        """Units that the fence still keeps there."""
        key = (fence.name, *shelf)
        rows = self.rows["fence_balances"]
        return sum(row["left_qty"] for row in rows if (row["fence"], row["warehouse_id"], row["sku"]) == key)

    def set_lives(self, lines: list[Row]) -> None:
        """The last days that lines ask for, by shelf, and for each line how many of them a lot must reach."""
        for line in lines:
            skus = {name for sku in line["skus"] for name in (sku, *self.recipe(sku))}
            line["untils"] = {(place, sku): day for place, day in line["lasts_until"].items() for sku in skus}
            for shelf, until in line["untils"].items():
                self.lives[shelf].add(until)
        for line in lines:
            line["lives"] = {
                shelf: sum(day <= until for day in self.lives[shelf])
                for shelf, until in line["untils"].items()
            }

    def recipe(self, sku: str) -> dict[str, int]:
        """Units of each part in one kit; none of what is not made of parts."""
        item = self.items[sku]
        if not item["kit"] or item["decimals"] or self.policy.fair_share != "none":
            return {}
        named = Counter[str]()
        for part in item["kit"].split("|"):
            name, units = part.split(":")
            named[name] += int(units)
        is_made = all(name in self.items and not self.items[name]["kit"] for name in named)
        return {name: n * 10 ** self.items[name]["decimals"] for name, n in named.items()} if is_made else {}

    def stand_ins(self, sku: str, places: list[str]) -> list[str]:
        """The SKU, then what follows it or is approved, can leave one of these and is counted alike."""
        item = self.items[sku]
        approved = (item["substitutes"] or "").split("|")
        named = [name for name in [*self.successors(sku, places), *approved] if name in self.items]
        sold = [name for name in named if self.is_sold(name, places)]
        alike = [name for name in sold if self.items[name]["decimals"] == item["decimals"]]
        return list(dict.fromkeys(alike if self.has_heir(sku, places) else [sku, *alike]))

    def chain(self, sku: str) -> list[str]:
        """The SKU and all that follow it, one after the other."""
        chain = [sku]
        while (following := self.items[chain[-1]]["replaced_by"]) and following not in chain:
            chain.append(following)
        return chain

    def successors(self, sku: str, places: list[str]) -> list[str]:
        """What follows the SKU, as far as all before it is gone: inactive, or not announced there."""
        coming = {row["sku"] for *_, row in self.announced() if row["warehouse_id"] in places}
        chain = self.chain(sku)
        stays = [name in coming and self.items[name]["is_active"] for name in chain]
        return chain[1 : 1 + [*stays, True].index(True)]

    def has_heir(self, sku: str, places: list[str]) -> bool:
        """It is inactive; the first active item that follows can leave one of these and is counted alike."""
        active = [name for name in self.chain(sku) if self.items[name]["is_active"]]
        if self.items[sku]["is_active"] or not active or active[0] not in self.items:
            return False
        is_alike = self.items[active[0]]["decimals"] == self.items[sku]["decimals"]
        return is_alike and self.is_sold(active[0], places)

    def is_sold(self, sku: str, places: list[str]) -> bool:
        """The item may leave one of these warehouses when it ships."""
        sold_from = self.items[sku]["available_from"] or date.min
        return self.items[sku]["is_active"] and any(sold_from <= self.ships_on[place] for place in places)

    def multiple(self, sku: str) -> int:
        """Units of the item that are sold together."""
        item = self.items[sku]
        return int(item["sell_multiple"] * 10 ** item["decimals"] if item["sell_multiple"] > 1 else 1)

    def fill_pools(self) -> list[Supply]:
        """Tonight's units: safety stock, then the fences, are cut from the end of the lot order."""
        seen = {(lot["warehouse_id"], lot["sku"], lot["lot_id"]): lot for lot in self.rows["stock_lots"]}

        def lot_order(row: Row) -> tuple[object, ...]:
            lot = seen[row["warehouse_id"], row["sku"], row["lot_id"]]
            expiry_on = self.policy.lot_order == "fefo" and (lot["expiry_on"] or date.max)
            seen_on = lot["first_seen_on"].toordinal() * (-1 if self.policy.lot_order == "lifo" else 1)
            walk = [*self.warehouses[row["warehouse_id"]].bin_order, row["bin_id"]].index(row["bin_id"])
            parts = enumerate(re.split("([0-9]+)", row["bin_id"]))
            natural = [int(part) if at % 2 else part for at, part in parts]
            return expiry_on, seen_on, row["lot_id"], walk, natural, row["bin_id"]

        shelves: dict[Shelf, list[Lot]] = defaultdict(list)
        for row in sorted(self.rows["stock_balances"], key=lot_order):
            shelf = row["warehouse_id"], row["sku"]
            expiry_on = seen[(*shelf, row["lot_id"])]["expiry_on"]
            if row["account"] == "FREE" and (expiry_on or date.max) >= self.ships_on[shelf[0]]:
                shelves[shelf].append(Lot(row["lot_id"], row["bin_id"], expiry_on, row["qty"]))
            elif row["account"] != "RELEASED":
                self.aside[shelf]["shelf_life" if row["account"] == "FREE" else "lot_hold"] += row["qty"]
        self.standing = Counter({shelf: units_of(lots) for shelf, lots in shelves.items()})
        return [pool for shelf, lots in shelves.items() for pool in self.cut_shelf(shelf, lots)]

    def reserved_qty(self, shelf: Shelf) -> int:
        """Units there that are reserved, also as parts of reserved kits that are not there themselves."""
        reserved = Counter[Shelf]()
        for row in self.rows["line_balances"]:
            is_reserved = row["account"] == "RESERVED"
            reserved[row["warehouse_id"], row["sku"]] += row["qty"] if is_reserved else 0
        lacking = reserved - self.standing
        of_kits = [
            qty * self.recipe(sku).get(shelf[1], 0)
            for (place, sku), qty in lacking.items()
            if place == shelf[0]
        ]
        return reserved[shelf] + sum(of_kits)

    def cut_shelf(self, shelf: Shelf, lots: list[Lot]) -> Iterator[Supply]:
        """The pools of a shelf; no fence keeps what lines have reserved."""
        safety_qty = self.items[shelf[1]]["safety_stock_qty"]
        self.aside[shelf]["safety_stock"] = units_of(cut_end(lots, safety_qty))
        reserved, cuts = self.reserved_qty(shelf), []
        for fence in self.fences_of(shelf):
            qty = min(self.fenced_qty(fence, shelf), max(0, units_of(lots) - reserved))
            cuts.append((fence, cut_end(lots, qty)))
        for of, kept in [(None, lots), *cuts]:
            lives = [sum(day <= (lot.expiry_on or date.max) for day in self.lives[shelf]) for lot in kept]
            for life in sorted(set(lives)):
                mine = [lot for lot, reaches in zip(kept, lives, strict=True) if reaches == life]
                pool = Supply(
                    *shelf, self.ships_on[shelf[0]], units_of(mine), of, life, mine, gross=units_of(mine)
                )
                pool.cut_turn = self.fences.index(of) + 1 if of else 0
                yield pool

    def announced(self) -> Iterator[tuple[date, bool, str, int, Row]]:
        """Announcements that may be promised: when their units can ship, whether they are late."""
        for row in self.rows["inbound_lines"]:
            warehouse = self.warehouses[row["warehouse_id"]]
            comes_on = working_day(row["expected_on"], warehouse, 0)
            planned_on = max(row["expected_on"], self.night + timedelta(days=1))
            day = working_day(planned_on, warehouse, warehouse.dock_to_stock_days or 1)
            day = max(day, self.ships_on[row["warehouse_id"]])
            until = working_day(row["expected_on"], warehouse, self.policy.overdue_grace_days)
            if row["last_received_on"]:
                until = max(until, working_day(row["last_received_on"], warehouse, self.policy.asn_rest_days))
            is_over = row["status"] in {"closed", "cancelled", "received"} or not row["remaining_qty"]
            if self.night <= until and not is_over:
                yield day, comes_on <= self.night, row["asn_id"], row["asn_line_no"], row

    def expect_goods(self, pools: list[Supply]) -> Iterator[Supply]:
        """Announced units that may be promised, and when they can ship; fences take their share."""
        filled = Counter({(p.fence, p.place, p.sku): 0 for p in pools})
        for pool in pools:
            filled[pool.fence, pool.place, pool.sku] += pool.gross
        coming = sorted(self.announced(), key=lambda announced: announced[:4])
        for day, is_late, asn_id, asn_line_no, row in coming:
            shelf, left = (row["warehouse_id"], row["sku"]), row["remaining_qty"]
            asn, life = {"asn_id": asn_id, "asn_line_no": asn_line_no}, len(self.lives[shelf])
            come = partial(Supply, *shelf, day, life=life, asn=asn, is_late=is_late)
            for fence in (fence for fence in self.fences_of(shelf) if day < fence.until):
                missing = self.fenced_qty(fence, shelf) - filled[fence, *shelf]
                qty = min(left, row["remaining_qty"] * fence.pct // 100 if fence.pct else missing)
                filled[fence, *shelf] += qty
                left -= qty
                yield come(left=qty, fence=fence, cut_turn=self.fences.index(fence) + 1)
            yield come(left=left, fence=None)
