"""The standfirst: what the publisher shows with the headline to say what the article is about.

A body's first paragraph is no standfirst: only what the page sets apart is, by its name, its look or its place
(alone between the headline and the byline, date or reading time).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from miacrawl.extract.headline import likeness, words
from miacrawl.extract.line import Line, names_of, width
from miacrawl.extract.names import NamePattern
from miacrawl.extract.read_time import stated_time
from miacrawl.extract.surroundings import surroundings
from miacrawl.page import Page, all_text, text_of
from miacrawl.strategy import Strategy

MAX_BLURB = 1500
"""Characters; a longer text is the body."""
_MIN_BLURB = 20
_MIN_NAMED = 12

_STANDFIRST = NamePattern(
    r"(?<![a-z])(?:stand-?first|dek|deck|sub-?dek|lead|lede|lead-?(?:text|in|paragraph|para)|article-?lead|sub-?title|"
    r"sub-?head(?:line|ing|er)?|sub-?hed|sub-?line|summary|excerpt|abstract|teaser(?:-?text)?|intro|intro-?(?:text|duction)|"
    r"chapeau|chapo|chap[oô]|bajada|entradilla|copete|sumario|sommario|sumilla|resumen|resumo|subtitulo|antetitulo|"
    r"occhiello|catenaccio|vorspann|anrei[sß]er|einleitung|untertitel|unterzeile|ingress|ingressi|manchet|manchete|"
    r"underrubrik|undertitel|ozet|özet|spot|perex|zajawka|description|descripcion|headline-?(?:description|summary)|"
    r"tagline|strapline|strap|blurb|synopsis|preamble|lid|leadtext|leadin|subheadline|subtitles?|alternativeheadline|"
    r"keypoints?|key-?points|highlights|bullets?|overline-?text|snippet|linha-?fina|gravata)(?![a-z])"
)
_STANDFIRST_CAMEL = NamePattern(
    r"(?:[a-z]|^)(?:Standfirst|Dek|Deck|Lead|Lede|SubTitle|Subtitle|Subheadline|SubHeadline|Subhead|Summary|Excerpt|Teaser|Intro|Chapo|Description)(?![a-z])",
    re.NOFLAG,
)
_NOT_STANDFIRST = NamePattern(
    r"(?<![a-z])(?:caption|figcaption|credits?|byline|author|date|meta-?info|share|social|tags?|breadcrumbs?|"
    r"comments?|ad|ads|advert\w*|sponsor\w*|newsletter|subscribe|disclaimer|disclosure|bio|about|promo|paywall|"
    r"read-?time|reading-?time|toc|kicker|category|image|photo|video|gallery|caption-text|footnotes?|cookie\w*|lead-?image|"
    r"figure|navigation|nav|menu|rating|audio|player|editor-?note|correction)(?![a-z])"
)
_NOTICE = re.compile(
    r"affiliate|commission|©|copyright|all rights reserved|cookies?\b|javascript|subscribe|sign up|newsletter|"
    r"advertisement|this (?:article|story|post) (?:was|is|has been|contains|may contain)|editor'?s note|updated on|"
    r"disclosure|opinions expressed|getty images|(?:photo|image|credit|foto|fotó|bild|quelle|source|"
    r"crédits?)\s*:|shutterstock|"
    r"follow us|"
    r"listen to|share this|"
    r"independently|links? on our|summari[sz]e this|under review|request more|learn more|click here|"
    r"\b(?:is|was) an? [\w\s,-]{0,60}(?:journalist|writer|editor|reporter|author|freelancer?|professor)"
    r"|writes about|"
    r"medically reviewed|fact[- ]checked|reviewed by|written by",
    re.I,
)
_BYLINE = re.compile(r"^(?:by|von|par|por|di|da|af|av|door|autor|author|text|przez|от|автор)\b[\s:]", re.I)
_DATE_LIKE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_META_NAME = NamePattern(
    r"(?<![a-z])(?:by-?line|authors?|date|date-?line|published|timestamp|post-?meta|entry-?meta|meta-?info|"
    r"article-?meta|rel-author)(?![a-z])"
)
_POINTS = NamePattern(r"summary|highlight|key-?(?:point|takeaway|fact)s?|takeaways?|bullets?|in-?brief|tl-?dr")
_NUMBERS = re.compile(r"(?:elementor-element-\w+|(?<=[-_])\d+)(?=\s|$)")
_NO_PLACE = frozenset(("figure", "figcaption", "button", "form", "table", "aside"))
_PARAGRAPH = frozenset(("p", "h2", "h3", "h4", "h5", "blockquote"))
_HEADING = frozenset(("h2", "h3", "h4", "h5"))
_EMPHASIS = frozenset(("b", "strong", "em", "i"))


def _is_possible(page: Page, block: Line, at_least: int = _MIN_BLURB) -> bool:
    """Whether a block could be a standfirst at all. Asked for the same block by every rule, so the answer is kept."""
    if block.width < at_least:
        return False
    known = page.once(_verdicts)
    if block not in known:
        known[block] = _could_be(block)
    return known[block]


def _verdicts(_page: Page) -> dict[Line, bool]:
    return {}


def _could_be(block: Line) -> bool:
    """Whether a block is no caption, notice, byline, date, button or link."""
    text = block.text
    if len(text) > MAX_BLURB or block.is_link:
        return False
    if block.places & {"related", "nav", "comment"} or block.named(_NOT_STANDFIRST):
        return False
    if _NOTICE.search(text[:200]) or is_headline_meta(block):
        return False
    places = _NO_PLACE if block.node.tag in _HEADING else _NO_PLACE | {"li"}
    return not any(node.tag in places for node in block.above)


def is_headline_meta(block: Line) -> bool:
    """Whether a block is a byline, a date, a reading time or a place of these."""
    text = block.spaced
    if len(text) > 160:
        return False
    if stated_time(text) or any(node.tag == "time" for node in (*block.inner, *block.above[:2])):
        return True
    if (_BYLINE.match(text) and len(text) < 80) or (len(text) < 60 and _DATE_LIKE.search(text)):
        return True
    return block.named(_META_NAME) and len(text) < 100


def _marked(page: Page) -> str | None:
    """Text of the element(s) named as standfirst after the headline."""
    found: list[Line] = []
    for block in _above_the_text(page):
        if _is_marked(block) and _is_possible(page, block, _MIN_NAMED) and not _repeats_title(page, block.text):
            found.append(block)
        elif found and len(block.text) > 3:
            break
    text = _joined(found)
    return text if len(text) <= MAX_BLURB else None


def _above_the_text(page: Page) -> Iterator[Line]:
    """Blocks after the headline up to the body's second paragraph."""
    paragraphs = 0
    for block in surroundings(page).after[:60]:
        yield block
        paragraphs += block.is_paragraph and not block.places & {"related", "nav", "aside"}
        if paragraphs == 3:
            return


def _is_marked(block: Line) -> bool:
    """Whether an element named as standfirst holds the block, and does not hold the body as well."""
    for node in (*block.inner[:2], *block.above[:4]):
        named = names_of(node)
        if named and (_STANDFIRST.matches(named) or _STANDFIRST_CAMEL.matches(named)):
            return len(all_text(node)) <= 1.5 * MAX_BLURB
    return False


def _joined(blocks: list[Line]) -> str:
    return " ".join(dict.fromkeys(block.text for block in blocks))


def _repeats_title(page: Page, text: str) -> bool:
    node = surroundings(page).headline
    return node is not None and likeness(words(text), words(text_of(node))) > 0.9


def _described(page: Page) -> str | None:
    """The block that says what the page's description says, where the page sets it apart from its text."""
    described = [words(text) for text in descriptions(page)]
    start = body_start(page)
    for block in _above_the_text(page):
        if block.width < _MIN_BLURB or len(block.text) > MAX_BLURB:
            continue
        mine = words(block.text)
        if not any(likeness(mine, clue) > 0.85 for clue in described) or not _is_possible(page, block):
            continue
        if not _repeats_title(page, block.text) and _stands_out(block, start):
            return block.text
    return None


def descriptions(page: Page) -> list[str]:
    """What the page's metadata says of the article, each text once."""
    found = (
        page.meta_first("og:description"),
        page.meta_first("description"),
        page.meta_first("twitter:description"),
        page.article_ld_text("description"),
        page.article_ld_text("alternativeHeadline"),
    )
    return list(dict.fromkeys(text[: 2 * MAX_BLURB] for text in found if text))


def body_start(page: Page) -> tuple[Line, ...]:
    """The first blocks of the body: those of the first element that holds two paragraphs directly."""
    return page.once(_body_start)


def _body_start(page: Page) -> tuple[Line, ...]:
    after = [block for block in surroundings(page).after if not block.places & {"related", "nav", "footer", "comment"}]
    parents = [_parent(block) for block in after]
    for number, block in enumerate(after):
        parent = parents[number]
        if block.width < 80 or block.is_link or parent is None:
            continue
        mine = [one for one, its in zip(after, parents, strict=True) if its is parent and one.width >= 80]
        if len(mine) >= 2:
            first = next(index for index, its in enumerate(parents) if its is parent)
            return tuple(one for one, its in zip(after[first:], parents[first:], strict=True) if its is parent)
    return ()


def _parent(block: Line) -> _Element | None:
    """The element whose children are the body's paragraphs, if `block` is one of them."""
    return block.node.getparent() if block.node.tag in _PARAGRAPH else block.node


def _stands_out(block: Line, start: tuple[Line, ...]) -> bool:
    """Whether a block is not just one of the body's paragraphs: by its look, or as a line that is no sentence."""
    if not block.is_sentence and block.width < 120:
        return True
    return _is_apart(block, start) if block in start else not _looks_like_body(block, start)


def _looks_like_body(block: Line, start: tuple[Line, ...]) -> bool:
    """Whether a block outside the body's element is made like its paragraphs, as page builders wrap each by itself."""
    sample = next((other for other in start if other.width >= 80), None)
    return sample is not None and _looks(block) == _looks(sample)


def _looks(block: Line) -> tuple[str, ...]:
    """Tags and classes of a block and the element above it, numbers left out."""
    nodes = (block.node, block.node.getparent())
    return tuple(_NUMBERS.sub("", f"{node.tag} {node.get('class') or ''}") for node in nodes if node is not None)


def _is_apart(block: Line, start: tuple[Line, ...]) -> bool:
    """Whether the body's first block looks unlike the next: it is a heading, all bold, or has a class of its own."""
    number = start.index(block)
    rest = [other for other in start[number + 1 :] if other.width >= 80]
    if number > 1 or not rest:
        return False
    if block.node.tag in _HEADING:
        return rest[0].node.tag not in _HEADING
    if _emphasis(block) and not _emphasis(rest[0]):
        return True
    own = block.node.get("class") or ""
    return bool(own) and all((other.node.get("class") or "") != own for other in rest)


def _emphasis(block: Line) -> bool:
    """Whether the whole block is bold or slanted."""
    strong = sum(len(all_text(node)) for node in block.inner if node.tag in _EMPHASIS)
    return strong >= 0.9 * len(block.text)


def _emphasised(page: Page) -> str | None:
    """A body's first paragraph where it is all bold, or a heading as long as a sentence, and the next is plain."""
    for block in body_start(page)[:3]:
        if _is_possible(page, block):
            longish = block.width >= 60 and (block.node.tag not in _HEADING or block.width >= 90)
            special = block.node.tag in _HEADING or (_emphasis(block) and _is_bold(block))
            return block.text if longish and special and _is_apart(block, body_start(page)) else None
        if len(block.text) > 40:
            return None
    return None


def _is_bold(block: Line) -> bool:
    return any(node.tag in ("b", "strong") for node in block.inner)


def _by_place(page: Page) -> str | None:
    """The lone paragraph between the headline and its byline, date or reading time, the body beginning after them."""
    found: list[Line] = []
    blocks = surroundings(page).after
    for number, block in enumerate(blocks[:25]):
        if found and is_headline_meta(block):
            follows = sum(other.width >= 80 and not other.is_link for other in blocks[number + 1 :])
            return _joined(found) if follows > 1 else None
        if _says_something(block) and _is_possible(page, block) and not _repeats_title(page, block.text):
            found.append(block)
        elif len(block.text) > 80 and not any(node.tag in ("figure", "figcaption") for node in block.above):
            return None
        if len(found) > 2:
            return None
    return None


def _says_something(block: Line) -> bool:
    """Whether a block without a name of its own says enough to be a standfirst: not "Staff Writer" or "2 comments"."""
    return block.width >= 40 and (block.is_sentence or block.text.count(" ") >= 5 or not block.text.isascii())


def _points(page: Page) -> str | None:
    """The points of a short list between headline and text that is named as summary or highlights."""
    found: list[Line] = []
    for block in _above_the_text(page):
        item = next((node for node in block.above[:2] if node.tag == "li"), None)
        if item is not None and any(_POINTS.matches(names_of(node)) for node in block.above[:6]):
            found.append(block)
    text = _joined([block for block in found if not block.is_link])
    return text if 60 <= width(text) <= MAX_BLURB and len(found) <= 8 else None


def _before_body(page: Page) -> str | None:
    """The text that stands by itself between the headline and the element that holds the body."""
    start = body_start(page)
    if not start:
        return None
    for number, block in enumerate(surroundings(page).after[:40]):
        if block is start[0]:
            return None
        if not _is_possible(page, block) or _repeats_title(page, block.text):
            continue
        if _looks_like_body(block, start):
            return None
        first = number == 0 and block.width >= 40
        heading = block.node.tag in _HEADING and block.width >= 40
        if first or heading or (block.node.tag in _PARAGRAPH and block.is_sentence and block.width >= 90):
            return block.text
    return None


BLURB: tuple[Strategy[str], ...] = (
    Strategy("visible:marked", _marked),
    Strategy("visible:described", _described),
    Strategy("heuristic:before-byline", _by_place),
    Strategy("heuristic:before-body", _before_body),
    Strategy("heuristic:emphasised", _emphasised),
    Strategy("visible:points", _points),
)
"""Sources of the blurb: what is named as standfirst, what the metadata says too, what its place or look sets apart."""
