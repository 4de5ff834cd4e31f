/** The running gateway with routes that keep answers, an upstream that takes its time, and keys of two teams. */

import { type CacheUpstream, startCacheUpstream } from '../../test/support/cache-upstream.ts'
import { startGateway } from '../../test/support/gateway.ts'

/** How long the upstream takes; models take longer. */
export const UPSTREAM_MS = 200

export interface Rig {
  readonly upstream: CacheUpstream
  readonly key: string
  /** Of another team, and of the same team. */
  readonly otherTeamKey: string
  readonly sameTeamKey: string
  ask(route: string, question: string, key: string, headers?: Record<string, string>): Promise<Asked>
  stop(): Promise<void>
}

export interface Asked {
  /** `hit`, `semantic`, `miss`, `bypass` or `none`. */
  readonly cache: string | null
  readonly status: number
  readonly text: string
  readonly ms: number
}

/** Routes `exact`, `near`, `keyed` and `plain`, which keeps nothing. */
export async function startRig(): Promise<Rig> {
  const upstream = await startCacheUpstream()
  const caches = {
    exact: '{ ttl: 1h }',
    near: '{ semantic: { threshold: 0.8 } }',
    keyed: '{ scope: key }',
    plain: '"off"',
  }
  const documents: Record<string, string> = {
    'sluice.yml': `bundle: cache\norganisation: test\nteams: [default, red]\nproviders: { open: { kind: vllm, base_url: "${upstream.url}" } }\n`,
  }
  for (const [name, cache] of Object.entries(caches)) {
    documents[`policies/${name}.yml`] = `policy: ${name}\ncache: ${cache}\n`
    documents[`routes/${name}.yml`] =
      `route: ${name}\naccepts: [chat]\ntargets: [{ model: "open/slow:${UPSTREAM_MS}" }]\npolicies: [${name}]\n`
  }
  const gateway = await startGateway(documents)
  const newKey = async (team: string): Promise<string> =>
    (await gateway.admin<{ key: string }>('POST', '/admin/v1/keys', { team })).key
  return {
    upstream,
    key: gateway.appKey,
    otherTeamKey: await newKey('red'),
    sameTeamKey: await newKey('default'),
    async ask(model, content, key, headers = {}) {
      const begun = performance.now()
      const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
      })
      const text = await reply.text()
      const ms = performance.now() - begun
      return { cache: reply.headers.get('x-sluice-cache'), status: reply.status, text, ms }
    },
    async stop() {
      await gateway.dispose()
      await upstream.close()
    },
  }
}
