"""Names of people (and agencies) in a byline: "Von Anna Berg und Ben Noor, Berlin" → Anna Berg, Ben Noor."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"^\W*(?:(?:article|written|posted|published|story|words|text|report(?:ed)?|authored|a column|opinion|analysis|"
    r"publié|écrit|proposé|escrito|publicado|scritto|pubblicato|geschrieben|verfasst|ein (?:artikel|beitrag)|"
    r"(?:scritti|skrevet|skriven|geschreven|napsal|napisał))\s+)?"
    r"(?:by|von|par|por|di|da|af|av|door|od|przez|de|från|fra|szerző|yazan|kirjoittanut|teksti)\s*:?\s+(?=\S)"
    r"|^\W*(?:written|reported|authors?|autor(?:en|ka|es|zy|a|in)?|auteurs?|autore|autori|autrice|written|text[eo]?|tekst|författare|"
    r"forfatter|skribent|journalist|reporter|yazar|muhabir|penulis|oleh|автор\w*|текст|фото|συντάκτης|作者|記者|文|글|기자|"
    r"kirjoittaja|toimittaja|szöveg|készítette|ავტორი|נכתב על ידי|مؤلف|بقلم|كتب|कौन|লেখক)\s*[:：/／]\s*"
    r"|^\W*(?:oleh|от|від|από|по|bởi|bởi:|מאת|بواسطة|द्वारा)\s+",
    re.I,
)
_OTHER_ROLE = re.compile(
    r"review(?:ed|er)|geprüft|fact[- ]?check|translat|übersetz|traduc|tradu[iz]|photo|foto(?!\w)|illustrat|edited by|"
    r"medically|updated by|produced by|narrated|vertaald|przekład|tłum|перев[оі]д|audio|video by|image by|graphic",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:[|•·●∙/\n©(\[{<@#\t»«→]|\s[-–—]\s|\d|\s(?:in|for|at|on|from|is|published|updated|posted|via|für|dans|aus|pour|"
    r"last|about|follow|contact|reviewed|edited|translated|medically|für die|en|à|auf|am|vom|für das|has|covers)\s|,\s+in\b|…)",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:,|;|&|\+|、|，|؛|،|\s(?:and|und|et|y|e|og|och|en|with|avec|con|mit|och|ja|és|i|a|и|та|і|ve|και|dan|và|și|in)\s)\s*",
)
_AND_ONLY = frozenset(("und", "and"))
_ROLE = re.compile(
    r"(?<!\w)(?:reporter|editors?|writer|correspondent|contribut\w+|journalist\w*|columnist|staff|redakteur\w*|redaktör|"
    r"redakt[io]\w*|author|senior|chief|associate|freelance\w*|special|news|producer|intern|fellow|director|"
    r"professor|research\w*|analyst|manager|founder|ceo|cto|co-founder|president|specialist|"
    r"engineer|developer|redactor\w*|periodista|"
    r"giornalista|journaliste|dziennikarz|korrespondent\w*|muhabir\w*|toimittaja|updated?|published|posted|minutes?|"
    r"comments?|share|shares|follow|email|e-mail|twitter|facebook|instagram|linkedin|whatsapp|read|view|more|profile|"
    r"subscribe|sign|login|home|menu|search|photos?|videos?|images?|getty|advertisement|sponsored|disclosure|bio|website|"
    r"articles?|stories|posts?|category|tags?|contact|about|learn|click|today|yesterday|ago|hours?|all|the latest|"
    r"january|february|march|april|june|july|august|september|october|november|december)(?!\w)",
    re.I,
)
_DEGREE = re.compile(r"^(?:[A-Z][a-z]?\.?){2,8}$|^(?:Jr|Sr|II|III|IV|Esq|PhD|Dr|MSc|BSc|MBA|MPH|RDN?|LDN|CPT)\.?$")
_PARTICLE = frozenset(
    "de da do dos das di del della der den von van vom zu zur la le el al bin ibn y e i of the ten ter af av du des".split()
)
_NO_CASE = re.compile(r"[\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_GENERIC = re.compile(
    r"^(?:admin(?:istrator)?|staff|editor(?:ial)?(?: team| staff)?|team|redaktion|redaktionen|redacci[oó]n|redazione|"
    r"r[eé]daction|la r[eé]daction|"
    r"redakcja|redakce|newsroom|news ?desk|web ?desk|guest(?: author)?|contributor|author|anonymous|unknown|user|webmaster|"
    r"online|press release|news staff|staff (?:writer|reporter)|by|editors?)$|\bstaff(?: reporter| writer)?$|^\W*$",
    re.I,
)
MAX_NAME = 60
"""Characters of the longest name."""


def names_in(byline: str, *, single: bool = False) -> tuple[str, ...]:
    """The names of a byline, in its order; none where it is no byline.

    With `single`, something else has said that this is a name: one lower-case word ("cortyn") will do.
    """
    text = byline.strip()
    other = _OTHER_ROLE.search(text)
    if other:
        text = text[: other.start()]
    for _ in range(2):
        text = _LABEL.sub("", text, count=1)
    cut = _CUT.search(text)
    if cut:
        text = text[: cut.start()]
    names: list[str] = []
    for number, part in enumerate(_SPLIT.split(text)[:12]):
        name = part.strip(" \t.,:;-–—|")
        if name.endswith(("Jr", "Sr")) or re.search(r"\b[A-ZÀ-Þ]$", name):
            name = part.strip(" \t,:;-–—|")
        later = number > 0
        if not is_name(name, single=single and not later) or (later and (_DEGREE.match(name) or _is_place(name))):
            if later or names:
                continue
            return ()
        if name not in names:
            names.append(name)
    return tuple(names)


def _is_place(name: str) -> bool:
    """Whether a later part of a byline is rather the place it was written at: one word in capitals."""
    return " " not in name and name.isupper() and not _NO_CASE.search(name)


def is_name(text: str, *, single: bool = False) -> bool:
    """Whether `text` reads as the name of a person or an agency."""
    if not 2 <= len(text) <= MAX_NAME or any(char.isdigit() for char in text) or _ROLE.search(text) or "://" in text:
        return False
    if _NO_CASE.search(text):
        return len(text) <= 30 and text.count(" ") <= 4
    tokens = text.split()
    if len(tokens) > 6 or text[-1] in "!?:":
        return False
    if len(tokens) == 1:
        return single or text[0].isupper()
    capital = [
        token[:1].isupper() or token[:1] in "'’‘“\"(" or token.lower().lstrip("d'l’") in _PARTICLE for token in tokens
    ]
    inner = [token for token in tokens if token[1:2].isupper() or token[:1].isupper()]
    return bool(inner) and (all(capital) or (single and len(inner) * 2 >= len(tokens)))


def is_generic(name: str) -> bool:
    """Whether a name is that of a role or an account rather than of somebody: "admin", "Staff", "Redaktion"."""
    return bool(_GENERIC.search(name))
