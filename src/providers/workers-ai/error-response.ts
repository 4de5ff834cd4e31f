/** Turns what `env.AI.run` throws into the reply its REST API would have given, in OpenAI's form. */

/** https://developers.cloudflare.com/workers-ai/platform/errors/ */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  '3003': 400,
  '3006': 413,
  '3007': 408,
  '3008': 408,
  '3023': 403,
  '3036': 429,
  '3039': 400,
  '3040': 429,
  '3041': 403,
  '3042': 404,
  '5004': 400,
  '5005': 405,
  '5007': 400,
  '5016': 403,
  '5018': 403,
  '5019': 405,
}

/** Errors begin with their code (`3040: Capacity temporarily exceeded`); one without a code is the service's fault. */
export function thrownResponse(error: unknown): Response {
  const text = error instanceof Error ? error.message : String(error)
  const [, code, message = text] = /^(?:\w*Error: )?(\d{4}): ?(.*)$/s.exec(text) ?? []
  const status = (code === undefined ? undefined : STATUS_OF_CODE[code]) ?? 500
  return errorResponse(status, message, code)
}

/** An error in OpenAI's form. */
export function errorResponse(status: number, message: string, code: string | undefined): Response {
  return Response.json({ error: { message, type: 'workers_ai_error', code: code ?? null } }, { status })
}
