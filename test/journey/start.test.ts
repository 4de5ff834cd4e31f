import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { testDocuments } from '../support/documents.ts'
import { freePort, ROOT, runCli, startGateway, writeDocuments } from '../support/gateway.ts'

const folders: string[] = []

function folder(documents = testDocuments('http://127.0.0.1:9')): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-start-'))
  folders.push(directory)
  writeDocuments(directory, documents)
  return directory
}

afterEach(() => {
  for (const directory of folders.splice(0)) rmSync(directory, { recursive: true, force: true })
})

describe('sluice start', () => {
  it('prints the address, both keys once, and a curl that works as printed', async () => {
    const directory = folder()
    const port = String(await freePort())
    const child = spawn(process.execPath, [join(ROOT, 'src/surfaces/cli/main.ts'), 'start', '--port', port], {
      cwd: directory,
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += String(chunk)
    })
    while (!output.includes('Ctrl-C')) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(output).toMatch(/app key +sk-sluice-\S+\n/)
    expect(output).toMatch(/admin key +sk-sluice-admin-\S+\n/)
    const command = /curl [\s\S]*?}'/.exec(output)?.[0] ?? ''
    const curl = spawn('sh', ['-c', `${command} --silent`])
    let reply = ''
    curl.stdout.on('data', (chunk) => {
      reply += String(chunk)
    })
    await new Promise((resolve) => curl.once('close', resolve))
    expect(JSON.parse(reply)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant' } }],
    })
    // What the caller should keep is not on disk in clear.
    const key = /app key +(\S+)/.exec(output)?.[1] ?? ''
    expect(filesContaining(join(directory, '.sluice'), key)).toEqual([])
    expect(statSync(join(directory, '.sluice/secret')).mode & 0o077).toBe(0)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    expect(await exited).toBe(0)
    const again = await runUntilReady(directory, port)
    expect(again).not.toContain('sk-sluice-')
    expect(again).toContain('still work')
  })

  it('keeps keys and rows across a restart', async () => {
    const gateway = await startGateway(testDocuments('http://127.0.0.1:9'), { OPEN_KEY: 'x', CLAUDE_KEY: 'x' })
    try {
      const ask = (): Promise<Response> =>
        fetch(`${gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${gateway.appKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'default', messages: [{ role: 'user', content: 'what is the weather' }] }),
        })
      const id = (await ask()).headers.get('x-sluice-request-id')
      expect(await gateway.stop()).toBe(0)
      await gateway.restart()
      expect((await ask()).status).toBe(200)
      const rows = (await gateway.cli('ledger', '--json')).stdout
      expect(rows).toContain(String(id))
    } finally {
      await gateway.dispose()
    }
  })

  it.each([
    ['the first in sluice.yml', '[zebra, blue]', 'zebra'],
    ['"default" wherever it stands', '[zebra, default]', 'default'],
  ])('makes its keys for %s', async (_, teams, expected) => {
    const documents = testDocuments('http://127.0.0.1:9')
    const yml = `${(documents['sluice.yml'] ?? '').replace(/^teams:.*\n/m, '')}teams: ${teams}\n`
    const gateway = await startGateway({ ...documents, 'sluice.yml': yml }, { OPEN_KEY: 'x', CLAUDE_KEY: 'x' })
    try {
      const { data } = await gateway.admin<{ data: { team: string }[] }>('GET', '/admin/v1/keys')
      expect(data.map(({ team }) => team)).toEqual([expected, expected])
      const wrong = await gateway.cli('ledger', '--team', 'zebar')
      expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('there is no team "zebar"; there are ')])
    } finally {
      await gateway.dispose()
    }
  })

  it.each(['start', 'validate', 'keys', 'ledger', 'report', 'reconcile', 'alerts', 'prices'])(
    'explains "%s" without a gateway and without documents',
    async (command) => {
      const empty = mkdtempSync(join(tmpdir(), 'sluice-help-'))
      folders.push(empty)
      for (const flag of ['--help', '-h']) {
        const { code, stdout, stderr } = await runCli([command, flag], empty)
        expect([code, stderr, stdout.split('\n')[0]]).toEqual([0, '', expect.stringContaining(`sluice ${command}`)])
      }
      expect(readdirSync(empty)).toEqual([])
    },
  )

  it('says in one line that the port is busy', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as { port: number }
    const result = await runCli(['start', '--port', String(port)], folder())
    holder.close()
    expect(result.code).toBe(1)
    expect(result.stderr.trim().split('\n')).toEqual([
      `sluice: port ${port} on 127.0.0.1 is already in use; stop what holds it or start with --port <another>`,
    ])
  })

  it('says file, line and column of a broken document', async () => {
    const directory = folder()
    writeFileSync(join(directory, 'routes/open.yml'), 'route: open/*\ntargets: [\n  { modle: open/* }\n]\n')
    const result = await runCli(['start', '--port', String(await freePort())], directory)
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/routes\/open\.yml:3:5 .*modle.*did you mean "?model"?/i)
  })

  it('names a missing secret, and refuses to start a production target without it', async () => {
    const directory = folder()
    const port = String(await freePort())
    const warned = await runUntilReady(directory, port)
    expect(warned).toContain('OPEN_KEY')
    writeFileSync(
      join(directory, 'sluice.yml'),
      `${readFileSync(join(directory, 'sluice.yml'), 'utf8')}targets:\n  prod: { mode: production }\n`,
    )
    const refused = await runCli(['start', '-t', 'prod', '--port', port], directory)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('OPEN_KEY')
  })
})

async function runUntilReady(directory: string, port: string): Promise<string> {
  const child = spawn(process.execPath, [join(ROOT, 'src/surfaces/cli/main.ts'), 'start', '--port', port], {
    cwd: directory,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk)
    })
  }
  while (!output.includes('Ctrl-C')) await new Promise((resolve) => setTimeout(resolve, 50))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await exited
  return output
}

function filesContaining(directory: string, text: string): string[] {
  if (!existsSync(directory)) throw new Error(`${directory} does not exist`)
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
}
