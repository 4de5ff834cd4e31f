/** What a person would say a chat reply contains, whatever SDK it was read with: the words every comparison uses. */

import { asObject, asString, type JsonObject, parseJson } from '../../../src/ground/json.ts'

/** One tool call, arguments as the text the model wrote. */
export interface ToolCallReading {
  id: string
  name: string
  arguments: string
}

export interface ChoiceReading {
  text: string
  refusal: string
  thinking: string
  signatures: string[]
  /** Encrypted thinking. */
  redacted: string[]
  toolCalls: ToolCallReading[]
  /** The wire's own word; empty when the provider gave none. */
  finish: string
  /** How many tokens came with log-probabilities. */
  logprobs: number
  /** Addresses cited. */
  citations: string[]
}

/** Counts that both wires can express. */
export interface UsageReading {
  /** All prompt tokens, cached or not. */
  prompt: number
  cached: number
  /** All completion tokens, reasoning included. */
  completion: number
}

export interface Reading {
  choices: ChoiceReading[]
  usage?: UsageReading
}

export function emptyChoice(): ChoiceReading {
  return {
    text: '',
    refusal: '',
    thinking: '',
    signatures: [],
    redacted: [],
    toolCalls: [],
    finish: '',
    logprobs: 0,
    citations: [],
  }
}

/** A signature; one that the gateway made of OpenAI's encrypted thinking, to be sent back to OpenAI, counts as that. */
export function takeSignature(choice: ChoiceReading, signature: string): void {
  const carried = carriedFields(signature)
  if (carried) takeRedacted(choice, signature)
  else if (signature) choice.signatures.push(signature)
}

/** Encrypted thinking; of what the gateway carries for OpenAI, the part that OpenAI made. */
export function takeRedacted(choice: ChoiceReading, data: string): void {
  const carried = carriedFields(data)
  const sealed = carried ? (asString(carried.encrypted_content) ?? '') : data
  if (sealed) choice.redacted.push(sealed)
}

function carriedFields(text: string): JsonObject | undefined {
  const [, fields] = /^openai-responses:(\{.*\})$/s.exec(text) ?? []
  return asObject(parseJson(fields ?? ''))
}
