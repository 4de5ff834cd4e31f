/** Calls with a few connections at once, counted by the target that answered. */

export interface LoadOptions {
  readonly urls: readonly string[]
  readonly key: string
  readonly model: string
  readonly calls: number
  readonly atOnce: number
  /** The end user of a call; none when absent. */
  user?(call: number): string
  /** Told of each answer. */
  onAnswer?(call: number, target: string): void
}

export interface Counted {
  readonly targets: Readonly<Record<string, number>>
  /** Calls that were not answered with 200. */
  readonly failed: number
}

/** Calls go to the addresses in turn. */
export async function load(options: LoadOptions): Promise<Counted> {
  const { urls, key, model, calls, atOnce } = options
  const targets: Record<string, number> = {}
  let failed = 0
  let next = 0
  const work = async (): Promise<void> => {
    while (next < calls) {
      const call = next++
      const user = options.user?.(call)
      const body = { model, messages: [{ role: 'user', content: 'hello' }], ...(user !== undefined && { user }) }
      try {
        const response = await fetch(`${urls[call % urls.length]}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        await response.arrayBuffer()
        const target = response.headers.get('x-sluice-target') ?? ''
        if (response.status === 200) targets[target] = (targets[target] ?? 0) + 1
        else failed++
        options.onAnswer?.(call, target)
      } catch {
        failed++ // no answer at all
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { targets, failed }
}
