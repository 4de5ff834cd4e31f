/** Google's task types <-> what an embedding is for. */

import type { EmbedPurpose } from '../../ground/tasks.ts'

export const PURPOSE_OF: Readonly<Record<string, EmbedPurpose>> = {
  RETRIEVAL_QUERY: 'query',
  RETRIEVAL_DOCUMENT: 'document',
  SEMANTIC_SIMILARITY: 'similarity',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
}

export const TASK_TYPE_OF: Readonly<Record<EmbedPurpose, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
}
