/** The name under which this wire marks what only it can read: opaque blocks, provider tools, extras. */

/** Also the wire's name in `CHAT_WIRE_NAMES`. */
export const WIRE = 'openai-responses'
