"""Lines that stand among an article's paragraphs and are not its text: read times, shares, promos, sign-ups."""

from __future__ import annotations

import re

_SHORT = 140
_READ_TIME = re.compile(
    r"^[\W\d]*(?:reading time|read time|time to read|lesezeit|lesedauer|tiempo de lectura|temps de lecture|"
    r"tempo di lettura|tempo de leitura|leestijd|czas czytania|läsningstid)?[\W\d]*"
    r"(?:mins?|minutes?|minuten|minutos?|minuti|minut|мин\w*|分)\b[\s.]*(?:read|to read|lesezeit|de lecture|di lettura|"
    r"de leitura|de lectura|leestijd|czytania)?[\W\d]*$",
    re.I,
)
_PROMO = re.compile(
    r"^\W*(?:read (?:also|more|next)|also read|see also|related(?: (?:articles?|stories|posts?|content|reading))?|"
    r"more (?:on|from)|recommended|don'?t miss|you (?:may|might) (?:also )?(?:like|enjoy)|watch|listen|"
    r"lesen sie (?:auch|mehr)|mehr zum thema|auch interessant|lire aussi|à lire aussi|lea también|lee también|te puede "
    r"interesar|leia (?:também|mais)|leggi anche|lees ook|läs (?:också|mer)|les også|læs også|czytaj (?:także|też|"
    r"więcej)|"
    r"čtěte také|читайте (?:также|також)|ilgili haber(?:ler)?|"
    r"baca juga|関連記事|あわせて読みたい|相关阅读|관련기사)\b\s*(?:[:：–—>»|-]|$)",
    re.I,
)
_SHARE = re.compile(
    r"^\W*(?:share(?: (?:this|on|via|the|article|story|with)\b.{0,60})?|follow us\b.{0,80}|like us on\b.{0,60}|"
    r"print|email|"
    r"copy link|tweet|teilen|drucken|merken|partager|compartir|condividi|delen|dela|facebook|twitter|whatsapp|linkedin|"
    r"pinterest|reddit|telegram|comments?|\d+ comments?|leave a (?:comment|reply)|no comments?|advertisement|anzeige|"
    r"werbung|publicité|publicidad|reklama|ad|sponsored|story continues below(?: advertisement)?|"
    r"continue reading.{0,30}|"
    r"article continues (?:after|below).{0,40}|table of contents|back to top|listen to (?:this )?(?:article|"
    r"story))\W*$",
    re.I,
)
_NEWSLETTER = re.compile(
    r"\b(?:sign up (?:for|to)|subscribe (?:to|now|today|here)|our (?:daily|weekly|free)?\s*newsletter|"
    r"join our (?:mailing|"
    r"newsletter)|stay updated with|newsletter abonnieren|inscrivez-vous|abonnez-vous|suscríbete|iscriviti|"
    r"unsubscribe)\b",
    re.I,
)
_CREDIT = re.compile(
    r"^\W*(?:(?:photo|image|picture|foto|bild|crédit|credit|fotografía|immagine)s?\s*(?:credit|by|:|©)|©|\(c\)|"
    r"copyright|"
    r"getty images|all rights reserved|alle rechte vorbehalten)",
    re.I,
)
_STAMP = re.compile(
    r"^\W*(?:(?:first )?published|updated|last (?:updated|modified|reviewed)|posted|veröffentlicht|aktualisiert|"
    r"stand|publié|"
    r"mis à jour|publicado|actualizado|aggiornato|pubblicato|fact checked|medically reviewed|filed under|tags?|topics?|"
    r"categories|posted in|written by|reviewed by|edited by|by)\s*:?\b.{0,70}$",
    re.I,
)


def is_furniture(text: str, *, linked: bool) -> bool:
    """Whether a passage is a line of the page's furniture; `linked`: a good part of it is a link."""
    if len(text) > 400:
        return False
    if len(text) <= _SHORT:
        if _READ_TIME.match(text) or _SHARE.match(text) or _CREDIT.match(text):
            return True
        if _STAMP.match(text) and len(text) < 90 and not text.endswith((".", "!", "?")):
            return True
    if len(text) < 250 and _NEWSLETTER.search(text):
        return True
    return (linked or len(text) <= 40) and bool(_PROMO.match(text))


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def is_date_line(text: str) -> bool:
    """Whether a line is a date and next to nothing else: "3 May 2024", "Friday, 3.5.2024, 10:15 Uhr"."""
    if len(text) > 45 or not _YEAR.search(text) or text.rstrip().endswith(("!", "?", ":")):
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2]
    return len(words) <= 3
