/** That questions which differ in a number, a name or a negation never get each other's answer, however alike they look. */

import { hashedEmbedder } from '../../src/edge/hashed-embedder.ts'
import { askBoth, blindEmbedder } from './ask.ts'

/** The lowest that a policy may state. */
const THRESHOLD = 0.5

/** `#`: a number. `@`: a name. `~`: where a negation goes. */
const TEMPLATES: readonly string[] = [
  'How many days do I have to return an order of # items from @?',
  'What is the refund limit for @ when the order was # euros?',
  'Please summarise the meeting in @ on day # in one short paragraph.',
  'Should I ~ take the medicine from @ with food # times a day?',
  'Is it ~ allowed to bring # bottles on the flight to @?',
  'Can @ ~ cancel the contract within # weeks of signing it?',
  'Does the warranty of the @ model ~ cover water damage after # months?',
  'Write a polite mail to @ that says the parcel will ~ arrive in # days.',
  'Translate into French: the shop in @ is ~ open at # in the morning.',
  'Explain to a class of # pupils why @ did ~ sign the treaty.',
  'What was the turnover of @ in the year #, and did it ~ grow?',
  'In the long report about the new office in @ with # desks, which are ~ all taken, what is the main point that the author makes?',
  'How do I reset the router of @ after # failed tries if the light does ~ blink?',
  'Which of the # rooms in @ is ~ free tomorrow?',
  'Is the train from @ to Vienna ~ late by more than # minutes?',
]
const NUMBERS = ['2', '3', '12', '20', '1,200', '1200.5', '2.5', 'two', 'seven', '1st', '2nd', '10%', '-3', '0x1f']
const NAMES = [
  'Paris',
  'Lyon',
  'John Smith',
  'Jane Smith',
  'IBM',
  'AT&T',
  'McKay',
  'Müller',
  'São Paulo',
  'X-100',
  'gpt_4',
]
const NEGATIONS = ['', 'not', 'never', 'hardly']

/** Gives what was found. */
export async function proveNearDuplicates(): Promise<string[]> {
  const findings: string[] = []
  const counts = { number: 0, name: 0, 'name in small letters': 0, negation: 0 }
  const expectMiss = async (one: string, other: string, what: keyof typeof counts): Promise<void> => {
    // In small letters a name is a word like any other: an embedder that knows meanings must tell them apart itself.
    const embedders = what === 'name in small letters' ? [hashedEmbedder] : [hashedEmbedder, blindEmbedder]
    for (const embedder of embedders) {
      counts[what]++
      if (await askBoth(one, other, embedder, THRESHOLD))
        findings.push(`${embedder.name}: "${other}" got the answer to "${one}"`)
    }
  }
  for (const template of TEMPLATES) {
    for (const [one, other] of pairs(NUMBERS)) {
      const fill = (number: string): string => filled(template, number, 'Paris', '')
      if (digitsOf(one) !== digitsOf(other)) await expectMiss(fill(one), fill(other), 'number')
    }
    for (const [one, other] of pairs(NAMES)) {
      const fill = (name: string): string => filled(template, '4', name, '')
      await expectMiss(fill(one), fill(other), 'name')
      await expectMiss(fill(one).toLowerCase(), fill(other).toLowerCase(), 'name in small letters')
    }
    if (!template.includes('~')) continue
    for (const [one, other] of pairs(NEGATIONS).filter(([one]) => one === '')) {
      const fill = (negation: string): string => filled(template, '4', 'Paris', negation)
      await expectMiss(fill(one), fill(other), 'negation')
      await expectMiss(fill(other), fill(one), 'negation')
    }
  }
  const said = Object.entries(counts).map(([what, count]) => `${count} of another ${what}`)
  console.log(`near-duplicates at threshold ${THRESHOLD}: ${said.join(', ')}; ${findings.length} hits`)
  return findings
}

function filled(template: string, number: string, name: string, negation: string): string {
  return template
    .replace('#', number)
    .replace('@', name)
    .replace('~ ', negation && `${negation} `)
}

/** So that `two` and `2`, which are the same number, are no pair. */
function digitsOf(number: string): string {
  return number === 'two' ? '2' : number
}

function pairs(list: readonly string[]): [string, string][] {
  return list.flatMap((one, index) => list.slice(index + 1).map((other): [string, string] => [one, other]))
}
