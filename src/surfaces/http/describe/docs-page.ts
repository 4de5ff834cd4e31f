/** The API description as one page of plain HTML: no script, nothing loaded from elsewhere. */

import { CALL_ROWS } from '../call-doors.ts'
import { ROUTE_TABLE, type RouteRow } from '../route-table.ts'
import { FORMAT_DOCS } from './format-docs.ts'
import { HEADER_DOCS } from './header-docs.ts'
import { openapiPath } from './openapi-document.ts'

/** `server` is the address under which the reader reached the gateway. */
export function docsPage(server: string): string {
  const rows = ROUTE_TABLE.filter(({ path }) => !path.startsWith('/openai/'))
  const section = (title: string, which: (row: RouteRow) => boolean): string =>
    `<h2>${title}</h2>\n<table>\n${rows.filter(which).map(tableRow).join('\n')}\n</table>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice API</title><style>${STYLE}</style></head><body><main>
<h1>Sluice API</h1>
<p>Point an SDK at <code>${escapeHtml(server)}</code>, give it an app key, and use the name of a route as the model. The same
description for machines: <a href="/openapi.json">/openapi.json</a>.</p>
${quickStart(server)}
${section('Chat', isChat)}
${section('Other calls', (row) => row.handler === 'call' && !isChat(row))}
${section('Models', (row) => row.auth === 'app' && row.handler !== 'call')}
${section('Administration', (row) => row.auth === 'admin')}
${section('Service', (row) => row.auth === 'none')}
<p>All of OpenAI’s paths are also there below <code>/openai</code> (${countPrefixed()} of them), where some SDKs look.</p>
<h2>Headers of replies</h2>
<table>
${HEADER_DOCS.map(({ name, description, example }) => `<tr><td><code>${name}</code></td><td>${prose(description)}<br><small>for example <code>${escapeHtml(example)}</code></small></td></tr>`).join('\n')}
</table>
</main></body></html>
`
}

function isChat({ door }: RouteRow): boolean {
  return door?.kind === 'chat' || door?.kind === 'gemini'
}

function countPrefixed(): number {
  return CALL_ROWS.filter(({ path }) => path.startsWith('/openai/')).length
}

function tableRow(row: RouteRow): string {
  const format = row.door && 'wire' in row.door ? FORMAT_DOCS[row.door.wire] : undefined
  const link = format ? ` <a href="${format.url}">${escapeHtml(format.title)}</a>` : ''
  return `<tr><td><b class="${row.method.toLowerCase()}">${row.method}</b> <code>${escapeHtml(openapiPath(row.path))}</code></td><td>${prose(row.summary)}${link}</td></tr>`
}

function quickStart(server: string): string {
  const examples = [
    `new OpenAI({ baseURL: '${server}/v1', apiKey })`,
    `new Anthropic({ baseURL: '${server}', apiKey })`,
    `new GoogleGenAI({ apiKey, httpOptions: { baseUrl: '${server}' } })`,
    `new CohereClientV2({ token: apiKey, environment: '${server}' })`,
    `new Ollama({ host: '${server}', headers: { authorization: \`Bearer \${apiKey}\` } })`,
    `new Groq({ baseURL: '${server}', apiKey })`,
  ]
  return `<pre>${examples.map(escapeHtml).join('\n')}</pre>`
}

/** Backticks become code. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>')
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const STYLE = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1rem }
main { max-width: 62rem; margin: auto }
h1 { margin-top: 0 } h2 { margin-top: 2.2rem; border-bottom: 1px solid #8886; padding-bottom: .3rem }
code, pre { font: 0.9em ui-monospace, monospace }
pre { background: #8881; padding: 1rem; overflow-x: auto; border-radius: .4rem }
table { border-collapse: collapse; width: 100% } td { padding: .45rem .8rem .45rem 0; vertical-align: top; border-bottom: 1px solid #8883 }
td:first-child { width: 46%; overflow-wrap: anywhere }
b { display: inline-block; min-width: 3.4rem; font-size: .8em } .post { color: #1a7f37 } .get { color: #0969da } .delete { color: #cf222e }
@media (max-width: 40rem) { td { display: block; width: auto !important; border: 0 } tr { border-bottom: 1px solid #8883; display: block } }
`
