/** Streams the arguments of one tool call as `input_json_delta`s. */

import type { Losses } from '../losses.ts'
import type { BlockQueue, QueuedBlock } from './block-queue.ts'
import { inputOf } from './tool-input.ts'

/**
 * The official SDK throws at arguments that are no JSON object, though it bears an object that is cut short. So text
 * that does not begin with a brace is held until the call is over and sent wrapped.
 */
export class ToolInputWriter {
  readonly #queue: BlockQueue
  readonly #block: QueuedBlock
  readonly #losses: Losses
  #held = ''
  #streaming = false

  constructor(queue: BlockQueue, block: QueuedBlock, losses: Losses) {
    this.#queue = queue
    this.#block = block
    this.#losses = losses
  }

  write(text: string): void {
    if (this.#streaming) this.#send(text)
    else {
      this.#held += text
      this.#streaming = this.#held.trimStart().startsWith('{')
      if (this.#streaming) this.#send(this.#held)
    }
  }

  end(): void {
    if (!this.#streaming && this.#held.trim() !== '')
      this.#send(JSON.stringify(inputOf(this.#held, this.#losses, 'tool_calls.arguments')))
    this.#queue.close(this.#block)
  }

  #send(text: string): void {
    if (text !== '') this.#queue.delta(this.#block, { type: 'input_json_delta', partial_json: text })
  }
}
