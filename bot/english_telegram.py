"""The English catalogue's part on Telegram: what the Telegram bot says besides replies. Data only."""

from __future__ import annotations

from types import MappingProxyType

TELEGRAM_PHRASES = MappingProxyType({
    # Under and around answers.
    "tg_as_of": "As of {date}.",
    "tg_button_sources": "📚 Sources",
    "tg_button_why": "🔍 Why",
    "tg_button_up": "👍",
    "tg_button_down": "👎",
    "tg_button_chart": "📈 Chart: {title}",
    "tg_button_more": "More on this",
    # Start and help.
    "tg_start": "Write a question in your own words. Every answer comes with its sources. For example:",
    "tg_help": "Write a question in your own words, or a command:",
    "tg_help_group": "In a group I hear /ask, replies to my messages and @{username}.",
    "tg_help_inline": "In any chat, write @{username} and a question to send an answer with its sources.",
    "tg_unknown_command": "I know no /{command}; /help shows what I understand.",
    "tg_ask_how": "Write the question behind the command: /ask {question}",
    "tg_ask_reply": "You can also reply with /ask to a message that asks something.",
    # The menu: what each command does.
    "tg_menu_start": "begin",
    "tg_menu_ask": "ask a question",
    "tg_menu_timeline": "a chart of figures over time",
    "tg_menu_sources": "all sources of the last answer",
    "tg_menu_why": "how the last answer came about",
    "tg_menu_help": "what I understand",
    "tg_menu_privacy": "what is kept about you",
    "tg_menu_forget": "remove what is kept of this chat",
    "tg_menu_status": "how the bot is doing",
    # Sources and why.
    "tg_sources_of_answer": "All sources of the answer",
    "tg_no_last": "There is no answer here that I remember: ask a question first.",
    "tg_no_sources": "The last reply cites no source.",
    "tg_why_gone": "The conversation is over, so here are the facts that the answer was made of.",
    # Charts.
    "tg_which_chart": "Which figures do you want to see over time?",
    "tg_unknown_chart": "I have no chart of {name}.",
    "tg_no_charts": "There are no charts on this topic.",
    "tg_no_drawing": "I cannot draw here, so these are the figures as text.",
    "tg_chart_not_drawn": "In another unit, so not in the picture:",
    "tg_chart_until": "The facts cover the time until {date}.",
    "tg_chart_other": "another source",
    "tg_billion": "{figure} billion",
    "tg_million": "{figure} million",
    # Buttons.
    "tg_thanks_up": "Thank you. Glad that it helped.",
    "tg_thanks_down": "Thank you. The curators will look at this answer.",
    "tg_old_button": "This button is from an older version of me. Please ask again.",
    "tg_gone": "What this button showed is no longer in my facts. Please ask again.",
    # Groups.
    "tg_group_note": "Hello! {greeting} Ask with /ask and a question, reply to a message with /ask, "
    "reply to one of my messages, or mention @{username}. I answer only then.",
    "tg_sees_little": "I see only commands, mentions and replies to my messages here; nothing else reaches me.",
    "tg_sees_all": "By this group's settings every message reaches me. I read only those that are meant for me "
    "and keep none of the others.",
    "tg_not_here": "Thank you for inviting me, but I may not work in this chat, so I leave. "
    "You can ask me in a private chat: @{username}",
    # Media.
    "tg_media": "I can only read text so far. Write your question, or put it under the picture as a caption.",
    # Inline and guest mode.
    "tg_inline_none": "No answer to that: ask me in a chat",
    "tg_inline_more": "Ask me in a chat",
    # Privacy.
    "tg_privacy": "What is kept about you",
    "tg_privacy_inbox": "Your message is kept until it is answered, and my answer until it is sent. After that only "
    "numbers remain (of the update, the chat and the messages), so that nothing is answered twice and an answer is "
    "corrected when you edit the question. They are removed after 48 hours.",
    "tg_privacy_context": "What you last asked is held in memory for 30 minutes, so that you can ask on "
    "(\"and in 2025?\"). It is never written to disk.",
    "tg_privacy_shared_context": "What you last asked is kept in a database for 30 minutes, so that you can ask on "
    "(\"and in 2025?\").",
    "tg_privacy_gaps": "Questions that I cannot answer are kept for {days} days without any name, user or chat, so "
    "that the facts get better.",
    "tg_privacy_no_gaps": "Questions that I cannot answer are not kept either.",
    "tg_privacy_thumbs": "Thumbs up and down are kept for 30 days with the facts that they are about, without any "
    "name, user or chat.",
    "tg_privacy_cited": "Which facts each of my answers cites is kept for 30 days, with the numbers of the chat and "
    "the message, so that I can correct the answer when a fact turns out to be wrong.",
    "tg_privacy_notes": "Of a group I keep its number and that it has had my introduction, as long as I am in it.",
    "tg_privacy_never": "I keep no names, no profiles and no other messages, and send nothing to anybody else.",
    "tg_privacy_forget": "/forget removes what is kept of this chat at once.",
    "tg_forgot": "Done. Removed: {context}, and {rows} of this chat from my journal.",
    "tg_forgot_context": "what I remembered of the conversation",
    "tg_forgot_no_context": "no conversation (there was none)",
    "tg_forgot_row": "1 entry",
    "tg_forgot_rows": "{count} entries",
    # Corrections.
    "tg_corrected": "Corrected on {date}.",
    "tg_withdrawn": "This is no longer among my facts.",
    # Status.
    "tg_status_knowledge": "changed knowledge",
    "tg_status_refused": "not in use, for it has problems ({count}), the first: {problem}",
    "tg_not_admin": "That command is for the bot's operators.",
    "tg_status": "{facts} facts, {sources} sources, version {version}. {cutoff}",
})
