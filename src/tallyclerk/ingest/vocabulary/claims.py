"""What claims are called: kinds and states in the words that claims desks use."""

from __future__ import annotations

from tallyclerk.ingest.words import folded

CLAIM_KINDS: dict[str, tuple[str, ...]] = {
    "loss": (
        *("loss", "lost", "missing", "non-delivery", "not received", "total loss"),
        *("verlust", "verloren", "totalverlust", "nicht erhalten"),
        *("丢失", "遗失", "丢件", "未收到"),
        *("perte", "perdu", "colis perdu", "pérdida", "perdido", "extravío", "perda", "extravio"),
        *("smarrimento", "verlies", "zaginięcie", "zagubienie", "kayıp"),
    ),
    "damage": (
        *("damage", "damaged", "broken", "partial damage", "breakage"),
        *("beschädigung", "beschädigt", "schaden", "bruch", "transportschaden"),
        *("破损", "损坏"),
        *("avarie", "casse", "endommagé", "daño", "dañado", "rotura", "avaria", "dano"),
        *("danneggiamento", "danno", "schade", "uszkodzenie", "hasar"),
    ),
    "other": ("other", "sonstiges", "其他", "autre", "otro", "outro", "altro", "overig", "inne"),
}
"""Words by our kind of claim."""

CLAIM_STATUSES: dict[str, tuple[str, ...]] = {
    "open": (
        *("open", "new", "pending", "submitted", "in progress", "in review", "under review"),
        *("offen", "neu", "in bearbeitung", "in prüfung", "eingereicht"),
        *("处理中", "待处理", "审核中", "已提交"),
        *("ouvert", "en cours", "abierto", "en trámite", "pendiente", "aberto", "pendente"),
    ),
    "accepted": (
        *("accepted", "approved", "granted", "anerkannt", "angenommen", "genehmigt", "bewilligt"),
        *("已通过", "已批准", "accepté", "acceptée", "aceptado", "aprobado", "aceito", "aprovado"),
    ),
    "rejected": (
        *("rejected", "declined", "denied", "refused", "abgelehnt", "zurückgewiesen"),
        *("已拒绝", "拒赔", "refusé", "refusée", "rechazado", "denegado", "recusado", "negado"),
    ),
    "paid": (
        *("paid", "settled", "reimbursed", "paid out", "bezahlt", "erstattet", "ausgezahlt"),
        *("已赔付", "已支付", "payé", "remboursé", "pagado", "pago", "reembolsado"),
    ),
}
"""Words by our state of a claim."""


def claim_words(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Our word by theirs, folded."""
    return {folded(theirs): ours for ours, many in words.items() for theirs in many}
