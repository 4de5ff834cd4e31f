/** The journey's short branch for /v1/classify: an edge model answers, the row is written like any other. */

import { decodeClassifyRequest, encodeClassifyReply } from '../edge/answer-classify.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { CallRecord } from './call-record.ts'
import type { ClassifyEndpoint } from './endpoint.ts'
import type { FoundCall } from './find-call.ts'
import type { Gateway } from './gateway.ts'
import { refuse } from './refuse.ts'
import { replyHeaders } from './reply-headers.ts'

export function classify(found: FoundCall, endpoint: ClassifyEndpoint, gateway: Gateway, record: CallRecord): Response {
  const target = found.targets.find(({ provider: name }) => {
    const provider = gateway.provider(name)
    return provider.ok && provider.value.transport === 'local'
  })
  if (!target) return refuse(cannotClassify(record.route), endpoint, record)
  record.target = target.name
  record.provider = target.provider
  record.targetModel = target.model
  const asked = decodeClassifyRequest(found.body.json)
  if (!asked.ok) return refuse(asked.error, endpoint, record)
  const model = gateway.edgeModel(target.model)
  if (!model.ok) return refuse(model.error, endpoint, record)
  record.attempts++
  record.upstreamWire = 'edge'
  record.answeredModel = target.model
  const { inputs, top } = asked.value
  const verdicts = inputs.map((text) => model.value.classify(text, top))
  const input = verdicts.reduce((sum, verdict) => sum + verdict.inputTokens, 0)
  record.markFirstByte()
  record.settle({ outcome: 'ok', status: 200, usage: { input }, usageSource: 'counted' })
  const body = JSON.stringify(encodeClassifyReply(asked.value.model, verdicts, top))
  return new Response(body, { status: 200, headers: replyHeaders(record, 'application/json') })
}

function cannotClassify(route: string): GatewayError {
  return gatewayError(
    'not-supported',
    `The route "${route}" has no target that can classify. Point it at an edge model.`,
  )
}
