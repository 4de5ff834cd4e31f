/** The tool loop of an app on the `openai` package's Responses. */

import OpenAI from 'openai'
import { EMPTY_SCHEMA, TIME, WEATHER_QUESTION, WEATHER_SCHEMA, weatherOf } from '../expect.ts'
import type { Bench } from '../proof.ts'

const connect = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
type Input = OpenAI.Responses.ResponseInputItem[]

export const TOOL: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: WEATHER_SCHEMA,
  strict: true,
}

const TIME_TOOL: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_time',
  description: 'The time',
  parameters: EMPTY_SCHEMA,
  strict: true,
}

/** Sends the whole conversation each turn, as apps do that store nothing. */
export async function loop(
  bench: Bench,
  scenario: 'tools' | 'parallel' | 'bare-tool' | 'thinking-tools',
  streamed: boolean,
): Promise<string> {
  const client = connect(bench)
  const input: Input = [{ role: 'user', content: WEATHER_QUESTION }]
  for (let turn = 0; turn < 3; turn++) {
    const request = {
      model: bench.model(scenario),
      input,
      tools: [TOOL, TIME_TOOL],
      store: false,
      ...(scenario === 'thinking-tools'
        ? {
            reasoning: { effort: 'medium' as const, summary: 'auto' as const },
            include: ['reasoning.encrypted_content' as const],
          }
        : {}),
    }
    const response = streamed
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.create(request)
    const results = resultsOf(response)
    if (results.length === 0) return response.output_text
    input.push(...(response.output as Input), ...results)
  }
  throw new Error('the tool loop did not end')
}

/** What the tools say to the calls of a response. */
export function resultsOf(
  response: OpenAI.Responses.Response,
): OpenAI.Responses.ResponseInputItem.FunctionCallOutput[] {
  return response.output.flatMap((item) => {
    if (item.type !== 'function_call') return []
    const { city } = JSON.parse(item.arguments) as { city?: string }
    const output = item.name === 'get_time' ? TIME : weatherOf(city)
    return [{ type: 'function_call_output' as const, call_id: item.call_id, output }]
  })
}
