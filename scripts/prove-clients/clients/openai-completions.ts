/** The `openai` package: the older Completions. */

import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { expectText, expectUsage, QUESTION } from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'

const connect = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })

export const proof: ClientProof = {
  title: 'openai completions',
  packages: ['openai'],
  speaks: 'OpenAI Completions',
  checks: [
    {
      name: 'answers with text and usage',
      async run(bench) {
        const completion = await connect(bench).completions.create({
          model: bench.model('text'),
          prompt: QUESTION,
          max_tokens: 50,
        })
        expectText(completion.choices[0]?.text)
        assert.equal(completion.object, 'text_completion')
        assert.equal(completion.choices[0]?.finish_reason, 'stop')
        expectUsage(bench, completion.usage?.prompt_tokens, completion.usage?.completion_tokens)
        // A provider of the same format gets the prompt as it is, others a conversation.
        const arrival = bench.take().at(-1)
        assert.equal(arrival?.seen?.userText ?? arrival?.body.prompt, QUESTION)
      },
    },
    {
      name: 'streams text',
      async run(bench) {
        const stream = await connect(bench).completions.create({
          model: bench.model('text'),
          prompt: QUESTION,
          stream: true,
        })
        let text = ''
        for await (const chunk of stream) text += chunk.choices[0]?.text ?? ''
        expectText(text)
      },
    },
  ],
}
