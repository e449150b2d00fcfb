"""What pages say about money: claims with their deadlines, credits for lateness, what losses cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tallyclerk.domain.money import Account, Cost, Credit, FailureCost, Liability, Standing, Sum
from tallyclerk.domain.periods import month_name
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.report import text, words
from tallyclerk.report.model import KpiText, PartnerInput, Table
from tallyclerk.report.tables import table_of

OPEN = (Standing.CLAIMABLE, Standing.DISPUTED, Standing.EXCUSED)
"""What page 1 always tells, with its expiry; the others where there are any."""
DONE = (Standing.CLAIMED, Standing.PAID, Standing.REJECTED, Standing.EXPIRED, Standing.UNPRICED)
MOST, CONTACTS = 40, "contacts"


def money_lines(given: PartnerInput, role: str, kpis: Mapping[str, KpiText]) -> tuple[str, ...]:
    """Say what the account of a partner in a role comes to; one line where nothing is agreed.

    What lies open is of all months until now: a deadline does not wait for the month of a page.
    """
    account = given.money.get(role)
    if account is None or not account.has_terms:
        return (words.say("section.money_none"),)
    return tuple(_lines(account, kpis))


def _lines(account: Account, kpis: Mapping[str, KpiText]) -> Iterator[str]:
    currency = account.currency
    open_now = {each: account.until_now.get(each, Sum()) for each in OPEN}
    expiring = _sum(account.expiring, currency)
    yield words.say("money.open", sums=_sums(open_now, currency), expiring=expiring)
    done = {each: account.until_now[each] for each in DONE if each in account.until_now}
    if done:
        yield words.say("money.done", sums=_sums(done, currency))
    if account.without_terms:
        cases = text.plural(account.without_terms, "shipment")
        yield words.say("money.without_terms", cases=cases)
    if account.credit is not None:
        yield _credit(account.credit, currency, kpis)
    if account.expected_loss is not None:
        yield _per_1000(account)


def cost_lines(given: PartnerInput, role: str) -> tuple[str, ...]:
    """Say what failures in a role cost, part by part: the first page has no room for it."""
    account = given.money.get(role)
    if account is None or account.failure_cost is None:
        return ()
    return (_failures(account.failure_cost, account.currency),)


def _credit(credit: Credit, currency: str, kpis: Mapping[str, KpiText]) -> str:
    told = {
        "label": kpis[credit.kpi].label if credit.kpi in kpis else credit.kpi,
        "late": text.count(credit.n - credit.hits),
        "n": text.count(credit.n),
    }
    if credit.amount_minor is None:
        return words.say("money.no_credit", **told, why=words.say(f"money.why.{credit.why}"))
    amount = text.money(credit.amount_minor, currency)
    return words.say("money.credit", **told, amount=amount) + _made_of(credit, currency)


def _made_of(credit: Credit, currency: str) -> str:
    """Say what a credit is made of: so much for each late shipment, and a part of the freight."""
    parts = []
    if credit.each_minor and credit.n > credit.hits:
        each = text.money(credit.each_minor, currency)
        parts.append(words.say("money.each", late=text.count(credit.n - credit.hits), each=each))
    if credit.basis_points:
        part = text.quantity(credit.basis_points / 10_000, "rate")
        freight = text.money(credit.freight_minor, currency)
        parts.append(words.say("money.of_freight", part=part, freight=freight))
    return f" ({' + '.join(parts)})." if parts else "."


def _per_1000(account: Account) -> str:
    loss = account.expected_loss
    assert loss is not None  # noqa: S101 - asked for by `_lines`
    told = {
        "n": text.count(loss.shipments),
        "value": text.money(round(loss.value), account.currency),
    }
    if loss.high is None or loss.low is None:
        return words.say("money.per_1000_open", **told)
    high = text.money(round(loss.high), account.currency)
    if not loss.value:
        return words.say("money.per_1000_none", n=told["n"], high=high)
    low = text.money(round(loss.low), account.currency)
    return words.say("money.per_1000", **told, low=low, high=high)


def _failures(cost: FailureCost, currency: str) -> str:
    parts = "; ".join(_cost(part, currency) for part in cost.parts)
    if cost.per_1000_minor is None:
        return words.say("money.no_failures", parts=parts)
    return words.say("money.failures", value=text.money(cost.per_1000_minor, currency), parts=parts)


def _cost(part: Cost, currency: str) -> str:
    what = words.say(f"money.cost_of.{part.what}")
    if part.per_1000_minor is None:
        return words.say("money.no_cost", what=what, why=_why(part.why))
    told = {
        "what": what,
        "value": text.money(part.per_1000_minor, currency),
        "cases": text.count(part.cases),
        "n": text.count(part.n),
    }
    if part.what == CONTACTS:
        return words.say("money.cost_contacts", **told)
    if part.untold:
        return words.say("money.cost_untold", **told, untold=text.count(part.untold))
    return words.say("money.cost", **told)


def _sums(sums: Mapping[Standing, Sum], currency: str) -> str:
    said = "; ".join(
        f"{words.say(f'money.standing.{standing}')} {_sum(each, currency)}"
        for standing, each in sums.items()
    )
    return said[:1].upper() + said[1:]


def _sum(each: Sum, currency: str) -> str:
    if not each.shipments:
        return words.say("money.none")
    return words.say(
        "money.sum", amount=text.money(each.minor, currency), n=text.count(each.shipments)
    )


def claimable_now(given: PartnerInput, role: str) -> str:
    """Give what can be claimed of a partner today, for a director; a dash without terms."""
    account = given.money.get(role)
    if account is None:
        return text.DASH
    found = account.until_now.get(Standing.CLAIMABLE, Sum())
    credit = account.credit.amount_minor if account.credit else None
    total = found.minor + (credit or 0)
    return text.money(total, account.currency) if total else text.DASH


COLUMNS = ("shipment", "lane", "month", "covers", "worth", "limited_by", "amount", "standing")
MORE = ("claim_until", "claim")


def money_table(given: PartnerInput) -> Table:
    """List the lost and damaged shipments behind the account, what can be claimed first."""
    rows = [_row(each, given.run.currency) for each in by_standing(given)[:MOST]]
    rest = len(given.liabilities) - len(rows)
    note = words.say("money.rest", n=text.count(rest)) if rest else ""
    return table_of("money", words.say("money.title"), (*COLUMNS, *MORE), rows, note)


def by_standing(given: PartnerInput) -> list[Liability]:
    """Lost and damaged shipments, what can be claimed first, the nearest deadline first."""
    order = list(Standing)
    return sorted(
        given.liabilities,
        key=lambda e: (order.index(e.standing), str(e.deadline or ""), e.month, e.shipment_id),
    )


def _row(each: Liability, currency: str) -> tuple[str, ...]:
    return (
        _named(each),
        text.short(each.lane or "", 24),
        text.month(month_name(each.month)),
        words.say(f"money.covers.{each.covers}"),
        text.DASH if each.value_minor is None else text.money(each.value_minor, currency),
        _limit(each),
        text.DASH if each.amount_minor is None else text.money(each.amount_minor, currency),
        _standing(each),
        text.day(each.deadline),
        text.short(each.claim_id or text.DASH, 24),
    )


def _named(each: Liability) -> str:
    own, ours = text.short(each.own_reference, 32), text.short(each.shipment_id, 32)
    return ours if own == ours else f"{own} ({ours})"


def _limit(each: Liability) -> str:
    """What the amount is: the value, the cap, or so many kilograms at the cap."""
    if not each.limited_by:
        return text.DASH
    weight = "" if each.weight_grams is None else text.kilograms(each.weight_grams)
    return words.say(f"money.limit.{each.limited_by}", weight=weight)


def _standing(each: Liability) -> str:
    standing = words.say(f"money.standing.{each.standing}")
    why = [_why(each.why)] if each.why else []
    why += [] if each.is_confirmed else [words.say("money.presumed")]
    why += [words.say("money.shared")] if each.is_shared else []
    return f"{standing} ({', '.join(why)})" if why else standing


def _why(why: str) -> str:
    if why.startswith(PREFIX):
        return text.short(why.removeprefix(PREFIX), 60)
    return words.said(f"money.why.{why}") or why


SHEET = (
    *("reference", "shipment", "role", "lane", "month", "what", "standing", "why"),
    *("value", "weight", "limited_by", "amount", "since", "until", "claim"),
    *("confirmed", "mature", "case"),
)
"""Columns of the sheet of a workbook, as `book.money.NAME` in the labels; amounts are numbers, so that its reader can add them up."""


def money_sheet(given: PartnerInput) -> tuple[tuple[str | int | None, ...], ...]:
    """List every lost and damaged shipment behind the account, in the columns of `SHEET`."""
    return tuple(
        (
            *(each.own_reference, each.shipment_id, words.named("role", each.role), each.lane),
            *(month_name(each.month), words.say(f"money.covers.{each.covers}")),
            *(words.say(f"money.standing.{each.standing}"), _why(each.why)),
            *(each.value_minor, each.weight_grams, _limit(each), each.amount_minor),
            *(str(each.since or ""), str(each.deadline or ""), each.claim_id),
            *(int(each.is_confirmed), int(each.is_mature), each.case_id),
        )
        for each in by_standing(given)
    )


YEAR = ("role", "what", "month", "n", "cases", "cost", "owed")
"""Columns of the sheet of the months behind what is told per 1,000 shipments, as `book.costs.NAME`."""


def year_sheet(given: PartnerInput) -> tuple[tuple[str | int | None, ...], ...]:
    """List the months that what is told of 12 months follows from, in the columns of `YEAR`."""
    return tuple(
        (
            *(words.named("role", role), words.say(f"money.cost_of.{each.what}")),
            *(month_name(each.month), each.n, each.cases, each.cost_minor, each.owed_minor),
        )
        for role, account in sorted(given.money.items())
        for each in account.year
    )


def price_note(given: PartnerInput, role: str) -> str:
    """Say what the price of what is asked for is reckoned from."""
    key = "price_terms" if has_terms(given, role) else "price"
    return words.say(f"brief.{key}")


def has_terms(given: PartnerInput, role: str) -> bool:
    """Whether anything about money is agreed with a partner in a role."""
    return role in given.money and given.money[role].has_terms
