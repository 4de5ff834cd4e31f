/** Recognises credentials written in clear, so that they are refused and never repeated in a message. */

/** Shapes that vendors give their credentials. The list errs on the side of refusing: documents have no use for such words. */
const KNOWN_SHAPES: readonly RegExp[] = [
  /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}/g,
  /(?<![A-Za-z0-9])(?:sk_|[pr]k[-_]|csk-)(?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{8,}/g,
  /(?<![A-Za-z0-9])(?:gsk|hf|fw|r8|tgp_v1|ghp|gho|ghu|ghs|ghr|github_pat)_[A-Za-z0-9_-]{12,}/g,
  // Names such as `xai-openai-responses` and `pplx-70b-online` have a hyphen soon, their keys have none.
  /(?<![A-Za-z0-9])(?:xai|pplx)-[A-Za-z0-9]{16,}/g,
  /(?<![A-Za-z0-9])(?:nvapi|glpat|xox[abeprs])-(?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{20,}/g,
  /(?<![A-Za-z0-9])dapi[0-9a-f]{16,}/g,
  /(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g,
]

interface Span {
  readonly start: number
  readonly end: number
}

/** True for text that has the shape of a credential anywhere in it, or a long run of random-looking characters. */
export function looksLikeSecret(text: string): boolean {
  return knownSecretSpans(text).length > 0 || randomSpans(text).length > 0
}

/** Where text has a vendor's credential shape; for whole files, where random-looking text may be a harmless hash in a comment. */
export function knownSecretSpans(text: string): Span[] {
  return KNOWN_SHAPES.flatMap((shape) =>
    [...text.matchAll(shape)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  )
}

/** The text with everything that looks like a secret replaced. */
export function redactSecrets(text: string): string {
  const spans = [...knownSecretSpans(text), ...randomSpans(text)].sort((a, b) => b.start - a.start)
  return spans.reduce((rest, { start, end }) => `${rest.slice(0, start)}(hidden)${rest.slice(end)}`, text)
}

/** Text as a message may quote it: short, on one line, and hidden when it looks like a secret. */
export function quote(text: string): string {
  if (looksLikeSecret(text)) return '(hidden)'
  const plain = text.replace(/\p{Cc}/gu, ' ')
  return `"${plain.length > 60 ? `${plain.slice(0, 59)}…` : plain}"`
}

/**
 * Letters of both cases with digits over 20 characters, or lower-case letters with digits over 40: longer than any word of
 * a model name. 32 hexadecimal digits pass, because account ids in addresses look like that.
 */
function randomSpans(text: string): Span[] {
  return [...text.matchAll(/[A-Za-z0-9]{20,}/g)]
    .filter(([run]) => {
      const mixed = /[a-z]/.test(run) && /[A-Z]/.test(run)
      const long = run.length >= 40 && /[a-zA-Z]/.test(run)
      return /\d/.test(run) && (mixed || long) && entropyBits(run) >= 3.3
    })
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
}

/** Shannon entropy per character. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
