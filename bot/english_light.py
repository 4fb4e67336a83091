"""The light words of English: words that carry no topic of their own. Data only. Their presence in a question never
changes which fact answers it, so none of them, unexplained, may block an answer. Words that name an attribute, a
happening or a change of state stay out, as do negations, comparatives, superlatives and ordinals: with them a
question asks for something else. All are lower case, with apostrophes dropped, and each stands in one group only.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Pronouns, determiners, auxiliaries, conjunctions and prepositions.
FUNCTION = _words("""
a about above across again albeit all along alongside although am amid amidst among amongst an and another any anybody
anyone anything anyways anywhere apropos around as at atop be because been being beneath beside between beyond both
but by can cant cf concerning could couldnt couldve dear did do does doing done dont down during each eg either else
etc every everybody everyone everyones everything everywhere for from furthermore had has have having he hence her
here hereafter hereby herein heres hers herself hes him himself his how howd howll howre hows howve i id ie if ill im
in insofar into is isnt it itd itll its itself ive lest lets like mayve me might mightnt mightve moreover must mustve
my myself near nearby notwithstanding of off on one ones oneself onto or other others otherwise our ours ourselves out
over owing own per pertaining plus qua rather re regardless same she shes so some somebody somehow someone someones
something sometimes somewhere such than that thatd thatll thats the their theirs them themselves then thence there
thereabouts thereby therefore therein thereof theres thereto these they theyd theyll theyre theyve this those though
thro through throughout thru thus til tis to touching toward towards twas under unless unto up upon via vis viz w was
we wed were weve what whatd whatever whatll whatre whats whatsoever when whence whenever whens where whereabouts
whereas whereby whered wherefore wherein wheres whereupon whereve wherever whether which whichever whichs while whilst
who whod whoever wholl whom whomever whomsoever whos whose whosoever whove why whyd whys will with within would
wouldnt wouldve wrt ya ye yer you youd youll your youre yours yourself yourselves youve
""")

# Time, frequency and order of telling, none of which picks a date.
TIME_ADVERBS = _words("""
abruptly already always awhile constantly contemporary continually continuously currently customarily eventually ever
everyday forthwith frequently freshly gradually habitually hastily henceforth hurriedly hurry immediately instant
instantly instants intermittently invariably lately meantime meanwhile mid minute moment moments newly normally now
nowadays occasionally often oftentimes once ongoing overnight perpetually presently promptly quick quicker quickie
quickly recently regularly repeatedly routinely shortly someday sometime soon speedily sporadically still straightaway
suddenly swiftly today typically ultimately usually whiles yet
""")

# Degree, extent and approximation.
DEGREE_ADVERBS = _words("""
absolutely absurdly almost also altogether amazingly approx approximate approximately astonishingly awfully ballpark
basically bloody broadly chiefly circa comparatively considerably damn damned dang danged darn darned downright
enormously entirely especially essentially even exactly exceedingly extraordinarily extremely fairly freakin freaking
fully fundamentally heaps heck highly hugely immensely incredibly insanely ish just kinda kindof largely literally
loosely lots mainly marginally massively mega merely moderately modestly nearly outright overly overwhelmingly
particularly perfectly plain plainly plenty practically precisely predominantly pretty primarily principally purely
really relatively ridiculously roughly sheer sheerly significantly simply slightly somewhat sort sorta specially
specifically squarely staggeringly strictly substantially super surprisingly terribly thoroughly too totally
tremendously truly uber ultra unbelievably unusually utterly vastly verbatim very virtually way well wholly wildly
""")

# Attitude, certainty, manner of telling.
ATTITUDE_ADVERBS = _words("""
accordingly actually additionally allegedly alternatively amusingly anyhow anyway apparently arguably assuredly
bizarrely blunt bluntly briefly calmly carefully casually certainly clear clearly coincidentally concisely
consequently conversely correctly crucially curiously definitely definitively doubtless doubtlessly duly earnestly
ergo evidently explicitly factually famously figuratively formally fortunately frank frankly funnily gently gladly
happily helpfully honest honestly hopefully however incidentally indeed indisputably infamously instead interestingly
intriguingly ironically jokingly kindly likely likewise logically luckily maybe naturally necessarily nevertheless
nicely nonetheless notably notoriously obviously oddly officially ordinarily ostensibly overall perhaps personally
plausibly politely possibly presumably probably properly proverbially publicly purportedly rationally readily
reportedly reputedly respectfully respectively rumoredly rumouredly sadly seemingly sensibly seriously sincere
sincerely strangely subjectively succinctly supposedly surely tellingly thankfully truthfully unclear undeniably
understandably undoubtedly unexpectedly unfortunately unluckily unquestionably unsurprisingly vaguely weirdly
""")

# Words that steer a conversation.
DISCOURSE = _words("""
aah abt abut addendum afaict afaik ah aha ahem ahh aight ain aiui aks alas allright alright alrighty altho ama ans
answer answered answering answers anyhoo anythin anywho asap aside asides ask askd askin asp assuming atm aye bbl bbs
bc bcos bcoz bcz becos becuz bet betcha bingo bla blah blud boo bout brb bro bros bruh bruv btw buddies buddy bw
certain cheers chum chums clarification clarifications cmere cmon conclusion conclusions continuing cos coulda coz cuz
cya dat deffo defo dem dey digression dis dm dms doh doin dude dudes duh dunno eh elaboration eli enquiries enquiry er
erm err errm everythin example explanation explanations fam followup fr frfr ftr further fwiw fyi gee geez getcha gg
gibberish gimme giv glhf goin golly gonna gosh gotcha gotta gtg hadda haha hahaha hahahaha hang hav haz hbu hearin heh
hehe hehehe hey highkey hihi hiya hm hmm hmmm hmmmm hmu hou howz hru huh hw hwo iam icymi idc idek idk idunno iirc ik
ikr ima imagine imao ime imh imho imma imnsho imo init innit inquiries inquiry instance intro introduction
introductions iow isnit iz ja jeez jk jks kay kek kmt knowin kthx kthxbai lemme letme listen lit lmao lmfao lmk lol
look lookin lotsa lotta lowkey man mans mate mates meh mhm mhmm mighta mind mmhmm mmm musta n nah nb nd needa ngl
nocap nonsense nope np nvm nw obvs oh ohh ok okay omfg omg omw ong onwards ooh oooh oops otoh ouch outta pal pals
plase pleas please pleease pleeze pls plz postscript pps preface presuming ps q qn qns qs queries query ques question
questions questn r readin recap recaps replied replies reply replying right righto rlly rly rn rofl roflmao roger say
sayin sb sbdy see seein sheesh sis smb smth smthg smthn somethin speaking sth sthg sup suppose supposing sure sus ta
talkin talking tangent tba tbc tbd tbf tbh teehee teh tel tellin tellme thankx thankyou thanx thingamajig thingie
thingies thingy thinkin thnx tho thw thx tia tl tldr totes tq tryin tryna ttyl ttys tx ty tysm tyt u ud ugh uh uhh uhm
ull um umm ummm ur urs urself vibe vibes wait wanna wassup wat wats wazzup wbu wby wdym wehn wen wer wha whatcha
whatnot whatsup wheer wher whn whoa whoops whoopsie whoos whr wht whut wiv woah wonderin woo wot woulda wow wowee wtf
wth wut wyd wym xd xoxo xx xxx y yada yaknow yay yea yeah yeh yep yes yikes yknow yo yr yup yw yy
""")

# Greetings, thanks, apologies and hedges.
COURTESY = _words("""
able afternoon amazing apologies apologise apologize apology appreciate appreciated appreciates appreciating
appreciation appreciative awesome bless blessed bonjour bother bothered bothering bothers bothersome brilliant bye
byebye chance cheerio ciao congrats congratulations cool courtesy delight delighted delightful disturb disturbed
disturbing ello evening excellent excuse excused excuses fabulous faithfully fantastic farewell fine forgive forgiven
forgiveness gday gent gentleman gentlemen gents gidday glad good goodbye goodbyes goodevening goodmorning goodness
goodnight grateful gratefully gratitude great greeting greetings hallo happen happened happening happenings happens
happy hello help helped helper helpful helping helps hi hope hoping howdy kudos ladies lady laters lovely maam madam
madams mam marvellous marvelous mister morning mr mrs ms much neat nice pardon pardoning pardons pleasant pleasantly
pleased pleasure polite politeness possibilities possibility possible props regards salutations sir sirs sorry
splendid superb terrific thank thankee thankful thankies thanking thanks urgency urgent urgently wish wishing
wonderful wotcha wotcher
""")

# What people say about their own asking: doubt, memory, hurry, interest.
CHATTER = _words("""
acquaint acquainted amaze amazed astonish astonished astonishing aware awareness baffle baffled baffling beginner
beginners bit bits bore bored boring certainty clueless confused confusing curiosity curious doubt doubted doubtful
doubting doubts dumb dummies dummy excite excited exciting fact facts factual familiar familiarise familiarised
familiarize familiarized fascinate fascinated fascinating fascination fool foolish forget forgetful forgets forgetting
forgot forgotten fun funny guess guessed guesses guessing hassle honesty hunch hunches hurried hurrying ignorant
impress impressed impressive inkling interest interested interesting intrigue intrigued intriguing iota joke joked
jokes joking jot kidded kidding laugh laughed laughing laughs layman laymen laypeople layperson lazy memories memory
minded minding minds naive nerd nerdy newbie novice novices oblivious pester puzzle puzzled puzzles puzzling reality
recall recalled recalling recalls reckon reckoned reckoning reckons recollect recollected recollection recollections
remember remembered remembering remembers remind reminded reminder reminders reminding reminds rush rushing shocked
silly skim skimmed skimming smidge smidgen stupid surer surprise surprised surprises surprising swear swears tad true
truest truth truthful truths unaware uncertain unfamiliar unsure whit wonder wondered wondering wonderment wonders
""")

# Verbs of saying and telling.
SAYING_VERBS = _words("""
abovementioned aforementioned aforesaid allege alleged alleges alleging apprise argue argued argues arguing asked
asking asks assert asserted asserting assertion assertions asserts boast boasted boasting boasts brag bragged bragging
brief briefed briefs characterise characterised characterises characterize characterized characterizes chat chats
chatted chatter chatting cite cited cites citing claim claimed claiming claims clarified clarifies clarify clarifying
confirm confirmation confirmed confirming confirms contend contended contending contends conversation conversations
converse conversed conversing depict depicted depicting depicts describe described describes describing description
descriptions detail detailed detailing details discuss discussed discusses discussing discussion discussions elaborate
elaborated elaborates elaborating emphasis emphasise emphasised emphasises emphasising emphasize emphasized emphasizes
emphasizing enlighten enlightened enlightening enlightens enquire enquired enquires enquiring explain explained
explaining explains fill foregoing gossip gossiped gossiping highlight highlighted highlighting highlights hint hinted
hinting hints illustrate illustrated illustrates illustrating implied implies imply implying indicate indicated
indicates indicating indication indications inform informed informing informs inquire inquired inquires inquiring
insist insisted insisting insists jotted jotting list listed listing listings lists mention mentionable mentioned
mentioning mentions note noted notes noting outline outlined outlines outlining paraphrase paraphrased paraphrasing
phrase phrased phrases phrasing point pointed pointing points portray portrayed portraying portrays pose posed poses
posing queried querying quiz quizzed quizzes quizzing read reading reads recapped recapping recount recounted
recounting recounts refer referred referring refers reiterate reiterated reiterates reiterating relate related relates
relating repeat repeated repeating repeats rephrase rephrased rephrasing report reported reporting reports reread
rereading respond responded responding responds restate restated restating reword reworded rewording rewrite rewriting
rumor rumored rumors rumour rumoured rumours said saith saying says scribble scribbled scribbling shew show showed
showing shown shows speak speaks specified specifies specify specifying spoke spoken stated stating summaries
summarise summarised summarises summarising summarize summarized summarizes summarizing summary talk talked tell
telling tells told tout touted touting touts type typed typing underline underlined underlines underlining underscore
underscored underscores underscoring verified verifies verify verifying word worded wording words write writes writeup
writeups writing written wrote
""")

# Verbs of thinking, knowing, perceiving, wanting, needing and seeking.
THINKING_VERBS = _words("""
appear appeared appearing appears ascertain ascertained ascertaining assume assumed assumes assumption assumptions
believe believed believes believing browse browsed browses browsing care cared cares check checked checking comprehend
comprehended comprehending comprehends comprehension cram cramming deduce deduced deducing delve delved delves delving
denote denoted denotes denoting determine determined determines determining dig digest digested digesting digging
discern discerned discerning discover discovered discovering discovers dug fancied fancy fancying feel feels felt
figure figured figures figuring find finds get gets getting glance glanced glances glancing glimpse glimpsed glimpses
glimpsing got gotten grasp grasped grasping grasps hear heard hearing hears imagined imagines imagining infer
inference inferred inferring infers interpret interpretation interpreted interpreting knew know knowing knowledge
knowledgeable known knows learn learned learns learnt let letting liked likes listened listening listens looked
looking looks lookup love loved loves mean meaning meanings means meant mishear misheard misread misremembering
mistake mistaken mistakes mistaking misunderstand misunderstanding misunderstandings misunderstood need needed needing
needs notice noticeable noticed notices noticing overhear overheard peek peeked peeking peep peeping perceive
perceived perceives perceiving peruse perused perusing ponder presume presumed presumes presumption realise realised
realises realising realize realized realizes realizing recheck rechecked saw scroll scrolled scrolling search searched
searches searching seeing seem seemed seeming seems seen sees sense sensed senses signified signifies signify
signifying sounds speculate speculated speculating speculation studying stumble stumbled stumbling supposed supposes
think thinker thinking thinks thought thoughts tried tries try trying understand understandable understanding
understands understood unpack unpacking view viewed viewing want wanted wanting wants watch watched watches watching
""")

# Verbs of being, concerning, happening and being involved.
BEING_VERBS = _words("""
accord accorded according
regulate regulated regulates stipulate stipulated stipulates cover covered covering covers
anymore apart arise arisen arises aside attract attracted attracting attracts besides concern concerned concerns
constitute constituted constitutes constituting contain contained containing contains correspond corresponded
corresponding corresponds draw drawing drawn draws drew encompass encompassed encompasses encompassing entail entailed
entails exist existed existence existent existing exists far include included includes including inclusive involve
involved involvement involves involving matter mattered matters obtain obtained occur occurred occurrence occurrences
occurring occurs pertain pertained pertains receive received receives receiving regard regarded regarding revolve
revolved revolves revolving transpire transpired
""")

# Light verbs of action, mostly figurative.
ACTION_VERBS = _words("""
bring bringing brings brought came chime chimed chiming come comes coming compile compiled compiling compose composing
dwell edit edited editing edits factcheck factchecked factchecking factchecks go goes going grab hanging hung keep
keeping keeps kept laid lay laying lays mess messed messing prep prepped prepping put puts putting revisit revisited
revisiting sat shall sift sifted sifting sit sits sitting sorted sorting sorts stand standing stands stick sticking
sticks stood threw throw throwing thrown throws turn turned turning turns waited waiting waits walk walked walking
walks went
""")

# Quantifiers and nouns without content of their own.
VAGUE_NOUNS = _words("""
abc abcs anecdote anecdotes angle angles aspect aspects assorted assortment background backstory basics basis behalf
body bottomline bulk bulletin bulletins bulletpoint bunch bunches buzz case cases cheatsheet chunk chunks circumstance
circumstances clique clue clues context contexts counterexample couple couples crib crux deets dozen dozens endeavor
endeavors endeavour endeavours entirety entities entity essence essentials examples explainer explainers extent
extents facet facets factoid factoids fashion few fundamentals fuss gang gist grapevine gritty grouping groupings
handful handfuls headlines heap hearsay hype info information informations infos ins instances interpretations item
items jargon kind kinds lingo lore lot lowdown lowdowns manner manners many mix mixture multitude myriad nature nitty
notion notions nuance nuances nub nugget nuggets numerous nutshell occasion occasions outfit outfits outs overview
overviews pair pairs paragraph paragraphs particular particulars passage passages perspective perspectives phenomena
phenomenon pile piles plethora pointer pointers precis primer primers realm realms respect respects rest rundown
rundowns saga sake sakes scenario scenarios scoop scoops section sections sentence sentences several side sides
situation situations sizable sizeable snippet snippets specifics standout standpoint stories story stuff subject
subjects sundry synopsis tale tales terminology thing things tidbit tidbits titbit titbits topic topics totality
trivia types umpteen varieties variety various vein version versions ways whole wise
""")

# Words for some person, and for those around the asker.
PERSON_WORDS = _words("""
acquaintance acquaintances archivist archivists audience audiences aunt auntie aunts aunty bestie besties bigwig
bigwigs blogger bloggers bloke blokes boss bosses broadcaster broadcasters bystander chap chaps classmate classmates
colleague colleagues columnist columnists correspondent correspondents cousin cousins coworker coworkers dad daddy
dads editor editors fella fellas fellow fellows flatmate flatmates folk folks friend friendly friends gramps gran
grandad granddad grandma grandpa granny guy guys individual individuals intern interns interviewer interviewers
journalist journalists journo journos lad lads lecturer lecturers librarian librarians listener listeners men mentor
mom mommy moms mum mummy mums nan nana neighbour nephew nephews newsreader newsreaders niece nieces onlooker peeps
people peops person persons podcaster podcasters ppl presenter presenters prof professor professors profs public
pundit pundits pupil pupils questioner reader readers readership reporter reporters roommate roommates selves staffer
staffers stranger strangers student students teacher teachers teammate teammates tutor tutors uncle uncles viewer
viewers woman workmate workmates writer writers youse
""")

# The asker's own situation: homework, newsroom, talk.
ASKER_WORDS = _words("""
article articles assignment assignments backgrounder backgrounders bibliographies bibliography blurb blurbs byline
caption captions chapter chapters citation citations classroom classrooms classwork coursebook coursework crossword
crosswords diaries diary dissertation dissertations editorial editorials endnote endnotes essay essays exam exams
factbox factsheet factsheets flashcard flashcards footnote footnotes glossary handout handouts headline homework
homeworks infobox interview interviewed interviewing interviews lecture lectures libraries library manuscript
manuscripts message messages midterm midterms newsroom newsrooms notebook notebooks notepad oped opeds podcast
podcasts powerpoint ppt presentation presentations pubquiz schoolwork slide slides slideshow speech speeches
subheading subheadings textbook textbooks theses thesis worksheet worksheets
""")

# Reading, press and posts.
MEDIA_WORDS = _words("""
blog blogged blogging blogs bot bots broadcast broadcasts broadsheet broadsheets chatbot chatbots clip clips
documentaries documentary encyclopaedia encyclopedia excerpt excerpts media news newspaper newspapers newswire online
outlet outlets page pages paper papers periodical periodicals post posted posting posts press readings readup
reportage retweet retweeted retweets screenshot screenshots source sources tabloid tabloids telly thread threads tv
tweet tweeted tweeting tweets wiki wikipedia
""")

# Adjectives that fit any topic.
GENERAL_ADJECTIVES = _words("""
actual ambiguity ambiguous apparent apposite arbitrary basic big bitesize bitesized bizarre bona broad broader
comprehensive concise considerable convenient correct current cute definite definitive elementary enormous entire
essential evident exact exhaustive extensive fide fundamental fuzzy gigantic ginormous handy hazy huge humongous
immense indepth inquisitive irrelevant large literal little main major massive meaningful mere misc miscellaneous
multiple new normal notable noteworthy obvious official oneliner oneliners ordinary peculiar pertinent plausible
precise probable proper purported putative quirky random real recent relevant reputed respective rough salient
selfevident selfexplanatory short significant simple small socalled specific straight straightforward strange
substantial succinct terse thorough tiny trivial typical unexpected unrelated unusual uptodate usual vague vast wee
weird wellknown
""")

LIGHT_WORDS: frozenset[str] = frozenset().union(
    FUNCTION, TIME_ADVERBS, DEGREE_ADVERBS, ATTITUDE_ADVERBS, DISCOURSE, COURTESY, CHATTER, SAYING_VERBS,
    THINKING_VERBS, BEING_VERBS, ACTION_VERBS, VAGUE_NOUNS, PERSON_WORDS, ASKER_WORDS, MEDIA_WORDS,
    GENERAL_ADJECTIVES,
)
