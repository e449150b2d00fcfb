"""The note that goes with what is sent: drafted, to be read and changed before it goes."""

from __future__ import annotations

from collections.abc import Mapping

from tallyclerk.report import text, verdict, words
from tallyclerk.report.fixes import fixes
from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.roles import roles_of

NAME = "cover_note.txt"


def cover_note(given: PartnerInput, kpis: Mapping[str, KpiText], files: tuple[str, ...]) -> str:
    """Draft the note to one partner.

    Args:
        given: Its part of the judgement, as it may be sent to it.
        kpis: The words of the definitions.
        files: What is enclosed.
    """
    told = {"name": text.short(given.name), "period": text.span(given.run.period)}
    lines = [words.say("cover.subject", **told), ""]
    lines += [words.say("cover.start", **told, as_of=text.moment(given.run.as_of)), ""]
    for role in roles_of(given):
        totals = [r for r in given.totals if r.role == role]
        lines += [f"- {sentence}" for sentence in verdict.sentences(totals, kpis)]
    asked = [fix for role in roles_of(given) for fix in fixes(given, role, kpis)]
    if asked:
        lines += ["", words.say("cover.asks")]
        lines += [f"- {fix.what}: {fix.proof} [{fix.key}]" for fix in asked]
    lines += ["", words.say("cover.enclosed"), *(f"- {file}" for file in files), ""]
    until = given.objections
    lines.append(words.say("cover.until", day=until) if until else words.say("cover.draft"))
    return "\n".join(lines).replace(text.NBSP, " ") + "\n"
