/** The `@openai/agents` package: an agent with a tool, over Responses and over Chat Completions. */

import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents'
import OpenAI from 'openai'
import * as z from 'zod'
import {
  expectBothWeathers,
  expectPerson,
  expectWeather,
  QUESTION,
  SYSTEM,
  WEATHER_QUESTION,
  weatherOf,
} from '../expect.ts'
import type { Bench, Check, ClientProof } from '../proof.ts'

const getWeather = tool({
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => weatherOf(city),
})

function checks(useResponses: boolean): Check[] {
  const how = useResponses ? 'responses' : 'chat'
  const runner = ({ url, key }: Bench): Runner => {
    const openAIClient = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    // The cast: the package types its client by its own copy of `openai`.
    const modelProvider = new OpenAIProvider({ openAIClient: openAIClient as never, useResponses })
    return new Runner({ modelProvider, tracingDisabled: true })
  }
  const agent = (bench: Bench, scenario: 'tools' | 'parallel'): Agent =>
    new Agent({ name: 'keeper', instructions: SYSTEM, model: bench.model(scenario), tools: [getWeather] })
  return [
    {
      name: `agent with a tool, ${how}`,
      async run(bench) {
        const { finalOutput } = await runner(bench).run(agent(bench, 'tools'), WEATHER_QUESTION)
        expectWeather(finalOutput)
      },
    },
    {
      name: `agent with parallel tools, streamed, ${how}`,
      async run(bench) {
        const stream = await runner(bench).run(agent(bench, 'parallel'), WEATHER_QUESTION, { stream: true })
        await stream.completed
        expectBothWeathers(stream.finalOutput)
      },
    },
    {
      name: `agent with a typed answer, ${how}`,
      async run(bench) {
        const outputType = z.object({ name: z.string(), age: z.number() })
        const typed = new Agent({ name: 'keeper', instructions: SYSTEM, model: bench.model('object'), outputType })
        const { finalOutput } = await runner(bench).run(typed, QUESTION)
        expectPerson(finalOutput)
      },
    },
  ]
}

export const proof: ClientProof = {
  title: 'openai agents',
  packages: ['@openai/agents', 'openai'],
  speaks: 'OpenAI Responses and Chat Completions',
  checks: [...checks(true), ...checks(false)],
}
