/** The name under which this wire marks what only it can read: opaque blocks, provider tools, extras. */

export const WIRE = 'openai-chat'
