/** Writes the configuration that raw workerd serves: one worker, its Durable Objects on disk, its bindings by name. */

export interface WorkerdOptions {
  readonly host: string
  readonly port: number
  /** Absolute folder of the Durable Objects' SQLite files. */
  readonly storage: string
  readonly dataModules: readonly string[]
  /** Names of environment variables the worker may read; the values never enter the file. */
  readonly environment: readonly string[]
  /** Absolute folder of documents that may change while it runs; absent: it serves what it was built with. */
  readonly live?: string | undefined
}

/** The Cap'n Proto text, to be written beside `worker.js`. */
export function workerdConfig(options: WorkerdOptions): string {
  const modules = options.dataModules.map((name) => `      (name = ${quote(name)}, data = embed ${quote(name)}),`)
  const variables = options.environment.map(
    (name) => `      (name = ${quote(name)}, fromEnvironment = ${quote(name)}),`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .sluice),
    # Providers may be public or on this machine; which hosts are called is decided by sluice.yml alone.
    (name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
    (name = "storage", disk = (path = ${quote(options.storage)}, writable = true)),
${options.live === undefined ? '' : `    (name = "live", disk = (path = ${quote(options.live)})),\n`}  ],
  sockets = [(name = "http", address = ${quote(`${options.host}:${options.port}`)}, http = (), service = "main")],
);

const sluice :Workerd.Worker = (
  modules = [
      (name = "worker.js", esModule = embed "worker.js"),
${modules.join('\n')}
  ],
  compatibilityDate = "2026-10-01",
  compatibilityFlags = ["enable_request_signal"],
  bindings = [
      (name = "CONTROL", durableObjectNamespace = "Control"),
      (name = "ACCOUNT", durableObjectNamespace = "Account"),
      (name = "REPLIES", durableObjectNamespace = "Replies"),
      (name = "CANARY", durableObjectNamespace = "Canary"),
      (name = "ANSWERS", durableObjectNamespace = "AnswerCache"),
${options.live === undefined ? '' : '      (name = "LIVE", service = "live"),\n'}${variables.join('\n')}
  ],
  globalOutbound = "internet",
  durableObjectNamespaces = [
      (className = "Control", uniqueKey = "sluice-control", enableSql = true),
      (className = "Account", uniqueKey = "sluice-account", enableSql = true),
      (className = "Replies", uniqueKey = "sluice-replies", enableSql = true),
      (className = "Canary", uniqueKey = "sluice-canary", enableSql = true),
      (className = "AnswerCache", uniqueKey = "sluice-answers", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "storage"),
);
`
}

/** A Cap'n Proto string literal. */
function quote(text: string): string {
  return JSON.stringify(text)
}
