import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DevVars, readDevVars } from './dev-vars.ts'

async function read(text: string | undefined): Promise<DevVars> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-dev-vars-'))
  try {
    if (text !== undefined) writeFileSync(join(directory, '.dev.vars'), text)
    return await readDevVars(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('readDevVars', () => {
  it('reads plain and quoted values, comments and exports', async () => {
    const text = [
      '\uFEFF# comment',
      'PLAIN=value with spaces  # comment',
      'HASH=a#b',
      "SINGLE='literal \\n # kept' # comment",
      'DOUBLE="line\\nnext \\"quoted\\" \\\\ # kept"',
      '  export SPACED = x=y ',
      'EMPTY=',
      'COMMENT= # nothing',
      '',
      'LAST=1',
      'LAST=2',
    ].join('\r\n')
    expect(await read(text)).toEqual({
      values: {
        PLAIN: 'value with spaces',
        HASH: 'a#b',
        SINGLE: 'literal \\n # kept',
        DOUBLE: 'line\nnext "quoted" \\ # kept',
        SPACED: 'x=y',
        EMPTY: '',
        COMMENT: '',
        LAST: '2',
      },
      unreadable: [],
    })
  })

  it('numbers the lines it cannot read without keeping their text', async () => {
    const parsed = await read("A=1\njust-a-secret\n1A=2\nB=\"open\nC='a'b\n")
    expect(parsed).toEqual({ values: { A: '1' }, unreadable: [2, 3, 4, 5] })
  })

  it('is not fooled by names of object members', async () => {
    expect(Object.hasOwn((await read('A=1')).values, 'constructor')).toBe(false)
    expect((await read('constructor=1')).values.constructor).toBe('1')
  })

  it('gives nothing where there is no file', async () => {
    expect(await read(undefined)).toEqual({ values: {}, unreadable: [] })
  })
})
