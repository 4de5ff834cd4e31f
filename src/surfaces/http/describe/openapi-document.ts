/** The API as an OpenAPI 3.1 document, made from the route table so that neither can say what the other does not. */

import type { Json, JsonObject } from '../../../ground/json.ts'
import type { ErrorWire } from '../call-doors.ts'
import { ROUTE_TABLE, type RouteRow } from '../route-table.ts'
import { FORMAT_DOCS } from './format-docs.ts'
import { HEADER_DOCS } from './header-docs.ts'

/** `server` is the address under which the reader reached the gateway. */
export function openapiDocument(server: string): JsonObject {
  const paths: Record<string, Record<string, Json>> = {}
  for (const row of ROUTE_TABLE) {
    const path = openapiPath(row.path)
    paths[path] = { ...paths[path], [row.method.toLowerCase()]: operation(row, path) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: '1',
      description:
        'An AI gateway: many API formats in front of many models, under your keys, policies and ledger. In every format, `model` is the name of a route.',
    },
    servers: [{ url: server }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An app key; admin paths need an admin key.' },
        xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        googApiKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
      },
      headers: Object.fromEntries(
        HEADER_DOCS.map(({ name, description, example }) => [
          name,
          { description, example, schema: { type: 'string' } },
        ]),
      ),
      schemas: { ...ERROR_SCHEMAS },
    },
  }
}

/** `/v1/models/:model{.+}` -> `/v1/models/{model}`. */
export function openapiPath(path: string): string {
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')
}

function operation(row: RouteRow, path: string): JsonObject {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const format = row.door && 'wire' in row.door ? FORMAT_DOCS[row.door.wire] : undefined
  return {
    summary: row.summary,
    operationId: operationId(row, path),
    tags: [tagOf(row)],
    ...(format && { externalDocs: { description: format.title, url: format.url } }),
    ...(parameters.length > 0 && { parameters }),
    ...(row.auth !== 'none' && { security: [{ bearer: [] }, { xApiKey: [] }, { googApiKey: [] }] }),
    ...(row.method === 'POST' && row.bodyLimit !== 'none' && { requestBody: requestBody(row) }),
    responses: responses(row),
  }
}

function operationId(row: RouteRow, path: string): string {
  const words = `${row.method} ${path}`.match(/[A-Za-z0-9]+/g) ?? []
  return words
    .map((word, index) => (index === 0 ? word.toLowerCase() : word[0]?.toUpperCase() + word.slice(1)))
    .join('')
}

function tagOf({ auth, handler, door }: RouteRow): string {
  if (auth === 'admin') return 'Administration'
  if (handler !== 'call') return auth === 'app' ? 'Models' : 'Service'
  return door?.kind === 'chat' || door?.kind === 'gemini' ? 'Chat' : 'Other calls'
}

function requestBody({ door }: RouteRow): JsonObject {
  const form =
    (door?.kind === 'task' && FORM_WIRES.has(door.wire)) || (door?.kind === 'stored' && door.shelf === 'files')
  const schema: JsonObject = {
    type: 'object',
    ...(door?.kind === 'chat' || door?.kind === 'task'
      ? { properties: { model: { type: 'string', description: 'The name of a route.' } } }
      : {}),
  }
  return { required: true, content: { [form ? 'multipart/form-data' : 'application/json']: { schema } } }
}

const FORM_WIRES: ReadonlySet<string> = new Set(['openai-image-edits', 'openai-transcriptions', 'openai-translations'])

function responses(row: RouteRow): JsonObject {
  if (row.auth === 'none') return { 200: { description: 'The answer.' } }
  const headers = row.handler === 'call' && {
    headers: Object.fromEntries(HEADER_DOCS.map(({ name }) => [name, { $ref: `#/components/headers/${name}` }])),
  }
  const success = row.door?.kind === 'realtime' ? 101 : 200
  return {
    [success]: { description: 'The answer, in the format of this path.', ...headers },
    default: {
      description: 'An error, in the format of this path.',
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${row.errorWire}-error` } } },
    },
  }
}

const text: JsonObject = { type: 'string' }

/** The error shape of each format, as its own SDK reads it. */
const ERROR_SCHEMAS: Readonly<Record<`${ErrorWire}-error`, JsonObject>> = {
  'openai-chat-error': shape({
    error: shape({
      message: text,
      type: text,
      param: { type: ['string', 'null'] },
      code: { type: ['string', 'null'] },
    }),
  }),
  'anthropic-messages-error': shape({ type: text, error: shape({ type: text, message: text }), request_id: text }),
  'gemini-generate-error': shape({ error: shape({ code: { type: 'integer' }, message: text, status: text }) }),
  'cohere-chat-error': shape({ id: text, message: text }),
  'ollama-chat-error': shape({ error: text }),
}

function shape(properties: Record<string, JsonObject>): JsonObject {
  return { type: 'object', properties }
}
