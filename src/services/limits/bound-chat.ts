/** Bounds a chat call: no byte-level tokenizer makes more tokens than there are bytes, and the answer's length is known or set. */

import type { Block, ChatCall } from '../../ground/chat-call.ts'
import { estimateTokens } from '../../ground/estimate-tokens.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { CallBound, OutputBound } from './call-bound.ts'

/** The longest answer current models give. A call that states no length may give this much. */
const LONGEST_ANSWER = 131_072
/** What a client may state at most. */
const MOST_STATED = 1_000_000
/** An answer below this is no use; the call is refused instead. */
const LEAST_ANSWER = 256
/** What vendors add around messages and tools. */
const FRAME_TOKENS = 1000
const TOKENS_A_MESSAGE = 16
/** Large pictures at the vendors that bill them by size. */
const TOKENS_AN_IMAGE = 5000
/** Base64 characters of sound and of paged documents a token, on the low side. */
const AUDIO_CHARACTERS_A_TOKEN = 30
/** What the gateway cannot see: files, addresses, earlier turns and search results kept by the provider. */
const UNSEEN_TOKENS = 100_000
const SEARCHES = 20
/** Words of requests, wherever they stand: a bound that is too high does no harm. */
const SEARCHING = /"web_search_options"\s*:\s*\{/
const KEPT = /"item_reference"|"cached_?content"|"prompt"\s*:\s*\{|"container"\s*:/i
const DEARER = /"service_?tier"\s*:\s*"(?:priority|fast|auto)"/i

/** `bytes`: of the request's body. `earlier`: it goes on from turns that the provider keeps. `policyCap`: the policy's longest answer. */
export function boundChat(
  call: ChatCall,
  body: { readonly text: string; readonly bytes: number; readonly earlier: boolean },
  policyCap: number | undefined,
): CallBound {
  const media = mediaOf(call)
  const searching = (call.tools ?? []).some((tool) => tool.kind === 'provider') || SEARCHING.test(body.text)
  const unseen = media.unseen + (body.earlier || KEPT.test(body.text) ? 1 : 0) + (searching ? 1 : 0)
  const text = Math.max(0, body.bytes - media.characters)
  return {
    inputTokens: Math.ceil(
      text + FRAME_TOKENS + call.messages.length * TOKENS_A_MESSAGE + media.tokens + unseen * UNSEEN_TOKENS,
    ),
    output: outputOf(call, body.bytes, policyCap),
    pieces: searching ? { search: SEARCHES } : {},
    inputUnits: inputUnitsOf(body.text),
    ...((call.serviceTier === 'priority' || DEARER.test(body.text)) && { serviceClass: 'priority' as const }),
    guessInput: () => estimateTokens(call),
  }
}

/** The bound of a body that cannot be read as a call: the provider will say what it thinks of it. */
export function boundUnread(
  body: { readonly text: string; readonly bytes: number; readonly json: JsonObject },
  policyCap: number | undefined,
): CallBound {
  const choices = answersOf(body.json)
  const parts = body.text.match(/"(?:image|input_image|document|file|audio|input_audio|video)/g)?.length ?? 0
  return {
    inputTokens: body.bytes + FRAME_TOKENS + parts * TOKENS_AN_IMAGE,
    output: {
      tokens: (policyCap ?? LONGEST_ANSWER) * choices,
      leastTokens: LEAST_ANSWER * choices,
      choices,
      stated: policyCap !== undefined,
    },
    pieces: {},
    inputUnits: inputUnitsOf(body.text),
    guessInput: () => Math.ceil(body.bytes / 4),
  }
}

/** As many as each prompt of a list is to get. */
function answersOf({ n, best_of: bestOf, prompt }: JsonObject): number {
  const prompts = Array.isArray(prompt) && prompt.some((each) => typeof each !== 'number') ? prompt.length : 1
  return Math.max(1, wholeOf(n), wholeOf(bestOf)) * Math.max(1, prompts)
}

function wholeOf(value: Json | undefined): number {
  const number = Number(value ?? 1)
  return Number.isSafeInteger(number) ? number : 1
}

function outputOf(call: ChatCall, bytes: number, policyCap: number | undefined): OutputBound {
  const bestOf = Number(call.extras?.fields.best_of ?? 1)
  const choices = Math.max(1, Math.ceil(call.choices ?? 1), Number.isSafeInteger(bestOf) ? bestOf : 1)
  // Some servers take zero and below for without end.
  const asked = call.maxOutputTokens ?? 0
  const said = asked > 0 ? Math.min(Math.ceil(asked), MOST_STATED) : undefined
  const each = said === undefined ? (policyCap ?? LONGEST_ANSWER) : Math.min(said, policyCap ?? said)
  // Of a predicted answer what was wrong is billed besides the answer.
  const predicted = call.extras?.fields.prediction === undefined ? 0 : bytes
  // A model that must think may not be told to stop before it has.
  const least = Math.min(each, Math.max(LEAST_ANSWER, (call.reasoning?.budgetTokens ?? 0) + 1))
  return {
    tokens: (each + predicted) * choices,
    leastTokens: (least + predicted) * choices,
    choices,
    stated: said !== undefined || policyCap !== undefined,
  }
}

/** Words anywhere in the body are enough: a unit too many makes the bound no lower. */
function inputUnitsOf(text: string): CallBound['inputUnits'] {
  return [
    ...(/cache_?(?:control|point)/i.test(text) ? (['cacheWrite5m', 'cacheWrite1h'] as const) : []),
    ...(/audio/i.test(text) ? (['audioIn'] as const) : []),
    ...(/image|picture|inline_?data/i.test(text) ? (['imageIn'] as const) : []),
  ]
}

interface Media {
  /** Tokens of what is not text. */
  tokens: number
  /** Characters of the body that hold it. */
  characters: number
  /** Things whose size is unknown. */
  unseen: number
}

function mediaOf(call: ChatCall): Media {
  const media: Media = { tokens: 0, characters: 0, unseen: 0 }
  for (const message of call.messages) addMedia(message.content, media)
  return media
}

function addMedia(blocks: readonly Block[], media: Media): void {
  for (const block of blocks) {
    if (block.type === 'image') {
      media.tokens += TOKENS_AN_IMAGE
      if (block.source.kind === 'base64') media.characters += block.source.data.length
    } else if (block.type === 'audio') {
      media.tokens += block.data.length / AUDIO_CHARACTERS_A_TOKEN
      media.characters += block.data.length
    } else if (block.type === 'document') {
      // Base64 of a document stays in the count of bytes: compressed text may hold as many tokens.
      if (block.source.kind === 'blocks') addMedia(block.source.blocks, media)
      else if (block.source.kind === 'base64') media.tokens += TOKENS_AN_IMAGE
      else if (block.source.kind !== 'text') media.unseen++
    } else if (block.type === 'tool-result') addMedia(block.content, media)
  }
}
