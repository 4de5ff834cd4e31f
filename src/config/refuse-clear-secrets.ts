/** Finds secrets written in clear anywhere in a document: values, keys and comments. */

import { knownSecretSpans, looksLikeSecret } from './clear-secret.ts'
import type { Located, Path } from './located.ts'
import type { Place } from './problem.ts'
import type { ProblemList } from './problem-list.ts'

/** Also refuses any literal where a secret belongs, whatever it looks like. `root` is undefined when the YAML is broken. */
export function refuseClearSecrets(
  source: { readonly file: string; readonly text: string; readonly root: Located | undefined },
  secretBelongs: (path: Path) => boolean,
  problems: ProblemList,
): void {
  if (source.root) searchValues(source.root, [], secretBelongs, problems)
  // Comments and broken files; what a value or key already told on the same line is not told again.
  for (const { start } of knownSecretSpans(source.text)) problems.secret(placeOfOffset(source, start))
}

function searchValues(node: Located, path: Path, secretBelongs: (path: Path) => boolean, problems: ProblemList): void {
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) searchValues(item, [...path, index], secretBelongs, problems)
  } else if (node.kind === 'map') {
    for (const [key, { keyAt, value }] of node.entries) {
      if (looksLikeSecret(key)) problems.secret(keyAt)
      searchValues(value, [...path, key], secretBelongs, problems)
    }
  } else if (node.value !== null && secretBelongs(path) && !String(node.value).includes('${')) {
    problems.secret(
      node.at,
      `${String(path[path.length - (typeof path.at(-1) === 'number' ? 2 : 1)])} must be a reference, not the secret itself`,
    )
  } else if (typeof node.value === 'string' && looksLikeSecret(node.value)) problems.secret(node.at)
}

function placeOfOffset({ file, text }: { file: string; text: string }, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { file, line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
