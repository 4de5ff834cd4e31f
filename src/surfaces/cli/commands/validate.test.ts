import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { reference } from '../../../config/reference.ts'
import { writeJsonSchemas } from '../write-json-schemas.ts'
import { validate } from './validate.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const folders: string[] = []

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function run(
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; isTerminal?: boolean } = {},
): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  const code = await validate(args, {
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    cwd: options.cwd ?? ROOT,
    env: options.env ?? {},
    isTerminal: options.isTerminal,
  })
  return { code, stdout, stderr }
}

function folder(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-validate-'))
  folders.push(directory)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

afterEach(() => {
  for (const directory of folders.splice(0)) rmSync(directory, { recursive: true })
})

describe('sluice validate', () => {
  it.each(['dev', 'staging', 'prod'])(
    'finds nothing wrong with the documents that come with Sluice, for %s',
    async (target) => {
      // A copy: a developer's own .dev.vars must not matter here.
      const names = [
        'sluice.yml',
        'routes/default.yml',
        'routes/openai.yml',
        'routes/anthropic.yml',
        'routes/ollama.yml',
        'policies/standard.yml',
      ]
      const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(ROOT, name), 'utf8')]))
      const { code, stdout, stderr } = await run(['-t', target], { cwd: folder(files), env: { OPENAI_API_KEY: 'x' } })
      expect(stderr).toBe('')
      expect(code).toBe(0)
      expect(stdout.replace(/revision [0-9a-f]{12}/, 'revision R')).toBe(
        `bundle sluice, target ${target} (${target === 'prod' ? 'production' : 'development'}), organisation default, team default
revision R

route        accepts                                                                      targets      fallback  policies
anthropic/*  chat in any format, files                                                    anthropic/*  -         standard
default      chat in any format, classify                                                 edge/intent  -         standard
ollama/*     chat in any format, embeddings                                               ollama/*     -         standard
openai/*     chat in any format, embeddings, moderations, images, audio, files, realtime  openai/*     -         standard

limits for                                  body  depth  output tokens  first byte  idle  total  lossy translation
anthropic/*, default, ollama/*, openai/*  20 MiB    128              -          2m    2m    15m  warn

secret             state                   needed by
ANTHROPIC_API_KEY  missing                 anthropic/*
OPENAI_API_KEY     set in the environment  openai/*
`,
      )
    },
  )

  it('prints every problem with its place and ends with their number and exit code 1', async () => {
    const directory = folder({
      'sluice.yml': 'bundle: b\n',
      'routes/x.yml': 'route: x\ntargets: [edgy/intent]\nfall: []\n',
    })
    expect(await run([directory])).toEqual({
      code: 1,
      stdout: '',
      stderr: `routes/x.yml:2:11 error: there is no provider "edgy"; did you mean "edge"?
routes/x.yml:3:1 error: unknown key "fall"; known keys are route, description, accepts, targets, choose, sticky, fallback, shadow, policies
sluice: 2 problems in the documents of ${directory}
`,
    })
  })

  it('says where a secret was found and never its value', async () => {
    const directory = folder({
      'sluice.yml': `bundle: b\nproviders:\n  openai: { api_key: "${reference('secret', 'FROM_FILE')}" }\n  groq: { api_key: "${reference('secret', 'FROM_BOTH')}" }\n`,
      'routes/x.yml': 'route: x\ntargets: [{ model: openai/a, weight: 3 }, groq/b]\n',
      '.dev.vars': 'FROM_FILE=file-value\nFROM_BOTH=file-value\nfile-value\n',
    })
    const { code, stdout, stderr } = await run([], { cwd: directory, env: { FROM_BOTH: 'environment-value' } })
    expect(code).toBe(0)
    expect(stdout).toContain('openai/a 75%, groq/b 25%')
    expect(stdout).toContain('FROM_BOTH  set in the environment  x\nFROM_FILE  set in .dev.vars        x\n')
    expect(stderr).toBe('.dev.vars:3:1 warning: this line is not NAME=value and was not read\n')
    expect(stdout + stderr).not.toContain('-value')
  })

  it('colours the severity on a terminal only, and not when NO_COLOR is set', async () => {
    const directory = folder({ 'sluice.yml': 'bundle: 1\n' })
    expect((await run([directory], { isTerminal: true })).stderr).toContain('sluice.yml:1:9 \x1b[31merror\x1b[0m: ')
    expect((await run([directory], { isTerminal: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\x1b')
    expect((await run([directory])).stderr).not.toContain('\x1b')
  })

  it('says which folder is no bundle', async () => {
    const empty = folder()
    expect((await run([empty])).stderr).toBe(
      `sluice: there is no sluice.yml in ${empty}; run this where it is or name the folder\n`,
    )
    const other = folder({ 'sluice.yaml': 'bundle: b\n' })
    expect((await run([other])).stderr).toBe(`sluice: ${other} has a sluice.yaml; rename it to sluice.yml\n`)
    expect((await run([empty, other])).code).toBe(1)
  })
})

describe('writeJsonSchemas', () => {
  it('writes the same files that editors find in schemas/', async () => {
    const directory = join(folder(), 'schemas')
    await writeJsonSchemas(directory)
    for (const name of ['sluice', 'route', 'policy']) {
      const file = `${name}.schema.json`
      expect(readFileSync(join(directory, file), 'utf8')).toBe(readFileSync(join(ROOT, 'schemas', file), 'utf8'))
    }
  })
})
