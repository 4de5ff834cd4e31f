/** What two questions must have in common, whatever their vectors say, before one may get the other's answer. */

import { canonicalJson } from '../../ground/canonical-json.ts'
import type { Embedder } from '../../ports/embedder.ts'
import {
  ENGLISH_MARKS,
  GREETINGS,
  IDLE_WORDS,
  MAY_DENY,
  NEGATIONS,
  NUMBER_WORDS,
  POLAR_WORDS,
  QUESTION_WORDS,
  SAME_PHRASES,
  SENTENCE_STARTERS,
} from './guard-words.ts'

/** Equal for two questions with the same facts only: they stay in order, because "from A to B" is not "from B to A". */
interface Facts {
  /** Numbers, identifiers, operators: all that has a digit or a sign in it. */
  readonly exact: readonly string[]
  readonly names: readonly string[]
  readonly quoted: readonly string[]
  readonly negations: number
  readonly asks: readonly string[]
  readonly words: readonly string[]
  /** A text of several lines may be code or a table: then its form counts. */
  readonly lines?: string
}

/**
 * The facts of a question as one text. They hold numbers, names, quotations, negations and question words; with an embedder
 * that knows meanings also the words that turn a meaning round, and with one that knows only spelling every word that says
 * anything: such vectors cannot tell a synonym from another thing.
 */
export function questionGuard(question: string, knows: Embedder['knows']): string {
  const text = question.normalize('NFKC').replace(/[’‘]/g, "'").trim()
  const chunks = chunksOf(text)
  const words = chunks.flatMap(({ word }) => (word === undefined ? [] : longForm(word)))
  const telling = tellingWords(words)
  const facts: Facts = {
    exact: chunks.flatMap(({ exact }) => exact ?? []),
    names: chunks.flatMap(({ name }) => name ?? []),
    quoted: [
      ...text.matchAll(/"([^"]+)"|“([^”]+)”|«([^»]+)»|`([^`]+)`|(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])/gu),
    ].map(([quotation]) => quotation.slice(1, -1)),
    negations: words.filter((word) => NEGATIONS.has(word)).length,
    asks: words.filter((word) => QUESTION_WORDS.has(word)),
    words: telling.filter((word) => knows === 'spelling' || POLAR_WORDS.has(word) || MAY_DENY.test(word)),
    ...(/\n/.test(text) && { lines: text }),
  }
  return canonicalJson(facts)
}

interface Chunk {
  readonly exact?: string
  readonly name?: string
  readonly word?: string
}

function chunksOf(text: string): Chunk[] {
  let begins = true
  return text.split(/\s+/).flatMap((piece): Chunk[] => {
    const bare = piece.replace(/^[.,;:!?…"'“”«»()[\]{}¿¡`]+(?=.)|[.,;:!?…"'“”«»()[\]{}`]+$/gu, '')
    const first = begins
    begins = /[.!?:…]["'”»)]*$/.test(piece) || (first && GREETINGS.has(bare.toLowerCase()))
    if (bare === '') return []
    return chunkOf(bare, first)
  })
}

function chunkOf(bare: string, first: boolean): Chunk[] {
  const lower = bare.toLowerCase()
  const number = Object.hasOwn(NUMBER_WORDS, lower) ? NUMBER_WORDS[lower] : undefined
  if (number !== undefined) return [{ exact: number }]
  if (/\p{N}/u.test(bare)) return [{ exact: bare.replace(/(?<=\d),(?=\d{3}(?!\d))/g, '') }]
  if (!/^[\p{L}\p{M}'-]+$/u.test(bare)) return [{ exact: bare }]
  if (!/\p{L}/u.test(bare)) return bare === '-' || bare === "'" ? [] : [{ exact: bare }]
  return [isName(bare, lower, first) ? { name: bare.replace(/'s$/i, ''), word: lower } : { word: lower }]
}

function isName(bare: string, lower: string, first: boolean): boolean {
  if (lower === bare || /^i(?:'|$)/.test(lower)) return false
  const plainCapital = /^\p{Lu}[^\p{Lu}]*$/u.test(bare)
  return !(first && plainCapital && SENTENCE_STARTERS.has(lower.replace(/'.*$/, '')))
}

/** `don't` as `do not`, `what's` as `what is`, `France's` as `France`. */
function longForm(word: string): string[] {
  const negated = /^(.+)n't$/.exec(word)?.[1]
  if (negated !== undefined) return [negated === 'ca' ? 'can' : negated === 'wo' ? 'will' : negated, 'not']
  if (word === 'cannot') return ['can', 'not']
  const [, stem = word, ending] = /^(.+)'(s|re|ll|ve|m|d)$/.exec(word) ?? []
  if (ending === undefined) return [word]
  if (ending !== 's') return [stem, ENDINGS[ending] ?? ending]
  return QUESTION_WORDS.has(stem) || /^(?:it|that|there|here|he|she)$/.test(stem) ? [stem, 'is'] : [stem]
}

const ENDINGS: Readonly<Record<string, string>> = { re: 'are', ll: 'will', ve: 'have', m: 'am', d: 'would' }

/** The words that say something, in order. */
function tellingWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => ENGLISH_MARKS.has(word))) return words
  let text = words.join(' ')
  for (const [pattern, same] of SAME_PHRASES) text = text.replace(pattern, same)
  return text.split(' ').filter((word) => word !== '' && !IDLE_WORDS.has(word))
}
