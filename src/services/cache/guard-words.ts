/** Words that the guard of questions knows: which deny, which ask, which turn a meaning round, and which say nothing. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** English, German, French, Spanish, Italian, Portuguese, Dutch. `n't` is read as `not`. */
export const NEGATIONS = words(`
  not no never none nothing nobody nowhere neither nor cannot without hardly barely scarcely except unless stop avoid lacks lacking
  nicht kein keine keinen keinem keiner keines nie niemals nichts niemand ohne weder
  ne pas jamais rien aucun aucune sans ni
  nunca nada nadie ningún ninguno ninguna sin tampoco
  non mai niente nessuno nessuna senza né
  não jamais nenhum nenhuma sem nem
  niet geen nooit niets niemand zonder noch
`)

/** What a question asks for; each language has its own. */
export const QUESTION_WORDS = words(`
  what who whom whose which when where why how
  was wer wen wem wessen welche welcher welches wann wo warum wieso weshalb wie wohin woher
  quoi qui quel quelle quels quelles quand où pourquoi comment combien
  qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas
  cosa chi quale quali quando dove perché come quanto quanta quanti quante
  quem qual quais onde porque quanto
  wat wie welke wanneer waar waarom hoe hoeveel
`)

/** Pairs of these are near each other in any space of meanings and mean the opposite. */
export const POLAR_WORDS = words(`
  before after more less most least fewer greater smaller bigger higher lower larger over under above below up down in out on off
  into from to with against for by until since inside outside between within beyond near far left right north south east west
  first last next previous earlier later old new older newer young early late fast slow faster slower good bad better worse best worst
  high low big small long short hot cold warm cool light dark heavy open close opened closed start end begin finish enable disable
  enabled disabled allow allowed forbid forbidden permit deny accept reject approve include exclude add remove insert delete create
  destroy increase decrease raise reduce rise fall grow shrink gain lose win buy sell lend borrow give take send receive import export
  upload download push pull encode decode encrypt decrypt compress decompress lock unlock install uninstall subscribe unsubscribe
  connect disconnect login logout sign deposit withdraw credit debit income expense asset liability profit loss true false yes right
  wrong safe unsafe legal illegal public private internal external male female man woman men women boy girl mother father son daughter
  brother sister husband wife king queen all some any every each few many both either only always sometimes often rarely must should
  may might can could will would shall need yesterday today tomorrow now then past present future daily weekly monthly yearly annual
  day week month year hour minute second morning evening night monday tuesday wednesday thursday friday saturday sunday january
  february march april june july august september october november december spring summer autumn winter single double triple half
  minimum maximum min max average total gross net import ascending descending horizontal vertical input output read write client server
  employer employee landlord tenant buyer seller teacher student doctor patient cause effect pro con advantage disadvantage
`)

/** Prefixes and endings that may deny the rest of a word. */
export const MAY_DENY =
  /^(?:un|in|im|il|ir|dis|non|mis|anti|de|hyper|hypo|over|under|pre|post|sub|super|inter|intra|bi)\p{L}{3,}$|\p{L}{3,}less$/u

export const NUMBER_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty`
    .split(' ')
    .map((word, value) => [word, String(value)]),
)

/** Words that begin sentences and are no names although they begin with a capital there. */
export const SENTENCE_STARTERS = words(`
  a an the this that these those my your our their his her its i we you he she it they there here and or but if so then also please
  what who whom whose which when where why how is are was were am be do does did can could will would shall should may might must has
  have had not no yes hi hello hey dear thanks thank ok okay well let lets tell give show explain describe list write make create
  find get set use run fix add remove delete change update translate summarize summarise compare convert calculate compute count draw
  define suggest recommend help need want name generate check open close start stop reset cancel track order buy sell send book pay
  in on at to for from with without by of about after before during between under over as since until while because
`)

/** After these a sentence begins once more. */
export const GREETINGS = words('hi hello hey please thanks ok okay so well')

/** A text with one of these is English, and what the next lists say of English holds for it. */
export const ENGLISH_MARKS = words(
  'the what how does where when why which who could please would should tell explain show',
)

/** English words that a question can have or not have, and be the same question. */
export const IDLE_WORDS = words('a an the please pls kindly thanks thank hi hello hey is are')

/** English ways to say the same, on words that are already in lower case and without short forms. */
export const SAME_PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bthank you\b/g, 'thanks'],
  [/\b(?:can|could|would|will) you\b/g, 'please'],
  [/\bdo you know\b|\bi (?:want|need|would like) to know\b|\b(?:tell|show) me\b|\blet me know\b/g, 'please'],
  [/\bhow (?:do|can|could|would) (?:i|we|you|one)\b/g, 'how to'],
  [/\bwhat is the way to\b/g, 'how to'],
]
