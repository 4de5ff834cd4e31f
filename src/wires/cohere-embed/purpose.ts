/** `input_type` <-> what the hub says a text is for, as two tables. */

import type { EmbedPurpose } from '../../ground/tasks.ts'

export const PURPOSE_OF: Readonly<Record<string, EmbedPurpose>> = {
  search_query: 'query',
  search_document: 'document',
  classification: 'classification',
  clustering: 'clustering',
}

/** Texts to be compared with each other have no word of their own; clustering compares them too. */
export const INPUT_TYPE_OF: Readonly<Record<EmbedPurpose, string>> = {
  query: 'search_query',
  document: 'search_document',
  similarity: 'clustering',
  classification: 'classification',
  clustering: 'clustering',
}
