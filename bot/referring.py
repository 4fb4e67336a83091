"""What "the first one", "the last of these", "third?" and "17?" stand for: names and numbers of the conversation.

A query that refers so gets the entity or the number that is meant; all else about it stays as it was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.dialogue import Conversation
from bot.language import Language
from bot.lexicon import Mention, Term
from bot.model import Fact, Kind
from bot.query import Order, Query
from bot.records import replace
from bot.retrieval import Retrieval


def referred(query: Query, conversation: Conversation, retrieval: Retrieval, language: Language) -> Query:
    """The query with what it refers to in its place, or the query itself where it refers to nothing."""
    own = (m.entities for m in query.mentions if retrieval.knowledge.topic.subject not in m.entities)
    if any(map(retrieval.constraints.is_hard, own)):
        return query
    found = _standing(query, conversation, retrieval, language)
    if conversation.answer is None:
        return found or query
    return (
        _numbered(query, conversation, retrieval, language)
        or _back(query, conversation, retrieval, language)
        or found
        or query
    )


def _standing(query: Query, conversation: Conversation, retrieval: Retrieval, language: Language) -> Query | None:
    """The query about the one country that "they", "there" or "that country" stands for: the one that was asked about,
    else the one that the answer is about."""
    match, last, lead = language.standing.search(query.text), conversation.query, conversation.lead
    if match is None or last is None or not language.countries.isdisjoint(query.text[: match.start()].split()):
        return None
    if conversation.answer is None and match[0] in language.stop:
        return None  # only "that country" says what it means where nothing was answered
    if language.plural_pronoun.fullmatch(match[0]) and not query.mentions and query.kind is not Kind.YES_NO:
        return None  # "what did they cost" may be asked of things, too: the focus will do
    for entities in ((e for m in last.mentions for e in m.entities), last.focus, lead.about if lead else ()):
        named = [e for e in dict.fromkeys(entities) if retrieval.knowledge.entities[e].type == language.stands_for]
        if named:
            return _about(query, named[0], match.span()) if len(named) == 1 else None
    return None


def _back(query: Query, conversation: Conversation, retrieval: Retrieval, language: Language) -> Query | None:
    """The query about the entity that "the first of these" or "the second country" names."""
    match = language.back_reference.search(query.text)
    if match is None:
        return None
    place = language.places[match["place"]]
    kind = language.nouns.get(match["noun"] or "", "")
    if match["these"]:
        named = _alike(_named(conversation.lead, retrieval), retrieval)
    elif not kind:
        named = _several(conversation, retrieval) or _alike(conversation.spoken, retrieval)
    else:
        named = [e for e in conversation.spoken if not kind or retrieval.knowledge.entities[e].type == kind]
    if match["place"] in language.others:
        mentions = conversation.query.mentions if conversation.query else ()
        asked = _alike((e for m in mentions for e in m.entities), retrieval)
        if len(asked) > 1 and conversation.lead:  # "Canada or Luxembourg": the other is the one not answered with
            named = [e for e in asked if e not in conversation.lead.about]
        else:
            named = [e for e in named if e not in asked]
        return _about(query, named[0], match.span()) if len(named) == 1 else None
    if len(named) < 2 and not (named and kind) or not -len(named) <= place < len(named):
        other = None if match["these"] or kind else _in_order(match["place"], conversation, retrieval, language)
        return _about(query, other, match.span()) if other else None
    return _about(query, named[place], match.span())


def _in_order(word: str, conversation: Conversation, retrieval: Retrieval, language: Language) -> str | None:
    """The entity that has the ordinal where one that was spoken of has another ("the first tender", "the third one"),
    or where it stands before what was asked about ("which tenders", "the second one")."""
    last, lead = conversation.query, conversation.lead
    number = 1 if word == _ordinals(language)["1"] else language.ordinal_words.get(word)
    if last is None or lead is None:
        return None
    spoken = dict.fromkeys((*(e for m in last.mentions for e in m.entities), *lead.about))
    if number is None:
        numbers = map(str, sorted(language.ordinal_words.values(), reverse=True))
        later = (_sibling(entity, number, retrieval, language) for number in numbers for entity in spoken)
        return next(filter(None, later), None)
    for entity in spoken:
        other = _sibling(entity, str(number), retrieval, language)
        if other:
            return other
    for term in last.weighty:
        named = retrieval.lexicon.analyse(f"{word} {term.surface}", retrieval.knowledge.topic.begins).mentions
        if len(named) == 1 and named[0].start == 0:
            return named[0].entities[0]
    return None


def _ordinals(language: Language) -> dict[str, str]:
    """The words of order by their numbers in digits."""
    return {str(value): word for word, value in (("first", 1), *language.ordinal_words.items())}


def _several(conversation: Conversation, retrieval: Retrieval) -> list[str]:
    """The entities of one type that were last told together: by the last answer, or by a list before it."""
    told = [statement.fact for statement in conversation.answer.statements] if conversation.answer else []
    before = (retrieval.knowledge.facts.get(id) for id in reversed(conversation.shown))
    listing = (fact for fact in before if fact is not None and Kind.LIST in fact.gives)
    groups = [_alike(_named(fact, retrieval), retrieval) for fact in (*told, *listing)]
    groups = [group for group in groups if len(group) > 1]
    asked = conversation.query.named if conversation.query else frozenset()
    return next((group for group in groups if not asked.isdisjoint(group)), groups[0] if groups else [])


def _named(fact: Fact | None, retrieval: Retrieval) -> list[str]:
    """The entities that the fact's text names, in its order."""
    analysis = retrieval.lexicon.analyse(fact.text if fact else "", retrieval.knowledge.topic.begins)
    return list(dict.fromkeys(e for m in analysis.mentions for e in m.entities[:1]))


def _alike(entities: Iterable[str], retrieval: Retrieval) -> list[str]:
    """Those of the type that most of the entities have; "these" are of one kind."""
    known = [e for e in entities if e != retrieval.knowledge.topic.subject]
    types = [retrieval.knowledge.entities[e].type for e in known]
    common = max(types, key=types.count, default="")
    return [e for e, its in zip(known, types, strict=True) if its == common]


def _numbered(query: Query, conversation: Conversation, retrieval: Retrieval, language: Language) -> Query | None:
    """ "17?" after "the 16th member", "third?" after "the second tender": the same with the other number."""
    last = conversation.query
    number = query.weighty[0].alternatives[0] if len(query.weighty) == 1 else ""
    if last is None or number[:1] not in ("=", "^") or not number:
        return None
    ordinals = [term for term in last.terms if term.alternatives[0][0] == "^"]
    if ordinals:
        asked = replace(query.weighty[0], alternatives=("^" + number[1:],))
        others = tuple(term for term in last.terms if term not in ordinals)
        return replace(last, text=query.text, terms=(asked, *others), mentions=_only_of(last.mentions, others))
    for entity in dict.fromkeys(e for m in last.mentions for e in m.entities):
        other = _sibling(entity, number[1:], retrieval, language)
        if other:
            return _about(query, other, (query.weighty[0].start, query.weighty[0].end))
    return None


def _only_of(mentions: Iterable[Mention], terms: Sequence[Term]) -> tuple[Mention, ...]:
    surfaces = {term.surface for term in terms}
    return tuple(m for m in mentions if m.surface in surfaces)


def _sibling(entity: str, number: str, retrieval: Retrieval, language: Language) -> str | None:
    """The entity whose name differs from the given one's in its ordinal only ("first tender", "second tender")."""
    words = _ordinals(language)
    for name in retrieval.knowledge.entities[entity].names.get(language.code, ()):
        for word in name.split():
            if word in words.values() and number in words:
                other = name.replace(word, words[number])
                analysis = retrieval.lexicon.analyse(other, retrieval.knowledge.topic.begins)
                found = [m.entities[0] for m in analysis.mentions if m.start == 0 and m.entities[0] != entity]
                if found:
                    return found[0]
    return None


def _about(query: Query, entity: str, span: tuple[int, int]) -> Query:
    """The query about `entity`, which the characters of `span` stood for."""
    start, end = span
    surface = query.text[start:end]
    kept = tuple(term for term in query.terms if term.end <= start or term.start >= end)
    return replace(
        query,
        terms=(*kept, Term(("@" + entity,), surface, start, end)),
        mentions=(*query.mentions, Mention((entity,), surface, start, end)),
        order=Order.ANY,
    )
