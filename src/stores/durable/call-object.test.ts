import { describe, expect, it } from 'vitest'
import { callObject } from './call-object.ts'

/** Fails with each of the marks in turn, then answers. */
function flaky(...marks: object[]): { call: () => Promise<string>; count: () => number } {
  let count = 0
  return {
    call: async () => {
      const mark = marks[count++]
      if (mark) throw Object.assign(new Error('from the runtime'), mark)
      return 'done'
    },
    count: () => count,
  }
}

describe('callObject', () => {
  it('repeats a call once that the runtime calls retryable', async () => {
    const once = flaky({ retryable: true })
    expect(await callObject(once.call)).toBe('done')
    const twice = flaky({ retryable: true }, { retryable: true })
    await expect(callObject(twice.call)).rejects.toThrow('from the runtime')
    expect(twice.count()).toBe(2)
  })

  it('never repeats a call to an overloaded object, nor one that failed by itself', async () => {
    for (const mark of [
      { retryable: true, overloaded: true },
      { overloaded: true },
      { retryable: false },
      { name: 'Bug' },
    ]) {
      const failing = flaky(mark)
      await expect(callObject(failing.call)).rejects.toThrow('from the runtime')
      expect(failing.count()).toBe(1)
    }
  })

  it('releases a remote result and keeps its data', async () => {
    let released = 0
    const remote = {
      rows: [1],
      [Symbol.dispose]: () => {
        released++
      },
    }
    expect((await callObject(async () => remote)).rows).toEqual([1])
    expect(released).toBe(1)
  })
})
