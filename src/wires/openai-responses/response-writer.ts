/** Writes a response from its parts: the events around the items, and the response object itself. */

import type { Part } from '../../ground/chat-reply.ts'
import { type GatewayError, gatewayError } from '../../ground/error.ts'
import type { JsonObject } from '../../ground/json.ts'
import type { Usage } from '../../ground/usage.ts'
import type { Losses } from '../losses.ts'
import type { ReplyDefaults } from '../wire.ts'
import { errorEvent, errorWords } from './encode-error.ts'
import type { EventSink } from './event-sink.ts'
import { encodeFinish } from './finish.ts'
import { Output } from './output.ts'
import { OutputWriter } from './output-writer.ts'
import { encodeUsage } from './usage.ts'
import { WIRE } from './wire-name.ts'

/** Fields that the API always shows and that tell of the request, of which nothing is known here. */
const REQUEST_FIELDS: JsonObject = {
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  store: false,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
}

/** One response; `over` once its last event is written. */
export class ResponseWriter {
  readonly #defaults: ReplyDefaults
  readonly #sink: EventSink
  readonly #losses: Losses
  readonly #output: Output
  readonly #items: OutputWriter
  #head: JsonObject = {}
  #extras: JsonObject = {}
  #end: JsonObject = { status: 'in_progress', incomplete_details: null }
  #usage: Usage | undefined
  #started = false
  #finished = false
  over = false

  constructor(defaults: ReplyDefaults, sink: EventSink, losses: Losses) {
    this.#defaults = defaults
    this.#sink = sink
    this.#losses = losses
    this.#output = new Output(sink.send)
    this.#items = new OutputWriter(this.#output, losses)
  }

  get started(): boolean {
    return this.#started
  }

  get finished(): boolean {
    return this.#finished
  }

  take(part: Part): void {
    switch (part.type) {
      case 'reply-start':
        if (part.usage) this.#usage = part.usage
        this.#extra(part.extras)
        this.#start(part)
        return
      case 'usage':
        this.#usage = part.usage
        return
      case 'reply-error':
        this.fail(part.error)
        return
      case 'reply-end':
        this.complete()
        return
      case 'choice-finish':
        if (part.choice === 0) this.#finish(part)
        return
      default:
        this.#start()
        if (part.choice === 0) this.#items.take(part)
        else this.#losses.dropped('n', 'Only the first answer fits a response.')
    }
  }

  /** Call once a batch of parts is over. */
  settle(): void {
    this.#items.settle()
  }

  complete(): void {
    this.#start()
    this.#items.close('completed')
    if (this.#end.status === 'in_progress') this.#end = { status: 'completed', incomplete_details: null }
    this.#sink.send(`response.${eventOf(this.#end.status)}`, { response: this.response() })
    this.over = true
  }

  /** `error`, and where a response had begun `response.failed`, as OpenAI sends them. */
  fail(error: GatewayError): void {
    this.#sink.raw((sequence) => errorEvent(error, sequence, ''))
    this.over = true
    if (!this.#started) return
    this.#end = {
      status: 'failed',
      error: { code: errorWords(error).code, message: error.message },
      incomplete_details: null,
    }
    this.#sink.send('response.failed', { response: this.response() })
  }

  /** The response as it stands. Usage that nobody reported is null, never zero. */
  response(): JsonObject {
    return {
      ...this.#head,
      error: null,
      ...this.#end,
      output: this.#output.items,
      ...REQUEST_FIELDS,
      usage: null,
      ...(this.#usage && encodeUsage(this.#usage)),
      ...this.#extras,
    }
  }

  #start(part?: Extract<Part, { type: 'reply-start' }>): void {
    if (this.#started) return
    this.#started = true
    const { id, model, createdSeconds } = this.#defaults
    this.#head = {
      id: part?.id || id,
      object: 'response',
      created_at: part?.createdSeconds ?? createdSeconds,
      model: part?.model || model,
    }
    this.#output.replyId = String(this.#head.id)
    this.#sink.send('response.created', { response: this.response() })
    this.#sink.send('response.in_progress', { response: this.response() })
  }

  #finish(part: Extract<Part, { type: 'choice-finish' }>): void {
    if (part.finish === 'error') {
      this.fail(gatewayError('upstream-error', 'The provider ended the answer with an error.', { origin: 'upstream' }))
      return
    }
    this.#start()
    this.#finished = true
    this.#extra(part.extras)
    this.#end = encodeFinish(part, this.#items.contents, this.#losses)
    this.#items.close(this.#end.status === 'incomplete' ? 'incomplete' : 'completed')
  }

  /** The fields of a reply that came from this wire; another wire's are told as lost. */
  #extra(extras: Extract<Part, { type: 'reply-start' }>['extras']): void {
    if (extras?.wire === WIRE) Object.assign(this.#extras, extras.fields)
    else
      for (const field of Object.keys(extras?.fields ?? {})) {
        if (field === 'service_tier' && extras?.wire === 'openai-chat') this.#extras[field] = extras.fields[field]
        else this.#losses.dropped(field, `The Responses API has no ${field} in its answers.`)
      }
  }
}

function eventOf(status: JsonObject[string]): string {
  return status === 'incomplete' ? status : 'completed'
}
