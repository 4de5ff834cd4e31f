/** What an embedded model is to the rest of the house: a card, and a function from text to a verdict. */

export interface EdgeCard {
  /** The word after `edge/`. */
  readonly model: string
  readonly task: 'intent'
  /** Semantic version of the weights. */
  readonly version: string
  readonly bytes: number
  /** Lower-case hex SHA-256 of the weight file. */
  readonly sha256: string
}

export interface Classification {
  /** Best label; `oos` (out of scope) when nothing fits. */
  readonly label: string
  /** Probability of the best label, 0 to 1. */
  readonly score: number
  /** 0 (surely in scope) to 1 (surely out of scope). */
  readonly outOfScope: number
  /** Best labels first, at most `top`. */
  readonly ranked: readonly { readonly label: string; readonly score: number }[]
  /** Tokens read, by the model's own tokenizer: exact, for the ledger. */
  readonly inputTokens: number
}

export interface EdgeClassifier {
  readonly card: EdgeCard
  readonly labels: readonly string[]
  classify(text: string, top?: number): Classification
}
