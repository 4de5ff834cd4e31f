/** A rough count of the tokens a call will cost before any provider has counted them. */

import type { Block, ChatCall } from './chat-call.ts'

/** English prose has about four bytes of UTF-8 a token, JSON and other scripts fewer: three and a half errs on the high side. */
const BYTES_A_TOKEN = 3.5
const TOKENS_A_MESSAGE = 4
/** What a large picture costs at the vendors that bill pictures by their size. */
const TOKENS_AN_IMAGE = 1600
/** Base64 characters of a page-wise billed document, a guess by its size. */
const DOCUMENT_CHARACTERS_A_TOKEN = 30
const AUDIO_CHARACTERS_A_TOKEN = 400

/** Never zero for a call that says anything; meant to be right within a factor of two, not exact. */
export function estimateTokens(call: ChatCall): number {
  let tokens = 0
  for (const message of call.messages) tokens += TOKENS_A_MESSAGE + ofBlocks(message.content)
  for (const tool of call.tools ?? []) tokens += ofText(JSON.stringify(tool))
  if (call.format?.type === 'json-schema') tokens += ofText(JSON.stringify(call.format.schema))
  return Math.ceil(tokens)
}

function ofBlocks(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + ofBlock(block), 0)
}

function ofBlock(block: Block): number {
  switch (block.type) {
    case 'text':
    case 'refusal':
      return ofText(block.text)
    case 'reasoning':
      return ofText(block.text + (block.redacted ?? ''))
    case 'tool-call':
      return ofText(block.name + block.arguments)
    case 'tool-result':
      return ofBlocks(block.content)
    case 'image':
      return TOKENS_AN_IMAGE
    case 'document': {
      const { source } = block
      if (source.kind === 'text') return ofText(source.text)
      if (source.kind === 'blocks') return ofBlocks(source.blocks)
      return source.kind === 'base64' ? source.data.length / DOCUMENT_CHARACTERS_A_TOKEN : TOKENS_AN_IMAGE
    }
    case 'audio':
      return block.data.length / AUDIO_CHARACTERS_A_TOKEN
    case 'opaque':
      return ofText(JSON.stringify(block.value))
  }
}

function ofText(text: string): number {
  return new TextEncoder().encode(text).length / BYTES_A_TOKEN
}
