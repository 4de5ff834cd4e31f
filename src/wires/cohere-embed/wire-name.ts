/** The name by which this wire marks request fields and blocks that only it understands. */

export const WIRE = 'cohere-embed'
