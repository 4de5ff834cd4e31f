/** The Codex command line, run headless over Responses with its own instructions and tools. */

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { QUESTION } from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { findTool, runTool } from '../run-tool.ts'
import { SHELL_ANSWER, TEXT } from '../upstream/scenario.ts'

const TRIPLES: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-arm64': 'aarch64-apple-darwin',
  'darwin-x64': 'x86_64-apple-darwin',
}
const UPSTREAMS = ['openai', 'responses-only', 'chat-only', 'anthropic', 'gemini', 'bedrock']

function executable(): string | undefined {
  const triple = TRIPLES[`${process.platform}-${process.arch}`] ?? 'none'
  const folder = `vendor/${triple}`
  return (
    findTool('@openai/codex-PLATFORM', `${folder}/bin/codex`) ??
    findTool('@openai/codex-PLATFORM', `${folder}/codex/codex`)
  )
}

async function ask(bench: Bench, scenario: 'text' | 'shell'): Promise<string> {
  const command = executable()
  assert.ok(command, 'not installed')
  const settings = [
    `model = "${bench.model(scenario)}"`,
    'model_provider = "sluice"',
    '[model_providers.sluice]',
    'name = "Sluice"',
    `base_url = "${bench.url}/v1"`,
    'env_key = "SLUICE_KEY"',
    'wire_api = "responses"',
    'request_max_retries = 0',
    'stream_max_retries = 0',
    '[analytics]',
    'enabled = false',
  ]
  const args = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', QUESTION]
  const run = await runTool(command, args, { SLUICE_KEY: bench.key }, (home) => {
    mkdirSync(path.join(home, '.codex'))
    writeFileSync(path.join(home, '.codex/config.toml'), `${settings.join('\n')}\n`)
  })
  assert.equal(run.code, 0, `it ended with ${run.code}: ${run.output.slice(-300)} ${run.complaints.slice(-600)}`)
  return run.output.trim()
}

export const proof: ClientProof = {
  title: 'codex',
  packages: ['@openai/codex'],
  speaks: 'OpenAI Responses',
  unavailable: () => (executable() ? undefined : 'not installed; npm run prove:clients -- --tools installs it.'),
  checks: [
    {
      name: 'answers a question',
      upstreams: UPSTREAMS,
      run: async (bench) => assert.equal(await ask(bench, 'text'), TEXT),
    },
    {
      name: 'runs a shell command for the model',
      upstreams: UPSTREAMS,
      run: async (bench) => assert.equal(await ask(bench, 'shell'), `The shell said ${SHELL_ANSWER}. ${TEXT}`),
    },
  ],
}
