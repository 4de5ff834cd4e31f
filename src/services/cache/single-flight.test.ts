import { beforeEach, describe, expect, it } from 'vitest'
import { FakeTime } from '../../../test/support/fake-time.ts'
import { type Flight, SingleFlight } from './single-flight.ts'

let time: FakeTime
let flights: SingleFlight<string>

beforeEach(() => {
  time = new FakeTime(1000)
  flights = new SingleFlight(time)
})

async function begin(id = 'a'): Promise<Flight<string>> {
  const joined = await flights.join(id, 1000, time)
  if (!joined || 'answer' in joined) throw new Error('not the first')
  return joined
}

describe('equal calls at the same moment', () => {
  it('get the answer of the first', async () => {
    const first = await begin()
    const others = [flights.join('a', 1000, time), flights.join('a', 1000, time)]
    await time.advance(500)
    first.land({ how: 'answer', answer: 'yes' })
    expect(await Promise.all(others)).toEqual([{ answer: 'yes' }, { answer: 'yes' }])
  })

  it('do not wait for others', async () => {
    await begin('a')
    expect(await flights.join('b', 1000, time)).toHaveProperty('land')
  })

  it('are made when the first gives no answer, or takes too long', async () => {
    const first = await begin()
    const late = flights.join('a', 300, time)
    const other = flights.join('a', 1000, time)
    await time.advance(301)
    expect(await late).toBeUndefined()
    first.land({ how: 'nothing' })
    expect(await other).toBeUndefined()
    await begin()
  })

  it('go on with the next one when the first one’s app hangs up', async () => {
    const first = await begin()
    const joins = [flights.join('a', 1000, time), flights.join('a', 1000, time)]
    first.land({ how: 'gone' })
    const second = await joins[0]
    if (!second || 'answer' in second) throw new Error('nobody took its place')
    second.land({ how: 'answer', answer: 'late' })
    expect(await joins[1]).toEqual({ answer: 'late' })
  })

  it('end once: what comes later changes nothing for the next ones', async () => {
    const first = await begin()
    first.land({ how: 'nothing' })
    const second = await begin()
    first.land({ how: 'answer', answer: 'old' })
    const third = flights.join('a', 1000, time)
    second.land({ how: 'answer', answer: 'new' })
    expect(await third).toEqual({ answer: 'new' })
  })
})
