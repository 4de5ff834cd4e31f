/** `sluice explain`: why a call went as it did, or how one would go, step by step. */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseJson } from '../../../ground/json.ts'
import type { Explanation } from '../../../services/explain/explanation.ts'
import type { CliIo } from '../cli-io.ts'
import { CONNECT_OPTIONS, connect } from '../connect.ts'

const HELP = `sluice explain <request.json | request id> [options]

  explain request.json   how this request would go: route, policies, cache, targets, price and hold; nothing is sent
      --path /v1/messages    the path an app would send it to; default /v1/chat/completions
      --team NAME            whose call it would be
      --header 'name: value' as an app would send it, such as x-sluice-tags; repeatable
  explain req_…          why a call that was made went as it did, from its row in the ledger

  --json                 as JSON
`

export async function explain(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...CONNECT_OPTIONS,
      path: { type: 'string' },
      team: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
    },
  })
  const [what, ...more] = positionals
  if (values.help || what === undefined || more.length > 0) {
    if (values.help) io.stdout(HELP)
    else io.stderr(`sluice: name one request to explain\n\n${HELP}`)
    return values.help ? 0 : 1
  }
  const admin = await connect(values, io)
  if (/^req_\w+$/.test(what)) {
    show(await admin.call<Explanation>('GET', `/admin/v1/explain/${what}`), values.json, io)
    return 0
  }
  const body = await readRequest(resolve(io.cwd, what))
  if (typeof body === 'string') {
    io.stderr(`sluice: ${body}\n`)
    return 1
  }
  const headers = Object.fromEntries(values.header.map(readHeader))
  const { path, team } = values
  const asked = { body: body.json, headers, ...(path !== undefined && { path }), ...(team !== undefined && { team }) }
  show(await admin.call<Explanation>('POST', '/admin/v1/explain', asked), values.json, io)
  return 0
}

async function readRequest(path: string): Promise<{ json: unknown } | string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return `${path} cannot be read; name a file that holds a request as JSON, or a request id`
  }
  const json = parseJson(text)
  return json === undefined ? `${path} is not JSON` : { json }
}

function readHeader(text: string): [string, string] {
  const [name = '', ...value] = text.split(':')
  return [name.trim().toLowerCase(), value.join(':').trim()]
}

function show(explanation: Explanation, asJson: boolean, io: CliIo): void {
  if (asJson) {
    io.stdout(`${JSON.stringify(explanation)}\n`)
    return
  }
  const width = Math.max(...explanation.steps.map(({ step }) => step.length))
  for (const { step, says } of explanation.steps)
    for (const [index, sentence] of says.entries())
      io.stdout(`${(index === 0 ? step : '').padEnd(width)}  ${sentence}\n`)
}
