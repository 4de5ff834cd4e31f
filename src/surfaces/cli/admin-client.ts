/** The command line's way to a running gateway: its admin API, with the operator's own credential. */

export interface AdminClient {
  readonly url: string
  call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>
}

/** A refusal by the gateway, or no gateway at all; the message says which and what to do. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

export function createAdminClient(url: string, adminKey: string): AdminClient {
  return {
    url,
    async call(method, path, body) {
      const response = await send(url, adminKey, method, path, body)
      const json = (await response.json()) as { error?: { message?: string } }
      if (response.ok) return json as never // the admin API's own shapes, typed by each caller
      throw new AdminError(json.error?.message ?? `the gateway answered ${response.status}`, response.status)
    },
  }
}

async function send(url: string, adminKey: string, method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new AdminError(`no gateway answers at ${url}; start one with "npm start" or name it with --url`, 0)
  }
}
