/** Forms with a file: what their fields say, and the same form for another model. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formAsObject, withModel } from './form-fields.ts'

function formOf(...entries: [string, string | File][]): FormData {
  const form = new FormData()
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value)
  }
  return form
}

const sound = () => new File([new Uint8Array([1, 2, 3])], 'größe.wav', { type: 'audio/wav' })

describe('formAsObject', () => {
  it('gives texts as they are and files without their bytes', () => {
    const form = formOf(['model', 'whisper'], ['file', sound()], ['temperature', '0'])
    expect(formAsObject(form)).toEqual({
      model: 'whisper',
      file: { name: 'größe.wav', type: 'audio/wav', size: 3 },
      temperature: '0',
    })
  })

  it('makes lists of fields that come more than once or say that they are lists', () => {
    const form = formOf(['image[]', 'a'], ['include', 'x'], ['include', 'y'])
    expect(formAsObject(form)).toEqual({ 'image[]': ['a'], include: ['x', 'y'] })
  })

  it('keeps every field, whatever it is called', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant('__proto__')), fc.string())), (entries) => {
        const form = formOf(...entries)
        expect(new Set(Object.keys(formAsObject(form)))).toEqual(new Set(form.keys()))
      }),
    )
  })
})

describe('withModel', () => {
  it('puts the model where the client had its own, and keeps order, names and files', async () => {
    const form = formOf(['file', sound()], ['model', 'route'], ['language', 'de'], ['language', 'fr'])
    const sent = withModel(form, 'whisper-1')
    expect([...sent.keys()]).toEqual(['file', 'model', 'language', 'language'])
    expect(sent.getAll('model')).toEqual(['whisper-1'])
    expect(sent.getAll('language')).toEqual(['de', 'fr'])
    const file = sent.get('file')
    if (!(file instanceof File)) throw new Error('the file is gone')
    expect([file.name, file.type, new Uint8Array(await file.arrayBuffer())]).toEqual([
      'größe.wav',
      'audio/wav',
      new Uint8Array([1, 2, 3]),
    ])
    expect(form.get('model')).toBe('route')
  })

  it('adds a model where there was none, and leaves one of two', () => {
    expect(withModel(formOf(['prompt', 'x']), 'm').getAll('model')).toEqual(['m'])
    expect([...withModel(formOf(['model', 'a'], ['x', '1'], ['model', 'b']), 'm').entries()]).toEqual([
      ['model', 'm'],
      ['x', '1'],
    ])
  })
})
