/** The Claude Code command line, run headless with its own system prompt and tools. */

import assert from 'node:assert/strict'
import { QUESTION } from '../expect.ts'
import type { Bench, ClientProof } from '../proof.ts'
import { findTool, runTool } from '../run-tool.ts'
import { SHELL_ANSWER, TEXT } from '../upstream/scenario.ts'

const executable = (): string | undefined => findTool('@anthropic-ai/claude-code-PLATFORM', 'claude')
const UPSTREAMS = ['openai', 'responses-only', 'chat-only', 'anthropic', 'gemini', 'bedrock']

async function ask(bench: Bench, scenario: 'text' | 'shell', args: readonly string[] = []): Promise<string> {
  const command = executable()
  assert.ok(command, 'not installed')
  const model = bench.model(scenario)
  const run = await runTool(command, ['-p', QUESTION, '--model', model, '--output-format', 'text', ...args], {
    ANTHROPIC_BASE_URL: bench.url,
    ANTHROPIC_AUTH_TOKEN: bench.key,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_MAX_RETRIES: '0',
  })
  assert.equal(run.code, 0, `it ended with ${run.code}: ${run.output.slice(-300)} ${run.complaints.slice(-300)}`)
  return run.output.trim()
}

export const proof: ClientProof = {
  title: 'claude code',
  packages: ['@anthropic-ai/claude-code'],
  speaks: 'Anthropic Messages',
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
      async run(bench) {
        const answer = await ask(bench, 'shell', ['--allowedTools', 'Bash'])
        assert.equal(answer, `The shell said ${SHELL_ANSWER}. ${TEXT}`)
      },
    },
  ],
}
