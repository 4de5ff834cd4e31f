/** References as documents write them, for messages and descriptions. */

/** `reference('secret', 'NAME')` is `${secret.NAME}`. */
export function reference(space: 'var' | 'secret' | 'bundle', name: string): string {
  return `\${${space}.${name}}`
}
