/** A whole generateContent reply -> the hub's reply. */

import type { Block, Citation } from '../../ground/chat-call.ts'
import type { ChatReply, Choice } from '../../ground/chat-reply.ts'
import { compact } from '../../ground/compact.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { givenId } from '../ollama-chat/call-ids.ts'
import { decodeCitations } from './citations.ts'
import { errorOfBody, isErrorBody } from './decode-error.ts'
import { decodeParts, type PartIds } from './decode-parts.ts'
import { decodeFinish, finishWord } from './finish.ts'
import { decodeLogprobs } from './logprobs.ts'
import { createdAt, extrasOf } from './reply-fields.ts'
import { decodeUsage } from './usage.ts'

/** An error that came with status 200 is an error here, and so is a candidate that ends with one (difference 37). */
export function decodeReply(body: Json): Result<ChatReply, GatewayError> {
  // What streamed as one array and is read whole is its last element with all parts; only clients' mistakes do that.
  if (!isObject(body) || isErrorBody(body)) return err(errorOfBody(body, undefined))
  const candidates = asArray(body.candidates).filter(isObject)
  const blocked = blockReason(body)
  if (candidates.length === 0 && !blocked && !isObject(body.usageMetadata)) return err(NO_REPLY)
  const failed = candidates.map(candidateError).find((error) => error !== undefined)
  if (failed) return err(failed)
  const id = asString(body.responseId) ?? ''
  const choices = candidates.map((candidate, index) => decodeCandidate(candidate, `${id}${index || ''}`))
  if (choices.length === 0) choices.push(blocked ? blockedChoice(blocked) : { content: [], finish: 'unknown' })
  return ok(
    compact({
      id,
      model: asString(body.modelVersion) ?? '',
      createdSeconds: createdAt(body),
      choices,
      usage: decodeUsage(body.usageMetadata),
      extras: extrasOf(body, candidates[0]),
    } as Loose<ChatReply>) as ChatReply, // `compact` took the undefined fields out
  )
}

type Loose<T> = { [Key in keyof T]: T[Key] | undefined }

function decodeCandidate(candidate: JsonObject, id: string): Choice {
  const content = decodeParts(asObject(candidate.content)?.parts, replyIds(id))
  cite(content, decodeCitations(candidate))
  const logprobs = decodeLogprobs(candidate.logprobsResult)
  const calls = content.some(({ type }) => type === 'tool-call')
  const word = finishWord(candidate.finishReason)
  return {
    content,
    ...(word === undefined
      ? { finish: calls ? ('tool-calls' as const) : ('unknown' as const) }
      : decodeFinish(word, calls)),
    ...(logprobs && { logprobs: { content: logprobs } }),
  }
}

/** Ids for calls that have none: their place in the reply, so that equal calls stay apart (difference 26). */
export function replyIds(replyId: string): PartIds {
  let count = 0
  return {
    called: (_name, id) => id ?? givenId(replyId, count++),
    answered: (_name, id) => id ?? givenId(replyId, count++),
  }
}

/** Citations belong to the text of the whole candidate; they are kept with its last one. */
function cite(content: Block[], citations: Citation[]): void {
  if (citations.length === 0) return
  const text = content.findLast((block) => block.type === 'text')
  if (text?.type === 'text') text.citations = citations
  else content.push({ type: 'text', text: '', citations })
}

/** The error that a candidate's ending is, if it is one. */
export function candidateError(candidate: JsonObject): GatewayError | undefined {
  const word = finishWord(candidate.finishReason)
  if (word === undefined || decodeFinish(word, false).finish !== 'error') return undefined
  const said = asString(candidate.finishMessage)
  const message = `The provider ended its answer with ${word}${said ? `: ${said.slice(0, 500)}` : ''}.`
  return gatewayError('upstream-error', message, { origin: 'upstream', code: word, upstreamType: word })
}

/** Why the prompt was not answered at all. */
export function blockReason(body: JsonObject): string | undefined {
  return asString(asObject(body.promptFeedback)?.blockReason)
}

function blockedChoice(reason: string): Choice {
  return { content: [], finish: 'content-filter', rawFinish: reason }
}

const NO_REPLY = gatewayError('upstream-error', 'The provider answered with a body that is no reply of this API.', {
  origin: 'upstream',
})
