/** Runs every check of every client against every stand-in it applies to, one after the other. */

import type { ListeningProxy, Statement } from './listening-proxy.ts'
import type { Bench, Check, ClientProof } from './proof.ts'
import type { StandIn } from './stand-ins.ts'
import type { Upstream } from './upstream/server.ts'

export interface Outcome {
  readonly client: string
  readonly check: string
  readonly upstream: string
  readonly passed: boolean
  /** Why it did not pass, in a line or two. */
  readonly why?: string
  /** What the gateway said meanwhile: warnings of loss and texts of refusals. */
  readonly stated: readonly string[]
  readonly durationMs: number
}

export interface Stage {
  readonly upstream: Upstream
  readonly proxy: ListeningProxy
  readonly key: string
  /** No gateway between: the client meets the scripted upstream itself. */
  readonly isDirect: boolean
}

const CHECK_TIMEOUT_MS = 90_000
const WHY_CHARACTERS = 600

/** `wanted` filters by `client/check/upstream`. */
export async function runClient(
  proof: ClientProof,
  standIns: readonly StandIn[],
  stage: Stage,
  wanted: (name: string) => boolean,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const check of proof.checks) {
    for (const standIn of standIns) {
      if (check.upstreams && !check.upstreams.includes(standIn.id)) continue
      if (!wanted(`${proof.title}/${check.name}/${standIn.id}`)) continue
      outcomes.push(await runCheck(proof, check, standIn, stage))
    }
  }
  return outcomes
}

async function runCheck(proof: ClientProof, check: Check, standIn: StandIn, stage: Stage): Promise<Outcome> {
  stage.upstream.take()
  stage.proxy.take()
  const bench: Bench = {
    url: stage.isDirect ? `${stage.proxy.url}/${standIn.id}` : stage.proxy.url,
    key: stage.key,
    upstream: standIn.id,
    model: (scenario) => (stage.isDirect ? scenario : `${standIn.id}/${scenario}`),
    take: () => stage.upstream.take(),
  }
  const startedAt = performance.now()
  const why = await withTimeout(check.run(bench))
  return {
    client: proof.title,
    check: check.name,
    upstream: standIn.id,
    passed: why === undefined,
    ...(why === undefined ? {} : { why: why.slice(0, WHY_CHARACTERS) }),
    stated: statedBy(stage.proxy.take()),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

/** The failure as text, or undefined. */
async function withTimeout(work: Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no end after ${CHECK_TIMEOUT_MS / 1000} s`), CHECK_TIMEOUT_MS)
  })
  const done = work.then(
    () => undefined,
    (error: unknown) => describe(error),
  )
  const why = await Promise.race([done, late])
  clearTimeout(timer)
  return why
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : ` (${describe(error.cause)})`
  return `${error.name}: ${error.message.replace(/\s+/g, ' ')}${cause}`
}

function statedBy(statements: readonly Statement[]): string[] {
  const said = statements.flatMap(({ warnings, status, error }) => [
    ...(warnings ? [`warnings: ${warnings}`] : []),
    ...(status >= 400 ? [`${status}: ${error.replace(/\s+/g, ' ')}`] : []),
  ])
  // Ids differ in each run and say nothing.
  return [...new Set(said.map((text) => text.replace(/req_[A-Za-z0-9_-]+/g, 'req_…')))]
}
