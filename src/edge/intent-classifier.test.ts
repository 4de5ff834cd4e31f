import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shippedIntent } from './read-weights.fixture.ts'
import { MAX_INPUT_CHARACTERS } from './text-tokens.ts'

const intent = shippedIntent()

/** Written for this test; none of them is a row of the training data. */
const EVERYDAY: Readonly<Record<string, readonly string[]>> = {
  weather: ['Will I need an umbrella in Leeds this weekend?', 'is it going to be cold in oslo tonight'],
  alarm: ['Please wake me at a quarter to six tomorrow', 'set my alarm for 7:30 on monday'],
  timer: ['start a timer for the pasta, eleven minutes', 'put ten minutes on the clock'],
  translate: ['How would I say "where is the station" in Portuguese?', 'translate good night into japanese'],
  book_flight: ['I want to fly from Denver to Lisbon on March 3rd', 'find me a cheap plane ticket to rome'],
  book_hotel: ['I need a hotel room in Vienna for two nights', 'reserve a room near the beach in nice for friday'],
  restaurant_reservation: ['Get us a table for six at Mario’s at eight', 'book a table at the steakhouse for tonight'],
  play_music: ['put on some jazz', 'play the new album by adele'],
  next_song: ['skip this track', 'I hate this one, next song please'],
  tell_joke: ['make me laugh with a joke', 'got any good jokes about cats?'],
  balance: ['how much money is in my checking account right now', 'what is my savings account balance'],
  transfer: ['Move 200 dollars from savings to checking', 'send fifty bucks over to my checking account'],
  report_lost_card: ['I can’t find my credit card anywhere, I think I lost it', 'my visa card is lost'],
  pin_change: ['I would like a different pin for my debit card', 'how can i change my pin number'],
  freeze_account: ['please freeze my bank account immediately', 'put a hold on my account'],
  credit_score: ['what’s my credit score these days?', 'tell me my credit rating'],
  exchange_rate: ['how many yen do I get for a dollar', 'what is the exchange rate between euros and pounds'],
  directions: ['give me directions to the nearest pharmacy', 'how do i get to the airport from here'],
  traffic: ['is traffic bad on the way to work', 'how are the roads looking, is there much traffic downtown'],
  oil_change_when: ['when is my next oil change due', 'when should i change the oil in my car'],
  tire_pressure: ['check the air pressure of my tires', 'what is my tire pressure'],
  recipe: ['how do I make lasagna from scratch', 'show me a recipe for banana bread'],
  calories: ['how many calories are in a bagel', 'calorie count of a slice of pizza'],
  shopping_list_update: ['add eggs and butter to my shopping list', 'put milk on the grocery list'],
  todo_list: ['what is on my to do list', 'read me my todo list for today'],
  pto_request: ['I want to take next Friday off as vacation', 'please put in a pto request from june 1 to june 5'],
  meeting_schedule: ['do I have any meetings after lunch today', 'which meetings are on my schedule for tuesday'],
  spelling: ['how do you spell necessary', 'spell the word rhythm for me'],
  definition: ['what does the word ubiquitous mean', 'give me the definition of entropy'],
  find_phone: ['I lost my phone, can you help me find it', 'where is my phone'],
  roll_dice: ['roll a six sided die', 'roll two dice for me'],
  oos: ['who painted the ceiling of the sistine chapel', 'how many moons does jupiter have'],
}

describe('edge/intent', () => {
  it('names the intent of everyday requests at least 85 times in 100', () => {
    const wrong: string[] = []
    let asked = 0
    for (const [label, texts] of Object.entries(EVERYDAY)) {
      for (const text of texts) {
        asked++
        const verdict = intent.classify(text)
        if (verdict.label !== label) wrong.push(`${text} -> ${verdict.label}, not ${label}`)
      }
    }
    expect(asked).toBe(64)
    expect(1 - wrong.length / asked, wrong.join('\n')).toBeGreaterThanOrEqual(0.85)
  })

  it('calls empty, garbled and foreign text out of scope', () => {
    const texts = [
      '',
      '   ',
      '???',
      '\u0000\u0001',
      'xkqj wvzzt plmrq',
      '今天天气怎么样',
      'какая сегодня погода',
      '😀😀',
    ]
    for (const text of texts) {
      const verdict = intent.classify(text)
      expect(verdict.label, text).toBe('oos')
      expect(verdict.outOfScope).toBeGreaterThanOrEqual(0.5)
    }
    for (const text of ['wie spät ist es jetzt in münchen', '¿cuánto dinero me queda en la cuenta?'])
      expect(intent.classify(text).label, text).toBe('oos')
  })

  it('counts the tokens it read, up to its limit', () => {
    expect(intent.classify('What’s up?').inputTokens).toBe(5)
    expect(intent.classify('').inputTokens).toBe(0)
    expect(intent.classify('go '.repeat(10_000)).inputTokens).toBe(Math.ceil(MAX_INPUT_CHARACTERS / 3))
  })

  it('ranks as many labels as asked, best first, the chosen one at the head', () => {
    const verdict = intent.classify('play some music', 3)
    expect(verdict.ranked).toHaveLength(3)
    expect(verdict.ranked[0]).toEqual({ label: verdict.label, score: verdict.score })
    const all = intent.classify('play some music', 1000).ranked
    const total = all.reduce((sum, entry) => sum + entry.score, 0)
    expect(all).toHaveLength(150)
    expect(total).toBeCloseTo(1, 9)
    expect(intent.classify('who invented the piano', 1).ranked).toHaveLength(1)
  })

  it('gives the same verdict for the same text, whatever was asked between', () => {
    const before = intent.classify('set an alarm for nine', 10)
    intent.classify('something else entirely')
    expect(intent.classify('set an alarm for nine', 10)).toEqual(before)
    expect(intent.classify('  SET an  alarm\nfor nine ', 10)).toEqual(before)
  })

  it('answers any text with numbers from 0 to 1 and a label it owns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const verdict = intent.classify(text)
        expect(intent.labels).toContain(verdict.label)
        for (const value of [verdict.score, verdict.outOfScope]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
