"""Words by which pages head their related blocks, in many languages, and those that head other lists of links."""

from __future__ import annotations

import re
from functools import lru_cache

_RELATED = (
    # English
    r"related|related[\w\s/&-]{0,30}(?:articles?|stor(?:y|ies)|posts?|content|reading|news|coverage|links?|topics?|"
    r"reads?)",
    r"(?:read|see|check(?: out)?) (?:also|next|more|this next)|also read|read this next|read on|further reading",
    r"explore further|keep reading|continue reading|up next|next up|next read|more like this|more to (?:read|explore)",
    r"more (?:on|about|from|in|stories|articles|reading|news|coverage|by)\b.{0,60}|recent from\b.{0,40}|"
    r"more [\w.'’-]{1,20} (?:stories|articles|news|coverage)|"
    r"also from\b.{0,40}",
    r"you (?:may|might|could|will|would|'ll) (?:also )?(?:like|enjoy|love|be interested in|have missed|"
    r"want to read)\b.{0,30}",
    r"(?:recommended|suggested)(?: (?:for you|articles?|stories|reading|reads|posts?|content|by\b.{0,30}))?|"
    r"recommendations",
    r"(?:our )?(?:readers?|editors) (?:also )?(?:read next|liked?)|people also read|what to read next",
    r"don'?t miss|similar (?:articles?|posts?|stories|news)|other (?:articles?|stories|posts?)\b.{0,30}|"
    r"trending now on this",
    # German
    r"(?:mehr|artikel|news|dossiers?|beiträge|lesetipps) zum thema|zum thema|lesen sie (?:auch|mehr|hier|weiter|"
    r"dazu)\b.{0,30}|mehr (?:zu|von|aus|über)\b.{0,40}|"
    r"auch interessant",
    r"das könnte (?:sie|dich|ihnen|dir) (?:auch )?(?:interessieren|gefallen)|weitere (?:artikel|beiträge|themen|"
    r"infos)\b.{0,30}",
    r"verwandte (?:artikel|beiträge|themen)|ähnliche (?:artikel|beiträge|themen)|passend (?:zum thema|dazu)|lesetipps?",
    r"passende (?:artikel|beiträge)|empfohlene? (?:artikel|beiträge|redaktionell\w*)?|empfehlungen\b.{0,30}|"
    r"mehr lesen|auch lesenswert",
    # French
    r"(?:à )?lire aussi|à lire (?:aussi|également|ensuite)?|lire également|sur le même (?:thème|sujet)|voir aussi|"
    r"articles? liés?",
    r"articles? (?:similaires|connexes|associés|recommandés)|la rédaction vous (?:conseille|recommande)|"
    r"à découvrir(?: (?:également|aussi))?",
    r"vous (?:aimerez|pourriez) (?:aussi|aimer|également)\b.{0,30}|pour aller plus loin|plus (?:d'articles|"
    r"sur ce (?:sujet|thème))",
    r"dans la même (?:rubrique|catégorie)|nos (?:autres )?articles\b.{0,30}",
    # Spanish, Catalan, Portuguese, Italian
    r"(?:te )?puede(?:s)? interesar(?:te|le)?|(?:lea|lee|leer|ver|vea) (?:también|además|más)|"
    r"noticias? relacionad[oa]s?",
    r"(?:artículos|temas|contenidos?|noticias|entradas|notas) (?:relacionad[oa]s|recomendad[oa]s)|relacionad[oa]s?",
    r"más (?:sobre|en|de|información|noticias|artículos)\b.{0,40}|también te (?:puede|podría) (?:interesar|gustar)|"
    r"recomendad[oa]s?",
    r"archivado en otros|més informació|(?:leia|veja|saiba) (?:também|mais)|(?:notícias|artigos|matérias|"
    r"conteúdos?) relacionad[oa]s",
    r"mais (?:sobre|em|de|notícias)\b.{0,40}|você (?:também )?(?:pode|vai) (?:gostar|se interessar)\b.{0,20}|"
    r"outros artigos",
    r"leggi (?:anche|pure|altro)|potrebbe(?:ro)? (?:anche )?interessarti\b.{0,30}|articoli (?:correlati|simili|"
    r"consigliati)",
    r"correlati|altri articoli\b.{0,30}|ti potrebbe(?:ro)? interessare|approfondimenti|vedi anche|per approfondire",
    # Dutch, Scandinavian, Icelandic, Finnish
    r"lees (?:ook|meer|verder)\b.{0,30}|gerelateerde? (?:artikelen|berichten|nieuws)?|meer (?:over|van|"
    r"uit)\b.{0,40}|aanbevolen",
    r"läs (?:också|även|mer|vidare)\b.{0,30}|relaterat|relaterade? (?:artiklar|nyheter|inlägg)?|mer om\b.{0,40}|"
    r"les (?:også|mer)\b.{0,20}",
    r"læs (?:også|mere)\b.{0,20}|relaterte?(?: (?:artikler|saker|innlegg))?|relaterede (?:artikler|nyheder)|"
    r"mere om\b.{0,40}",
    r"flere saker|tengdar (?:fréttir|greinar)|tengt efni|lestu (?:líka|einnig)|lue (?:myös|lisää)|"
    r"aiheesta (?:lisää|muualla)",
    r"anbefalte? (?:artikler|saker)?|anbefalet\b.{0,20}",
    # Polish, Czech, Slovak, Hungarian, Romanian, Baltic
    r"(?:czytaj|przeczytaj|zobacz|sprawdź) (?:także|też|również|więcej)\b.{0,20}|powiązane(?: artykuły| tematy)?|"
    r"polecane\b.{0,20}",
    r"więcej (?:na temat|o|z)\b.{0,40}|podobne (?:artykuły|wpisy)|(?:čtěte|přečtěte si) (?:také|také|více|i|"
    r"dále)\b.{0,20}",
    r"(?:související|podobné) (?:články|témata)?|mohlo by (?:vás|vás také) zajímat|(?:čítajte|prečítajte si) (?:aj|"
    r"tiež|viac)",
    r"súvisiace (?:články)?|(?:olvasd|olvassa) (?:el )?(?:még|tovább|ezt is)|kapcsolódó (?:cikkek|hírek)?|"
    r"citește (?:și|mai)\b.{0,20}",
    r"articole (?:similare|recomandate)|pe aceeași temă|skaitykite taip pat|lasi arī|loe (?:ka|lisaks|veel)",
    # Russian, Ukrainian, Bulgarian, Serbian, Greek
    r"читайте (?:также|ещё|еще|далее|также:)|по теме|похожие (?:статьи|материалы|новости)|"
    r"(?:другие )?материалы по теме",
    r"смотрите также|читайте (?:також|ще)|схожі (?:матеріали|новини)|за темою|вижте (?:още|също)|прочетете (?:още|"
    r"също)",
    r"pročitajte (?:i|još)|povezan[eoi] (?:članci|vesti|vijesti|teme)|διαβάστε (?:επίσης|ακόμη|ακόμα)|"
    r"σχετικά (?:άρθρα|θέματα)",
    # Turkish, Indonesian, Malay, Vietnamese, Arabic, Hebrew, Persian, Hindi
    r"ilgili (?:haberler?|yazılar|içerikler|makaleler)|benzer (?:haberler|yazılar)|bunlar(?:a)? da (?:bakın|"
    r"ilginizi çekebilir)",
    r"ilginizi çekebilir\b.{0,20}|baca (?:juga|selengkapnya|lainnya)|artikel (?:terkait|lainnya)|berita (?:terkait|"
    r"lainnya)|terkait",
    r"(?:tin|bài(?: viết)?) liên quan|đọc thêm|xem thêm|có thể bạn quan tâm|(?:اقرأ|إقرأ) (?:أيضا|أيضاً|أيضًا)|"
    r"(?:مقالات|مواضيع|أخبار) ذات صلة",
    r"קראו (?:גם|עוד)|כתבות (?:נוספות|קשורות)|עוד בנושא|مطالب مرتبط|بیشتر بخوانید|संबंधित (?:खबरें|लेख)|यह भी पढ़ें",
    # Chinese, Japanese, Korean, Thai
    r"相关(?:阅读|文章|新闻|推荐|报道)|延伸阅读|推荐阅读|相關(?:閱讀|文章|新聞)|延伸閱讀|推薦閱讀|猜你喜欢|関連(?:記事|ニュース|リンク)",
    r"あわせて読みたい|合わせて読みたい|こちらもおすすめ|おすすめ(?:記事|の記事)?|時系列で見る|関連する記事|この記事に関連する.{0,10}",
    r"관련 ?(?:기사|뉴스|글)|추천 ?(?:기사|뉴스)|함께 (?:보면|읽으면) 좋은.{0,10}|บทความที่เกี่ยวข้อง|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม",
)
_OTHER = (
    r"latest|newest|recent(?:ly)?\b(?! from)|trending|popular|most\b|top (?:stories|news|posts|articles|reads|\d+)|"
    r"hot\b|breaking",
    r"editor'?s'? (?:picks?|choice)|must[- ]reads?|featured|in case you missed|just in|today'?s|this week|"
    r"headlines|live\b",
    r"shop|deals|sponsored|advert|promoted|paid|partner|from (?:our|the) (?:partners|web)|around the web|from around",
    r"tags?|topics?|categor|archives?|about|contact|follow|share|subscribe|newsletter|sign up|comments?|leave a|"
    r"authors?|by ",
    r"videos?|podcasts?|galler|photos?|events?|jobs|courses|services|products?|books|references|sources|footnotes|"
    r"quellen",
    r"meist|neueste|aktuell|beliebt|top-|anzeige|schlagw|newsletter|kommentar|themen$|les plus|derni|en direct|"
    r"populaires|en ce moment",
    r"lo más|los más|últim|más (?:leíd|vist|popular)|destacad|mais (?:lid|vist|popular)|più (?:lett|vist|popolar)|"
    r"ultim|meest|mest |senast|seneste|siste|nyeste",
    r"najnowsze|najpopularniejsz|najczęściej|nejčtenějš|nejnov|популярн|последн|свеж|главн|最新|人気|ランキング|热门|熱門|인기|"
    r"en çok|son (?:dakika|haberler)|terpopuler|terbaru",
)


def _compiled(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{'|'.join(parts)})", re.I)


_RELATED_WHOLE = re.compile(rf"^\W*(?:{'|'.join(_RELATED)})\W*$", re.I)
_PROMO = re.compile(rf"^\W*(?:{'|'.join(_RELATED)})\s*[:：–—>»|-]\s*", re.I)
_OTHER_START = _compiled(_OTHER)
_MAX_HEADING = 70


def is_related_heading(text: str) -> bool:
    """Whether `text` heads a list of related articles: "Related Articles", "Lesen Sie auch:", "関連記事"."""
    return 2 < len(text) <= _MAX_HEADING and _heads_related(text)


# A page's short lines are asked for in several places, and a site's are the same on all its pages.
@lru_cache(maxsize=8_192)
def _heads_related(text: str) -> bool:
    return bool(_RELATED_WHOLE.match(text)) and not is_more_control(text)


def is_other_heading(text: str) -> bool:
    """Whether `text` heads another list: most read, latest, sponsored, tags, comments."""
    return len(text) <= _MAX_HEADING and _heads_other(text)


@lru_cache(maxsize=8_192)
def _heads_other(text: str) -> bool:
    return bool(_OTHER_START.match(text)) and not _RELATED_WHOLE.match(text)


def promo_prefix(text: str) -> str | None:
    """The words that make a line a promo ("Read also:"), or None."""
    return _promo_prefix(text[:120])


@lru_cache(maxsize=8_192)
def _promo_prefix(text: str) -> str | None:
    match = _PROMO.match(text)
    return match.group(0) if match else None


_CONTROL = re.compile(
    r"^\W*(?:read (?:more|on|now|the (?:full )?(?:story|article))|more|see (?:all|more)|view (?:all|more)|"
    r"show more|load more|"
    r"continue(?: reading)?|learn more|full story|weiterlesen|mehr(?: lesen| erfahren)?|weiter|lire (?:la suite|"
    r"plus)|en savoir plus|leer más|"
    r"ver (?:más|todo)|seguir leyendo|leia mais|ler mais|leggi(?: tutto| di più)?|lees (?:meer|verder)|läs mer|"
    r"les mer|læs mere|czytaj(?: więcej| dalej)?|"
    r"číst (?:více|dále)|читать (?:далее|дальше|полностью)|devamı(?:nı oku)?|selengkapnya|"
    r"続きを読む|もっと見る|更多|阅读全文)\W*$",
    re.I,
)


def is_more_control(text: str) -> bool:
    """Whether `text` is a card's or a list's control ("Read more", "Weiterlesen"), not a title."""
    return bool(_CONTROL.match(text[:60])) and len(text) <= 40
