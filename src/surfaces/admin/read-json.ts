/** Reads the JSON bodies of the admin API, with errors that name the field. */

import type * as z from 'zod'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import { err, ok, type Result } from '../../ground/result.ts'
import { readBody } from '../../journey/read-body.ts'
import type { HandlerContext } from '../http/app.ts'

/** The body read within the route's limit; an empty body counts as `{}`. */
export async function readJson<T>(
  { request, row }: HandlerContext,
  schema: z.ZodType<T>,
): Promise<Result<T, GatewayError>> {
  const limit = typeof row.bodyLimit === 'number' ? row.bodyLimit : 0
  const empty = request.body === null || request.headers.get('content-length') === '0'
  const body = empty ? ok({ json: {} }) : await readBody(request, limit)
  if (!body.ok) return body
  const parsed = schema.safeParse(body.value.json)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return err(
    gatewayError('invalid-request', `The field "${field || 'body'}" is wrong: ${issue?.message ?? 'unreadable'}.`, {
      param: field,
    }),
  )
}
