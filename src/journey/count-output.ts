/** Counts, roughly, the tokens in what a provider sends, whatever its format: for replies that end without a usage. */

/** English prose has about four bytes a token; three and a half errs on the high side. */
const CHARACTERS_A_TOKEN = 3.5

/** The fields in which formats carry what the model wrote, up to the quote that opens their value. */
const WRITTEN =
  /"(?:content|text|delta|thinking|reasoning|reasoning_content|refusal|partial_json|arguments|response|completion|output_text)"\s*:\s*"/g

/** Tokens in the values of those fields, in one event or a whole reply; never less than one for a value that says anything. */
export function countOutputTokens(json: string): number {
  let tokens = 0
  for (const field of json.matchAll(WRITTEN)) {
    const start = field.index + field[0].length
    tokens += Math.ceil((endOfText(json, start) - start) / CHARACTERS_A_TOKEN)
  }
  return tokens
}

/** Where the text that begins at `start` ends: at the first quote that no backslash escapes. Texts may be megabytes long. */
function endOfText(json: string, start: number): number {
  for (let quote = json.indexOf('"', start); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (json[quote - 1 - backslashes] === '\\' && quote - 1 - backslashes >= start) backslashes++
    if (backslashes % 2 === 0) return quote
  }
  return json.length
}
