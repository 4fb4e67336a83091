"""What is heard and said in English without looking anything up: small talk, refusals, questions about the last answer,
and the fixed words of replies. Data only; patterns see folded text.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from bot.english_console import CONSOLE_PHRASES
from bot.english_curating import CURATING_PHRASES
from bot.english_telegram import TELEGRAM_PHRASES
from bot.patterns import lazy


def _re(pattern: str) -> re.Pattern[str]:
    return lazy(pattern, re.VERBOSE)


SMALL_TALK = (
    ("hello", _re(r"(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good\s+(?:morning|afternoon|evening|day)|sup|whats\s+up|start|test|testing|ping|hi\s+there|hello\s+there|hey\s+there|hi\s+bot|hello\s+bot)(?:\s+(?:bot|there|all|everyone))?")),
    ("thanks", _re(r"(?:ok\s+|okay\s+|great\s+|cool\s+|many\s+|perfect\s+|lo+l\s+|ha(?:ha)+\s+|nice\s+|good\s+|oh\s+|ah\s+|super\s+|alright\s+)*(?:thanks?|thx|ty|cheers|thank\s+you|tysm|appreciated|much\s+appreciated)(?:\s+(?:that|this)\s+help(?:s|ed)|\s+(?:a\s+lot|so\s+much|very\s+much|you|mate|bot|man|again|for\s+(?:that|the\s+help|your\s+help)))*")),
    ("bye", _re(r"(?:ok\s+|okay\s+)?(?:bye+|goodbye|bye\s+bye|see\s+(?:you|ya)(?:\s+later)?|cya|later|good\s*night|farewell|ciao|take\s+care|have\s+a\s+(?:nice|good)\s+day)(?:\s+(?:bot|then|now))?")),
    ("help", _re(r"(?:help|/?help\s+me|what\s+can\s+(?:you|i)\s+(?:do|ask)(?:\s+(?:you|me|about|for\s+me))*|how\s+does\s+this\s+work|how\s+do\s+(?:i|you)\s+(?:use\s+(?:this|you)|work)|what\s+(?:do|can)\s+you\s+(?:know|do|answer)(?:\s+about)?|what\s+is\s+this(?:\s+bot)?|(?:can|could|will|would)\s+(?:you|u)\s+(?:please\s+)?help(?:\s+(?:me|us))?(?:\s+(?:out|please))?|i\s+need\s+(?:some\s+)?help|menu|commands|options|what\s+topics.*|examples?)")),
    ("who", _re(r"(?:who|what)\s+(?:are|r)\s+(?:you|u)(?:\s+(?:exactly|then|anyway))?|who\s+(?:made|built|created|wrote|programmed|owns|runs)\s+(?:you|this\s+bot)|what(?:s|\s+is)\s+your\s+name|do\s+you\s+have\s+a\s+name|introduce\s+yourself|how\s+old\s+are\s+(?:you|u)|where\s+(?:are|do)\s+you\s+(?:from|live)|when\s+were\s+you\s+(?:born|made|built|created)"
            r"|(?:are|r)\s+(?:you|u)\s+(?:a\s+|an\s+)?(?:human|bot|robot|real|real\s+person|person|ai|chatgpt|gpt|machine|alive|sentient|conscious|chat\s*bot|language\s+model|llm|there|ok|okay|working|male|female|married|single)(?:\s+(?:or\s+.*|person|being))?|is\s+(?:this|anyone|anybody|someone)\s+(?:a\s+bot|there|real|a\s+human|home|human)(?:\s+.*)?|am\s+i\s+(?:talking|speaking|chatting)\s+(?:to|with)\s+.*")),
    ("language", _re(r"(?:do|can|could)\s+(?:you|u|we|i)\s+(?:speak|talk|understand|answer|write|ask|reply)(?:\s+(?:in|you|to\s+me))?\s+(?:in\s+)?(?:english|latvian|ukrainian|russian|german|french|turkish|polish|dutch|spanish|other\s+languages?|any\s+language|my\s+language).*|(?:english|speak\s+english|in\s+english)(?:\s+please)?|what\s+languages?\s+.*you.*")),
    ("fine", _re(r"(?:ok+|okay|k|kk|fine|cool|nice|great|good|perfect|awesome|wow|super|alright|all\s+right|got\s+it|i\s+see|understood|right|sure|yes|yeah|yep|no|nope|nah|hmm+|mm+|aha+|oh|ah|interesting|good\s+bot|well\s+done|good\s+job|nice\s+one|lo+l|lmao|rofl|ha(?:ha)+h?|hehe|xd|omg|wtf|whatever|never\s*mind|nvm|forget\s+it|no\s+worries|you(?:re)?\s+welcome|my\s+bad|oops|ups|same|true|exactly|congrats|congratulations|bravo|yay|meh|k\s+thanks|ok\s+cool|cool\s+cool|i\s+am\s+back|brb)")),
    ("sorry", _re(r"(?:oh\s+)?(?:sorry|apologies|my\s+apologies|pardon)(?:[\s,]+(?:wrong\s+(?:chat|person|number|window|group)|about\s+that|my\s+mistake|ignore\s+(?:that|this|me)))*|wrong\s+(?:chat|window|person|group)(?:\s+sorry)?|ignore\s+(?:that|this|me)|not\s+for\s+you")),
    ("feeling", _re(r"how\s+(?:are|r)\s+(?:you|u|things)(?:\s+(?:doing|today|going))*|hows\s+it\s+going|how\s+do\s+you\s+do|how\s+was\s+your\s+day|(?:i\s+)?(?:love|like|hate|miss|adore)\s+(?:you|u|this\s+bot)|(?:you|u)(?:\s+are|re|\s+r)?\s+(?:so\s+|very\s+|really\s+|a\s+|an\s+|the\s+|such\s+a\s+)*(?:nice|great|good|bad|stupid|dumb|useless|smart|clever|funny|awesome|best|idiot|cool|helpful|wrong|cute|sweet|genius|amazing|terrible|boring|slow|fast|crap|rubbish)(?:\s+bot)?|(?:you|u)\s+suck|stupid\s+bot|bad\s+bot|useless(?:\s+bot)?|(?:will|would|can)\s+you\s+(?:marry|date|love|kiss)\s+me|fuck\s+(?:you|off|this)|i\s+(?:am|m)\s+(?:bored|sad|happy|tired|hungry|lonely|new\s+here)|im\s+(?:bored|sad|happy|tired|hungry|lonely|new\s+here)|(?:tell|say)\s+(?:me\s+)?(?:a\s+joke|something(?:\s+funny|\s+nice)?)|sing(?:\s+.*)?|whats\s+your\s+favou?rite\s+.*|do\s+you\s+(?:like|love|hate|sleep|eat|dream|have\s+(?:feelings|friends|a\s+(?:girlfriend|boyfriend|family|soul))).*|merry\s+christmas|happy\s+(?:new\s+year|birthday|easter)|long\s+live\s+.*|glory\s+to\s+.*|paldies|labdien|sveiki?|dyakuyu|spasibo|danke|merci|gracias|hola|bonjour|ciao|privit|privet|hallo")),
)

REFUSALS = (
    ("unsafe", _re(r"\b(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}(?:instructions?|prompts?|rules|guidelines)\b|\brepeat\s+(?:after\s+me|(?:everything|all|the\s+(?:text|words?))\s+(?:above|before))\b|\bword\s+for\s+word\b.*\byou\s+are\b|\byou\s+are\s+now\b|\bhave\s+no\s+(?:rules|restrictions|limits)\b|\bfrom\s+now\s+on\b(?=.*\b(?:answer|reply|respond|say|you|your|every|act|speak|write)\b)|\bsystem\s+(?:override|message)\b|\b(?:answer|reply|respond)\s+(?:to\s+)?(?:every|all|each|any)\s+(?:\w+\s+)?(?:questions?|messages?)\s+(?:with|by)\b|\bno\s+longer\s+bound\b|\bsystem\s+prompt\b|\b(?:bot|api|access|secret|telegram)\s*[-_]?\s*(?:token|key|password)\b|\bpasswords?\b"
                   r"|\brm\s+-rf\b|/etc/(?:passwd|shadow)|\bdrop\s+table\b|\bselect\s+\*\s+from\b|\bunion\s+select\b|\bjailbreak\b|\bdeveloper\s+mode\b|\bdan\s+mode\b|\bpretend\s+(?:to\s+be|you)\b|\bact\s+as\b|\brole\s*-?play\b|\balert\s*\(|\bjavascript:|\beval\s*\(|\bos\.system\b|\bimport\s+os\b|\.env\b|\benvironment\s+variables?\b|\bsource\s+code\b"
                   r"|\bhow\s+(?:do|can|could|would|to)\s+(?:(?:i|we|you|one)\s+)?(?:to\s+)?(?:build|make|assemble|weaponi[sz]e|arm|hack|jam|shoot|smuggle|kill|bomb|attack|hijack|sabotage)\b|\b(?:bomb|explosives?|grenade)\s+(?:recipe|making|instructions)\b|\bkill\s+(?:someone|people|him|her|them|myself)\b|\bhome\s+address\b|\bgps\s+coordinates\b|\bwrite\s+(?:me\s+)?(?:a|an)\s+(?:poem|essay|story|song|python|script|code|letter)\b")),
    ("topic", _re(r"\b(?:tell|know|say|got|heard|make)\b.*\b(?:joke|pun|riddle)s?\b|^(?:a\s+)?joke\b|^(?:please\s+)?convert\s+\S+.*\b(?:to|into)\b")),
    ("opinion", _re(r"\b(?:do|did)\s+(?:you|u)\s+(?:think|believe|feel|reckon|support|agree)\b|\b(?:what|whats)\s+(?:is\s+|are\s+)?(?:your|ur)\s+(?:opinion|view|take|thoughts?|favou?rite|prediction)\b|\bwhat\s+do\s+you\s+(?:think|make)\b|\b(?:do|would)\s+you\s+(?:like|prefer)\b|^(?:was|is|are|were)\s.*\b(?:good|bad|great|terrible|awful|competent|decent|overpaid)\b|\bin\s+your\s+(?:opinion|view)\b|\bopinion\b"
                    r"|\b(?:would|could|can)\s+you\s+(?:improve|change|fix|rate|rank|advise)\b|\bwould\s+you\s+rather\b|\bshould\s+(?:i|we)\b(?!\s+(?:put|write|use|quote|cite|give|print|say|go\s+with)\b)|^(?:\w+\s+)?should\s+\w+(?!.*\b(?:able\s+to|lift|carry|weigh|fly|reach|cost|arrive)\b)|\b(?:best|worst|coolest|greatest|nicest|smartest|dumbest)\b(?!\s+(?:supported|known))|\bbetter\s+than\b|\bwho(?:s|\s+is)\s+(?:right|wrong|to\s+blame|better|stronger|smarter)\b|\b(?:who|which)(?:'?s|\s+is|\s+was|\s+were|\s+are)?\s+(?:the\s+)?(?:better|worse|more\s+competent)\b|\bhonestly\b.*\bworth\b|\bis\s+it\s+worth\s+it\b|\bworth\s+it\b|\bwaste\s+of\s+(?:money|time)\b|\bpointless\b|\buseless\b|\bobsolete\b|\bmoral(?:ly)?\b|\bethical\b|\bimmoral\b|\bgood\s+idea\b|\bbad\s+idea\b|\bis\s+it\s+(?:good|bad|fair|smart|stupid|wise|wrong)\b|\bcorrupt(?:ion)?\b|\btrustworthy\b|\bcan\s+(?:we|i|you)\s+trust\b|\boverrated\b|\bdoing\s+enough\b|\benough\s+to\s+win\b|\bhero(?:es)?\b|\brecommend\b|\bwhich\s+side\b")),
    ("prediction", _re(r"\bwill\s+(?:\w+\s+){1,4}(?:win|lose|survive|collapse|fall|end|stop|succeed|fail|join|leave|quit|be\s+over|be\s+enough|change|expand|grow|last|resign|become|invade|attack|run\s+out)\b|\bwho\s+will\s+(?:win|be|become|replace|join|lead|succeed|follow|take\s+over|come\s+after)\b|\bwho(?:s|\s+is)\s+going\s+to\b|\bwhen\s+will\s+(?:the\s+)?(?:war|it|this|peace)\b|\bpredict(?:ion|ions)?\b|\bforecast\b|\bwhat\s+will\s+happen\b|\bgoing\s+to\s+(?:win|lose|join|happen|end)\b|\bnext\s+(?:country|member|minister|one|state|nation)\s+to\b|\bbe\s+(?:the\s+)?next\b|\blook\s+like\s+in\s+\d{4}\b|\bwhat\s+will\b.*\blook\s+like\b|\bin\s+the\s+future\b|\bwill\b.*\bnext\b|\byour\s+(?:best\s+)?(?:guess|bet)\b|\bodds\b|\bchances?\s+of\b|\bin\s+(?:five|ten|5|10|20|fifty)\s+years\b")),
)

# Questions about the last answer instead of the topic; the whole message must match.
META = (
    ("source", _re(r"(?:and\s+)?(?:the\s+|your\s+|any\s+|a\s+)?(?:sources?|citations?|references?|links?|proof|evidence|url)(?:\s+(?:please|pls|plz|for\s+(?:that|this|it)))?|(?:whats?|what\s+is|what\s+are)\s+(?:the|your)\s+sources?(?:\s+for\s+(?:that|this|it))?|who\s+(?:says?|said|reported|reports|claims?|wrote)\s+(?:so|that|this|it)|says\s+who|according\s+to\s+(?:whom?|what)|where\s+(?:did|do)\s+(?:you|u)\s+(?:get|have|read|find)\s+(?:that|this|it)(?:\s+from)?|where\s+(?:is|does|did)\s+(?:that|this|it)\s+(?:come\s+)?from|how\s+do\s+(?:you|u)\s+know(?:\s+(?:that|this))?|can\s+(?:you|u)\s+prove\s+(?:it|that)|(?:show|give)\s+me\s+(?:the|your|a)\s+(?:sources?|links?)|based\s+on\s+what|who\s+is\s+(?:the|your)\s+source")),
    ("sure", _re(r"(?:(?:are\s+)?(?:you|u)\s+(?:really\s+|absolutely\s+|quite\s+|100\s+)?(?:sure|certain|positive|serious)(?:\s+(?:about\s+(?:that|this|it)|of\s+that))?|(?:for\s+)?(?:sure|real|really|seriously)|is\s+(?:that|this|it)\s+(?:really\s+)?(?:right|correct|true|accurate|certain|confirmed|reliable|for\s+sure|so)|no\s+way|i\s+(?:doubt|dont\s+believe)\s+(?:it|that|you)|that\s+(?:cant|cannot)\s+be\s+(?:right|true)|how\s+(?:sure|certain|reliable)\s+(?:are\s+you|is\s+that))")),
    ("why", _re(r"(?:but\s+|and\s+)?(?:why|how\s+come|why\s+(?:is\s+)?(?:that|this)|why\s+so|why\s+do\s+you\s+say\s+(?:that|so))")),
    ("differ", _re(r"(?:(?:so|and|but|ok|hm+|wait|hang\s+on)\s+)*(?:why|how\s+come|what\s+explains)\s+(?:is\s+it\s+|are\s+there\s+|is\s+there\s+|do\s+(?:i|you|we)\s+(?:get|give|have|see)\s+|have\s+you\s+got\s+)?(?:(?:the\s+|these\s+|those\s+)?(?:two|three|2|3|both|several|different|differing|conflicting|various)(?:\s+different)?\s+(?:numbers|figures|dates|versions|sums|amounts|counts|answers|sources|ones|values|totals)|(?:the|a|this|that)\s+(?:difference|discrepancy|contradiction|disagreement|mismatch)|(?:do|does|did|dont|are)\s+(?:they|these|those|the\s+(?:two|sources|numbers|figures|dates|versions|sums|counts|reports))(?:\s+(?:two|sources|numbers|figures|dates|versions|sums|counts|reports))?\s+(?:differ(?:ent)?|disagree|agree|diverge|contradict(?:\s+each\s+other)?))(?:\s+(?:then|though|exactly|here))?")),
    ("more", _re(r"(?:(?:tell|give|show)\s+me\s+)?(?:more|some\s+more|more\s+(?:please|pls|details?|info(?:rmation)?|on\s+(?:that|this|it)|about\s+(?:that|this|it)))|anything\s+else|what\s+else|go\s+on|continue|elaborate|(?:more\s+)?details?(?:\s+please)?|next|and\s+then|expand(?:\s+on\s+(?:that|this))?")),
)

PHRASES = MappingProxyType({
    "not_listed": "No: {entity} is not on the complete list.",
    "listed": "Yes: {entity} is on the complete list.",
    "differ": "Sources differ:",
    "missing_part": "On the other part of the question:",
    "confirmed": "Last confirmed on {date}.",
    "corrected": "Read as: {corrections}.",
    "completed": "Understood, with what was said before, as: {reading}.",
    "sources": "Sources:",
    "undated": "undated",
    "accessed": "read on {day}",
    "nearest": "Nearest things that I do have facts on:",
    "choose": "Which of these do you mean?",
    "none_nothing": "I have no fact on that.",
    "none_word": "I have no fact on that: nothing in my facts mentions {what}.",
    "none_entity": "I have no fact on {entity}.",
    "none_attribute": "I have facts on {entity}, but none on {what}.",
    "none_kind": "I have facts on {entity}, but none that gives the {what} asked for.",
    "none_kind_topic": "I have facts near that, but none that gives the {what} asked for.",
    "none_definition": "I have facts on {entity}, but none that says what it is.",
    "none_pair": "I have no fact that brings {entity} together.",
    "none_denied": "I have facts on who did and what was, but none that tells who did not or what was not.",
    "none_ahead": "My facts tell of nothing of the kind that is still to come; they cover the time until {date} and little of what came later.",
    "none_dispute": "None of my facts disputes that.",
    "none_period": "I have facts on that, but none for {period}.",
    "none_future": "My facts cover the time until {date} and little of what came later; I have none on that for {period}.",
    "none_opinion": "I have only facts, no opinions. Ask me what happened, who, when or how much.",
    "none_prediction": "I do not predict; I have only facts on what has happened or been announced.",
    "none_topic": "That is not my topic. I only answer questions on {title}.",
    "none_unsafe": "I cannot help with that. I only answer questions on my topic: {title}.",
    "none_question": "I did not find a question in that. Ask me about {title}.",
    "none_language": "I can only read English so far. Ask me about {title}.",
    "none_unreachable": "Part of the knowledge is unreachable, so I cannot answer now. Ask again in a moment.",
    "none_stated": "I have no answer to that, and the sources do not give one:",
    "none_context": "I do not know what that refers to. Ask a whole question, please.",
    "hello": "Hello! {greeting} You can ask me, for example: {suggested}",
    "thanks": "You are welcome. Ask me more whenever you like.",
    "bye": "Goodbye!",
    "help": "I answer questions on {title} from curated facts, with their sources. You can ask me, for example: {suggested}",
    "who": "I am a bot, a small program without a language model: I answer questions on {title} with curated sentences and their sources.",
    "language": "I answer in English. Ask me about {title}.",
    "fine": "I am here if you have a question on {title}.",
    "sorry": "No problem. I am here if you have a question on {title}.",
    "feeling": "I am only a bot, but thank you for writing. You can ask me about {title}.",
    "sure": "As far as these sources go:",
    "nothing_more": "I have nothing more on that.",
    "cutoff": "My facts cover the time until {date}; they were last reviewed on {reviewed}.",
    "cutoff_later": "My facts cover the time until {date}, and single events since, the last of {latest}; they were last reviewed on {reviewed}.",
    "why_differ": "My facts do not say why they differ. What they say:",
    "why_reason": "Because of what these sources say:",
    **CONSOLE_PHRASES,
    **CURATING_PHRASES,
    **TELEGRAM_PHRASES,
})
