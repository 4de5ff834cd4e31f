/** One content part of a message, from a request or a reply -> the hub's block. */

import type { Block, DocumentBlock, MediaSource, ReasoningBlock } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import type { Problems } from '../problems.ts'
import { decodeCache } from './cache-control.ts'
import { sourceOfUrl } from './data-url.ts'
import { WIRE } from './wire-name.ts'

/** Content given as a string, as parts, or as null. An empty string is no block at all. */
export function decodeContent(content: Json | undefined, path: string, problems: Problems): Block[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) {
    problems.report(path, 'must be a string or a list of content parts')
    return []
  }
  const blocks: Block[] = []
  content.forEach((part, index) => {
    if (typeof part === 'string') blocks.push({ type: 'text', text: part })
    else if (isObject(part) && typeof part.type === 'string') blocks.push(decodePart(part))
    else problems.report(`${path}[${index}]`, 'must be a content part with a "type"')
  })
  return blocks
}

/** A part of a kind that the hub has no form for (video, references, what is new) stays whole as an opaque block. */
export function decodePart(part: JsonObject): Block {
  const cache = decodeCache(part.cache_control)
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      if (typeof part.text === 'string') return compact({ type: 'text', text: part.text, cache })
      break
    case 'image_url': {
      // Mistral also takes the address itself in place of the object.
      const url = asString(part.image_url) ?? asString(asObject(part.image_url)?.url)
      const detail = asString(asObject(part.image_url)?.detail)
      if (url !== undefined) return compact({ type: 'image', source: sourceOfUrl(url), detail, cache })
      break
    }
    case 'input_audio': {
      const data = asString(asObject(part.input_audio)?.data)
      const format = asString(asObject(part.input_audio)?.format)
      if (data !== undefined && format !== undefined) return { type: 'audio', data, format }
      break
    }
    case 'file': {
      const file = decodeFile(asObject(part.file) ?? {})
      if (file) return compact({ ...file, cache })
      break
    }
    case 'document_url': {
      // Mistral's way to send a PDF: mistral/openai-chat/document-input.
      const url = asString(part.document_url)
      const title = asString(part.document_name)
      // It stays an address even if it is a data URL, which tells it from a `file` on the way back.
      if (url !== undefined) return compact({ type: 'document', source: { kind: 'url', url }, title, cache })
      break
    }
    case 'refusal':
      if (typeof part.refusal === 'string') return { type: 'refusal', text: part.refusal }
      break
    case 'thinking':
      return decodeThinkingPart(part)
    case 'redacted_thinking':
      if (typeof part.data === 'string') return { type: 'reasoning', text: '', redacted: part.data }
      break
  }
  return { type: 'opaque', wire: WIRE, value: part }
}

/** Mistral's thinking is a list of text parts; others give a string, with a signature. */
export function decodeThinkingPart(part: JsonObject): ReasoningBlock {
  const text =
    asString(part.thinking) ??
    asArray(part.thinking)
      .map((inner) => (isObject(inner) ? (asString(inner.text) ?? '') : (asString(inner) ?? '')))
      .join('')
  const signature = asString(part.signature)
  return compact({ type: 'reasoning', text, signature: signature || undefined })
}

function decodeFile(file: JsonObject): DocumentBlock | undefined {
  const source = fileSource(file)
  if (!source) return undefined
  return compact<DocumentBlock>({ type: 'document', source, title: asString(file.filename) })
}

function fileSource(file: JsonObject): MediaSource | undefined {
  if (typeof file.file_id === 'string') return { kind: 'file', fileId: file.file_id }
  const data = asString(file.file_data)
  if (data === undefined) return undefined
  if (/^(data|https?):/i.test(data)) return sourceOfUrl(data)
  // Bare base64 without its type: PDF is the one type that this API documents.
  return { kind: 'base64', mediaType: 'application/pdf', data }
}
