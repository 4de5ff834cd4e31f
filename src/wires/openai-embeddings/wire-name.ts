/** The name by which this wire marks request fields that only it understands. */

export const WIRE = 'openai-embeddings'
