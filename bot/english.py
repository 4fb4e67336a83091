"""The English catalogue: every English word that the program itself knows or says, here or in an `english_` room.

Data only. Patterns see folded text: lower case, no diacritics, straight apostrophes.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from bot.english_asked import (
    AHEAD,
    CITING,
    COUNTRIES,
    CURRENCIES,
    DISPUTING,
    FORMS,
    NEGATED,
    OBJECT,
    OWNING,
    PLACED,
    PREAMBLE,
    SUPERLATIVE,
    TOTALS,
)
from bot.english_calendar import ENGLISH_CALENDAR
from bot.english_light import LIGHT_WORDS
from bot.english_talk import META, PHRASES, REFUSALS, SMALL_TALK
from bot.language import Language
from bot.model import Kind
from bot.patterns import lazy


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _re(pattern: str) -> re.Pattern[str]:
    return lazy(pattern, re.VERBOSE)


# Dropped altogether: they say nothing about what is asked.
STOP = _words("""
a an the this that these those it its they them their theirs he him his she her hers we us our ours you your yours
i me my mine one ones someone somebody anybody anyone everyone everybody something anything everything thing things
stuff who whom whose what when where why how which whats whos wheres hows whens is are was were be been being am
isnt arent wasnt werent do does did done doing dont doesnt didnt has have had having hasnt havent hadnt can could
cannot cant couldnt will would wont wouldnt shall should shouldnt may might must and or but nor not no yes if then
than so as of at by for from in into on onto to with within without about against between among through during
before after since until till up down out off over under again further there here also too very just only even
still yet ever never always already now currently present today moment per via s t re ve ll d m im ive id youre
youve theyre theyve hes shes thats theres lets etc eg ie vs
""")

# Words that ask, count, order or compare: the kind, the order and the period of a query already say them.
ASKING = _words("""
add added adding additional adds aggregate ago ahead alone amount amounts away back became become becomes behind bigger
biggest billion billions call calls combined count countries country counts date dates day days different duo earlier
early effort efforts ended ending ends extra fewer fewest final finally first former full fully gave generally give
gives given giving gone government governments group groups handle held high higher highest hold holding holds how's
initially job jobs larger largest last late later latest least less line long longer low lower lowest made make makes
making million millions month months more most mostly name names nation nations newer next number numbers old
originally part partly parts period piece previous prior purposes role roles round set single size smaller smallest
sole state states sum sums take taken takes taking term terms time times together took total totals tomorrow tonight
twice updates use used uses using week weeks work worked working works year years
event events level levels status lifetime politician politicians
""")

SPELLINGS = MappingProxyType({
    "defense": "defence", "armor": "armour", "armored": "armoured", "center": "centre", "centers": "centres",
    "program": "programme", "programs": "programmes", "organization": "organisation", "license": "licence",
    "organizations": "organisations", "centralized": "centralised", "organized": "organised", "labor": "labour",
    "organize": "organise", "industrialized": "industrialised", "mobilize": "mobilise", "favor": "favour",
    "defences": "defence", "defenses": "defence", "def": "defence", "min": "minister", "minster": "minister",
    "govt": "government", "gov": "government", "intl": "international", "approx": "about", "recon": "reconnaissance",
    "companys": "company", "countrys": "country", "mostly": "chiefly", "generally": "broadly", "specifically": "exactly", "its": "their", "contested": "disputed",  # no "most", no "general"
})

# Slips that are words themselves, so that no dictionary finds them.
SLIPS = MappingProxyType({
    "wen": "when", "wat": "what", "wut": "what", "wot": "what", "wich": "which", "leeds": "leads", "hav": "have",
    "ponds": "pounds", "singed": "signed", "thru": "through",
})

NUMBER_WORDS = MappingProxyType({
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
})

ORDINAL_WORDS = MappingProxyType({
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
})

MULTIPLIERS = MappingProxyType({
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "mil": 1e6, "million": 1e6,
    "millions": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9, "mrd": 1e9,
})

_MONEY = r"(?:euros?|eur|pounds?|gbp|quid|sterling|dollars?|usd|bucks|kroner|kronor|nok|sek|money|cash|millions?|billions?|bn|mln)"

# The first pattern found decides what is asked for.
KINDS = (
    (Kind.DATE, _re(r"\bhow\s+(?:fast|soon|quickly)\b.*\b(?:deliver\w*|arriv\w*|ship\w*|sent|reach\w*|come|get|expected)\b|\bhow\s+long\s+(?:has|have|had|was)\b|\b(?:in|within)\s+what\s+time\b")),
    (Kind.OTHER, _re(r"\bhow\s+(?:old|tall|far|fast|heavy|high|deep|wide|rich|dangerous|effective|accurate|often|loud)\b"
                     r"|\bwhat\s+(?:colou?r|age)\b|\bhow\s+many\s+(?:days|weeks|months|hours|sleeps)\s+(?:until|till|to|left|before)\b|\bphone\s*numbers?\b|\bwhat\s+time\b|\bwhat\s+hour\b|\btime\s+of\s+day\b|\bhow\s+long\b(?!\s+(?:ago|has|have|had|was)\b)|\bvote\s+count\b|\bexchange\s+rates?\b|\bcapital\s+of\b|\bpopulation\b|\bmeaning\s+of\s+life\b")),
    (Kind.AMOUNT, _re(rf"\bhow\s+(?:big|large)\b.{{1,60}}\b(?:in|by)\s+(?:money|cash|financial|euros?)\b|\bhow\s+(?:many|much)\s+(?:\w+\s+)?{_MONEY}\b|\bhow\s+much\b|\bwhat\s+(?:(?:is|was|were|are)\s+(?:\S+\s+){1,2})?(?:\w+\s+)?(?:sum|amount|budget|price|value)\b|\btotal\s+(?:sum\s+|amount\s+)?(?:pledge[ds]?|promised|paid|given|raised|committed|spent|donated|contributed|collected|contributions?|donations?|payments?|commitments?|spending|funding)\b"
                      r"|\b(?:how\s+(?:big|large|sizeable)\b|\bsize\s+of\b).{1,40}\b(?:funds?|pot|budget|kitty|pledges?|packages?|contributions?|donations?|gifts?|grants?|payments?|commitments?|promises?|aid|support|sum)\b|\bhow\s+(?:big|large)\s+(?:is|was)\s+it\b"
                      r"|\bwhat\s+(?:was|is|were|are)\s+(?:\w+\s+){0,5}worth\b|\bworth\s*\??$|\bcosts?\b|\bin\s+(?:billions?|millions?|euros?|eur|dollars|pounds|quid)\b|\bin\s+(?:money|cash)\s+terms\b|\bmoney\s+terms\b")),
    (Kind.AMOUNT, _re(r"\bthe\s+(?:\w+\s+)?(?:sum|amount)\s+(?:of\s+money\b|(?!of\b)\w)|\bwhat\b.*\b(?:money|contributions?|payments?|pledges?|sums?)\b.*\b(?:adds?\s+up|amounts?|comes?)\s+to\b")),
    (Kind.COUNT, _re(r"\bhow\s*many\b|\bnumber\s+of\b|\bcount\s+of\b|\bwhat\s+(?:percentage|proportion|number)\b|\bhow\s+(?:big|large)\b|\bhow\s+numerous\b|\bsize\b|\bheadcount\b|\bquantity\b|\bcount$|^count\b")),
    (Kind.DATE, _re(r"\bwhen\b(?!\s+(?:it|they|the|he|she|that|this|canada|we)\b)|^when\b|\bsince\s+when\b|\b(?:what|which|exact|precise)\s+(?:date|day|month|year|week)\b|\b(?:day|month|year|week|moment)\s+(?:(?:on|in|at|of|from)\s+which|when)\b"
                    r"|\bhow\s+long\s+ago\b|\b(?:cut\s*-?\s*off|closing|start|end|launch|founding|signing|joining|due)?\s*date\b(?!\s+back)|\bdeadline\b|\bsince\s+what\b")),
    (Kind.COUNTRY, _re(r"\b(?:from\s+where|where\b.*\bfrom)\b")),
    (Kind.PLACE, _re(r"\bwhere(?:abouts)?\b|\b(?:which|what)\s+(?:city|town|place|venue|location)\b|\bvenue\b|\blocation\b")),
    (Kind.REASON, _re(r"\bwhy\b|\bhow\s+come\b|\breasons?\b|\bwhat(?:'?s|\s+is|\s+was)\s+the\s+(?:point|sense|use)\b|\bwhat\s+for\b|\bwhat\b.*\b(?:spent|used|meant|intended)\s+(?:on|for)\b|^what\b.+(?<!\baccount)(?<!\blooking)(?<!\bpaid)\s+for$|\bon\s+what\s+grounds\b")),
    (Kind.ORGANISATION, _re(r"\b(?:which|what)\s+(?:\w+\s+){0,2}(?:compan(?:y|ies)|firms?|manufacturers?|suppliers?|makers?|producers?|ministry|organi[sz]ation|outlet|agency)\b"
                            r"|\bwhat\s+(?:are|were)\s+(?:their|the)\s+names\b|\bnames\s*\??$|\bwhat(?:s|\s+is|\s+was)\s+the\s+(?:company|firm|winner|supplier|maker|producer)\s+called\b|\bnames?\s+of\s+(?:the\s+|all\s+)?(?:=?\w+\s+){0,3}(?:compan(?:y|ies)|firms?|manufacturers?|suppliers?|makers?|winners?)\b|\b(?:company|firm)\s+(?:called|named?)\b")),
    (Kind.LIST, _re(r"^(?:and\s+|but\s+|so\s+)?which(?:\s+ones?)?\s*\??$|^(?:please\s+|pls\s+|can\s+you\s+|could\s+you\s+)*(?:list|enumerate|name\s+(?:all|every|the|each))\b|\blist\s+of\b|^(?:all|every|other|alternative|further)\s+(?:(?:of\s+)?the\s+)?(?:names?|\w+s)\b(?!.*\b(?:is|are|was|were|did|does|do|has|have)\b)|^name\s+(?:the\s+)?(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b|\bfull\s+list\b|\bevery\s+(?:single\s+)?(?:country|member|state|nation)\b"
                    r"|\ball\s+(?:the\s+)?(?:\w+\s+)?(?:members?|countries|states|signatories|donors|participants)\b|\blist\b|\bin\s+order\b")),
    (Kind.COUNTRY, _re(r"\bwhich\s+(?:two|three|four|2|3|4)\b|\bwhat\s+(?:\w+\s+)?(?:countr(?:y|ies)|nations?|states?|governments?)\b|\bwhich\s+(?:(?!(?:had|have|has|do|did|does|is|are|was|were|will|can|could|should|would|the)\b)\w+\s+){0,3}(?:countr(?:y|ies)|nations?|states?|governments?|members?|capital)\b")),
    (Kind.PERSON, _re(r"\bwho(?:m|se|s)?\b|\b(?:which|what)\s+(?:\w+\s+)?(?:minister|secretary|person|politician|official|president|general|man|woman|guy)\b|\bname\s+of\b|\bwhats\s+his\s+name\b")),
    (Kind.OVERVIEW, _re(r"\btell\s+(?:me|us)\s+(?:more\s+)?about\b|\bbrief\s+(?:me|us)\b|\boverview\b|\bsummar(?:y|ise|ize)\b|\b(?:give|get)\s+me\s+(?:a\s+|the\s+)?(?:\w+\s+)?(?:rundown|lowdown|summary|overview|basics|picture)\b|\b(?:rundown|lowdown)\b"
                        r"|\bwhat\s+do\s+(?:you|we)\s+know\s+(?:about|of|on)\b|\beverything\s+(?:about|on)\b|\bwhats?\s+the\s+(?:story|deal)\s+with\b|\binfo(?:rmation)?\s+(?:on|about)\b")),
)

YES_NO = _re(r"^(?:(?:so|and|but|ok|well|hi|hey|hello|wait|sorry|please|then)\s+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|isn'?t|aren'?t|wasn'?t|weren'?t|doesn'?t|didn'?t|hasn'?t|haven'?t|will|would)\b(?!\s+(?:the\s+)?(?:list|number)\s+of)")

FALLBACK_KINDS = (
    (Kind.AMOUNT, _re(r"^(?=\W*\w+\W+\w)(?!.*\b(?:what|which|how|is|was|were|are|did|does|do|has|have)\b).*\b(?:budget|spending|payments?|price|exact\s+figure)\b")),
    (Kind.YES_NO, _re(r"[,\s](?:is|are|was|were|did|does|do|has|have|had|can|will)(?:n'?t)?\s+(?:it|they|he|she|there|we)\s*\?*$|\b(?:right|correct|true|or\s+no|or\s+not|yes\s+or\s+no|innit|no|isnt\s+it|arent\s+they)\s*\?*$|\bis\s+it\s+true\b|\bis\s+that\s+(?:true|right)\b|\btrue\s+that\b")),
    (Kind.DEFINITION, _re(r"^(?:(?:so|and|but|ok|well|hi|hey|hello)\s+)*what(?:s|\s+is|\s+was)\b(?=\s+(?:a\s+|an\s+|the\s+)?\w+(?:\s+\w+){0,3}\s*\??$)|\bwhat\s+does\b|\bmeaning\s+of\b|\bdefine\b")),
    (Kind.ANY, _re(r"\b(?:what|whats|which|how)\b")),
)

KIND_WORDS = MappingProxyType({
    Kind.DATE: "date", Kind.COUNT: "number", Kind.AMOUNT: "sum of money", Kind.PERSON: "name",
    Kind.COUNTRY: "country", Kind.ORGANISATION: "company or organisation", Kind.PLACE: "place", Kind.LIST: "list",
    Kind.REASON: "reason", Kind.OTHER: "detail",
})

REWRITES = (
    (_re(r"\bafter\s+(the\s+(?:\w+\s+){0,3}?(?:increase|rise|boost|top\W?up|hike|raise)\b)"), r"with \1"),
    (_re(r"[\s,]+(?:like|say|say\s+on)\s+(?:on\s+)?the\s+\d{1,2}(?:st|nd|rd|th)\b"), " "),
    (_re(r"\bus\s+(?=(?:presidential\s+|mid\W?term\s+)?(?:elections?|presidents?|congress|senate|government|army|troops|forces|citizens?|ambassador|embassy|officials?|taxpayers?)\b)"), "usa "),
    (_re(r"\bjust\s+any\b"), "any"),
    (_re(r"\b(?:number|no\.?|nr\.?)\s*(\d{1,3})\b(?!\s*(?:countr|member|state|nation|compan|firm))"), r"\1th"),
    (_re(r"\bin\s+the\s+first\s+place\b|\bat\s+(?:all|least|most)\b|\bby\s+the\s+way\b|\bto\s+be\s+(?:exact|precise|honest)\b|\bonce\s+and\s+for\s+all\b|\bin\s+the\s+end\b|\bin\s+the\s+world\b|\bthe\s+world\b"), " "),
    (_re(r"\bin\s*\??$|(?<!take)(?<!took)(?<!come)\b(?<=\bwere\s)in(?=\s+(?:by|before|at|on|as\s+of|when|after|until)\b)"), "in it"),
    (_re(r"\b(how\s+much\b.*?)\bin\s+it\b"), r"\1"),
    (_re(r"\bmost\s+recent(?:ly)?\b"), "latest"),
    (_re(r"\bon\s+behalf\s+of\b|\bin\s+the\s+name\s+of\b"), "for"),
    (_re(r"\b((?:targets?|goals?|aims?|ambitions?|objectives?|promises?|pledges?|commitments?)\s+(?:\w+\s+){0,5}?)met\b"), r"\1achieved"),
    (_re(r"\bme(?:e?t|ets)\s+((?:\w+\s+){0,5}?(?:targets?|goals?|aims?|ambitions?|objectives?|promises?|pledges?|commitments?)\b)"), r"achieve \1"),
    (_re(r"\bacc\s+to\b"), "according to"),
    (_re(r"\bwhat\s+(?:was|did|had)\s+((?:\w+\s+){1,3}?)(?:(?:do|doing|been)\s+)?(?:before|earlier|previously)(?:\s+(?:that|then|this))?\W*$"), r"what did \1do before"),
    (_re(r"\bthe\s+((?:last|latest|next|new|current|former|first)\s+)?us\s+(?=\w)"), r"the \1usa "),
    (_re(r"\bshould\s+(?:i|we)\s+(?:put|write|use|quote|cite|give|print|say|go\s+with)(?:\s+(?:down|it))?(?:\s+(?:in|for)\s+(?:my|our|the|an?)\s+\w+)?"), "is it"),
    (_re(r"\b(?:in|within)\s+(?:(?:just|only|about)\s+)?(?:an?|one|two|three|four|five|\d|(?:a\s+)?few|some)\s+(?:(?:or|to)\s+\w+\s+)?(?:(?:short|simple|plain|brief)\s+)?"
         r"(?:lines?|sentences?|words?|bullets?(?:\s+points?)?|paragraphs?)(?:\s+or\s+(?:two|so|three))?(?:\s+(?:at\s+most|max\w*))?\b"), " "),
    (_re(r"\busa\s+dollars?\b"), "dollars"),
    (_re(r"\bcanadian\s+dollars?\b"), "cad"),
    (_re(r"\baustralian\s+dollars?\b"), "aud"),
    (_re(r"\bnew\s+zealand\s+dollars?\b"), "nzd"),
    (_re(r"\b(who|that|to)\s+funds?\b(?!\s+(?:total|size|money))"), r"\1 pays for"),
    (_re(r"\b(?:deal|deals|dealing|dealt)\s+with\b"), "about"),
    (_re(r"\b(?:bring|put|lay)(?:s|ing)?\s+((?:\w+\s+){0,3}?)(?:to|on)\s+the\s+table\b"), r"give \1"),
    (_re(r"\b(?:brought|laid)\s+((?:\w+\s+){0,3}?)(?:to|on)\s+the\s+table\b"), r"gave \1"),
    (_re(r"\b(20\d\d)\s+(spring|summer|autumn|fall|winter|jan(?:uary)?|feb(?:ruary)?|march|april|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b(?!\s+20\d\d)"), r"\2 \1"),
    (_re(r"\b(?:(?:just|shortly|right)\s+)?(?:before|around|at)\s+christmas\b|\bchristmas(?:\s*time)?\b"), "in december"),
    (_re(r"\b(\d{1,2}(?:st|nd|rd|th)?)\s+or\s+((?:on\s+)?(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(jan(?:uary)?|feb(?:ruary)?|march|april|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\b"), r"\1 \3 or \2"),
    (_re(r"\bhalloween\b"), "31 october"),
    (_re(r"\bvalentines?(?:'s)?(?:\s+day)?\b"), "14 february"),
    (_re(r"\bnew\s+years?(?:'s)?\s+eve\b"), "31 december"),
    (_re(r"\bnew\s+years?(?:'s)?\s+day\b"), "1 january"),
    (_re(r"\b(?:take|takes|took|taking|taken)\s+place\b"), "happen"),
)

# Words that point at a sentence before; a fact is shown alone and has none before it.
PRONOUN_STARTS = _words("it its they them their theirs he him his she her hers we us our you your i my this that these those")

# What people leave in a text that they mean to finish.
DRAFT_MARKS = _words("todo tbd tbc xxx fixme lorem ???")

# Words that count in a text but mostly do not in a question.
COUNT_WORDS = _words("one single sole both none neither half")

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")

ENGLISH = Language(
    code="en",
    calendar=ENGLISH_CALENDAR,
    stemmer="english",
    stop=STOP,
    articles=_words("a an the"),
    light=LIGHT_WORDS | ASKING,
    cased=MappingProxyType({lazy(r"\bU\.?S\.?(?:A\.?)?(?![\w$])"): " USA ", lazy(r"\bU\.K\.?"): "UK ", lazy(r"\b([ie])\.\s?([eg])\.", re.IGNORECASE): r"\1\2", lazy(r"\b([Nn][or])\.(?=\s*\d)"): r"\1", lazy(r"\b[Aa]cc\.\s?(?=to\b)"): "according "}),
    spellings=SPELLINGS,
    slips=SLIPS,
    rewrites=REWRITES,
    number_words=NUMBER_WORDS,
    ordinal_words=ORDINAL_WORDS,
    multipliers=MULTIPLIERS,
    joints=_words("or to and vs"),
    currencies=CURRENCIES,
    kinds=KINDS,
    yes_no=YES_NO,
    question_word=_re(r"\b(?:who|whom|whose|when|where|why|how|which|what|whats|whos)\b"),
    embedded=_re(r"\b(?:who|whom|whose|where|why|how|which|what|whats|whos)\b|\b(?:known|clear|sure|certain|idea|information|info|recorded|told)\b.*\bwhen\b|\bwhen\b\s*\??$"),
    fallback_kinds=FALLBACK_KINDS,
    kind_words=KIND_WORDS,
    holder=_re(r"\b(?:which|what)\s+(?:\w+\s+){0,2}(?:ministers?|secretar(?:y|ies)|persons?|politicians?|officials?|officers?|presidents?|general|man|woman|guy)\b|\bnames?\s+of\b|\bwho\b.*\b(?:sign(?:s|ed)?|put\s+(?:pen\s+to\s+paper|(?:his|her|their|a)\s+(?:name|signature)))\b.*\bfor\s+\w|\bwho\b.*\bput\s+(?:\S+\s+){1,2}(?:name|signature|pen)\b|\bwho\b.*\b(?:head(?:s|ed)?|heading|r[au]ns?|led|leads?|in\s+charge|at\s+the\s+(?:helm|head)|took\s+over)\s+(?:\S+\s+){0,3}?(?:ministry|mod|department)\b|\bwho\b.*\b(?:minister|secretary|president|premier|guy|man|woman|official|officer|major)\b"),
    forms=FORMS,
    negated=NEGATED,
    ahead=AHEAD,
    owning=OWNING,
    citing=CITING,
    countries=COUNTRIES,
    disputing=DISPUTING,
    totals=TOTALS,
    superlative=SUPERLATIVE,
    reporting=_re(r"^(?!.{0,60}?\b(?:who|whom|what|when|where|why|how|which|whose|did|does|do)\b)[^:]{0,80}?(?<!\bas\s)\b(?:claim(?:s|ed|ing)?|sa(?:ys?|id|ying)|wr(?:ites?|ote|iting)|reports?|reported|read|heard|told\s+me|thinks?|insists?)\s+(?:that\s+)?(?=\S+(?:\s+\S+){3})"),
    courtesy=_re(r"^(?:(?:(?:hi+|hello|hey)\s+(?:there|all|everyone|everybody|team|guys|folks|bot)|hi+|hello|hey|hiya|dear\s+\w+|good\s+(?:morning|afternoon|evening|day)|so|ok(?:ay)?|well|um+|please|pls|plz|sorry|excuse\s+me|thanks|(?:fine|great|cool|nice|good|perfect|right|alright|all\s+right|pity|too\s+bad)(?=\s*[,.!;:])|quick\s+question|question|btw|"
                 r"(?:can|could|would|will)\s+(?:you|u|someone|anybody|anyone)\s+(?:please\s+|kindly\s+|pls\s+)?(?:tell|help|explain|let|remind|inform|say|clarify)(?:\s+(?:me|us|to\s+me))?(?:\s+(?:know|with))?|(?:do|does)\s+(?:you|u|anyone|anybody)\s+(?:happen\s+to\s+)?know(?:\s+if)?|any\s+idea|"
                 r"i(?:\s+would|\s*'?d)?\s+(?:want|like|need|have|love|wish)\s+to\s+(?:know|ask|find\s+out)|i\s+(?:was|am|'m)\s+(?:just\s+)?wondering(?:\s+if)?|im\s+wondering|just\s+wondering|i\s+wonder|wondering|tell\s+me(?!\s+(?:more\s+)?about)|(?:give|show|get|send)\s+(?:me|us)(?!\s+(?:a\s+|the\s+|an\s+)?(?:\w+\s+)?(?:rundown|lowdown|summary|overview|basics|picture))|remind\s+me|(?:a\s+)?(?:different|new|another|next)\s+(?:subject|topic|question|thing)|changing\s+(?:topic|subject)s?|folks|sir|madam|mate)\b[\s,:;.!-]*)+"),
    placed=PLACED,
    preamble=PREAMBLE,
    part_break=_re(r"(?:\s*[,;]?\s+(?:and|&|plus|also|as\s+well\s+as)\s+|\s*[+/]\s*|\s*[?;]\s*(?:and\s+)?|\s*,\s*)(?=(?:also\s+)?(?:(?:from|by|to|in|at|for|with|of|on|under)\s+)?(?:who|whom|when|where|why|how|which|what|whats|whos|since\s+when|by\s+whom)\b|(?:is|are|was|were|did|does|do|has|have)\b)"),
    clause_end=_re(r"[,;:?!]\s|\.\s|\s(?:but|because|since\s+i|as\s+i|although|though|which\s+(?:is|was|sounded))\s"),
    question_mark=_re(r"\?"),
    wanting=_re(r"\b(?:who|whom|whose|when|where|why|how|which|what|whats|whos|is|are|was|were|did|does|do|has|have|list|name|tell|brief|give|need|looking\s+for|can|could)\b"),
    first=_re(r"\b(?:at|in|from)\s+(?:the\s+)?(?:very\s+)?(?:start|beginning|outset|launch|inception|birth|first)\b(?!\s+of\s+(?:(?:the|this|that|last)\s+)?(?:year|month|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q))|\b(?:originally|initially|at\s+first|to\s+begin\s+with|day\s+one|back\s+then\s+at\s+the\s+start)\b"),
    present=_re(r"\b(?:is|are|whos|whats|now|currently|at\s+(?:the\s+)?(?:moment|present)|these\s+days|nowadays|today|at\s+present|as\s+of\s+now|right\s+now|latest|most\s+recent|newest|so\s+far|to\s+date|up\s+to\s+date|still|current)\b"),
    still=_re(r"\b(?:still|anymore|any\s+more|any\s+longer|yet)\b"),
    clause=_re(r"(?<!\bfor\s)(?<!\bof\s)(?<!\babout\s)(?<!\bon\s)\b(?P<relation>just\s+before|right\s+before|shortly\s+before|before|prior\s+to|after|once|(?:ever\s+)?since|now\s+that|when|by\s+the\s+time|at\s+the\s+time(?:\s+of)?|the\s+(?:day|moment|time)(?:\s+that)?|until)\s+(?P<clause>(?!(?:and|or|is|are|was|were|did|does|do|will|has|have|had)\b)[^,;?.]+)"),
    habitual=_re(r"\b(?:do|does|can|must|should)\b|\bwhat\s+(?:was|did|had)\s+(?:he|she)\b(?:\s+(?:do|doing|been))?$"),
    that_time=_re(r"(?:\b(?P<until>by|until|till|up\s+(?:to|until))\s+)?(?:\b(?:the\s+)?end\s+of\s+)?\b(?:(?:that|the\s+(?:same|whole|entire|full|rest\s+of\s+the)|all|that\s+whole)\s+(?P<unit>day|month|year)|(?:that|the\s+same)\s+(?:date|time|moment)|back\s+then|then)\b"),
    so_far=_re(r"\b(?:before|previously|previous|earlier|until\s+then|so\s+far|already)\b"),
    before=_words("before prior until"),
    after=_words("after once since now"),
    succession=MappingProxyType({
        "whom": _re(r"\b(?:who|whom|whose\s+(?:place|post|job|seat))\s+did\s+(?:he|she|they)\s+(?:replace|succeed|follow|take|get|inherit|come\s+after)\b|\b(?:he|she|they)\s+(?:replaced|succeeded|followed|took\s+over\s+from)\s*(?:who|whom)?$"),
        "next": _re(r"\b(?:took\s+over\s+(?:from|after)|tak(?:es|ing)\s+over\s+from|succeed(?:ed|s)?|successors?|replac(?:ed|es|ing)|replacement|came\s+(?:in\s+|right\s+|straight\s+|directly\s+)?after|follow(?:ed|s)|came\s+next|next\s+one|and\s+(?:after|then)\b(?:\s+(?:him|her|them|that))?|after\s+(?:him|her|them|that|those))\b"),
        "previous": _re(r"^(?!.*\bwhat\s+(?:was|did|had)\s+(?:he|she)\b).*\b(?:predecessors?|preced(?:ed|es|ing)|held\s+(?:the\s+)?(?:post|office|job)\s+before|came\s+(?:right\s+|just\s+)?before|before\s+(?:him|her|them|that|those|this)|and\s+before\b|previous\s+(?:one|holder|minister|secretary))\b"),
    }),
    recipient=_words("to for in give gives gave given giving send sends sent sending help helps helping support supports supporting aid aiding with supply supplies supplied equip arm back promised promise pledged pledge committed owes owe lent gifted offered offer shipped delivered deliver brought"),
    local=_words("in at near from the"),
    alternatives=_re(r"\s+(?:or|vs\.?|versus)\s+(?:(?:with|in|by|on|at|for|rather)\s+)?(?:the\s+)?"),
    temporal=_re(r"\b(?:first|earlier|earliest|sooner|before|later|longer)\b"),
    versus=_re(r"\b(?:or|than|versus|vs|against|compar\w+\s+(?:with|to)|as\s+opposed\s+to)\b"),
    growth=_re(r"\b(?:grow\w*|grew|rise|rose|risen|increase[ds]?|(?:go|gone|went|going)\s+up|climb(?:ed)?)\b"),
    summing=_re(r"\b(?:together|combined|in\s+total|in\s+all|altogether|sum|plus|add(?:ed|ing)?\s+up|overall|cumulative(?:ly)?|both\s+years)\b"),
    comparative=_re(r"\b(?:better|more|less|bigger|larger|smaller|higher|lower|greater|most|least|fewer|biggest|largest|first|earlier|earliest|later|sooner|before|longer|compare|compared|comparison|difference|versus|vs|exceed\w*|outspen\w*|increase\w*|grow\w*|grew|rise|rose|drop\w*|fall|fell|decrease\w*)\b"),
    pronoun=_re(r"\b(?:it|its|that|this|they|them|their|theirs|he|him|his|she|her|hers|(?<!\bis\s)(?<!\bare\s)(?<!\bwas\s)(?<!\bwere\s)there(?!\s+(?:is|are|was|were|have|has)\b)|then|those|these|the\s+(?:same|first|second|last|other)\s+one|(?:both|two|three)\s+of\s+them)\b"),
    happening=_re(r"\b(?:joined|joining|signed|signing|became|entered|acceded|admitted|accepted|came|got|was\s+let)\b"),
    wishing=_re(r"\b(?:interested|keen|eager|willing|ready|hoping|hopes?|wants?|wanted|wish(?:es|ed)?|wishing|plans?|planning|planned|intends?|intending)\b"),
    counting=_words("many number count total countries country states state nations nation exactly list all altogether"),
    finite=_re(r"\b(?:is|are|was|were|did|does|do|has|have|had)\b"),
    object_pronoun=OBJECT,
    plural_pronoun=_re(r"\b(?:they|them|their|theirs|those|these)\b"),
    person_pronoun=_re(r"\b(?:he|him|his|she|her|hers)\b"),
    standing=_re(r"\b(?:they|them|their|theirs|(?:that|this|said)\s+(?:country|state|nation)|(?<!\bis\s)(?<!\bare\s)(?<!\bwas\s)(?<!\bwere\s)there(?!\s+(?:is|are|was|were|have|has)\b))(?!\w)"),
    stands_for="country",
    back_reference=_re(r"(?P<did>\b(?:did|does|do)\s+)?\bthe\s+(?:very\s+)?(?P<place>first|second|third|fourth|last|former|latter|other)(?(did)(?=(?:\s+\w+)?\W*$)|\s+(?:two\s+)?)(?(did)|(?:(?P<these>(?:one\s+)?of\s+(?:these|those|them|the\s+(?:two|three|four|five|lot)))|(?P<noun>one|guy|man|woman|person|minister|country|state|nation)\b(?!\s+to\b)))"),
    places=MappingProxyType({"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1, "other": 0}),
    others=_words("other"),
    nouns=MappingProxyType({"guy": "person", "man": "person", "woman": "person", "person": "person", "minister": "person", "country": "country", "state": "country", "nation": "country"}),
    shift=_re(r"\b(?P<count>\d{1,3}|an?|the|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?:(?P<side>following|next|previous|preceding|prior)\s+)?(?P<unit>day|week|month|year)s?(?:\s+(?P<direction>later|after|afterwards|on|earlier|before|prior)\b(?:\s+(?:that|this|then|it)\b)?|(?<=following\s\w{3})|(?<=following\s\w{4})|(?<=following\s\w{5})|(?<=next\s\w{4})|(?<=next\s\w{5})|(?<=previous\s\w{4})|(?<=previous\s\w{5})|(?<=preceding\s\w{4}))"),
    units=MappingProxyType({unit: unit for unit in ("day", "week", "month", "year")}),
    earlier=_words("earlier before prior previous preceding"),
    bare_first=_re(r"\b(?:first|earliest|initial|initially|original|originally)\b"),
    bare_last=_re(r"\b(?:last|latest|newest|most\s+recent|most\s+recently|final)\b"),
    meta=META,
    connector=_re(r"^(?:(?:and|but|so|ok(?:ay)?|also|then|or|plus|well|hm+|right|no|yes|ah|oh|cool|great|thanks?|alright|good)\b[\s,]*)*(?:(?:what|how)\s+about|what\s+of|hows\s+about|and|also|or|same\s+for|now|ok(?:ay)?|through|via|within|outside)\b"),
    correction=_re(r"^(?:(?:oh|no|sorry|oops|wait|hang\s+on|hold\s+on|ah|ups|my\s+bad|pardon|ok|well|actually|i\s+mean(?:t)?)\b[\s,.:-]*)*(?:(?:i\s+)?mean(?:t)?|wrong\s+\w+|not\s+\w+\s*,|sorry|actually|make\s+that|i\s+(?:was\s+asking|wanted(?:\s+to\s+(?:know|ask))?|asked)(?:\s+about)?|rather)\b[\s,:-]*"
                   r"|^(?:(?:oh|no|sorry|oops|wait|ah|ups|my\s+bad|pardon|er+m?)\b[\s,.:-]*)+(?=\w+(?:\s\w+)?[\s,]+(?:and\s+)?not\s+\w+(?:\s+\w+)?\s*[.!?]*$)"),
    discarded=_re(r"[\s,]+(?:and\s+)?not\s+(?:the\s+|in\s+)?\w+(?:\s+\w+)?\s*[.!?]*$"),
    inner_correction=_re(r"[\s,.;-]+(?:(?:oh|no|sorry|oops|wait|ah|ups|pardon|er+m?|uh|i\s+mean(?:t)?|actually|make\s+that)[\s,.;:-]+)*(?:i\s+mean(?:t)?|make\s+that|sorry|no\s+wait)[\s,:-]+(?=\w)"),
    claim=_re(r"^(?:(?:but|hm+|well|really|no|ok|so|and|not\s+true|(?:thats|that\s+is|that\'s|youre|you\s+are)\s+(?:wrong|incorrect|not\s+(?:right|true))|wrong|nonsense)\b[\s,?]*)*(?:my\s+\w+|someone|somebody|people|some(?:\s+\w+)?|others|i|he|she|they|wikipedia|(?:the|a|an)\s+\w+|\w+)\s+(?:says?|said|claims?|claimed|thinks?|thought|heard|read|told\s+me|saw|reckons?|insists?)\b(?:\s+(?:that|its?|it\s+is|it\s+was|they|there\s+are|about))*\s*"),
    small_talk=SMALL_TALK,
    refusals=REFUSALS,
    phrases=PHRASES,
    months=MONTHS,
    pronoun_starts=PRONOUN_STARTS,
    draft_marks=DRAFT_MARKS,
    count_words=COUNT_WORDS,
)
