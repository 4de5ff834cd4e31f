/** Small readers that several dialects of the scripted upstream share. */

import type { IncomingHttpHeaders } from 'node:http'
import { asObject, type JsonObject } from '../../../src/ground/json.ts'

/** The credential of an `Authorization: Bearer` header. */
export function bearer(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
}

/** The bytes of a base64 `data:` URL; none when it is no such URL. */
export function readDataUrl(url: string): Buffer[] {
  const encoded = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1]
  return encoded === undefined ? [] : [Buffer.from(encoded, 'base64')]
}

/** The schema if it names the two fields of the person the scenario asks about. */
export function jsonSchemaOf(schema: unknown): JsonObject | undefined {
  const found = asObject(schema)
  const properties = asObject(found?.properties)
  return properties?.name !== undefined && properties.age !== undefined ? found : undefined
}
