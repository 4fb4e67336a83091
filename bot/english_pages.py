"""The English catalogue's third part: what the reports on questions and answers say. Data only."""

from __future__ import annotations

from types import MappingProxyType

PAGE_PHRASES = MappingProxyType({
    "change_flipped": "Flipped to no answer",
    "change_lost": "Lost",
    "change_facts": "Answered from other facts",
    "change_words": "Changed in words",
    "change_citation": "Changed in citation",
    "change_gained": "Gained",
    "change_flipped_means": "There was an answer, and now the bot says that it has none.",
    "change_lost_means": "The right answer is gone: the reply is wrong now, or the bot asks back.",
    "change_facts_means": "There is an answer as before, but other facts give it.",
    "change_words_means": "The same facts in other words, or another way of saying no.",
    "change_citation_means": "The words are the same, what they cite is not.",
    "change_gained_means": "There is an answer where there was none, or the right reply in place of a wrong one.",
    "diff_title": "What the change does to answers",
    "diff_lead": "{old} against {new}: {asked} questions, {changed} replies changed.",
    "diff_none": "No reply changes.",
    "diff_accepted": "accepted",
    "diff_unaccepted": "not accepted",
    "diff_summary": "{changed} of {asked} questions change their reply.",
    "diff_harm": "Lost or flipped and not accepted: {count}. Mend the knowledge, or name them in {file}.",
    "diff_old": "before",
    "diff_new": "now",
})
