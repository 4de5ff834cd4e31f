/** Every finding has a source, and every source that is a recording is there. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { providers } from '../index.ts'
import type { HttpProvider } from '../provider.ts'
import { CHAT_CAPABILITIES, DOOR_CAPABILITIES } from './capability.ts'
import { documentedCapabilities } from './documented.ts'
import { findCapability } from './find-capability.ts'
import { recordedCapabilities } from './recorded.ts'

const WIRE = resolve(import.meta.dirname, '../../..', process.env.SLUICE_CORPUS ?? '../shared/corpus', 'wire')
const http = providers.filter((provider): provider is HttpProvider => provider.transport === 'http')
const names = new Set(http.map((provider) => provider.name))

describe('the table of capabilities', () => {
  it('gives a source for all that it claims', () => {
    for (const provider of http)
      for (const capability of [...CHAT_CAPABILITIES, ...DOOR_CAPABILITIES]) {
        const { verdict, source } = findCapability(capability, provider, 'm')
        expect(source === '', `${provider.name} ${capability}`).toBe(verdict === 'unknown')
      }
  })

  it('speaks only of providers that there are, and never both ways at once', () => {
    for (const { providers: about = [], yes = [], no = [], source, models } of documentedCapabilities) {
      for (const name of about) expect(names, name).toContain(name)
      expect(yes.filter((each) => no.includes(each))).toEqual([])
      expect(yes.length + no.length).toBeGreaterThan(0)
      expect(source).toMatch(/^https:\/\//)
      expect(models?.flags ?? '').not.toMatch(/[gy]/)
    }
    for (const name of Object.keys(recordedCapabilities)) expect(names, name).toContain(name)
  })

  it('has a door for a task exactly where the row has one', () => {
    const find = (name: string) => http.find((provider) => provider.name === name) ?? http[0]
    const openai = find('openai')
    const cohere = find('cohere')
    if (!openai || !cohere) throw new Error('no rows')
    const verdicts = DOOR_CAPABILITIES.map((each) => findCapability(each, openai, undefined).verdict)
    expect(Object.fromEntries(DOOR_CAPABILITIES.map((each, at) => [each, verdicts[at]]))).toEqual({
      embeddings: 'yes',
      rerank: 'no',
      'count-tokens': 'yes',
      moderations: 'yes',
      'image-generation': 'yes',
      speech: 'yes',
      transcription: 'yes',
      files: 'yes',
      realtime: 'yes',
      'stored-responses': 'yes',
      batch: 'no',
    })
    expect(findCapability('rerank', cohere, undefined).verdict).toBe('yes')
  })
})

describe.skipIf(!existsSync(WIRE))(existsSync(WIRE) ? 'recordings' : 'skipped, no corpus', () => {
  const paths = Object.values(recordedCapabilities).flatMap((found) => Object.values(found))
  it('are all where the table says', () => {
    expect(paths.length).toBeGreaterThan(150)
    expect(paths.filter((path) => !existsSync(`${WIRE}/${path}.meta.json`))).toEqual([])
  })
})
