/** The name by which this wire marks what only it understands: opaque blocks, provider tools, extras, raw citations. */

export const WIRE = 'bedrock-converse'
