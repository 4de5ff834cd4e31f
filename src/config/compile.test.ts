import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BundleFile, type Compiled, compileBundle } from './compile.ts'
import type { KnownProviders } from './known-providers.ts'
import { formatProblem } from './problem.ts'
import { reference } from './reference.ts'
import type { EndpointName, Revision } from './revision.ts'
import { secretsOf } from './secrets-of.ts'

const CHAT: EndpointName[] = ['chat', 'messages']

const KNOWN: KnownProviders = [
  {
    name: 'edge',
    local: true,
    selfHosted: false,
    needsBaseUrl: false,
    endpoints: ['chat', 'messages', 'classify'],
    models: ['intent', 'language'],
  },
  { name: 'acme', local: false, selfHosted: false, needsBaseUrl: false, secretName: 'ACME_API_KEY', endpoints: CHAT },
  {
    name: 'globex',
    local: false,
    selfHosted: false,
    needsBaseUrl: false,
    secretName: 'GLOBEX_API_KEY',
    endpoints: CHAT,
  },
  {
    name: 'cumulus',
    formats: ['old', 'new'],
    local: false,
    selfHosted: false,
    needsBaseUrl: false,
    secretName: 'CUMULUS_API_KEY',
    endpoints: CHAT,
    options: { region: { example: 'eu-west-1' }, tier: { example: 'a', default: 'b' } },
  },
  {
    name: 'homebrew',
    local: false,
    selfHosted: true,
    needsBaseUrl: true,
    baseUrlExample: 'http://localhost:8000/v1',
    endpoints: [...CHAT, 'embeddings'],
  },
]

type Files = Readonly<Record<string, string>>

/** A bundle root and one good route are there unless the test says otherwise. */
const BASE: Files = { 'sluice.yml': 'bundle: test\n', 'routes/good.yml': 'route: good\ntargets: [edge/intent]\n' }

function compile(files: Files, target?: string): Promise<Compiled> {
  const all = Object.entries({ ...BASE, ...files }).map(([path, text]) => ({ path, text }))
  return compileBundle(all, { target, providers: KNOWN })
}

async function problems(files: Files, target?: string): Promise<string[]> {
  const compiled = await compile(files, target)
  return compiled.ok ? [] : compiled.problems.map((problem) => formatProblem(problem))
}

async function revision(files: Files, target?: string): Promise<Revision> {
  const compiled = await compile(files, target)
  if (!compiled.ok) throw new Error(compiled.problems.map((problem) => formatProblem(problem)).join('\n'))
  return compiled.revision
}

function route(text: string): Files {
  return { 'routes/x.yml': text }
}

describe('compileBundle: what documents become', () => {
  it('gives a route its defaults', async () => {
    const compiled = await revision({})
    expect(compiled).toEqual({
      bundle: 'test',
      target: 'dev',
      mode: 'development',
      organisation: 'default',
      providers: {},
      teams: ['default'],
      routes: [
        {
          name: 'good',
          accepts: ['chat', 'messages', 'classify'],
          targets: [{ name: 'edge/intent', provider: 'edge', model: 'intent', weight: 1 }],
          fallback: [],
          policies: [],
          policy: {
            maxBodyBytes: 20 * 1024 * 1024,
            maxJsonDepth: 128,
            lossyTranslation: 'warn',
            missingCapability: 'next',
            firstByteTimeoutMs: 120_000,
            idleTimeoutMs: 120_000,
            totalTimeoutMs: 900_000,
          },
        },
      ],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('lets a route classify by default only when a target runs inside the worker', async () => {
    const { routes } = await revision(route('route: x\ntargets: [acme/a]\nfallback: [globex/b]\n'))
    expect(routes.find(({ name }) => name === 'x')?.accepts).toEqual(['chat', 'messages'])
  })

  it('reads long and short targets, and models with slashes and colons', async () => {
    const { routes } = await revision(
      route(
        'route: x\ntargets:\n  - { name: champion, model: acme/org/big:v2, weight: 95 }\n  - globex/m\nfallback: [edge/language]\n',
      ),
    )
    expect(routes.find(({ name }) => name === 'x')).toMatchObject({
      targets: [
        { name: 'champion', provider: 'acme', model: 'org/big:v2', weight: 95 },
        { name: 'globex/m', provider: 'globex', model: 'm', weight: 1 },
      ],
      fallback: [{ name: 'edge/language', provider: 'edge', model: 'language', weight: 1 }],
    })
  })

  it('merges default and listed policies to the strictest values', async () => {
    const { routes } = await revision({
      ...route('route: x\ntargets: [acme/a]\npolicies: [tight, loose]\n'),
      'policies/a.yml':
        'policy: standard\ndefault: true\nrequest: { max_body: 2 MiB, max_output_tokens: 500 }\ntimeouts: { first_byte: 30s, total: 5m }\n',
      'policies/b.yml':
        'policy: tight\nrequest: { max_body: 1000, max_json_depth: 10 }\ntranslation: { lossy: refuse }\n',
      'policies/c.yml': 'policy: loose\nrequest: { max_output_tokens: 9000 }\ntimeouts: { idle: 500ms, total: 1.5h }\n',
    })
    expect(routes.find(({ name }) => name === 'x')).toMatchObject({
      policies: ['loose', 'standard', 'tight'],
      policy: {
        maxBodyBytes: 1000,
        maxJsonDepth: 10,
        maxOutputTokens: 500,
        lossyTranslation: 'refuse',
        firstByteTimeoutMs: 30_000,
        idleTimeoutMs: 500,
        totalTimeoutMs: 300_000,
      },
    })
    expect(routes.find(({ name }) => name === 'good')).toMatchObject({
      policies: ['standard'],
      policy: { maxBodyBytes: 2 * 1024 * 1024, maxJsonDepth: 128, lossyTranslation: 'warn' },
    })
  })

  it('lets a policy raise what is only the built-in default', async () => {
    const { routes } = await revision({
      'policies/a.yml': 'policy: big\ndefault: true\nrequest: { max_body: 50 MiB }\n',
    })
    expect(routes[0]?.policy.maxBodyBytes).toBe(50 * 1024 * 1024)
  })

  it('fills variables by target, keeps their type, and lays the target over providers and routes', async () => {
    const files = {
      'sluice.yml': `bundle: shop
organisation: org
teams: [web, app]
variables:
  host: { default: localhost }
  share: { default: 10 }
  limit: { default: 3 }
providers:
  mine: { kind: homebrew, base_url: "http://${reference('var', 'host')}:8000/v1/", headers: { x-a: one, x-b: two } }
targets:
  dev: { default: true }
  prod:
    variables: { host: "${reference('bundle', 'target')}.${reference('bundle', 'name')}.example", share: 90 }
    providers:
      mine: { api_key: "${reference('secret', 'MINE_KEY')}", headers: { x-b: three } }
    routes:
      x: { fallback: [edge/intent] }
`,
      'routes/x.yml': `route: x\ntargets: [{ model: mine/m, weight: "${reference('var', 'share')}" }, acme/a]\nfallback: [acme/b]\n`,
      'policies/p.yml': `policy: p\ndefault: true\nrequest: { max_json_depth: "${reference('var', 'limit')}" }\n`,
    }
    const development = await revision(files)
    expect(development).toMatchObject({ bundle: 'shop', target: 'dev', organisation: 'org', teams: ['app', 'web'] })
    expect(await compile(files)).toMatchObject({ firstTeam: 'web' })
    expect(development.providers).toEqual({
      mine: { kind: 'homebrew', baseUrl: 'http://localhost:8000/v1', headers: { 'x-a': 'one', 'x-b': 'two' } },
    })
    expect(development.routes[1]).toMatchObject({
      targets: [{ weight: 10 }, { weight: 1 }],
      fallback: [{ name: 'acme/b' }],
    })
    expect(development.routes[1]?.policy.maxJsonDepth).toBe(3)
    const production = await revision(files, 'prod')
    expect(production).toMatchObject({ target: 'prod', mode: 'production' })
    expect(production.providers).toEqual({
      mine: {
        kind: 'homebrew',
        baseUrl: 'http://prod.shop.example:8000/v1',
        secret: 'MINE_KEY',
        headers: { 'x-a': 'one', 'x-b': 'three' },
      },
    })
    expect(production.routes[1]).toMatchObject({ targets: [{ weight: 90 }, {}], fallback: [{ name: 'edge/intent' }] })
  })

  it('takes the only target, the one marked default, or dev', async () => {
    expect((await revision({ 'sluice.yml': 'bundle: b\ntargets: { prod: {} }\n' })).target).toBe('prod')
    expect((await revision({ 'sluice.yml': 'bundle: b\ntargets: { prod: {}, dev: {} }\n' })).target).toBe('dev')
    const marked = 'bundle: b\ntargets: { dev: {}, staging: { default: true, mode: production } }\n'
    expect(await revision({ 'sluice.yml': marked })).toMatchObject({ target: 'staging', mode: 'production' })
  })

  it('reads a byte order mark, Windows line ends and anchors', async () => {
    const text = '\uFEFFroute: x\r\ntargets: &all [acme/a]\r\nfallback: *all\r\n'
    expect((await revision(route(text))).routes[1]).toMatchObject({
      targets: [{ name: 'acme/a' }],
      fallback: [{ name: 'acme/a' }],
    })
  })

  it('ignores files that are no documents', async () => {
    expect(await problems({ 'routes/README.md': '{', 'notes.yml': '{', 'routes/deep/x.yml': '{' })).toEqual([])
  })

  it('allows http:// without TLS for own servers and on the same machine only', async () => {
    const text =
      'bundle: b\nproviders:\n  a: { kind: homebrew, base_url: "http://10.0.0.5:1" }\n  c: { kind: acme, base_url: "http://127.0.0.1:1" }\n'
    expect(Object.keys((await revision({ 'sluice.yml': text })).providers)).toEqual(['a', 'c'])
  })
})

describe('compileBundle: what is refused, and where', () => {
  const wrong: [name: string, files: Files, expected: string[], target?: string][] = [
    [
      'unknown keys, with the nearest known one or all of them',
      route('route: x\ntargets: [\n  { modle: edge/intent }\n]\npolicys: [a]\nzzzzzzz: 1\n'),
      [
        'routes/x.yml:3:5 error: unknown key "modle"; did you mean "model"?',
        'routes/x.yml:5:1 error: unknown key "policys"; did you mean "policies"?',
        'routes/x.yml:6:1 error: unknown key "zzzzzzz"; known keys are route, description, accepts, targets, choose, sticky, fallback, shadow, policies',
      ],
    ],
    [
      'several faults of one document at once',
      {
        ...route('route: x\ntarget: 1\ntargets: [acne/m, edge/intend, acme]\npolicies: [standart]\n'),
        'policies/p.yml': 'policy: standard\ndefault: true\n',
      },
      [
        'routes/x.yml:2:1 error: unknown key "target"; did you mean "targets"?',
        'routes/x.yml:3:11 error: there is no provider "acne"; did you mean "acme"?',
        'routes/x.yml:3:19 error: "edge" has no model "intend"; did you mean "intent"?',
        'routes/x.yml:3:32 error: entry 3 of "targets" must be provider/model, such as openai/gpt-5.4 or edge/intent, or model@alias',
        'routes/x.yml:4:12 error: there is no policy "standart"; did you mean "standard"?',
      ],
    ],
    [
      'values of the wrong type',
      route(
        'route: 5\ndescription: [a]\naccepts: chat\ntargets:\n  - model: edge/intent\n    weight: "5"\n  - 7\n  - model: edge/language\n    weight: -1\n  -\n',
      ),
      [
        'routes/x.yml:1:8 error: "route" must be text, not a number; put it in quotes',
        'routes/x.yml:2:14 error: "description" must be text, not a list',
        'routes/x.yml:3:10 error: "accepts" must be a list, not text',
        'routes/x.yml:6:13 error: "weight" must be a number, not text',
        'routes/x.yml:7:5 error: entry 2 of "targets" must be text or a map, not a number',
        'routes/x.yml:9:13 error: "weight" must be at least 0',
        'routes/x.yml:10:4 error: entry 4 of "targets" must be text or a map, not empty',
      ],
    ],
    [
      'empty documents, empty targets and missing keys',
      {
        'routes/a.yml': '',
        'routes/b.yml': '# only a comment\n',
        'routes/c.yml': 'route: c\ntargets: []\n',
        'routes/d.yml': '- a\n',
        'routes/e.yml': 'targets: [edge/intent]\n',
        'routes/f.yml': 'route: f\n',
      },
      [
        'routes/a.yml:1:1 error: the document is empty',
        'routes/b.yml:1:1 error: the document is empty',
        'routes/c.yml:2:10 error: "targets" must not be empty',
        'routes/d.yml:1:1 error: the document must be a map of keys and values, not a list',
        'routes/e.yml:1:1 error: "route" is missing',
        'routes/f.yml:1:1 error: "targets" is missing',
      ],
    ],
    [
      'words that are not among the choices',
      {
        ...route('route: x\naccepts: [chat, clasify]\ntargets: [edge/intent]\n'),
        'policies/p.yml': 'policy: p\ntranslation: { lossy: refused }\n',
      },
      [
        'policies/p.yml:2:23 error: "lossy" must be one of warn, next, refuse; did you mean "refuse"?',
        'routes/x.yml:2:17 error: entry 2 of "accepts" must be one of chat, completions, responses, messages, gemini, cohere, ollama, embeddings, rerank, moderations, images, audio, files, realtime, classify; did you mean "classify"?',
      ],
    ],
    [
      'classification without an edge model, and endpoints listed twice',
      route('route: x\naccepts: [chat, classify, chat]\ntargets: [acme/m]\n'),
      [
        'routes/x.yml:2:17 error: no target of this route can answer classify calls; add a target that can, or remove classify',
        'routes/x.yml:2:27 error: "chat" stands twice, first at routes/x.yml:2:11',
      ],
    ],
    [
      'address options that are missing, unknown or not part of any address',
      {
        'sluice.yml':
          'bundle: b\nproviders:\n  cumulus: {}\n  c2: { kind: cumulus, options: { regoin: eu, region: eu } }\n  c3: { kind: acme, options: { region: eu } }\n  c4: { kind: cumulus, options: { region: "eu/../x" } }\n',
      },
      [
        'sluice.yml:3:3 error: the provider "cumulus" has no region; add it under options, for example region: eu-west-1',
        'sluice.yml:4:35 error: the provider "c2" has no option "regoin"; did you mean "region"?',
        'sluice.yml:5:32 error: the provider "c3" has no option "region"; it takes none',
        'sluice.yml:6:3 error: the provider "c4" has no region; add it under options, for example region: eu-west-1',
        'sluice.yml:6:43 error: "region" must be letters, digits, ".", "_" and "-"; it becomes part of an address',
      ],
    ],
    [
      'chat formats that the provider does not speak',
      { 'sluice.yml': 'bundle: b\nproviders:\n  cumulus: { formats: [new, odl], options: { region: eu } }\n' },
      ['sluice.yml:3:29 error: the provider "cumulus" does not speak "odl"; did you mean "old"?'],
    ],
    [
      'a provider whose address needs an option that nobody gave',
      route('route: x\ntargets: [cumulus/m]\n'),
      [
        'routes/x.yml:2:11 error: the provider "cumulus" needs to know your region; add it under providers in sluice.yml: cumulus: {options: {region: eu-west-1}}',
      ],
    ],
    [
      'names that are defined twice, with both places',
      {
        'routes/a.yml': 'route: good\ntargets: [edge/intent]\n',
        'policies/a.yml': 'policy: p\ndefault: true\n',
        'policies/b.yml': 'description: b\npolicy: p\n',
      },
      [
        'policies/b.yml:2:9 error: the policy "p" is already defined at policies/a.yml:1:9; rename or remove one of them',
        'routes/good.yml:1:8 error: the route "good" is already defined at routes/a.yml:1:8; rename or remove one of them',
      ],
    ],
    [
      'a key that stands twice',
      route('route: x\nroute: y\ntargets: [edge/intent]\n'),
      ['routes/x.yml:2:1 error: this key stands twice in the same map'],
    ],
    [
      'broken YAML',
      {
        'routes/a.yml': 'route: a\ntargets: [edge/intent\n',
        'routes/b.yml': 'route: "b\ntargets: [edge/intent]\n',
        'routes/c.yml': 'route: c\n\ttargets: []\n',
        'routes/d.yml': 'route: d\ntargets: *nope\n',
        'routes/e.yml': 'route: e\n---\nroute: f\n',
        'routes/g.yml': 'route: !tag g\ntargets: [edge/intent]\n',
        'routes/h.yml': 'a: b: c\n',
        'routes/i.yml': '1: x\nroute: i\ntargets: [edge/intent]\n__proto__: y\n',
      },
      [
        'routes/a.yml:3:1 error: the indentation does not fit, or a bracket above is not closed',
        'routes/b.yml:3:1 error: a character is missing here, such as a closing quote or bracket, or the ":" after a key',
        'routes/c.yml:2:1 error: tabs cannot indent YAML; use spaces',
        'routes/d.yml:2:10 error: this alias (*) has no anchor (&) before it',
        'routes/e.yml:2:1 error: a file holds one document; move what follows "---" into a file of its own',
        'routes/g.yml:1:8 error: tags (!) are not supported here',
        'routes/h.yml:1:4 error: a ":" too many on this line, or text with ":" that needs quotes',
        'routes/i.yml:1:1 error: a key must be text; put it in quotes',
        'routes/i.yml:4:1 error: a key cannot be named "__proto__"',
      ],
    ],
    [
      'aliases that multiply or refer to themselves',
      {
        'routes/a.yml': `a: &a [${'x,'.repeat(10)}]\n${[...'bcdefgh'].map((letter) => `${letter}: &${letter} [${`*${String.fromCharCode(letter.charCodeAt(0) - 1)},`.repeat(10)}]\n`).join('')}`,
        'routes/b.yml': 'a: &a [*a]\n',
      },
      [
        'routes/a.yml:1:1 error: the document has more than 10000 values, counting what aliases repeat',
        'routes/b.yml:1:1 error: the document is nested deeper than 32 levels, counting what aliases repeat',
      ],
    ],
    [
      'stars in the wrong place and patterns that clash',
      {
        'routes/v.yml': 'route: y*\ntargets: [acme/*]\n',
        'routes/x.yml': 'route: x\ntargets: [acme/*]\n',
        'routes/y.yml': 'route: y*\ntargets: [acme/**]\n',
        'routes/z.yml': 'route: "a*b"\ntargets: [acme/m]\n',
      },
      [
        'routes/x.yml:2:11 error: the model "acme/*" has a "*", but the route "x" does not end in one',
        'routes/y.yml:1:8 error: the route "y*" is already defined at routes/v.yml:1:8; rename or remove one of them',
        'routes/y.yml:2:11 error: the model "acme/**" may hold only one "*"',
        'routes/z.yml:1:8 error: "route" must be letters, digits and . _ - / : @, beginning with a letter or digit; a * may stand only at its end',
      ],
    ],
    [
      'weights that leave no target, targets listed twice, and weights where they mean nothing',
      {
        'routes/x.yml': 'route: x\ntargets: [{model: acme/a, weight: 0}, {model: acme/b, weight: 0}]\n',
        'routes/y.yml': 'route: y\ntargets: [acme/a, acme/a]\nfallback: [{model: acme/a, weight: 2}]\n',
      },
      [
        'routes/x.yml:2:10 error: all targets have weight 0, so none would answer; give one a weight above 0',
        'routes/y.yml:2:19 error: the target "acme/a" stands twice, first at routes/y.yml:2:11; give one of them another name or remove it',
        'routes/y.yml:3:28 error: unknown key "weight"; known keys are name, model, when, on',
      ],
    ],
    [
      'sizes and times without units or beyond their limits',
      {
        'policies/p.yml':
          'policy: p\nrequest: { max_body: 0, max_json_depth: 1.5, max_output_tokens: 0 }\ntimeouts: { first_byte: 120, idle: 5 minutes, total: 48h }\n',
        'policies/q.yml': 'policy: q\nrequest: { max_body: 5 GB }\ntimeouts: 7s\n',
        'policies/r.yml': 'policy: r\nrequest: { max_body: 200 MiB }\ntimeouts: { idle: 0s }\ndefault: yes\n',
      },
      [
        'policies/p.yml:2:22 error: "max_body" must be a whole number of bytes from 1 byte to 100 MiB',
        'policies/p.yml:2:41 error: "max_json_depth" must be a whole number, not a fraction',
        'policies/p.yml:2:65 error: "max_output_tokens" must be at least 1',
        'policies/p.yml:3:25 error: "first_byte" must be a time with its unit, such as 500ms, 30s, 5m or 1h',
        'policies/p.yml:3:36 error: "idle" must be a time with its unit, such as 500ms, 30s, 5m or 1h',
        'policies/p.yml:3:54 error: "total" must be longer than zero and at most 24h',
        'policies/q.yml:2:22 error: "max_body" must be a size with its unit, such as 500 KiB or 20 MiB, or a number of bytes',
        'policies/q.yml:3:11 error: "timeouts" must be a map of keys and values, not text',
        'policies/r.yml:2:22 error: "max_body" must be a whole number of bytes from 1 byte to 100 MiB',
        'policies/r.yml:3:19 error: "idle" must be longer than zero and at most 24h',
        'policies/r.yml:4:10 error: "default" must be true or false, not text',
      ],
    ],
    [
      'providers that are unknown, take no settings or have a bad address or header',
      {
        'sluice.yml': `bundle: test
providers:
  homebrew: {}
  acne: {}
  mine: { kind: homebrw, base_url: "http://x" }
  edge: {}
  a1: { kind: acme, base_url: "http://example.com" }
  a2: { kind: acme, base_url: "https://user:hunter2@example.com" }
  a3: { kind: homebrew, base_url: "ftp://example.com" }
  a4: { kind: homebrew, base_url: "localhost" }
  a5: { kind: homebrew, base_url: "http://h/v1?key=1" }
  a6: { kind: acme, headers: { Authorization: x, x-api-key: y, X-Org: a, x-org: b, host: z, "a b": c } }
  a/7: { kind: acme }
`,
        ...route('route: x\ntargets: [homebrew/m, mine/m]\n'),
      },
      [
        'sluice.yml:3:3 error: the provider "homebrew" has no base_url; for example http://localhost:8000/v1',
        'sluice.yml:4:3 error: the provider "acne" is not known by this name; did you mean "acme"?',
        'sluice.yml:5:17 error: there is no provider kind "homebrw"; did you mean "homebrew"?',
        'sluice.yml:6:3 error: "edge" runs inside the worker and takes no settings; remove this entry; use its models as they are',
        'sluice.yml:7:31 error: base_url must begin with https://: a credential would travel in clear; http:// is for servers you run yourself',
        'sluice.yml:8:31 error: base_url must not hold a user name or password; name a secret with api_key instead',
        'sluice.yml:9:35 error: base_url must begin with https:// or http://; for example http://localhost:8000/v1',
        'sluice.yml:10:35 error: base_url is not a URL; it must be written in full, with https:// or http://; for example http://localhost:8000/v1',
        'sluice.yml:11:35 error: base_url must not hold a query (?) or fragment (#); for example http://localhost:8000/v1',
        'sluice.yml:12:32 error: the header "Authorization" carries a credential; name it with api_key instead',
        'sluice.yml:12:50 error: the header "x-api-key" carries a credential; name it with api_key instead',
        'sluice.yml:12:74 error: the header "x-org" stands twice; case does not matter',
        'sluice.yml:12:84 error: the header "host" is set by Sluice itself',
        'sluice.yml:12:93 error: "a b" must be a header name of letters, digits and -',
        'sluice.yml:13:3 error: "a/7" must be a name of at most 64 letters, digits and . _ -, beginning with a letter or digit',
      ],
    ],
    [
      'a server of one’s own without an address',
      route('route: x\ntargets: [homebrew/m]\n'),
      [
        'routes/x.yml:2:11 error: the provider "homebrew" has no address; add it under providers in sluice.yml with a base_url, for example http://localhost:8000/v1',
      ],
    ],
    [
      'references that lead nowhere',
      {
        'sluice.yml': `bundle: test
variables:
  url: { default: 'http://localhost:1' }
  none: {}
  own: { default: "${reference('var', 'url')}" }
targets:
  dev: { variables: { ulr: x } }
`,
        ...route(`route: x
description:
  "${reference('var', 'ulr')}"
targets:
  - "acme/${reference('var', 'none')}"
  - "acme/${reference('bundle', 'nmae')}"
  - "acme/\${vars.url}"
  - "acme/\${env.HOME}"
  - "acme/${reference('secret', 'A')}"
  - "acme/\${var.url"
"${reference('var', 'url')}": 1
`),
      },
      [
        'routes/x.yml:3:3 error: there is no variable "ulr"; did you mean "url"?',
        'routes/x.yml:5:5 error: the variable "none" has no value for target dev; give it a default, or a value under targets.dev.variables in sluice.yml',
        `routes/x.yml:6:5 error: there is no reference "${reference('bundle', 'nmae')}"; did you mean "name"?`,
        `routes/x.yml:7:5 error: there is no reference "\${vars.url}"; did you mean "var"?`,
        `routes/x.yml:8:5 error: there is no reference "\${env.HOME}"; references are ${reference('var', 'name')}, ${reference('secret', 'NAME')}, ${reference('bundle', 'name')}, ${reference('bundle', 'target')}`,
        `routes/x.yml:9:5 error: a secret cannot be used here; ${reference('secret', 'NAME')} is for api_key of a provider and secret of alerts`,
        `routes/x.yml:10:5 error: a reference is not closed; write it as ${reference('var', 'name')}`,
        'routes/x.yml:11:1 error: a key cannot hold a reference',
        `routes/x.yml:11:1 error: unknown key "${reference('var', 'url')}"; known keys are route, description, accepts, targets, choose, sticky, fallback, shadow, policies`,
        'sluice.yml:5:19 error: a variable cannot refer to another variable',
        'sluice.yml:7:23 error: there is no variable "ulr"; did you mean "url"?',
      ],
    ],
    [
      'a target that does not exist',
      { 'sluice.yml': 'bundle: test\ntargets: { dev: {}, prod: {} }\n' },
      ['sluice.yml:2:1 error: there is no target "prdo"; did you mean "prod"?'],
      'prdo',
    ],
    [
      'targets without a default, and with two',
      { 'sluice.yml': 'bundle: test\ntargets: { staging: {}, prod: {} }\n' },
      ['sluice.yml:2:1 error: no target is the default; add "default: true" to one or name one with -t'],
    ],
    [
      'two default targets, unknown targets and changes to unknown routes',
      {
        'sluice.yml':
          'bundle: test\ntargets:\n  dev: { default: true }\n  prod: { default: true, routes: { goood: { description: x } } }\n  production: {}\n',
      },
      [
        'sluice.yml:4:20 error: "dev" is already the default target, at sluice.yml:3:19',
        'sluice.yml:4:36 error: there is no route "goood" to change; did you mean "good"?',
        'sluice.yml:5:3 error: unknown key "production"; known keys are dev, staging, prod',
      ],
    ],
    [
      'a target laid over a route, at its own place in sluice.yml',
      { 'sluice.yml': 'bundle: test\ntargets:\n  dev:\n    routes:\n      good: { targets: [acne/a], polices: [] }\n' },
      [
        'sluice.yml:5:25 error: there is no provider "acne"; did you mean "acme"?',
        'sluice.yml:5:34 error: unknown key "polices"; did you mean "policies"?',
      ],
    ],
    [
      'names of bundle and teams',
      { 'sluice.yml': 'bundle: my bundle\nteams: [a, "x y"]\norganisation:\n' },
      [
        'sluice.yml:1:9 error: "bundle" must be a name of at most 64 letters, digits and . _ -, beginning with a letter or digit',
        'sluice.yml:2:12 error: entry 2 of "teams" must be a name of at most 64 letters, digits and . _ -, beginning with a letter or digit',
        'sluice.yml:3:14 error: "organisation" must be text, not empty',
      ],
    ],
    [
      'a team that stands twice',
      { 'sluice.yml': 'bundle: test\nteams: [a, b, a]\n' },
      ['sluice.yml:2:15 error: the team "a" stands twice, first at sluice.yml:2:9'],
    ],
  ]

  it.each(wrong)('says %s', async (_name, files, expected, target) => {
    expect(await problems(files, target)).toEqual(expected)
  })

  it('says that sluice.yml is missing', async () => {
    const compiled = await compileBundle([{ path: 'routes/a.yml', text: BASE['routes/good.yml'] ?? '' }], {
      providers: KNOWN,
    })
    expect(compiled.ok ? [] : compiled.problems.map((problem) => formatProblem(problem))).toEqual([
      'sluice.yml:1:1 error: the file is missing; a bundle begins with a sluice.yml that holds "bundle: <name>"',
    ])
  })

  it('warns of settings without effect, policies without a route and a bundle without routes', async () => {
    const compiled = await compileBundle(
      [
        { path: 'sluice.yml', text: 'bundle: test\n' },
        { path: 'policies/d.yml', text: 'policy: d\ndefault: true\nrequest: { max_body: 1 MiB }\n' },
        { path: 'policies/e.yml', text: 'policy: e\nrequest: { max_body: 2 MiB }\n' },
      ],
      { providers: KNOWN },
    )
    expect(compiled.ok).toBe(true)
    expect(compiled.warnings.map((problem) => formatProblem(problem, 'warning'))).toEqual([
      'policies/e.yml:1:1 warning: no route uses this policy',
      'policies/e.yml:2:12 warning: this has no effect: the default policy "d" is stricter',
      'sluice.yml:1:1 warning: there are no routes, so every call would be answered 404',
    ])
  })
})

describe('compileBundle: secrets', () => {
  const hint = `; keep the value in .dev.vars or the environment and write a reference such as ${reference('secret', 'NAME')}`

  it('refuses them in values, keys, comments and where only a reference belongs', async () => {
    const text = `bundle: test
# old key: sk-proj-abc123def456ghi789
variables:
  k: { default: gsk_abcdefghij0123456789ABCD }
providers:
  acme: { api_key: hunter2 }
  globex: { api_key: "${reference('secret', 'SLUICE_SECRET')}", headers: { x-a: "${reference('secret', 'X')}" } }
  b1: { kind: acme, api_key: "${reference('var', 'k')}" }
  b2: { kind: acme, api_key: "Bearer ${reference('secret', 'K')}" }
  b3: { kind: acme, api_key: $ACME_KEY }
  b4: { kind: acme, api_key: "\${hunter2}" }
  b5: { kind: acme, headers: { x-org: tQ3zW9bX7cV5nM1kL8jH6gF4 } }
`
    expect(await problems({ 'sluice.yml': text })).toEqual([
      `sluice.yml:2:12 error: this looks like a secret written in clear${hint}`,
      `sluice.yml:4:17 error: this looks like a secret written in clear${hint}`,
      `sluice.yml:6:20 error: api_key must be a reference, not the secret itself${hint}`,
      'sluice.yml:7:22 error: the secret "SLUICE_SECRET" is Sluice\'s own and is not sent to a provider; use another name',
      `sluice.yml:7:65 error: a secret cannot be used here; ${reference('secret', 'NAME')} is for api_key of a provider and secret of alerts`,
      `sluice.yml:8:30 error: "api_key" must be a reference such as ${reference('secret', 'MY_API_KEY')}`,
      'sluice.yml:9:30 error: a reference to a secret must be the whole value',
      `sluice.yml:10:30 error: api_key must be a reference, not the secret itself${hint}`,
      `sluice.yml:11:30 error: there is no such reference; references are ${reference('var', 'name')}, ${reference('secret', 'NAME')}, ${reference('bundle', 'name')}, ${reference('bundle', 'target')}`,
      `sluice.yml:12:39 error: this looks like a secret written in clear${hint}`,
    ])
  })

  it('takes names for names, though they begin as keys do', async () => {
    const names = ['xai-openai-responses', 'replay-xai-chat', 'pplx-70b-online-chat', 'nvapi-compatible-models']
    for (const name of names) expect(await problems(route(`route: ${name}\ntargets: [edge/intent]\n`))).toEqual([])
  })

  it('never repeats one, wherever it stands', async () => {
    const letters = fc.stringMatching(/^[A-Za-z0-9]{24,40}$/)
    const token = fc
      .tuple(
        fc.constantFrom('sk-', 'sk-ant-api03-', 'sk-proj-', 'gsk_', 'xai-', 'hf_', 'AIza', 'ghp_', 'pplx-'),
        letters,
      )
      .map((parts) => parts.join(''))
    const places: ((secret: string) => Files)[] = [
      (secret) => ({ 'sluice.yml': `bundle: ${secret}\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nteams: [${secret}]\n# ${secret}\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { ${secret}: {} }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { api_key: ${secret} } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { api_key: "\${${secret}}" } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { apikey: ${secret} } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { kind: ${secret} } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { headers: { x-a: ${secret} } } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { headers: { ${secret}: x } } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nproviders: { acme: { base_url: "https://u:${secret}@h" } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nvariables: { ${secret}: { default: ${secret} } }\n` }),
      (secret) => ({ 'sluice.yml': `bundle: b\nvariables: { a: { default: ${secret} } }\n${secret}: [\n` }),
      (secret) => route(`route: ${secret}\ntargets: [${secret}/m, acme/${secret}, edge/${secret}]\n`),
      (secret) => route(`route: x\ntargets: [acme/m]\npolicies: [${secret}]\naccepts: [${secret}]\n`),
      (secret) => route(`route: x\ntargets: [acme/m]\n${secret}: 1\n`),
      (secret) => route(`route: x\ntargets: *${secret}\n`),
      (secret) => route(`route: !${secret} x\ntargets: [acme/m]\n`),
      (secret) => route(`route: x\ntargets: ["\${${secret}}", "\${var.${secret}}"]\n`),
      (secret) => route(`route: "${secret}\n`),
      (secret) => ({ 'policies/p.yml': `policy: p\ntimeouts: { idle: ${secret} }\n` }),
    ]
    await fc.assert(
      fc.asyncProperty(token, fc.constantFrom(...places), async (secret, place) => {
        const compiled = await compile(place(secret))
        expect(compiled.ok).toBe(false)
        expect(JSON.stringify(compiled)).not.toContain(secret.slice(-20))
      }),
      { numRuns: 300 },
    )
  })

  it('never repeats what stands in api_key, whatever it looks like', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[ -~]{12,60}$/), fc.boolean(), async (literal, braces) => {
        const value = JSON.stringify(braces ? `\${${literal}}` : literal)
        fc.pre(!/^"\$\{secret\.\w+\}"$/.test(value) && literal.trim().length > 8)
        const compiled = await compile({ 'sluice.yml': `bundle: b\nproviders:\n  acme:\n    api_key: ${value}\n` })
        expect(compiled.ok).toBe(false)
        expect(compiled.ok || compiled.problems.map((problem) => formatProblem(problem)).join()).not.toContain(literal)
      }),
      { numRuns: 200 },
    )
  })

  it('lets ordinary names of models, accounts and headers pass', async () => {
    const names = [
      'accounts/fireworks/models/llama-v3p1-405b-instruct',
      'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8',
      'deepseek-ai/DeepSeek-R1-Distill-Qwen-32B',
      '@cf/meta/llama-3.3-70b-instruct-fp8-fast',
      'claude-haiku-4-5-20251001',
      'ft:gpt-4.1-mini-2025-04-14:my-org:custom_suffix:id',
    ]
    const text = `route: x\ntargets: [${names.map((name) => `"acme/${name}"`).join(', ')}]\n`
    const account = 'https://api.example.com/accounts/0123456789abcdef0123456789abcdef/ai/v1'
    const root = `bundle: b\nproviders: { acme: { base_url: "${account}", headers: { x-project: risk-assessment-2026-desk-and-task-planning } } }\n`
    expect(await problems({ ...route(text), 'sluice.yml': root })).toEqual([])
  })

  it('are listed with the routes that need them', async () => {
    const compiled = await revision({
      'sluice.yml': `bundle: b\nproviders:\n  mine: { kind: homebrew, base_url: "http://h:1" }\n  locked: { kind: homebrew, base_url: "http://h:2", api_key: "${reference('secret', 'LOCK')}" }\n  acme: { api_key: "${reference('secret', 'OTHER')}" }\n`,
      'routes/a.yml': 'route: a\ntargets: [acme/m, mine/m, edge/intent]\nfallback: [globex/m]\n',
      'routes/b.yml': 'route: b\ntargets: [locked/m, globex/m]\n',
    })
    expect(secretsOf(compiled, KNOWN)).toEqual([
      { name: 'GLOBEX_API_KEY', routes: ['a', 'b'] },
      { name: 'LOCK', routes: ['b'] },
      { name: 'OTHER', routes: ['a'] },
    ])
  })
})

describe('the revision hash', () => {
  const files: Files = {
    'sluice.yml':
      'bundle: b\nteams: [one, two]\nproviders:\n  mine: { kind: homebrew, base_url: "http://h:1", headers: { x-a: "1", x-b: "2" } }\n',
    'routes/a.yml': 'route: a\naccepts: [chat, messages]\ntargets: [acme/m]\npolicies: [p, q]\n',
    'routes/b.yml': 'route: b\ntargets: [mine/m, edge/intent]\n',
    'policies/p.yml': 'policy: p\nrequest: { max_body: 1 MiB }\n',
    'policies/q.yml': 'policy: q\ntimeouts: { idle: 60s, total: 2m }\n',
  }
  const asList = (all: Files): BundleFile[] => Object.entries(all).map(([path, text]) => ({ path, text }))
  const hash = async (all: readonly BundleFile[]): Promise<string> => {
    const compiled = await compileBundle(all, { providers: KNOWN })
    return compiled.ok ? compiled.revision.hash : 'did not compile'
  }

  it('is the SHA-256 of the canonical body: a fixed bundle has a fixed hash', async () => {
    // sha256sum of {"bundle":"fixed","mode":"development","organisation":"default","providers":{},"routes":[],"target":"dev","teams":["default"]}
    expect(await hash([{ path: 'sluice.yml', text: 'bundle: fixed\n' }])).toBe(
      '2ed84f785d4fd3595bb81635de08368bad846fd2c82fd3a2138a4757eeea7f6d',
    )
  })

  it('does not depend on the order of files', async () => {
    const expected = await hash(asList(files))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(asList(files), { minLength: 5 }), async (shuffled) => {
        expect(await hash(shuffled)).toBe(expected)
      }),
      { numRuns: 30 },
    )
  })

  it('does not depend on comments, key order, spelling of units or order of names', async () => {
    const same: Files = {
      'sluice.yml':
        '# c\nproviders:\n  mine:\n    headers: { x-b: "2", x-a: "1" }\n    base_url: http://h:1/\n    kind: homebrew\nteams: [two, one]\nbundle: b\n',
      'routes/renamed.yml':
        'targets:\n  - model: acme/m\n    weight: 1 # the default\npolicies: [q, p]\naccepts: [messages, chat]\nroute: a\n',
      'routes/b.yaml': 'route: b\ntargets: [mine/m, edge/intent]\n',
      'policies/p.yml': 'policy: p\nrequest: { max_body: 1048576 }\n',
      'policies/q.yml': 'policy: q\ntimeouts: { total: 120s, idle: 1m }\n',
    }
    expect(await hash(asList(same))).toBe(await hash(asList(files)))
  })

  it('changes with anything that means something', async () => {
    const changes: Files[] = [
      { 'sluice.yml': 'bundle: other\nteams: [one, two]\n', 'routes/b.yml': 'route: b\ntargets: [edge/intent]\n' },
      { 'routes/a.yml': 'route: a\naccepts: [chat]\ntargets: [acme/m]\npolicies: [p, q]\n' },
      { 'routes/b.yml': 'route: b\ntargets: [edge/intent, mine/m]\n' },
      { 'policies/p.yml': 'policy: p\nrequest: { max_body: 1 MB }\n' },
      { 'policies/q.yml': 'policy: q\ndefault: true\ntimeouts: { idle: 60s, total: 2m }\n' },
      { 'routes/c.yml': 'route: c\ntargets: [edge/intent]\n' },
    ]
    const hashes = await Promise.all([{}, ...changes].map((change) => hash(asList({ ...files, ...change }))))
    expect(hashes).not.toContain('did not compile')
    expect(new Set(hashes).size).toBe(changes.length + 1)
  })
})
