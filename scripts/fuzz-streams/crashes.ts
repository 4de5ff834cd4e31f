/** What went wrong in a fuzz run, each kind of fault once. */

export interface Crash {
  /** The wire and the step: `openai-chat decodeStream`. */
  readonly step: string
  readonly message: string
  /** First place of ours in the stack, or empty where nothing was thrown. */
  readonly place: string
  /** What it was fed, as JSON; of the first time that it happened. */
  readonly input: string
  times: number
}

const LONGEST_INPUT = 4000

export class Crashes {
  readonly #known = new Map<string, Crash>()

  get list(): readonly Crash[] {
    return [...this.#known.values()]
  }

  /** Runs a step; what it throws is a crash, and the result is then undefined. */
  guard<Value>(step: string, input: unknown, run: () => Value): Value | undefined {
    try {
      return run()
    } catch (error) {
      this.#note(
        step,
        error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        placeOf(error),
        input,
      )
      return undefined
    }
  }

  /** Nothing was thrown, but what came out is not what the types promise. */
  fault(step: string, problem: string | undefined, input: unknown): void {
    if (problem !== undefined) this.#note(step, problem, '', input)
  }

  #note(step: string, message: string, place: string, input: unknown): void {
    const key = `${step} ${place} ${message.replace(/[\d.e+-]+/g, '0').slice(0, 80)}`
    const known = this.#known.get(key)
    if (known) known.times++
    else {
      const text = JSON.stringify(input) ?? ''
      this.#known.set(key, {
        step,
        message: message.slice(0, 300),
        place,
        input: text.slice(0, LONGEST_INPUT),
        times: 1,
      })
    }
  }
}

function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return /(src\/[\w./-]+:\d+)/.exec(stack)?.[1] ?? ''
}
