"""Names of people (and agencies) in a byline: "Von Anna Berg und Ben Noor, Berlin" → Anna Berg, Ben Noor."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"^(?-i:By(?=[A-Z][a-z]))"
    r"|^\W*(?:(?:article|written|posted|published|story|words|text|report(?:ed)?|authored|a column|opinion|analysis|"
    r"publié|écrit|proposé|escrito|publicado|scritto|pubblicato|geschrieben|verfasst|ein (?:artikel|beitrag)|"
    r"(?:scritti|skrevet|skriven|geschreven|napsal|napisał))\s+)?"
    r"(?:by|von|par|por|di|da|af|av|door|od|przez|de|från|fra|szerző|yazan|kirjoittanut|teksti)\s*:?\s+(?=\S)"
    r"|^\W*(?:written|reported|authors?|autor(?:en|ka|es|zy|a|in)?|auteurs?|autore|autori|autrice|text[eo]?|"
    r"tekst|författare|"
    r"forfatter|skribent|journalist|reporter|yazar|muhabir|penulis|oleh|автор\w*|текст|фото|συντάκτης|作者|記者|文|글|기자|"
    r"kirjoittaja|toimittaja|szöveg|készítette|ავტორი|נכתב על ידי|مؤلف|بقلم|كتب|कौन|লেখক)\s*[:：/／]\s*"
    r"|^\W*(?:authors?|autor(?:en|ka|es|zy|a|in)?|auteurs?|autore|reporter|"
    r"redakteur(?:in)?|автор|contributors?)\s+(?-i:(?=[A-ZÀ-ÞА-Я]))"
    r"|^\W*(?:oleh|от|від|από|по|bởi|bởi:|מאת|بواسطة|द्वारा)\s+",
    re.I,
)
_OTHER_ROLE = re.compile(
    r"review(?:ed|er)|geprüft|fact[- ]?check|translat|übersetz|traduc|tradu[iz]|photo|foto(?!\w)|illustrat|edited by|"
    r"medically|updated by|produced by|narrated|vertaald|przekład|tłum|перев[оі]д|audio|video by|image by|graphic",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:[|•·●∙:/\n©(\[{<@#\t»«→]|\s[-–—]\s|\d|\s(?:in|for|at|on|from|is|published|updated|posted|via|für|dans|aus|pour|"
    r"last|about|follow|contact|reviewed|edited|translated|medically|für die|en|à|auf|am|vom|für das|has|covers)\s"
    r"|,\s+in\b|…)",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:,|;|&|\+|、|，|؛|،|\s(?:and|und|et|y|e|og|och|en|with|avec|con|mit|och|ja|és|i|a|и|та|і|ve|και|dan|và|și|in)\s)\s*",
)
_AND_ONLY = frozenset(("und", "and"))
_ROLE = re.compile(
    r"(?<!\w)(?:reporter|editors?|writer|correspondent|contribut\w+|journalist\w*|columnist|redakteur\w*|redaktör|"
    r"redakt[io]\w*|author|senior|chief|associate|"
    r"freelance\w*|special|producer|intern|fellow|director|"
    r"professor|research\w*|analyst|manager|founder|ceo|cto|co-founder|president|"
    r"specialist|"
    r"engineer|developer|redactor\w*|periodista|"
    r"giornalista|journaliste|dziennikarz|korrespondent\w*|muhabir\w*|toimittaja|updated?|published|posted|minutes?|"
    r"comments?|share|shares|follow|email|e-mail|twitter|facebook|instagram|linkedin|whatsapp|read|view|more|profile|"
    r"subscribe|sign|login|home|menu|search|photos?|videos?|images?|getty|advertisement|sponsored|disclosure|bio|website|"
    r"articles?|stories|posts?|category|tags?|contact|about|learn|click|today|yesterday|ago|hours?|all|the latest|"
    r"expert|educator|horticultur\w+|consultant|coach|nutritionist|dieti[ct]ian|physician|attorney|trainer|"
    r"written|authored|podcast|newsletter)(?!\w)",
    re.I,
)
_DEGREE = re.compile(r"^(?:[A-Z][a-z]?\.?){2,8}$|^(?:Jr|Sr|II|III|IV|Esq|PhD|Dr|MSc|BSc|MBA|MPH|RDN?|LDN|CPT)\.?$")
_TITLES = re.compile(
    r"(?:[\s,]+(?:M\.?D|Ph\.?D|R\.?D\.?N?|R\.?N|DVM|D\.?O|MPH|MBA|CFP|CPA|CPP|LDN|MS|MSc|DDS|PharmD|LCSW)\.?)+$"
)
_INITIAL = re.compile(r"(?:\b[A-ZÀ-Þ]|\b(?:Jr|Sr))\.$")
_BUTTON = re.compile(
    r"(?:log|get|our|your|skip|copy|print|save|listen|play|sign|show|open|download)\b.*|human|history", re.I
)
_CALENDAR = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?$|^(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)$"
    r"|^(?:january|february|march|july|september|october|november|december)$",
    re.I,
)
_LATE_MONTH = re.compile(
    r"\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?,?$",
    re.I,
)
_MONTH_NAME = re.compile(r"(?:april|may|june|august)$", re.I)
_PARTICLE = frozenset(
    "de da do dos das di del della der den von van vom zu zur la le el al bin ibn y e i of the ten ter af av du "
    "des".split()
)
_NO_CASE = re.compile(r"[\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_GENERIC = re.compile(
    r"^(?:redaktion|sekretariat|redacci[oó]n|redazione|(?:la )?r[eé]daction|the|our)\b"
    r"|^(?:admin(?:istrator)?|staff|editor(?:ial)?(?: team| staff)?|team|redaktionen|redakcja|redakce|newsroom|"
    r"news ?desk|web ?desk|guest(?: author)?|contributor|author|anonymous|unknown|user|webmaster|online|"
    r"press release|news staff|staff (?:writer|reporter)|by|editors?)$"
    r"|\bstaff(?: reporter| writer)?$|^\W*$",
    re.I,
)
_MAX_BYLINE = 400
MAX_NAME = 60
"""Characters of the longest name."""


def names_in(byline: str, *, single: bool = False) -> tuple[str, ...]:
    """The names of a byline, in its order; none where it is no byline.

    With `single`, something else has said that this is a name: one lower-case word ("cortyn") will do.
    """
    text = byline[:_MAX_BYLINE].strip()
    other = _OTHER_ROLE.search(text)
    if other:
        text = text[: other.start()]
    for _ in range(2):
        text = _LABEL.sub("", text, count=1)
    cut = _CUT.search(text)
    if cut:
        text = text[: cut.start()]
    bare = _LATE_MONTH.sub("", text)
    text = bare if " " in bare or not _MONTH_NAME.search(text) else text
    names: list[str] = []
    start = 0
    for number, gap in enumerate((*_SPLIT.finditer(text), None)):
        name = _tidy(text[start : gap.start() if gap else len(text)])
        joined = number == 0 or text[:start].rstrip()[-1:] not in ",;，،؛"
        start = gap.end() if gap else len(text)
        if is_name(name, single=single and number == 0) and (joined or not _is_addition(name)):
            names.append(name)
        elif number == 0 or number > 12 or not _is_addition(name):
            break
    return tuple(dict.fromkeys(names))


def _tidy(part: str) -> str:
    """A name without stray punctuation and degrees at its end; an initial keeps its full stop."""
    name = _TITLES.sub("", part.strip(" \t,:;-–—|"))
    return name if _INITIAL.search(name) else name.rstrip(".")


def _is_addition(name: str) -> bool:
    """Whether a part after a comma is a degree, or the place that the article was written at: one word in capitals."""
    return bool(_DEGREE.match(name)) or (" " not in name and name.isupper() and not _NO_CASE.search(name))


def is_name(text: str, *, single: bool = False) -> bool:
    """Whether `text` reads as the name of a person or an agency."""
    if not 2 <= len(text) <= MAX_NAME or any(char.isdigit() for char in text) or "://" in text:
        return False
    if _ROLE.search(text) or _BUTTON.fullmatch(text):
        return False
    if _NO_CASE.search(text):
        return len(text) <= 30 and text.count(" ") <= 4
    tokens = text.split()
    if len(tokens) > 6 or text[-1] in "!?:":
        return False
    if len(tokens) == 1:
        return (single or text[0].isupper()) and not _CALENDAR.match(text)
    capital = [token[:1].isupper() or token[:1] in "'’‘“\"(" or token.lower() in _PARTICLE for token in tokens]
    inner = [token for token in tokens if token[1:2].isupper() or token[:1].isupper()]
    return bool(inner) and (all(capital) or (single and len(inner) * 2 >= len(tokens)))


def is_generic(name: str) -> bool:
    """Whether a name is that of a role or an account rather than of somebody: "admin", "Staff", "Redaktion"."""
    return bool(_GENERIC.search(name))
