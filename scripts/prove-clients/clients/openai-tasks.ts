/** The `openai` package: embeddings, moderation, images, sound and files. */

import assert from 'node:assert/strict'
import OpenAI, { toFile } from 'openai'
import { expectVector } from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { PIXEL } from '../upstream/scenario.ts'
import { FILE_TEXT, SOUND } from '../upstream/tasks.ts'

const connect = ({ url, key }: Bench): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })

const EMBEDDERS = ['openai', 'chat-only', 'gemini', 'mistral', 'cohere', 'ollama']
const OPENAI = ['openai']

export const proof: ClientProof = {
  title: 'openai tasks',
  packages: ['openai'],
  speaks: 'OpenAI Embeddings, Moderations, Images, Audio and Files',
  checks: [
    {
      // The package asks for base64 on its own and turns it into numbers.
      name: 'embeddings',
      upstreams: EMBEDDERS,
      async run(bench) {
        const reply = await connect(bench).embeddings.create({ model: bench.model('embed'), input: ['one', 'two'] })
        assert.deepEqual(
          reply.data.map(({ index }) => index),
          [0, 1],
        )
        for (const { embedding } of reply.data) expectVector(embedding)
      },
    },
    {
      name: 'embeddings as floats',
      upstreams: EMBEDDERS,
      async run(bench) {
        const reply = await connect(bench).embeddings.create({
          model: bench.model('embed'),
          input: 'one',
          encoding_format: 'float',
        })
        expectVector(reply.data[0]?.embedding)
      },
    },
    {
      name: 'moderations',
      upstreams: OPENAI,
      async run(bench) {
        const reply = await connect(bench).moderations.create({ model: bench.model('moderate'), input: 'a fight' })
        assert.equal(reply.results[0]?.flagged, true)
      },
    },
    {
      name: 'images.generate',
      upstreams: OPENAI,
      async run(bench) {
        const reply = await connect(bench).images.generate({ model: bench.model('paint'), prompt: 'a sluice' })
        assert.equal(reply.data?.[0]?.b64_json, SOUND.toString('base64'))
      },
    },
    {
      name: 'images.edit',
      upstreams: OPENAI,
      async run(bench) {
        const image = await toFile(PIXEL, 'pixel.png', { type: 'image/png' })
        const reply = await connect(bench).images.edit({ model: bench.model('paint'), image, prompt: 'redder' })
        assert.ok(reply.data?.[0]?.b64_json)
      },
    },
    {
      name: 'audio.speech',
      upstreams: OPENAI,
      async run(bench) {
        const reply = await connect(bench).audio.speech.create({
          model: bench.model('speak'),
          voice: 'alloy',
          input: 'The sluice is open.',
        })
        assert.deepEqual(Buffer.from(await reply.arrayBuffer()), SOUND)
        assert.equal(reply.headers.get('content-type'), 'audio/mpeg')
      },
    },
    {
      name: 'audio.transcriptions',
      upstreams: OPENAI,
      async run(bench) {
        const file = await toFile(SOUND, 'sound.mp3', { type: 'audio/mpeg' })
        const reply = await connect(bench).audio.transcriptions.create({ model: bench.model('listen'), file })
        assert.equal(reply.text, 'The sound arrived whole.')
      },
    },
    {
      name: 'audio.translations',
      upstreams: OPENAI,
      async run(bench) {
        const file = await toFile(SOUND, 'sound.mp3', { type: 'audio/mpeg' })
        const reply = await connect(bench).audio.translations.create({ model: bench.model('listen'), file })
        assert.equal(reply.text, 'The sound arrived whole.')
      },
    },
    {
      name: 'files: create, retrieve, content, delete',
      upstreams: OPENAI,
      async run(bench) {
        // A file belongs to a provider and the format names none: the header says which route's.
        const client = connect(bench).withOptions({ defaultHeaders: { 'x-sluice-route': bench.model('text') } })
        const file = await client.files.create({
          file: await toFile(Buffer.from(FILE_TEXT), 'lines.jsonl'),
          purpose: 'batch',
        })
        assert.equal((await client.files.retrieve(file.id)).id, file.id)
        assert.equal(await (await client.files.content(file.id)).text(), FILE_TEXT)
        assert.equal((await client.files.delete(file.id)).deleted, true)
      },
    },
  ],
}
