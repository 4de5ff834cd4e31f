/** Reads a table of words by a word that came from outside. */

/** Undefined for words that are not in the table, among them `constructor` and what else every object inherits. */
export function lookUp<Value>(table: Readonly<Record<string, Value>>, word: string | undefined): Value | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined
}
