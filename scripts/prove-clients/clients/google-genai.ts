/** The `@google/genai` package: generateContent, streams, function calling, embeddings, token counts and errors. */

import assert from 'node:assert/strict'
import {
  ApiError,
  type Content,
  type FunctionDeclaration,
  type GenerateContentConfig,
  type GenerateContentResponse,
  GoogleGenAI,
} from '@google/genai'
import {
  expectAsked,
  expectBothWeathers,
  expectPerson,
  expectText,
  expectThinking,
  expectTime,
  expectUsage,
  expectVector,
  expectWeather,
  failure,
  PERSON_SCHEMA,
  QUESTION,
  REFUSED_WITH,
  SYSTEM,
  TIME,
  WEATHER_QUESTION,
  WEATHER_SCHEMA,
  weatherOf,
} from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { THINKING_SHOWN } from '../stand-ins.ts'
import { PDF, PIXEL } from '../upstream/scenario.ts'
import { COUNTED_TOKENS } from '../upstream/tasks.ts'

const connect = ({ url, key }: Bench): GoogleGenAI => new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })

const TOOL: FunctionDeclaration = {
  name: 'get_weather',
  description: 'The weather of a city',
  parametersJsonSchema: WEATHER_SCHEMA,
}

type ToolScenario = 'tools' | 'parallel' | 'bare-tool' | 'thinking-tools'
const TIME_TOOL: FunctionDeclaration = { name: 'get_time', description: 'The time' }

async function loop(bench: Bench, scenario: ToolScenario, streamed: boolean): Promise<string> {
  const { models } = connect(bench)
  const contents: Content[] = [{ role: 'user', parts: [{ text: WEATHER_QUESTION }] }]
  const config: GenerateContentConfig = {
    tools: [{ functionDeclarations: [TOOL, TIME_TOOL] }],
    ...(scenario === 'thinking-tools' ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } : {}),
  }
  for (let turn = 0; turn < 3; turn++) {
    const request = { model: bench.model(scenario), contents, config }
    const said = streamed
      ? await gather(await models.generateContentStream(request))
      : ((await models.generateContent(request)).candidates?.[0]?.content ?? {})
    const calls = (said.parts ?? []).flatMap(({ functionCall }) => (functionCall ? [functionCall] : []))
    if (calls.length === 0) return (said.parts ?? []).map(({ text, thought }) => (thought ? '' : (text ?? ''))).join('')
    contents.push(said, {
      role: 'user',
      parts: calls.map(({ id, name, args }) => ({
        functionResponse: {
          ...(id ? { id } : {}),
          name: name ?? '',
          response: { output: name === 'get_time' ? TIME : weatherOf(args?.city) },
        },
      })),
    })
  }
  throw new Error('the tool loop did not end')
}

async function gather(stream: AsyncIterable<GenerateContentResponse>): Promise<Content> {
  const parts = []
  for await (const chunk of stream) parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []))
  return { role: 'model', parts }
}

const ask = (bench: Bench, model: string): Promise<unknown> =>
  failure(connect(bench).models.generateContent({ model, contents: QUESTION }))

export const proof: ClientProof = {
  title: 'google genai',
  packages: ['@google/genai'],
  speaks: 'Gemini generateContent',
  checks: [
    {
      name: 'answers with text and usage',
      async run(bench) {
        const reply = await connect(bench).models.generateContent({
          model: bench.model('text'),
          contents: QUESTION,
          config: { systemInstruction: SYSTEM },
        })
        expectText(reply.text)
        assert.equal(reply.candidates?.[0]?.finishReason, 'STOP')
        const usage = reply.usageMetadata
        expectUsage(bench, usage?.promptTokenCount, usage?.candidatesTokenCount, usage?.cachedContentTokenCount ?? 0)
        expectAsked(bench)
      },
    },
    {
      name: 'streams text and usage',
      async run(bench) {
        let text = ''
        let last: GenerateContentResponse | undefined
        for await (const chunk of await connect(bench).models.generateContentStream({
          model: bench.model('text'),
          contents: QUESTION,
        })) {
          text += chunk.text ?? ''
          last = chunk
        }
        expectText(text)
        assert.equal(last?.candidates?.[0]?.finishReason, 'STOP')
        expectUsage(bench, last?.usageMetadata?.promptTokenCount, last?.usageMetadata?.candidatesTokenCount)
      },
    },
    { name: 'function calling', run: async (bench) => expectWeather(await loop(bench, 'tools', false)) },
    { name: 'function calling, streamed', run: async (bench) => expectWeather(await loop(bench, 'tools', true)) },
    { name: 'parallel functions', run: async (bench) => expectBothWeathers(await loop(bench, 'parallel', false)) },
    {
      name: 'parallel functions, streamed',
      run: async (bench) => expectBothWeathers(await loop(bench, 'parallel', true)),
    },
    { name: 'function without arguments', run: async (bench) => expectTime(await loop(bench, 'bare-tool', false)) },
    {
      name: 'function without arguments, streamed',
      run: async (bench) => expectTime(await loop(bench, 'bare-tool', true)),
    },
    {
      name: 'chat keeps its history',
      async run(bench) {
        const chat = connect(bench).chats.create({ model: bench.model('text') })
        expectText((await chat.sendMessage({ message: QUESTION })).text)
        expectText((await chat.sendMessage({ message: 'And now?' })).text)
        assert.equal(bench.take().at(-1)?.seen?.userText, `${QUESTION}\nAnd now?`)
      },
    },
    {
      name: 'structured output',
      async run(bench) {
        const reply = await connect(bench).models.generateContent({
          model: bench.model('object'),
          contents: QUESTION,
          config: { responseMimeType: 'application/json', responseJsonSchema: PERSON_SCHEMA },
        })
        expectPerson(reply.text)
      },
    },
    {
      name: 'image input',
      async run(bench) {
        const inlineData = { mimeType: 'image/png', data: PIXEL.toString('base64') }
        const reply = await connect(bench).models.generateContent({
          model: bench.model('image'),
          contents: [{ text: QUESTION }, { inlineData }],
        })
        assert.equal(reply.text, `An image of ${PIXEL.length} bytes.`)
      },
    },
    {
      name: 'document input',
      async run(bench) {
        const inlineData = { mimeType: 'application/pdf', data: PDF.toString('base64') }
        const reply = await connect(bench).models.generateContent({
          model: bench.model('document'),
          contents: [{ text: QUESTION }, { inlineData }],
        })
        assert.equal(reply.text, `A document of ${PDF.length} bytes.`)
      },
    },
    {
      name: 'thoughts',
      upstreams: THINKING_SHOWN,
      async run(bench) {
        const reply = await connect(bench).models.generateContent({
          model: bench.model('thinking'),
          contents: QUESTION,
          config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } },
        })
        const parts = reply.candidates?.[0]?.content?.parts ?? []
        expectThinking(parts.map(({ text, thought }) => (thought ? text : '')).join(''))
        expectText(reply.text)
      },
    },
    {
      name: 'thoughts through a function loop',
      run: async (bench) => expectWeather(await loop(bench, 'thinking-tools', false)),
    },
    {
      name: 'thoughts through a function loop, streamed',
      run: async (bench) => expectWeather(await loop(bench, 'thinking-tools', true)),
    },
    {
      name: 'says that the answer was cut',
      async run(bench) {
        const reply = await connect(bench).models.generateContent({
          model: bench.model('long'),
          contents: QUESTION,
          config: { maxOutputTokens: 12 },
        })
        assert.equal(reply.candidates?.[0]?.finishReason, 'MAX_TOKENS')
        assert.equal(bench.take().at(-1)?.seen?.maxTokens, 12)
      },
    },
    {
      name: 'embedContent',
      upstreams: ['openai', 'gemini', 'cohere', 'ollama'],
      async run(bench) {
        const reply = await connect(bench).models.embedContent({
          model: bench.model('embed'),
          contents: ['one', 'two'],
        })
        assert.equal(reply.embeddings?.length, 2)
        for (const { values } of reply.embeddings ?? []) expectVector(values)
      },
    },
    {
      name: 'countTokens',
      upstreams: ['openai', 'anthropic', 'gemini'],
      async run(bench) {
        const reply = await connect(bench).models.countTokens({ model: bench.model('text'), contents: QUESTION })
        assert.equal(reply.totalTokens, COUNTED_TOKENS)
      },
    },
    {
      name: 'errors are ApiErrors with their status',
      async run(bench) {
        for (const [scenario, statuses] of REFUSED_WITH) {
          const error = await ask(bench, bench.model(scenario))
          assert.ok(error instanceof ApiError, String(error))
          assert.ok(statuses.includes(error.status), `${scenario} came as ${error.status}`)
          assert.equal((JSON.parse(error.message) as { error: { code: number } }).error.code, error.status)
        }
      },
    },
    {
      name: 'an error within the stream is thrown',
      async run(bench) {
        let text = ''
        const reading = async (): Promise<void> => {
          const stream = await connect(bench).models.generateContentStream({
            model: bench.model('error-midstream'),
            contents: QUESTION,
          })
          for await (const chunk of stream) text += chunk.text ?? ''
        }
        assert.match(String(await failure(reading())), /server had an error/)
        expectText(text)
      },
    },
    {
      name: 'a wrong key is an ApiError 401',
      upstreams: ['gemini'],
      async run(bench) {
        const error = await ask({ ...bench, key: 'sk-sluice-wrong' }, bench.model('text'))
        assert.ok(error instanceof ApiError && error.status === 401, String(error))
      },
    },
  ],
}
