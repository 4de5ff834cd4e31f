/** Fills the placeholders of a provider's address and paths, so that nothing filled in can lead elsewhere. */

import { err, ok, type Result } from '../ground/result.ts'

const PLACEHOLDER = /\{(\+?)(\w+)\}/g

/**
 * The path with `{name}` replaced by the percent-encoded value and `{+name}` by the value with its slashes kept. The error
 * says what is missing or cannot stand in a path; it repeats the value, so no secret may be filled in.
 */
export function fillPath(path: string, values: Readonly<Record<string, string>>): Result<string, string> {
  let fault: string | undefined
  const filled = path.replace(PLACEHOLDER, (_, plus: string, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined || value === '') fault ??= `the address needs a ${name}, which is not given`
    else if (!fits(value, plus === '+')) fault ??= `the ${name} "${value.slice(0, 80)}" cannot stand in an address`
    return encode(value ?? '', plus === '+')
  })
  return fault === undefined ? ok(filled) : err(fault)
}

/** The names of the placeholders, each once. */
export function placeholdersOf(path: string): string[] {
  return [...new Set(Array.from(path.matchAll(PLACEHOLDER), ([, , name]) => name ?? ''))]
}

/** URLs drop the segments `.` and `..` even when they are percent-encoded, so they can only be refused. */
function fits(value: string, withSlashes: boolean): boolean {
  const pieces = withSlashes ? value.split('/') : [value]
  return value.isWellFormed() && pieces.every((piece) => piece !== '' && piece !== '.' && piece !== '..')
}

/** `@` is kept: it is harmless behind a host, and Vertex AI and Workers AI write it in names of models. */
function encode(value: string, withSlashes: boolean): string {
  if (!value.isWellFormed()) return ''
  const encoded = encodeURIComponent(value).replaceAll('%40', '@')
  return withSlashes ? encoded.replaceAll('%2F', '/') : encoded
}
