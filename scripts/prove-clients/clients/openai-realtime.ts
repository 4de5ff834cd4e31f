/** The `openai` package: a Realtime conversation in text over a WebSocket. */

import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { QUESTION } from '../expect.ts'
import type { ClientProof } from '../proof.ts'

export const proof: ClientProof = {
  title: 'openai realtime',
  packages: ['openai', 'ws'],
  speaks: 'OpenAI Realtime',
  checks: [
    {
      name: 'converses in text',
      upstreams: ['openai'],
      async run(bench) {
        const client = new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: bench.key })
        const { hostname, port } = new URL(bench.url)
        // The package always asks for wss:, which the local gateway does not speak: the connection is made without TLS.
        const createConnection = (): Socket => connect(Number(port), hostname)
        const realtime = new OpenAIRealtimeWS({ model: bench.model('talk'), options: { createConnection } }, client)
        const said = await converse(realtime)
        assert.equal(said, `You said: ${QUESTION}`)
        const arrival = bench.take().at(-1)
        assert.equal(arrival?.dialect, 'openai-realtime')
      },
    },
  ],
}

function converse(realtime: OpenAIRealtimeWS): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    realtime.on('error', (error) => reject(error))
    realtime.on('session.created', () => {
      realtime.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: QUESTION }] },
      })
      realtime.send({ type: 'response.create' })
    })
    realtime.on('response.output_text.delta', (event) => {
      text += event.delta
    })
    realtime.on('response.done', () => {
      realtime.close()
      resolve(text)
    })
  })
}
