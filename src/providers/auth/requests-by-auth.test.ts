/** One exact request for each way a credential travels. */

import { describe, expect, it } from 'vitest'
import { build, doorOf, golden, provider, withOptions } from '../http-request.fixture.ts'

describe('requests by auth style', () => {
  const json = { 'content-type': 'application/json' }

  it('api-key: Azure', async () => {
    expect(
      await golden({ provider: withOptions('azure-deployments', { resource: 'east' }), model: 'my gpt/4' }),
    ).toEqual({
      url: 'https://east.openai.azure.com/openai/deployments/my%20gpt%2F4/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': 'sk-test', ...json },
      body: '{}',
    })
  })

  it('x-api-key for one wire of a provider that takes api-key: Foundry', async () => {
    const foundry = withOptions('azure-foundry', { resource: 'east' })
    const claude = doorOf(foundry, 'anthropic-messages')
    expect(await golden({ provider: foundry, ...claude })).toMatchObject({
      url: 'https://east.services.ai.azure.com/anthropic/v1/messages',
      headers: { 'x-api-key': 'sk-test', 'anthropic-version': '2023-06-01', ...json },
    })
    const { headers } = await golden({ provider: foundry })
    expect(headers['api-key']).toBe('sk-test')
  })

  it('x-goog-api-key: Gemini, never in the query', async () => {
    const gemini = provider('gemini')
    const path = gemini.chat[0]?.streams?.sse
    expect(await golden({ provider: gemini, path: path ?? '', model: 'gemini-2.5-flash' })).toEqual({
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
      headers: { 'x-goog-api-key': 'sk-test', ...json },
      body: '{}',
    })
  })

  it('google: a secret that is no JSON is a token already', async () => {
    const vertex = withOptions('vertex', { project: 'p-1', location: 'europe-west4' })
    expect(
      await golden({ provider: vertex, ...doorOf(vertex, 'anthropic-messages'), model: 'claude-x@20250219' }),
    ).toMatchObject({
      url: 'https://europe-west4-aiplatform.googleapis.com/v1/projects/p-1/locations/europe-west4/publishers/anthropic/models/claude-x@20250219:rawPredict',
      headers: { authorization: 'Bearer sk-test' },
    })
  })

  it('google: JSON that is no service account names the secret alone', async () => {
    const vertex = withOptions('vertex', { project: 'p-1' })
    const built = await build({ provider: vertex, secret: '{"type": "authorized_user", "refresh_token": "S3cr3t"}' })
    expect(built.ok ? undefined : built.error).toMatchObject({
      kind: 'upstream-credential',
      message: expect.stringMatching(/^The secret GOOGLE_SERVICE_ACCOUNT is JSON but not the key/),
    })
    expect(JSON.stringify(built)).not.toContain('S3cr3t')
  })

  it('aws: signs with the region and service of the row', async () => {
    const bedrock = withOptions('bedrock', { region: 'eu-central-1' })
    const secret = 'AKIDEXAMPLE00000:secret'
    const { url, headers } = await golden({ provider: bedrock, model: 'eu.amazon.nova-v1:0', secret })
    expect(url).toBe('https://bedrock-runtime.eu-central-1.amazonaws.com/model/eu.amazon.nova-v1%3A0/converse')
    expect(headers).toEqual({
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE00000\/20260830\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}$/,
      ),
      'x-amz-date': '20260830T123600Z',
      ...json,
    })
    const mantle = withOptions('bedrock-mantle', { region: 'us-east-2' })
    expect((await golden({ provider: mantle, secret })).headers.authorization).toContain('/us-east-2/bedrock-mantle/')
  })

  it('aws: a Bedrock API key is a bearer', async () => {
    const { headers } = await golden({ provider: withOptions('bedrock', { region: 'eu-central-1' }) })
    expect(headers).toEqual({ authorization: 'Bearer sk-test', ...json })
  })

  it('aws: says what is wrong with the secret, the region or the body', async () => {
    const bedrock = withOptions('bedrock', { region: 'eu-central-1' })
    const secret = 'AKIDEXAMPLE00000:S3cr3t'
    const builds = await Promise.all([
      build({ provider: bedrock, secret: 'no:S3cr3t' }),
      build({ provider: provider('x', { kind: 'bedrock', baseUrl: 'https://vpce.example' }), secret }),
      build({ provider: bedrock, secret, body: new FormData() }),
    ])
    const said = builds.map((built) => (built.ok ? '' : built.error.message))
    expect(said[0]).toMatch(/^The secret AWS_BEDROCK_CREDENTIALS is not ACCESS_KEY_ID:SECRET/)
    expect(said[1]).toContain('add region under its options')
    expect(said[2]).toContain('signs whole bodies only')
    expect(JSON.stringify(builds)).not.toContain('S3cr3t')
  })

  it('moves the betas of Claude clients into the body at Bedrock, unless they are there', async () => {
    const bedrock = withOptions('bedrock', { region: 'eu-central-1' })
    const clientHeaders = new Headers({ 'anthropic-beta': 'a-1, b-2' })
    const call = { provider: bedrock, wire: 'anthropic-messages', clientHeaders } as const
    const moved = await golden({ ...call, body: '{"max_tokens": 1}' })
    expect(JSON.parse(String(moved.body))).toEqual({ max_tokens: 1, anthropic_beta: ['a-1', 'b-2'] })
    expect(moved.headers).not.toHaveProperty('anthropic-beta')
    expect((await golden({ ...call, body: '{"anthropic_beta":["c"]}' })).body).toBe('{"anthropic_beta":["c"]}')
  })

  it('sends forms and looks without a content type of ours', async () => {
    const body = new FormData()
    const form = await build({ provider: provider('openai'), body, contentType: undefined, wire: 'files' })
    expect(form.ok && form.value.init).toMatchObject({ body, headers: { authorization: 'Bearer sk-test' } })
    expect(form.ok && form.value.init.headers).not.toHaveProperty('content-type')
    const path = '/v1/files/file-1/content?x=%7By%7D'
    const look = { method: 'GET', body: undefined, contentType: undefined, path } as const
    const built = await build({ provider: provider('openai'), ...look })
    expect(built.ok && built.value).toMatchObject({
      url: `https://api.openai.com${path}`,
      init: { method: 'GET', body: undefined },
    })
  })
})
