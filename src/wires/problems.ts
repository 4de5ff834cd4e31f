/** Reads typed fields of a client's body and remembers the first that is wrong, by its path. */

import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { JsonObject } from '../ground/json.ts'

export class Problems {
  first: GatewayError | undefined

  /** Notes that the field at `path` is wrong; `rule` says what it must be. */
  report(path: string, rule: string): void {
    this.first ??= gatewayError('invalid-request', `${path}: ${rule}`, { param: path })
  }

  string(owner: JsonObject, field: string, path = field): string | undefined {
    const value = owner[field]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string') return value
    this.report(path, 'must be a string')
    return undefined
  }

  number(owner: JsonObject, field: string, path = field): number | undefined {
    const value = owner[field]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number') return value
    this.report(path, 'must be a number')
    return undefined
  }

  boolean(owner: JsonObject, field: string, path = field): boolean | undefined {
    const value = owner[field]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'boolean') return value
    this.report(path, 'must be true or false')
    return undefined
  }

  object(owner: JsonObject, field: string, path = field): JsonObject | undefined {
    const value = owner[field]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'object' && !Array.isArray(value)) return value
    this.report(path, 'must be an object')
    return undefined
  }
}
