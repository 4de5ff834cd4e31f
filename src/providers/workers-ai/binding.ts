/** What we need of Cloudflare's `env.AI`. */

/** Runs one model; streams are a `ReadableStream` of server-sent events. */
export interface WorkersAiBinding {
  run(model: string, inputs: object, options?: { signal?: AbortSignal }): Promise<unknown>
}

/** Whether a worker's binding is Workers AI. */
export function isWorkersAi(binding: unknown): binding is WorkersAiBinding {
  return typeof binding === 'object' && binding !== null && 'run' in binding && typeof binding.run === 'function'
}
