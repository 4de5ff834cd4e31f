/** What `sluice start` prints once the gateway answers. */

import type { Revision } from '../../../config/revision.ts'
import type { Keys } from './first-keys.ts'
import type { RunningWorkerd } from './workerd-process.ts'

/** For people: the address, the keys if they are new, and a call that works now. */
export function banner({ url, keys, revision }: { url: string; keys: Keys | undefined; revision: Revision }): string {
  const key = keys?.appKey ?? '$SLUICE_KEY'
  return `
  Sluice is ready   ${url}
  revision          ${revision.hash.slice(0, 12)}  (${revision.target}, ${revision.routes.length} routes)
${keys ? newKeys(keys) : OLD_KEYS}
  Try it:
    curl ${url}/v1/chat/completions \\
      -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\
      -d '{"model":"default","messages":[{"role":"user","content":"wake me up at seven tomorrow"}]}'

  Press Ctrl-C to stop. State is kept for the next start.
`
}

/** For programs: the same as one JSON line. */
export function jsonLine(running: RunningWorkerd, keys: Keys | undefined): string {
  return `${JSON.stringify({ url: running.url, pid: running.process.pid, ...keys })}\n`
}

function newKeys({ appKey, adminKey }: Keys): string {
  return `
  app key           ${appKey}
  admin key         ${adminKey}
                    Shown once; only their digests are kept.
`
}

const OLD_KEYS = `
  keys              those printed at the first start still work; make another with
                    npx sluice keys create --team default
`
