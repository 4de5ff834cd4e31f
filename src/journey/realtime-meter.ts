/** Counts a realtime session: what each response says of itself, and by our own count one that was cut before it could. */

import { addUsage, totalInput, type Usage } from '../ground/usage.ts'
import { readRealtimeEvent } from '../wires/openai-realtime/usage.ts'

/** Sound at the lowest rate in use (8 kHz, one byte, base64): characters a token, ten tokens a second heard and twenty spoken. */
const HEARD_CHARACTERS_A_TOKEN = 1066
const SPOKEN_CHARACTERS_A_TOKEN = 533
const TEXT_CHARACTERS_A_TOKEN = 3.5

export type RealtimeReading = ReturnType<typeof readRealtimeEvent>

export class RealtimeMeter {
  /** Of the responses that have ended. */
  usage: Usage | undefined
  #open = false
  #lastInput = 0
  #heard = 0
  #typed = 0
  #spoken = 0
  #written = 0

  /** A message of the app. */
  sent(text: string): void {
    if (text.includes('"input_audio_buffer.append"')) this.#heard += text.length
    else this.#typed += text.length
  }

  /** A message of the provider, and what it says. */
  received(text: string): RealtimeReading {
    if (text.includes('"response.created"')) {
      this.#open = true
      this.#spoken = 0
      this.#written = 0
    } else if (this.#open && text.includes('audio.delta"')) this.#spoken += text.length
    else if (this.#open && text.includes('.delta"')) this.#written += text.length
    const said = readRealtimeEvent(text)
    if (text.includes('"response.done"')) this.#open = false
    if (said?.usage) {
      this.usage = addUsage(this.usage ?? {}, said.usage)
      this.#lastInput = totalInput(said.usage)
    }
    return said
  }

  /** A response is under way, of which the provider has not said what it used. */
  get cut(): boolean {
    return this.#open
  }

  /** All that was used, with our own count of a response that was cut; undefined when there was no response. */
  get total(): Usage | undefined {
    if (!this.#open) return this.usage
    const tokens = (characters: number, each: number): number => Math.ceil(characters / each)
    const input =
      this.#lastInput > 0
        ? { input: this.#lastInput }
        : {
            input: tokens(this.#typed, TEXT_CHARACTERS_A_TOKEN),
            audioIn: tokens(this.#heard, HEARD_CHARACTERS_A_TOKEN),
          }
    return addUsage(this.usage ?? {}, {
      ...input,
      output: tokens(this.#written, TEXT_CHARACTERS_A_TOKEN),
      audioOut: tokens(this.#spoken, SPOKEN_CHARACTERS_A_TOKEN),
    })
  }
}
