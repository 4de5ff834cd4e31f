import { describe, expect, it } from 'vitest'
import { ALERT_SUBJECTS } from '../ground/alert.ts'
import { compileBundle } from './compile.ts'
import { formatProblem } from './problem.ts'
import { reference } from './reference.ts'
import type { AlertDestination } from './revision.ts'
import { secretsOf } from './secrets-of.ts'

const SECRET = `secret: "${reference('secret', 'HOOK_SECRET')}"`

function compile(lines: string, target?: string) {
  const text = `bundle: test\nteams: [blue, red]\nalerts:\n${lines}\n`
  const files = [
    { path: 'sluice.yml', text },
    { path: 'routes/a.yml', text: 'route: a\ntargets: [edge/intent]\n' },
  ]
  const edge = { name: 'edge', local: true, selfHosted: false, needsBaseUrl: false, endpoints: [], models: ['intent'] }
  return compileBundle(files, { providers: [edge], ...(target !== undefined && { target }) })
}

async function alertsOf(lines: string, target?: string): Promise<readonly AlertDestination[]> {
  const compiled = await compile(lines, target)
  if (!compiled.ok) throw new Error(compiled.problems.map((problem) => formatProblem(problem)).join('\n'))
  return compiled.revision.alerts ?? []
}

async function problemsOf(lines: string, target?: string): Promise<string[]> {
  const compiled = await compile(lines, target)
  return compiled.ok ? [] : compiled.problems.map((problem) => formatProblem(problem))
}

describe('destinations of alerts', () => {
  it('are told of everything unless the document says of what', async () => {
    const lines = `  ops:
    url: https://alerts.example/sluice?from=test
    ${SECRET}
  finance:
    url: https://finance.example/
    ${SECRET}
    previous_secret: "${reference('secret', 'OLD_SECRET')}"
    events: [limit.exhausted, limit.threshold]
    teams: [red]`
    expect(await alertsOf(lines)).toEqual([
      {
        name: 'finance',
        url: 'https://finance.example/',
        secrets: ['HOOK_SECRET', 'OLD_SECRET'],
        events: ['limit.threshold', 'limit.exhausted'],
        teams: ['red'],
      },
      {
        name: 'ops',
        url: 'https://alerts.example/sluice?from=test',
        secrets: ['HOOK_SECRET'],
        events: [...ALERT_SUBJECTS],
      },
    ])
    const compiled = await compile(lines)
    expect(compiled.ok && secretsOf(compiled.revision, [])).toEqual([
      { name: 'HOOK_SECRET', routes: [], alerts: ['finance', 'ops'] },
      { name: 'OLD_SECRET', routes: [], alerts: ['finance'] },
    ])
  })

  it('are no part of a revision that has none', async () => {
    const compiled = await compile('  {}')
    expect(compiled.ok && compiled.revision).not.toHaveProperty('alerts')
  })

  it('may differ between targets, and be on localhost in development', async () => {
    const lines = `  ops: { url: "http://localhost:9000/x", ${SECRET} }
targets:
  dev: {}
  prod:
    alerts:
      ops: { url: https://alerts.example/x }
      night: { url: https://night.example/x, ${SECRET} }`
    expect((await alertsOf(lines, 'dev')).map(({ name, url }) => [name, url])).toEqual([
      ['ops', 'http://localhost:9000/x'],
    ])
    expect((await alertsOf(lines, 'prod')).map(({ name, url }) => [name, url])).toEqual([
      ['night', 'https://night.example/x'],
      ['ops', 'https://alerts.example/x'],
    ])
  })

  it.each([
    [
      'ops: { url: "http://alerts.example/x", SECRET }',
      '4:15 error: url must begin with https://; http:// is for localhost in development',
    ],
    [
      'ops: { url: "http://169.254.169.254/x", SECRET }',
      '4:15 error: url must begin with https://; http:// is for localhost in development',
    ],
    [
      'ops: { url: "ftp://localhost/x", SECRET }',
      '4:15 error: url must begin with https://; http:// is for localhost in development',
    ],
    ['ops: { url: alerts.example, SECRET }', '4:15 error: url is not a URL; it must be written in full, with https://'],
    [
      'ops: { url: "https://me:secret@alerts.example/", SECRET }',
      '4:15 error: url must not hold a user name or password; every alert is signed instead',
    ],
    ['ops: { url: "https://alerts.example/#x", SECRET }', '4:15 error: url must not hold a fragment (#)'],
    ['ops: { url: https://alerts.example/ }', '4:8 error: "secret" is missing'],
    [
      'ops: { url: https://alerts.example/, SECRET, event: [limit.exhausted] }',
      '4:73 error: unknown key "event"; did you mean "events"?',
    ],
    [
      'ops: { url: https://alerts.example/, SECRET, events: [limit.exausted] }',
      '4:82 error: entry 1 of "events" must be one of limit.threshold, limit.exhausted, price.unknown, usage.unreported; did you mean "limit.exhausted"?',
    ],
    [
      'ops: { url: https://alerts.example/, SECRET, teams: [bleu] }',
      '4:81 error: there is no team "bleu"; did you mean "blue"?',
    ],
  ])('%s is refused', async (line, problem) => {
    expect(await problemsOf(`  ${line.replace('SECRET', SECRET)}`)).toEqual([`sluice.yml:${problem}`])
  })

  it('must have https in production', async () => {
    const lines = `  ops: { url: "http://127.0.0.1:9000/x", ${SECRET} }\ntargets: { prod: {} }`
    expect(await problemsOf(lines)).toEqual([
      'sluice.yml:4:15 error: url must begin with https:// in production; http:// is for development',
    ])
  })

  it('name their secret and never hold it', async () => {
    const problems = await problemsOf(`  ops: { url: https://alerts.example/, secret: whsec_hunter2 }
  two: { url: https://alerts.example/, secret: "${reference('secret', 'SLUICE_SECRET')}" }
  three: { url: "https://alerts.example/${reference('secret', 'TOKEN')}", ${SECRET} }`)
    expect(problems[0]).toMatch(/^sluice\.yml:4:48 error: secret must be a reference, not the secret itself/)
    expect(problems[1]).toMatch(/^sluice\.yml:5:48 error: the secret "SLUICE_SECRET" is Sluice's own/)
    expect(problems[2]).toMatch(/^sluice\.yml:6:17 error: a secret cannot be used here/)
    expect(problems.join('\n')).not.toContain('hunter2')
  })
})
