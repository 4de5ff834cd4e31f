/** Asks servers of one's own whether they are ready. */

import { sleep } from '../services/timers.ts'
import type { Gateway } from './gateway.ts'

const ANSWER_WITHIN_MS = 2000
const ASK_EVERY_MS = 500

/** One question to the server's health path; anything but 2xx in time is no. */
export async function isReady(providerName: string, gateway: Gateway): Promise<boolean> {
  const path = gateway.revision.providers[providerName]?.healthPath
  const provider = gateway.provider(providerName)
  if (path === undefined || !provider.ok || provider.value.transport === 'local') return true
  const address = healthAddress(provider.value.baseUrl, path)
  if (address === undefined) return true
  const controller = new AbortController()
  const cancel = gateway.timers.after(ANSWER_WITHIN_MS, () => controller.abort())
  try {
    const response = await gateway.fetch(address, { redirect: 'manual', signal: controller.signal })
    await response.body?.cancel()
    return response.status >= 200 && response.status < 300
  } catch {
    return false // a server that cannot be reached is not ready
  } finally {
    cancel()
  }
}

/** Waits until the server is ready; false when it was not in time or the app hung up. */
export async function waitUntilReady(
  providerName: string,
  limitMs: number,
  { gateway, signal }: { readonly gateway: Gateway; readonly signal: AbortSignal },
): Promise<boolean> {
  const endAtMs = gateway.clock.now() + limitMs
  while (!signal.aborted) {
    if (await isReady(providerName, gateway)) return true
    if (gateway.clock.now() + ASK_EVERY_MS > endAtMs) return false
    await sleep(gateway.timers, ASK_EVERY_MS)
  }
  return false
}

/** Health paths stand at the server's root: `/health` beside `/v1`. */
function healthAddress(baseUrl: string | undefined, path: string): string | undefined {
  const url = baseUrl === undefined ? null : URL.parse(baseUrl)
  return url ? `${url.origin}${path}` : undefined
}
