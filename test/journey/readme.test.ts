import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HEADER_DOCS } from '../../src/surfaces/http/describe/header-docs.ts'
import { ROUTE_TABLE } from '../../src/surfaces/http/route-table.ts'
import { TEST_SECRETS, testDocuments } from '../support/documents.ts'
import { type FaultUpstream, startFaultUpstream } from '../support/fault-upstream.ts'
import { ROOT, runCli, startGateway, type TestGateway, writeDocuments } from '../support/gateway.ts'

const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** The text of each fenced block of a language. */
function fences(language: string): string[] {
  return [...README.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '')
}

describe('README', () => {
  it('names only scripts, folders and files that exist', () => {
    for (const [, name = ''] of README.matchAll(/npm run ([\w:]+)/g)) expect(PACKAGE.scripts, name).toHaveProperty(name)
    const table = README.slice(README.indexOf('## Folders'))
    for (const [, path = ''] of table.matchAll(
      /`((?:src|test|bench|scripts|routes|policies|schemas)[\w/]*\/?|sluice\.yml)`/g,
    )) {
      expect(existsSync(join(ROOT, path)), path).toBe(true)
    }
    for (const [, name = ''] of README.matchAll(/\b([A-Z]+\.md)\b/g))
      expect(existsSync(join(ROOT, name)), name).toBe(true)
  })

  it('lists every endpoint that apps may use', () => {
    const rows = ROUTE_TABLE.filter(({ auth, path }) => auth === 'app' && !path.includes(':'))
    for (const row of rows.filter(({ path }) => !path.startsWith('/openai/'))) {
      expect(README).toContain(`\`${row.method} ${row.path}\``)
    }
  })

  it('lists every header of replies, in the words of the API description', () => {
    for (const { name, description } of HEADER_DOCS) expect(README).toContain(`| \`${name}\` | ${description} |`)
  })

  it('shows documents that are valid as they stand', async () => {
    const documents: Record<string, string> = {}
    for (const text of fences('yaml')) {
      const path = /^# ((?:routes|policies)\/[\w-]+\.yml)/.exec(text)?.[1]
      expect(path).toBeDefined()
      documents[path ?? ''] = text
    }
    const directory = mkdtempSync(join(tmpdir(), 'sluice-readme-'))
    writeDocuments(directory, { 'sluice.yml': 'bundle: readme\n', ...documents })
    const result = await runCli(['validate'], directory)
    rmSync(directory, { recursive: true })
    expect(result.stderr + result.stdout).toContain('support-chat')
    expect(result.code).toBe(0)
  })

  it('describes a repository whose own documents are valid, as "npx sluice validate" says', () => {
    const result = spawnSync('npx', ['sluice', 'validate'], { cwd: ROOT, encoding: 'utf8' })
    expect(result.status, result.stderr).toBe(0)
    expect(result.stdout).toContain('edge/intent')
  })
})

describe('the commands README names', () => {
  let upstream: FaultUpstream
  let gateway: TestGateway

  beforeAll(async () => {
    upstream = await startFaultUpstream()
    gateway = await startGateway(testDocuments(upstream.url), TEST_SECRETS)
  })

  afterAll(async () => {
    await gateway.dispose()
    await upstream.close()
  })

  it('ledger and report show what calls did and cost', async () => {
    for (const model of ['default', 'default', 'open/plain']) {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'what is the weather' }] }),
      })
      expect(response.status).toBe(200)
    }
    await gateway.admin('POST', '/admin/v1/ledger/flush')
    const ledger = (await gateway.cli('ledger')).stdout
    expect(ledger).toMatch(/default +default +intent +ok/)
    expect(ledger).toMatch(/open\/\* +plain-2026 +ok +11 +3 +unknown/)
    const report = (await gateway.cli('report')).stdout
    expect(report).toMatch(/team +route +model +calls/)
    expect(report).toMatch(/total +3 .*1 calls/)
    expect((await gateway.cli('ledger', '--unreported')).stdout).toContain('nothing is unreported')
    expect((await gateway.cli('report', '--group-by', 'planet')).stderr).toContain('group_by')
  })

  it('npm run dev takes up a changed document and keeps serving through a broken one', async () => {
    const watched = await startGateway(testDocuments(upstream.url), TEST_SECRETS, ['--watch'])
    try {
      const models = async (): Promise<string> => {
        const response = await fetch(`${watched.url}/v1/models`, {
          headers: { authorization: `Bearer ${watched.appKey}` },
        }).catch(() => undefined)
        return response ? response.text() : ''
      }
      const until = async (done: () => Promise<boolean>): Promise<void> => {
        for (let tries = 0; tries < 200 && !(await done()); tries++)
          await new Promise((resolve) => setTimeout(resolve, 100))
        expect(await done()).toBe(true)
      }
      const route = join(watched.directory, 'routes/fresh.yml')
      writeFileSync(route, 'route: fresh\ntargets: [{ model: edge/intent }]\n')
      await until(async () => (await models()).includes('"fresh"'))
      writeFileSync(route, 'rout: fresh\n')
      await until(async () => watched.stderr().includes('routes/fresh.yml:1:1'))
      expect(await models()).toContain('"fresh"')
      writeFileSync(route, 'route: fresher\ntargets: [{ model: edge/intent }]\n')
      await until(async () => (await models()).includes('"fresher"'))
    } finally {
      await watched.dispose()
    }
  })
})
