/** Names in paths stay names: they lead nowhere else. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillPath, placeholdersOf } from './fill-path.ts'

const BASE = 'https://api.example'

describe('fillPath', () => {
  it.each([
    ['gemini-2.5-flash', '/models/gemini-2.5-flash:generate?alt=sse'],
    ['a:b', '/models/a%3Ab:generate?alt=sse'],
    ['a/b', '/models/a%2Fb:generate?alt=sse'],
    ['a?b=c', '/models/a%3Fb%3Dc:generate?alt=sse'],
    ['a#b', '/models/a%23b:generate?alt=sse'],
    ['a%2e', '/models/a%252e:generate?alt=sse'],
    ['claude@20250219', '/models/claude@20250219:generate?alt=sse'],
    ['{project}', '/models/%7Bproject%7D:generate?alt=sse'],
    ['modèle', '/models/mod%C3%A8le:generate?alt=sse'],
  ])('encodes the model %s', (model, path) => {
    expect(fillPath('/models/{model}:generate?alt=sse', { model, project: 'p' })).toEqual({ ok: true, value: path })
  })

  it('keeps slashes where the template says so', () => {
    expect(fillPath('/run/{+model}', { model: '@cf/meta/llama?x' })).toEqual({
      ok: true,
      value: '/run/@cf/meta/llama%3Fx',
    })
  })

  it.each([
    ['/m/{model}', '..'],
    ['/m/{model}', '.'],
    ['/m/{model}', ''],
    ['/m/{model}', '\ud800'],
    ['/m/{+model}', '../x'],
    ['/m/{+model}', 'a//b'],
    ['/m/{+model}', 'a/./b'],
    ['/m/{+model}', '/a'],
  ])('refuses in %s the model %j', (path, model) => {
    expect(fillPath(path, { model }).ok).toBe(false)
  })

  it('says what is missing, inherited names included', () => {
    expect(fillPath('/{region}', {})).toEqual({ ok: false, error: 'the address needs a region, which is not given' })
    expect(fillPath('/{constructor}', {}).ok).toBe(false)
  })

  it('never lets a name add a segment, a query or a fragment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (model) => {
        const filled = fillPath('/models/{model}/x?alt=sse', { model })
        if (!filled.ok) return
        const url = new URL(BASE + filled.value)
        expect(url.origin).toBe(BASE)
        expect(url.search).toBe('?alt=sse')
        expect(url.hash).toBe('')
        const [, first, name = '', last, ...more] = url.pathname.split('/')
        expect([first, decodeURIComponent(name), last, more]).toEqual(['models', model, 'x', []])
      }),
    )
  })
})

describe('placeholdersOf', () => {
  it('names each once', () => expect(placeholdersOf('/{a}/{+b}/{a}')).toEqual(['a', 'b']))
})
