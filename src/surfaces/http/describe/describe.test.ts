import { describe, expect, it } from 'vitest'
import { asObject, type Json, type JsonObject } from '../../../ground/json.ts'
import { ROUTE_TABLE } from '../route-table.ts'
import { docsPage } from './docs-page.ts'
import { HEADER_DOCS } from './header-docs.ts'
import { openapiDocument, openapiPath } from './openapi-document.ts'

const document = openapiDocument('https://gateway.example')
const paths = Object.entries(asObject(document.paths) ?? {}).flatMap(([path, methods]) =>
  Object.entries(asObject(methods) ?? {}).map(([method, operation]) => ({
    path,
    method,
    operation: asObject(operation) ?? {},
  })),
)

function referencesIn(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  const object = asObject(value)
  if (!object) return []
  return Object.entries(object).flatMap(([name, inner]) =>
    name === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  )
}

function resolve(reference: string): Json | undefined {
  const steps = reference.replace('#/', '').split('/')
  return steps.reduce<Json | undefined>((at, step) => asObject(at)?.[step], document as JsonObject)
}

describe('the OpenAPI document', () => {
  it('has every route once, under an id of its own', () => {
    const listed = paths.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    expect(listed.sort()).toEqual(ROUTE_TABLE.map((row) => `${row.method} ${openapiPath(row.path)}`).sort())
    const ids = paths.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('declares each parameter of a path, and refers to nothing that is not there', () => {
    for (const { path, operation } of paths) {
      const declared = (operation.parameters as JsonObject[] | undefined)?.map(({ name }) => name) ?? []
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    }
    const references = referencesIn(document)
    expect(references.length).toBeGreaterThan(50)
    for (const reference of references) expect(resolve(reference), reference).toBeDefined()
  })

  it('asks for a key wherever the gateway does', () => {
    for (const row of ROUTE_TABLE) {
      const found = paths.find(
        ({ path, method }) => path === openapiPath(row.path) && method === row.method.toLowerCase(),
      )
      expect(found?.operation.security !== undefined, row.path).toBe(row.auth !== 'none')
    }
  })
})

describe('the page', () => {
  const page = docsPage('https://gateway.example/<script>')

  it('shows every path and every header, and nothing of what it was given as markup', () => {
    for (const { path } of ROUTE_TABLE.filter((row) => !row.path.startsWith('/openai/')))
      expect(page).toContain(`<code>${openapiPath(path).replace(/'/g, '&#39;')}</code>`)
    for (const { name } of HEADER_DOCS) expect(page).toContain(name)
    expect(page).not.toContain('<script')
  })

  it('loads nothing from elsewhere', () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe)|src=|@import|url\(/)
  })
})
