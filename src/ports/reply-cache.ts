/** Where answers are kept for calls that ask the same. Implemented by the AnswerCache Durable Object and in memory. */

/** What a call asks, as digests: the store sees no prompt. */
export interface CacheQuestion {
  /** SHA-256 of everything that decides the answer, tenant and route included: equal for equal questions only. */
  readonly id: string
  /** SHA-256 of all that questions must share before they are compared; the `id` itself where none are. */
  readonly bucket: string
  /** Where questions in other words count too: which way this one points. Of length one. */
  readonly vector?: Float32Array
}

export interface KeptAnswer {
  /** The answer as JSON text. */
  readonly text: string
  readonly storedAtMs: number
}

export interface CacheFound extends KeptAnswer {
  /** The cosine of the two questions; 1 for the same question. */
  readonly similarity: number
  readonly match: 'exact' | 'semantic'
}

export interface CacheTerms {
  /** Answers older than that do not count. */
  readonly maxAgeMs?: number
  /** The least similarity of a question in other words; absent: only the same question counts. */
  readonly threshold?: number
}

export interface ReplyCache {
  /** The answer to the same question, else the one to the most similar question of the bucket. */
  find(question: CacheQuestion, terms: CacheTerms): Promise<CacheFound | undefined>
  /** Keeps an answer for `ttlMs`, in place of an earlier one. One that is too large, or has no room, is not kept. */
  keep(question: CacheQuestion, text: string, ttlMs: number): Promise<void>
}

/** Finds the answers on one shelf: a team’s, or those of a route that all teams share. Whom an answer is for is part of its digest. */
export type ReplyCaches = (organisation: string, shelf: readonly string[]) => ReplyCache
