/** Folds streamed parts back into the whole reply they describe; the inverse of `unfoldReply`. */

import type { Block, ReasoningBlock, TextBlock, ToolCallBlock } from './chat-call.ts'
import type { ChatReply, Choice, Part, TokenLogprob } from './chat-reply.ts'
import type { GatewayError } from './error.ts'
import { assertNever } from './result.ts'
import { WHOLE_BLOCK } from './unfold.ts'

interface OpenChoice {
  readonly choice: Choice
  /** The text, reasoning or refusal block that the next delta of its kind goes on with. */
  open?: Block
  readonly calls: Map<number, ToolCallBlock>
}

/**
 * Collects parts as they pass. Empty deltas open no block; a tool call without arguments ends as `{}`; a choice that
 * never finished is `unknown`; the last usage counts. `reply()` may be asked at any time for what there is so far.
 */
export class Gatherer {
  /** The error that ended the stream, if one did. */
  error: GatewayError | undefined
  /** The provider said that the stream is complete. */
  complete = false
  #head: Omit<ChatReply, 'choices'> = { id: '', model: '' }
  readonly #choices = new Map<number, OpenChoice>()

  push(parts: readonly Part[]): void {
    for (const part of parts) this.#take(part)
  }

  reply(): ChatReply {
    const choices: Choice[] = []
    for (const [, { choice }] of [...this.#choices].sort(([a], [b]) => a - b)) {
      choices.push({ ...choice, content: choice.content.map(finished) })
    }
    return { ...this.#head, choices }
  }

  #take(part: Part): void {
    switch (part.type) {
      case 'reply-start':
        this.#head = headOf(part, this.#head)
        return
      case 'usage':
        this.#head.usage = part.usage
        return
      case 'reply-error':
        this.error = part.error
        return
      case 'reply-end':
        this.complete = true
        return
      case 'choice-finish':
        if (part.extras) this.#head.extras = merged(this.#head.extras, part.extras)
        takeIn(this.#choice(part.choice), part)
        return
      default:
        takeIn(this.#choice(part.choice), part)
    }
  }

  #choice(index: number): OpenChoice {
    const known = this.#choices.get(index)
    if (known) return known
    const fresh: OpenChoice = { choice: { content: [], finish: 'unknown' }, calls: new Map() }
    this.#choices.set(index, fresh)
    return fresh
  }
}

/** Gathers a finished list of parts. A `reply-error` part is not shown in the reply; use `Gatherer` to see it. */
export function gatherParts(parts: Iterable<Part>): ChatReply {
  const gatherer = new Gatherer()
  gatherer.push([...parts])
  return gatherer.reply()
}

type ChoicePart = Extract<Part, { choice: number }>

function takeIn(state: OpenChoice, part: ChoicePart): void {
  const { choice } = state
  switch (part.type) {
    case 'text-delta':
      if (part.text) openText(state).text += part.text
      if (part.logprobs) addLogprobs(choice, 'content', part.logprobs)
      return
    case 'text-citation': {
      const text = openText(state)
      text.citations = [...(text.citations ?? []), part.citation]
      return
    }
    case 'reasoning-delta':
      if (part.text) {
        const block = openReasoning(state)
        block.text += part.text
        if (part.raw) block.raw = part.raw
      }
      return
    case 'reasoning-signature':
      openReasoning(state).signature = part.signature
      close(state)
      return
    case 'reasoning-redacted':
      choice.content.push({ type: 'reasoning', text: '', redacted: part.data })
      close(state)
      return
    case 'refusal-delta':
      if (part.text) addRefusal(state, part.text)
      if (part.logprobs) addLogprobs(choice, 'refusal', part.logprobs)
      return
    case 'tool-call-start':
    case 'tool-call-delta':
    case 'tool-call-end':
      takeCall(state, part)
      return
    case 'opaque-block':
      choice.content.push(blockOf(part.wire, part.value))
      close(state)
      return
    case 'block-break':
      close(state)
      return
    case 'choice-finish':
      choice.finish = part.finish
      if (part.rawFinish !== undefined) choice.rawFinish = part.rawFinish
      if (part.stopSequence !== undefined) choice.stopSequence = part.stopSequence
      return
    default:
      assertNever(part)
  }
}

type CallPart = Extract<Part, { type: 'tool-call-start' | 'tool-call-delta' | 'tool-call-end' }>

function takeCall(state: OpenChoice, part: CallPart): void {
  if (part.type === 'tool-call-start') {
    const call: ToolCallBlock = { type: 'tool-call', id: part.id, name: part.name, arguments: '' }
    state.calls.set(part.index, call)
    state.choice.content.push(call)
    close(state)
  } else if (part.type === 'tool-call-delta') {
    const call = state.calls.get(part.index)
    if (call) call.arguments += part.arguments
  } else {
    state.calls.delete(part.index)
  }
}

function openText(state: OpenChoice): TextBlock {
  if (state.open?.type === 'text') return state.open
  const block: TextBlock = { type: 'text', text: '' }
  open(state, block)
  return block
}

function openReasoning(state: OpenChoice): ReasoningBlock {
  if (state.open?.type === 'reasoning') return state.open
  const block: ReasoningBlock = { type: 'reasoning', text: '' }
  open(state, block)
  return block
}

function addRefusal(state: OpenChoice, text: string): void {
  if (state.open?.type === 'refusal') state.open.text += text
  else open(state, { type: 'refusal', text })
}

function open(state: OpenChoice, block: Block): void {
  state.choice.content.push(block)
  state.open = block
}

function close(state: OpenChoice): void {
  delete state.open
}

function addLogprobs(choice: Choice, field: 'content' | 'refusal', more: readonly TokenLogprob[]): void {
  choice.logprobs ??= {}
  choice.logprobs[field] = [...(choice.logprobs[field] ?? []), ...more]
}

function blockOf(wire: string, value: Extract<Part, { type: 'opaque-block' }>['value']): Block {
  // Only `unfoldReply` writes this wire name, and what it puts in is a Block.
  if (wire === WHOLE_BLOCK) return structuredClone(value) as unknown as Block
  return { type: 'opaque', wire, value }
}

function finished(block: Block): Block {
  if (block.type === 'tool-call' && block.arguments === '') return { ...block, arguments: '{}' }
  return { ...block }
}

function headOf(part: Extract<Part, { type: 'reply-start' }>, before: Omit<ChatReply, 'choices'>) {
  const { type: _, ...start } = part
  return { ...before, ...start, id: start.id || before.id, model: start.model || before.model }
}

type Extras = NonNullable<ChatReply['extras']>

function merged(before: Extras | undefined, more: Extras): Extras {
  if (before?.wire !== more.wire) return more
  return { wire: more.wire, fields: { ...before.fields, ...more.fields } }
}
