/** What turns a text into a vector whose direction says what the text is about. */

export interface Embedder {
  /** Name and version: vectors of different names must not be compared. */
  readonly name: string
  /** `spelling`: alike are texts of the same words. `meaning`: also texts that say the same in other words. */
  readonly knows: 'spelling' | 'meaning'
  readonly dimensions: number
  /** Of length one, so that a scalar product is a cosine; all zero for a text without words. */
  embed(text: string): Float32Array
}
