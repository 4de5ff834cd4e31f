/** How many questions in other words get an answer, by threshold: what the embedded embedder is good for, and what not. */

import { hashedEmbedder } from '../../src/edge/hashed-embedder.ts'
import { askBoth } from './ask.ts'

type Kind = 'form' | 'manner' | 'order' | 'synonym'

/** `form`: capitals, signs, short forms. `manner`: politeness and ways to ask. `order`: the same words elsewhere. `synonym`: other words. */
const PAIRS: readonly (readonly [Kind, string, string])[] = [
  ['form', 'Where is my parcel?', 'where is my parcel'],
  ['form', 'What is the capital of France?', 'What’s the capital of France'],
  ['form', 'I can not log in, why?', "I can't log in - why?"],
  ['form', 'How much does shipping to Norway cost?', 'how much does shipping to Norway cost??'],
  ['form', 'What are your opening hours?', 'what are your opening hours'],
  ['form', 'Who is the author of "Emma"?', 'who’s the author of “Emma”?'],
  ['form', 'Do you ship 1,000 units?', 'do you ship 1000 units'],
  ['form', 'What does the error mean?', 'What does the error mean ...'],
  ['manner', 'How do I reset my password?', 'How can I reset my password?'],
  ['manner', 'How do I reset my password?', 'Hi, can you tell me how to reset my password?'],
  ['manner', 'What is the capital of France?', 'Please tell me what the capital of France is'],
  ['manner', 'Where is my parcel?', 'Hello, where is my parcel please?'],
  ['manner', 'What are your opening hours?', 'Could you tell me what your opening hours are?'],
  ['manner', 'How do I cancel my order?', 'What is the way to cancel my order?'],
  ['manner', 'When does the shop open?', 'do you know when the shop opens'],
  ['manner', 'How long is the warranty?', 'I would like to know how long the warranty is'],
  ['order', 'How do I reset my password?', 'My password: how do I reset it?'],
  ['order', 'When does the shop open on Sunday?', 'On Sunday, when does the shop open?'],
  ['order', 'What is the refund limit for late orders?', 'For late orders, what is the refund limit?'],
  ['order', 'Is parking free at the airport?', 'At the airport, is parking free?'],
  ['synonym', 'How do I reset my password?', 'How do I change my password?'],
  ['synonym', 'Where is my parcel?', 'Where is my package?'],
  ['synonym', 'What are your opening hours?', 'At what times are you open?'],
  ['synonym', 'How do I cancel my order?', 'I want to call off my purchase'],
]
const THRESHOLDS = [0.7, 0.8, 0.9, 0.95]

export async function measureParaphrases(): Promise<void> {
  console.log('questions in other words that get the answer, by threshold:')
  for (const kind of ['form', 'manner', 'order', 'synonym'] as const) {
    const pairs = PAIRS.filter(([each]) => each === kind)
    const shares = await Promise.all(
      THRESHOLDS.map(async (threshold) => {
        const found = await Promise.all(pairs.map(([, one, other]) => askBoth(one, other, hashedEmbedder, threshold)))
        return `${threshold}: ${found.filter(Boolean).length} of ${pairs.length}`
      }),
    )
    console.log(`  ${kind.padEnd(8)} ${shares.join('   ')}`)
  }
}
