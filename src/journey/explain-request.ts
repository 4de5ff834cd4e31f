/** Goes through a call's decisions without making it: what would be chosen, held and sent, and why. */

import { amountAt } from '../config/limit-settings.ts'
import type { RouteTarget } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { formatDollars } from '../ground/money.ts'
import { err } from '../ground/result.ts'
import type { Explanation, Step } from '../services/explain/explanation.ts'
import { amountWords } from '../services/limits/limit-refusal.ts'
import { boundOf } from './bound-of.ts'
import { CallRecord } from './call-record.ts'
import type { ChatEndpoint } from './endpoint.ts'
import { type FoundCall, findCall } from './find-call.ts'
import type { Gateway, VerifiedKey } from './gateway.ts'
import { prepare } from './prepare.ts'
import { readBody } from './read-body.ts'
import { amountOf, weigh } from './weigh-call.ts'

export interface AskedExplanation {
  /** As the app would send it. */
  readonly request: Request
  readonly endpoint: ChatEndpoint
  /** Whose call it would be. */
  readonly key: VerifiedKey
  readonly tags: CallRecord['tags']
}

/** Nothing is sent, held or written. Ends at the step that would refuse the call. */
export async function explainRequest(
  { request, endpoint, key, tags }: AskedExplanation,
  gateway: Gateway,
): Promise<Explanation> {
  const record = imaginaryRecord(gateway, key, endpoint)
  record.tags = tags
  const body = await readBody(request, gateway.maxBodyBytes)
  if (!body.ok) return { steps: [refused('route', body.error)] }
  const found = findCall({ body: body.value, headers: request.headers }, endpoint, key, gateway, record)
  if (!found.ok) return { steps: [refused('route', found.error)] }
  const { route } = found.value.found
  const steps: Step[] = [
    { step: 'route', says: [`"${found.value.model}" is the route "${route.name}".`] },
    {
      step: 'policies',
      says: [
        route.policies.length > 0 ? `Policies in force: ${route.policies.join(', ')}.` : 'No policy holds for it.',
      ],
    },
    { step: 'cache', says: [cacheWords(found.value)] },
    { step: 'target', says: targetWords(found.value, endpoint, gateway, record) },
  ]
  const desk = { request, endpoint, gateway, key, record }
  const weighed = weigh(found.value, desk, record.admittedAtMs)
  if (!weighed.ok) return { steps: [...steps, refused('limits', weighed.error)] }
  const { counters, bound, money } = weighed.value
  const most = bound ?? boundOf(found.value, endpoint)
  steps.push({ step: 'price', says: priceWords(found.value, most, key.record.team, gateway, record.admittedAtMs) })
  steps.push({
    step: 'hold',
    says:
      counters.length === 0
        ? ['No limit holds for it, so nothing is held.']
        : counters.map((counter) => {
            const amount = Math.ceil(amountOf(counter, bound, most.output.tokens, money))
            const { limit } = counter
            const allowed = amountAt(limit, record.admittedAtMs) ?? limit.amount
            return `${limit.id} (${limit.enforce}): holds up to ${amountWords(limit, amount)} of ${amountWords(limit, allowed)}.`
          }),
  })
  return { steps }
}

/** A record that no row comes of. */
function imaginaryRecord(gateway: Gateway, key: VerifiedKey, endpoint: ChatEndpoint): CallRecord {
  return new CallRecord({
    gateway,
    key: key.record,
    clientWire: endpoint.wire.name,
    admittedAtMs: gateway.clock.now(),
    waitUntil: () => undefined,
    slot: {
      requestId: 'req_explained',
      settle: () => undefined,
      hold: () => Promise.resolve(err({ reason: 'unreachable' })),
    },
  })
}

function refused(step: Step['step'], error: GatewayError): Step {
  return { step, says: [`It would be refused with status ${error.status}: ${error.message}`] }
}

function cacheWords({ policy: { cache } }: FoundCall): string {
  if (!cache) return 'Answers of this route are not kept.'
  const alike =
    cache.semanticThreshold === undefined ? '' : `, also to questions that are ${cache.semanticThreshold} alike`
  return `Answers are kept ${cache.ttlMs / 1000} s for each ${cache.scope}${alike}.`
}

function targetWords(found: FoundCall, endpoint: ChatEndpoint, gateway: Gateway, record: CallRecord): string[] {
  const all = [...found.found.route.targets, ...found.found.route.fallback]
  const left = all.filter(({ name }) => !found.targets.some((target) => target.name === name)).map(({ name }) => name)
  return [
    `${record.why ?? 'A target was chosen'}.`,
    ...found.targets.map(
      (target, index) => `${index + 1}. ${target.name}: ${oneTarget(found, target, endpoint, gateway)}`,
    ),
    ...(left.length > 0 && found.found.matched === undefined ? [`Not tried for this call: ${left.join(', ')}.`] : []),
  ]
}

function oneTarget(found: FoundCall, target: RouteTarget, endpoint: ChatEndpoint, gateway: Gateway): string {
  const provider = gateway.provider(target.provider)
  if (!provider.ok) return provider.error.message
  if (provider.value.transport === 'local') return `the model ${target.model} inside the worker.`
  const prepared = prepare(found, target, provider.value, endpoint)
  if (!prepared.ok) return `cannot take it: ${prepared.error.message}`
  const credentials = gateway.credentials(target.provider)
  const key = credentials.ok ? '' : ` ${credentials.error.message}`
  const { sameWire, wire, warnings } = prepared.value
  const how = sameWire ? 'in the app’s own format' : `translated to ${wire}`
  const lost =
    warnings.length > 0 ? `, with ${warnings.map(({ feature, effect }) => `${feature} ${effect}`).join(', ')}` : ''
  return `${provider.value.title}, model ${target.model}, ${how}${lost}.${key}`
}

function priceWords(
  found: FoundCall,
  most: ReturnType<typeof boundOf>,
  team: string,
  gateway: Gateway,
  atMs: number,
): string[] {
  const length = most.output.stated ? 'as it asks for' : 'as the model can'
  const says = [
    `It is taken for at most ${most.inputTokens} tokens, and an answer as long ${length}: ${most.output.tokens} tokens.`,
  ]
  for (const { name, provider, model } of found.targets) {
    const usage = { input: most.inputTokens, output: most.output.tokens }
    const priced = gateway.price({ provider, model, team, usage, atMs })
    says.push(
      priced.known
        ? `${name}: at most about ${formatDollars(priced.costNano)} US dollars, by the price of ${priced.priceDate}.`
        : `${name}: its price is not known (${priced.reason}).`,
    )
  }
  return says
}

/** Calls that are no chat are not explained ahead. */
export const ONLY_CHAT: GatewayError = gatewayError(
  'invalid-request',
  'Only chat requests can be explained ahead: send one as to /v1/chat/completions or another chat path.',
  { param: 'path' },
)
