/** The stand-in providers: one for each chat format the gateway can meet upstream. */

export interface StandIn {
  readonly id: string
  /** Row of the provider table it follows. */
  readonly kind: string
  /** The chat format in which it is met by clients of another one. */
  readonly dialect: string
  /** What `sluice.yml` must fill in for the kind. */
  readonly options?: Readonly<Record<string, string>>
  /** The chat formats to ask it in, where its kind speaks more. */
  readonly formats?: readonly string[]
  /** What its models' names begin with, where the gateway reads from them how to ask for thinking. */
  readonly modelPrefix?: string
  /** Its usage says how much of the prompt came from a cache. */
  readonly countsCache: boolean
}

/** The scripted upstream takes it off again. */
export const CLAUDE_ON_BEDROCK = 'anthropic.claude-sonnet-4-5-'

export const STAND_INS: readonly StandIn[] = [
  { id: 'openai', kind: 'openai', dialect: 'openai-chat', countsCache: true },
  {
    id: 'responses-only',
    kind: 'openai',
    dialect: 'openai-responses',
    formats: ['openai-responses'],
    countsCache: true,
  },
  { id: 'chat-only', kind: 'sglang', dialect: 'openai-chat', countsCache: true },
  { id: 'anthropic', kind: 'anthropic', dialect: 'anthropic-messages', countsCache: true },
  { id: 'gemini', kind: 'gemini', dialect: 'gemini-generate', countsCache: true },
  { id: 'mistral', kind: 'mistral', dialect: 'openai-chat', countsCache: true },
  { id: 'cohere', kind: 'cohere', dialect: 'cohere-chat', countsCache: false },
  {
    id: 'ollama',
    kind: 'ollama',
    dialect: 'ollama-chat',
    formats: ['ollama-chat', 'ollama-generate'],
    countsCache: false,
  },
  {
    id: 'bedrock',
    kind: 'bedrock',
    dialect: 'bedrock-converse',
    options: { region: 'eu-central-1' },
    // Claude on Bedrock also speaks Anthropic's own format; here it is asked in Amazon's.
    formats: ['bedrock-converse'],
    modelPrefix: CLAUDE_ON_BEDROCK,
    countsCache: true,
  },
]

/** Those that show their thinking; OpenAI's chat hides it. */
export const THINKING_SHOWN: readonly string[] = STAND_INS.flatMap(({ id }) => (id === 'openai' ? [] : [id]))

/** The row for that id; throws on an id nobody listed. */
export function standIn(id: string): StandIn {
  const found = STAND_INS.find((one) => one.id === id)
  if (!found) throw new Error(`there is no stand-in "${id}"; choose from ${STAND_INS.map((one) => one.id).join(', ')}`)
  return found
}
