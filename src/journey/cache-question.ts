/** Whether a call's answer may be a kept one, and what it is kept under. */

import type { CacheSettings } from '../config/cache-settings.ts'
import { canonicalJson } from '../ground/canonical-json.ts'
import type { ChatCall } from '../ground/chat-call.ts'
import type { CacheQuestion, ReplyCache } from '../ports/reply-cache.ts'
import { factsDigest } from '../services/cache/cache-digest.ts'
import { cacheTenant } from '../services/cache/cache-tenant.ts'
import { writtenEssence } from '../services/cache/call-essence.ts'
import { chatQuestion } from '../services/cache/chat-question.ts'
import { routeFacts, traitFacts } from '../services/cache/route-facts.ts'
import type { CallRecord } from './call-record.ts'
import type { ChatEndpoint, ClassifyEndpoint, TaskEndpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import type { Gateway, VerifiedKey } from './gateway.ts'

export interface CacheDesk {
  readonly endpoint: ChatEndpoint | TaskEndpoint | ClassifyEndpoint
  readonly gateway: Gateway
  readonly key: VerifiedKey
  readonly record: CallRecord
}

export interface AskedCache {
  readonly question: CacheQuestion
  readonly cache: ReplyCache
}

/** Undefined for calls whose answer is never kept: those that do something, or build on what a provider keeps. */
export async function cacheQuestion(
  found: FoundCall,
  settings: CacheSettings,
  desk: CacheDesk,
): Promise<AskedCache | undefined> {
  const { endpoint, gateway, key, record } = desk
  const { route } = found.found
  const { organisation } = gateway.revision
  const { team, id: keyId } = key.record
  const whose = cacheTenant(settings.scope, { team, keyId, user: record.user, route: route.name })
  if (!whose) return undefined
  const around = [
    organisation,
    canonicalJson(whose.tenant),
    route.name,
    found.model,
    routeFacts(route, gateway.revision.providers),
    traitFacts(route, found.body.json, { team, tags: record.tags, stream: record.stream }),
    record.canary?.side ?? '',
  ]
  const question = await questionOf(found, settings, endpoint, around, gateway)
  return question && { question, cache: gateway.answers.caches(organisation, whose.shelf) }
}

async function questionOf(
  { body }: FoundCall,
  settings: CacheSettings,
  endpoint: CacheDesk['endpoint'],
  around: readonly string[],
  { answers }: Gateway,
): Promise<CacheQuestion | undefined> {
  if (endpoint.kind === 'task') {
    if (endpoint.wire.task !== 'embeddings' || body.form) return undefined
    const id = await factsDigest([
      'embeddings',
      ...around,
      endpoint.wire.name,
      canonicalJson(writtenEssence(body.json)),
    ])
    return { id, bucket: id }
  }
  if (endpoint.kind !== 'chat' || isKeptElsewhere(body.json, endpoint, settings)) return undefined
  const call = endpoint.wire.decodeRequest(body.json)
  if (!call.ok || actsElsewhere(call.value)) return undefined
  const asked = { around, wire: endpoint.wire.name, body: body.json, call: call.value }
  return chatQuestion(asked, settings.semanticThreshold === undefined ? undefined : answers.embedder)
}

/** The app wants the provider to keep this very reply, or to go on from one. */
function isKeptElsewhere(json: FoundCall['body']['json'], { wire }: ChatEndpoint, { scope }: CacheSettings): boolean {
  if (json.background === true || json.store === true || (json.conversation ?? null) !== null) return true
  if (wire.refersTo?.(json) !== undefined) return true
  // A later call may name the reply by its id, which is its own team's alone.
  return scope === 'route' && wire.keepsReply?.(json) === true
}

/** The provider's own tools look at the world and change it. */
function actsElsewhere({ tools }: ChatCall): boolean {
  return tools?.some(({ kind }) => kind === 'provider') ?? false
}
