/** The part of a call that may be said in other words: the text of its last message, if a user wrote it. */

import type { ChatCall } from '../../ground/chat-call.ts'

type Essence = Omit<ChatCall, 'model' | 'stream'>

/** Longer texts are documents rather than questions. */
const MAX_QUESTION_CHARACTERS = 2000

/** The question, and all the rest of the call; undefined when the last message holds anything but a user's short text. */
export function lastQuestion(essence: Essence): { readonly question: string; readonly rest: Essence } | undefined {
  const last = essence.messages.at(-1)
  if (last?.role !== 'user' || last.content.length === 0) return undefined
  const texts: string[] = []
  for (const block of last.content) {
    if (block.type !== 'text' || block.citations) return undefined
    texts.push(block.text)
  }
  const question = texts.join('\n')
  if (question.trim() === '' || question.length > MAX_QUESTION_CHARACTERS) return undefined
  const { content, ...message } = last
  return { question, rest: { ...essence, messages: [...essence.messages.slice(0, -1), { ...message, content: [] }] } }
}
