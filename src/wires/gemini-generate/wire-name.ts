/** The name of this wire. */

export const WIRE = 'gemini-generate'
