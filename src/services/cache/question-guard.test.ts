import { describe, expect, it } from 'vitest'
import { questionGuard } from './question-guard.ts'

const SAME: readonly [string, string][] = [
  ['What is the capital of France?', 'what’s the capital of France'],
  ['What is the capital of France?', '  Hi,  What is the capital   of France ?!'],
  ['How do I reset my password?', 'how can I reset my password'],
  ['Can you tell me how to reset my password?', 'Please tell me how to reset my password.'],
  ["Why can't I log in?", 'why can not I log in'],
  ['Is it a 2,000 km drive?', 'is it a 2000 km drive'],
  ['What are the two rules?', 'what are the 2 rules'],
]

const OTHER: readonly [string, string][] = [
  ['Is 5 enough?', 'Is 6 enough?'],
  ['Is 1.5 enough?', 'Is 15 enough?'],
  ['Is -5 cold?', 'Is 5 cold?'],
  ['What are the two rules?', 'What are the three rules?'],
  ['What is the capital of France?', 'What is the capital of Spain?'],
  ['Is Paris nice?', 'Is Rome nice?'],
  ['Paris: is it nice?', 'Rome: is it nice?'],
  ['Who pays the US tax?', 'Who pays us tax?'],
  ['Who is John Smith?', 'Who is Smith John?'],
  ['From Rome to Milan?', 'From Milan to Rome?'],
  ['What does "left" mean?', 'What does "right" mean?'],
  ['Does it work?', "Doesn't it work?"],
  ['Is it safe?', 'Is it not safe?'],
  ['Can I go with a visa?', 'Can I go without a visa?'],
  ['Is it ever closed?', 'Is it never closed?'],
  ['When does it open?', 'Where does it open?'],
  ['What is C?', 'What is C++?'],
  ['What is foo_bar?', 'What is foo_baz?'],
  ['Is x < y?', 'Is x > y?'],
  ['Mail ann@x.example?', 'Mail bob@x.example?'],
  ['Is it legal?', 'Is it illegal?'],
  ['Should I buy it?', 'Should I sell it?'],
  ['Before the meal?', 'After the meal?'],
  ['What is it?\n  a', 'What is it?\na'],
  ['¿Cuándo abre?', '¿Dónde abre?'],
  ['Wann öffnet der Laden?', 'Wann öffnet der Laden nicht?'],
  ['Quand est-ce ouvert ?', 'Quand n’est-ce jamais ouvert ?'],
]

describe('the guard of questions', () => {
  it.each(SAME)('lets "%s" and "%s" be compared', (one, other) => {
    expect(questionGuard(one, 'spelling')).toBe(questionGuard(other, 'spelling'))
    expect(questionGuard(one, 'meaning')).toBe(questionGuard(other, 'meaning'))
  })

  it.each(OTHER)('keeps "%s" and "%s" apart, whatever the embedder knows', (one, other) => {
    expect(questionGuard(one, 'spelling')).not.toBe(questionGuard(other, 'spelling'))
    expect(questionGuard(one, 'meaning')).not.toBe(questionGuard(other, 'meaning'))
  })

  it('lets other words be compared only by an embedder that knows what they mean', () => {
    const [one, other] = ['How do I change my password?', 'How do I alter my password?']
    expect(questionGuard(one, 'meaning')).toBe(questionGuard(other, 'meaning'))
    expect(questionGuard(one, 'spelling')).not.toBe(questionGuard(other, 'spelling'))
  })

  it('sees names in small letters where only spelling is known', () => {
    expect(questionGuard('what is the weather in paris', 'spelling')).not.toBe(
      questionGuard('what is the weather in lyon', 'spelling'),
    )
  })

  it('leaves out no word of a language whose small words it does not know', () => {
    expect(questionGuard('Mach das Licht an', 'spelling')).not.toBe(questionGuard('Mach das Licht', 'spelling'))
  })

  it('reads any text', () => {
    for (const text of ['', '???', '…', "'", '-', '\u0000', '😀', 'a'.repeat(2000), '"""', '\ud800'])
      expect(questionGuard(text, 'meaning')).toEqual(expect.any(String))
    expect(questionGuard('😀', 'meaning')).not.toBe(questionGuard('😢', 'meaning'))
  })
})
