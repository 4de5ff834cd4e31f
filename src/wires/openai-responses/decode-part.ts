/** One content part of a message or tool output in a request -> the hub's block. */

import type { Block, DocumentBlock, MediaSource } from '../../ground/chat-call.ts'
import { compact } from '../../ground/compact.ts'
import { asArray, asString, isObject, type Json, type JsonObject } from '../../ground/json.ts'
import { sourceOfUrl } from '../openai-chat/data-url.ts'
import type { Problems } from '../problems.ts'
import { decodeAnnotation } from './citations.ts'
import { WIRE } from './wire-name.ts'

/** Content given as a string or as parts. An empty string is no block at all. */
export function decodeContent(content: Json | undefined, path: string, problems: Problems): Block[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) {
    problems.report(path, 'must be a string or a list of content parts')
    return []
  }
  const blocks: Block[] = []
  content.forEach((part, index) => {
    if (isObject(part) && typeof part.type === 'string') blocks.push(decodePart(part))
    else problems.report(`${path}[${index}]`, 'must be a content part with a "type"')
  })
  return blocks
}

/** A part of a kind that the hub has no form for stays whole as an opaque block. */
function decodePart(part: JsonObject): Block {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      if (typeof part.text === 'string') return decodeText(part.text, part)
      break
    case 'refusal':
      if (typeof part.refusal === 'string') return { type: 'refusal', text: part.refusal }
      break
    case 'input_image': {
      const source = imageSource(part)
      if (source) return compact({ type: 'image', source, detail: asString(part.detail) })
      break
    }
    case 'input_file': {
      const source = fileSource(part)
      if (source) return compact<DocumentBlock>({ type: 'document', source, title: asString(part.filename) })
      break
    }
    case 'input_audio': {
      const audio = isObject(part.input_audio) ? part.input_audio : part
      const data = asString(audio.data)
      const format = asString(audio.format)
      if (data !== undefined && format !== undefined) return { type: 'audio', data, format }
      break
    }
  }
  return { type: 'opaque', wire: WIRE, value: part }
}

function decodeText(text: string, part: JsonObject): Block {
  const citations = asArray(part.annotations).filter(isObject).map(decodeAnnotation)
  return citations.length > 0 ? { type: 'text', text, citations } : { type: 'text', text }
}

function imageSource(part: JsonObject): MediaSource | undefined {
  const url = asString(part.image_url)
  if (url !== undefined) return sourceOfUrl(url)
  return typeof part.file_id === 'string' ? { kind: 'file', fileId: part.file_id } : undefined
}

function fileSource(part: JsonObject): MediaSource | undefined {
  if (typeof part.file_id === 'string') return { kind: 'file', fileId: part.file_id }
  if (typeof part.file_url === 'string') return { kind: 'url', url: part.file_url }
  const data = asString(part.file_data)
  if (data === undefined) return undefined
  // Bare base64 without its type: PDF is the type that this API documents first.
  return data.startsWith('data:') ? sourceOfUrl(data) : { kind: 'base64', mediaType: 'application/pdf', data }
}
