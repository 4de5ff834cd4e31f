/** How alike two replies to the same request are, without asking a model. */

import type { Block } from '../../ground/chat-call.ts'
import type { ChatReply } from '../../ground/chat-reply.ts'

/**
 * From 0 to 1: the share of words that both have, counted as often as they stand (an F1 of word counts); replies that call tools are
 * compared by the tools and their arguments. A measure of wording, not of truth.
 */
export function replyLikeness(left: ChatReply, right: ChatReply): number {
  const ours = wordsOf(left)
  const theirs = wordsOf(right)
  const total = ours.length + theirs.length
  if (total === 0) return 1
  const counts = new Map<string, number>()
  for (const word of ours) counts.set(word, (counts.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of theirs) {
    const left = counts.get(word) ?? 0
    if (left === 0) continue
    counts.set(word, left - 1)
    shared++
  }
  return (2 * shared) / total
}

const MOST_WORDS = 5000

function wordsOf(reply: ChatReply): string[] {
  const text = reply.choices.flatMap(({ content }) => content.map(textOf)).join(' ')
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST_WORDS)
}

function textOf(block: Block): string {
  if (block.type === 'text' || block.type === 'refusal') return block.text
  return block.type === 'tool-call' ? `${block.name} ${block.arguments}` : ''
}
