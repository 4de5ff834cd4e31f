import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../ground/json.ts'
import { enumStrings, schemaAccepts } from './schema-accepts.ts'

function accepts(schema: JsonObject, value: Json): boolean {
  return schemaAccepts(schema, value, schema)
}

describe('schemaAccepts', () => {
  it.each<[string, JsonObject, Json, boolean]>([
    ['anything without a rule', {}, 'a', true],
    ['a type', { type: 'string' }, 'a', true],
    ['another type', { type: 'integer' }, 0.5, false],
    ['one of several types', { type: ['null', 'number'] }, 0.5, true],
    ['a listed word', { enum: ['a', 'b'] }, 'b', true],
    ['an unlisted word', { enum: ['a', 'b'] }, 'c', false],
    ['a bound', { type: 'number', maximum: 1 }, 2, false],
    ['a length', { maxLength: 2 }, 'abc', false],
    ['exactly one branch', { oneOf: [{ type: 'string' }, { minLength: 1 }] }, 'a', false],
    [
      'members of a list',
      { items: { type: 'object', properties: { label: { type: 'string' } } } },
      [{ label: 1 }],
      false,
    ],
    ['no further members', { additionalProperties: false, properties: { a: {} } }, { a: 1, b: 2 }, false],
    ['a missing member', { required: ['a'] }, {}, false],
    ['a pattern it does not check', { pattern: '^a' }, 'a', false],
    ['a reference to nowhere', { $ref: '#/$defs/gone' }, 'a', false],
  ])('%s', (_, schema, value, expected) => {
    expect(accepts(schema, value)).toBe(expected)
  })

  it('ends on a schema that refers to itself', () => {
    expect(accepts({ $ref: '#' }, 'a')).toBe(false)
    expect(enumStrings({ $ref: '#' }, { $ref: '#' })).toBeUndefined()
  })
})
