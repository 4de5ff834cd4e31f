import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asArray, asObject, type Json } from '../ground/json.ts'
import { jsonSchemas, knownKeysAt } from './json-schemas.ts'

const FOLDER = join(import.meta.dirname, '../../schemas')

describe('the JSON Schemas', () => {
  // After a change of a document's schema: npx vitest run src/config/json-schemas.test.ts -u
  it.each(Object.entries(jsonSchemas))('%s.schema.json in schemas/ is current', async (name, schema) => {
    const file = join(FOLDER, `${name}.schema.json`)
    expect(existsSync(file)).toBe(true)
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(file)
  })

  it('describe every key, so that editors can explain it', () => {
    const silent = Object.entries(jsonSchemas).flatMap(([name, schema]) => undescribed(schema, name))
    expect(silent).toEqual([])
  })

  it('refuse unknown keys everywhere', () => {
    expect(JSON.stringify(jsonSchemas)).not.toContain('"additionalProperties":true')
    for (const schema of Object.values(jsonSchemas)) expect(schema.additionalProperties).toBe(false)
  })

  it('tell the keys of a place, through lists, alternatives and maps of any name', () => {
    expect(knownKeysAt(jsonSchemas.route, ['targets', 3])).toEqual(['name', 'model', 'weight', 'canary', 'when'])
    expect(knownKeysAt(jsonSchemas.sluice, ['targets', 'prod', 'routes', 'x', 'fallback', 0])).toEqual([
      'name',
      'model',
      'when',
      'on',
    ])
    expect(knownKeysAt(jsonSchemas.sluice, ['providers', 'constructor'])).toContain('base_url')
    expect(knownKeysAt(jsonSchemas.policy, ['policy', 'nothing'])).toEqual([])
  })
})

/** Paths of properties without a description, in the whole tree. */
function undescribed(node: Json | undefined, path: string): string[] {
  const object = asObject(node)
  if (!object) return asArray(node).flatMap((item, index) => undescribed(item, `${path}[${index}]`))
  const properties = Object.entries(asObject(object.properties) ?? {})
  const own = properties.flatMap(([key, value]) => ('description' in (asObject(value) ?? {}) ? [] : [`${path}.${key}`]))
  return [...own, ...Object.entries(object).flatMap(([key, value]) => undescribed(value, `${path}.${key}`))]
}
