/** Chooses a call's targets: gathers what the choice depends on, no more than the route asks for. */

import type { RouteSettings, RouteTarget } from '../config/revision.ts'
import type { ChatCall } from '../ground/chat-call.ts'
import { fractionOf } from '../ground/draw.ts'
import { estimateTokens } from '../ground/estimate-tokens.ts'
import { asNumber, asObject, asString, type JsonObject } from '../ground/json.ts'
import { lacksAnything } from '../providers/capabilities/lacks-anything.ts'
import { missingCapabilities } from '../providers/capabilities/missing-capabilities.ts'
import { canaryOf } from '../services/routing/canary-desk.ts'
import { chooseTargets, type TargetOrder } from '../services/routing/choose-targets.ts'
import { fits } from '../services/routing/fits.ts'
import type { FoundRoute } from '../services/routing/route-index.ts'
import type { CallRecord } from './call-record.ts'
import type { Endpoint } from './endpoint.ts'
import type { Gateway } from './gateway.ts'
import type { RequestBody } from './read-body.ts'

export interface ChoosingCall {
  readonly found: FoundRoute
  readonly body: RequestBody
  readonly stream: boolean
  readonly endpoint: Endpoint
  readonly headers: Headers
  readonly team: string
  readonly keyId: string
}

/** Bytes of a request a token, a little on the high side. */
const BYTES_A_TOKEN = 4
/** What an answer is taken to be long where the call does not say. */
const USUAL_OUTPUT = 500
/** As much of a conversation's beginning as tells it from others. */
const PROMPT_CHARACTERS = 2000

/** Notes the canary's side in the record, for its evidence. */
export function chooseForCall(call: ChoosingCall, gateway: Gateway, record: CallRecord): TargetOrder {
  const { found, stream, body } = call
  const { route } = found
  // One target and nothing to look at: the usual case is to cost nothing.
  if (isPlain(route)) return chooseTargets(found, { random: gateway.random })
  const sticky = stickyWords(route, call, record)
  const decoded = decodedOnce(call)
  const inputTokens = (): number => {
    const hub = decoded()
    return hub ? estimateTokens(hub) : Math.ceil(body.bytes / BYTES_A_TOKEN)
  }
  return chooseTargets(found, {
    random: gateway.random,
    side: sideOf(route, sticky, gateway, record),
    sticky,
    fits: ({ when }) => fits(when, { team: call.team, tags: record.tags, stream, body: body.json, inputTokens }),
    able: (target) => canDo(target, stream, decoded, gateway),
    cost: (target) => {
      const usage = { input: inputTokens(), output: askedOutput(body.json) }
      const priced = gateway.price({ ...target, team: call.team, usage, atMs: record.admittedAtMs })
      return priced.known ? Number(priced.costNano) : undefined
    },
    delayMs: (target) => gateway.upstreams.delayMs(target.provider, target.model, stream),
  })
}

function isPlain({ targets, fallback }: RouteSettings): boolean {
  const [only, another] = targets
  return !!only && !another && !only.when && !only.canary && fallback.length < 2 && !fallback[0]?.when
}

/** The request as the hub has it, decoded at most once and only when asked for; undefined where it is no chat or cannot be read. */
function decodedOnce({ endpoint, body }: ChoosingCall): () => ChatCall | undefined {
  let known: { readonly call: ChatCall | undefined } | undefined
  return () => {
    if (!known) {
      const decoded = endpoint.kind === 'chat' ? endpoint.wire.decodeRequest(body.json) : undefined
      known = { call: decoded?.ok ? decoded.value : undefined }
    }
    return known.call
  }
}

function canDo(target: RouteTarget, stream: boolean, decoded: () => ChatCall | undefined, gateway: Gateway): boolean {
  const provider = gateway.provider(target.provider)
  if (!provider.ok || provider.value.transport === 'local') return true
  if (!lacksAnything(provider.value, target.model)) return true
  const call = decoded()
  return !call || missingCapabilities({ ...call, stream }, provider.value, target.model).length === 0
}

/** Which side of its canary a call takes; without a canary there are no sides. */
function sideOf(route: RouteSettings, sticky: string | undefined, gateway: Gateway, record: CallRecord) {
  const plan = canaryOf(route)?.canary
  if (!plan) return undefined
  const draw = sticky === undefined ? gateway.random() : fractionOf(route.name, 'canary', sticky)
  const side = gateway.canaries.sideOf(route.name, plan, draw, record.waitUntil)
  record.canary = { route: route.name, plan, side }
  return side
}

/** What calls must share to get the same target; undefined where the call has nothing of the kind. */
function stickyWords({ sticky }: RouteSettings, call: ChoosingCall, { user }: CallRecord): string | undefined {
  if (sticky === undefined) return undefined
  // Users of different teams are different people.
  const own = (word: string | null | undefined): string | undefined =>
    word === null || word === undefined || word === '' ? undefined : `${call.team}\n${word.slice(0, 256)}`
  if (sticky === 'user') return own(user ?? call.keyId)
  if (sticky === 'key') return call.keyId
  if (sticky === 'prompt') return own(promptOf(call.body.json))
  if (sticky === 'session')
    return own(call.headers.get('x-sluice-session') ?? asString(asObject(call.body.json.metadata)?.session_id))
  return own(call.headers.get(sticky.slice('header:'.length)))
}

/** How the conversation begins, in whichever format: what a provider's prompt cache would know again. */
function promptOf(body: JsonObject): string {
  const { system, instructions, systemInstruction, tools, messages, contents, input, prompt } = body
  const first = [messages, contents, input].map((turns) => (Array.isArray(turns) ? turns[0] : turns))
  const text = JSON.stringify([system, instructions, systemInstruction, ...first, prompt, tools])
  return String(fractionOf(text.slice(0, PROMPT_CHARACTERS)))
}

/** Tokens of the longest answer asked for, in whichever format. */
function askedOutput(body: JsonObject): number {
  const asked =
    asNumber(body.max_completion_tokens) ??
    asNumber(body.max_tokens) ??
    asNumber(body.max_output_tokens) ??
    asNumber(asObject(body.generationConfig)?.maxOutputTokens)
  return asked !== undefined && asked > 0 && asked <= 10_000_000 ? Math.ceil(asked) : USUAL_OUTPUT
}
