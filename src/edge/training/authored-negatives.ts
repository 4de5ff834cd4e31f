/** Texts written for this project that no intent fits, to teach and to calibrate the out-of-scope verdict. */

import type { IntentRow } from './intent-row.ts'
import { seededRandom } from './seeded-random.ts'

/** One subject: patterns in which `*` stands for each filler. Whole families go to one side of the split. */
interface Family {
  readonly side: 'train' | 'calibration'
  readonly patterns: readonly string[]
  readonly fillers: readonly string[]
}

const FAMILIES: readonly Family[] = [
  {
    side: 'train',
    patterns: ['who wrote *', 'when was * published', 'summarise the plot of *', 'who is the main character in *'],
    fillers: ['moby dick', 'the great gatsby', 'war and peace', 'dracula', 'the odyssey', 'frankenstein', 'hamlet'],
  },
  {
    side: 'train',
    patterns: ['explain how * works', 'what causes *', 'who discovered *', 'why is * important for life'],
    fillers: ['photosynthesis', 'gravity', 'nuclear fusion', 'the tide', 'evolution', 'lightning', 'an earthquake'],
  },
  {
    side: 'train',
    patterns: ['write a * for me', 'draft a * about climate change', 'give me feedback on my *', 'proofread my *'],
    fillers: ['cover letter', 'love poem', 'press release', 'blog post', 'wedding speech', 'short story', 'thesis'],
  },
  {
    side: 'train',
    patterns: ['how do i fix a * in python', 'what does * mean in javascript', 'my program throws a *', 'debug this *'],
    fillers: ['null pointer', 'segmentation fault', 'syntax error', 'memory leak', 'race condition', 'type error'],
  },
  {
    side: 'train',
    patterns: ['who won the * last year', 'what is the score of the * game', 'how many titles do the * have'],
    fillers: ['world cup', 'yankees', 'lakers', 'stanley cup', 'arsenal', 'super bowl', 'tour de france', 'warriors'],
  },
  {
    side: 'train',
    patterns: ['who was the president of * in 1950', 'what is the population of *', 'when did * become independent'],
    fillers: ['brazil', 'india', 'kenya', 'norway', 'argentina', 'egypt', 'vietnam', 'poland'],
  },
  {
    side: 'train',
    patterns: ['how long do * live', 'are * dangerous', 'what do * eat in winter', 'how do i train my *'],
    fillers: ['elephants', 'parrots', 'bees', 'sharks', 'hamsters', 'wolves', 'turtles', 'horses'],
  },
  {
    side: 'train',
    patterns: ['what are the symptoms of *', 'is * contagious', 'how is * treated', 'should i see a doctor for *'],
    fillers: ['the flu', 'asthma', 'a sprained ankle', 'migraine', 'chickenpox', 'anemia', 'back pain'],
  },
  {
    side: 'train',
    patterns: ['who directed *', 'who stars in *', 'is * on netflix', 'what did critics say about the film *'],
    fillers: ['casablanca', 'the matrix', 'jaws', 'alien', 'titanic', 'psycho', 'inception'],
  },
  {
    side: 'train',
    patterns: [
      'what is the stock price of *',
      'who founded *',
      'how many employees does * have',
      'is * a good investment',
    ],
    fillers: ['microsoft', 'toyota', 'bitcoin', 'nestle', 'gold', 'ibm', 'siemens'],
  },
  {
    side: 'train',
    patterns: [
      'email * that the report is late',
      'read my messages from *',
      'post a photo of * online',
      'did * reply to my mail',
    ],
    fillers: ['anna', 'my boss', 'the landlord', 'grandma', 'the team', 'our client'],
  },
  {
    side: 'train',
    patterns: ['how do i become a *', 'what degree does a * need', 'how much training does a * get'],
    fillers: ['lawyer', 'pilot', 'nurse', 'firefighter', 'carpenter', 'teacher', 'chemist'],
  },
  {
    side: 'train',
    patterns: ['how do i * a garden', 'what tools do i need to * a fence', 'when should i * the roof'],
    fillers: ['plant', 'paint', 'repair', 'clean', 'water', 'measure', 'build'],
  },
  {
    side: 'train',
    patterns: ['*'],
    fillers: [
      'the meeting notes are attached below',
      'she left before the rain began',
      'i had such a long day and nothing went right',
      'select name from customers where id = 7',
      'function add(a, b) { return a + b }',
      'the quick brown fox jumps over the lazy dog',
      'my sister and i are not speaking any more',
      'prove that there are infinitely many primes',
      'wie wird das wetter morgen in berlin',
      'reserva una mesa para dos personas esta noche',
      'quel est le solde de mon compte en banque',
      'imposta una sveglia per le sette di domani',
      'quero saber quanto dinheiro tenho na conta',
      'zet een wekker voor morgen om acht uur',
      'ile pieniędzy mam na koncie',
      'yarın hava nasıl olacak',
      'boka ett bord för fyra personer i kväll',
      'berapa saldo rekening saya',
      'mikä on tilini saldo',
      'nastav budík na sedm hodin ráno',
    ],
  },
  {
    side: 'calibration',
    patterns: ['who painted *', 'where can i see *', 'what style is * painted in', 'how much is * worth'],
    fillers: ['the mona lisa', 'the starry night', 'guernica', 'the scream', 'the water lilies'],
  },
  {
    side: 'calibration',
    patterns: ['how far is * from the sun', 'does * have a moon', 'how hot is the surface of *'],
    fillers: ['mars', 'venus', 'saturn', 'mercury', 'neptune'],
  },
  {
    side: 'calibration',
    patterns: ['how do i get rid of * in my house', 'is it legal to keep *', 'what kills *'],
    fillers: ['mice', 'mold', 'ants', 'moths', 'weeds'],
  },
  {
    side: 'calibration',
    patterns: ['what size * should i buy', 'which * is best for a beginner', 'compare two * under 500 dollars'],
    fillers: ['bicycle', 'laptop', 'guitar', 'camera', 'tent'],
  },
  {
    side: 'calibration',
    patterns: ['*'],
    fillers: [
      'refactor this class so that it is easier to test',
      'the invoice was approved by the committee on friday',
      'why do people dream',
      'how does an election work',
      'open the window and close the door behind you',
      'mein paket ist noch nicht angekommen',
      'puedes traducir esta frase al ingles',
      'combien coûte un billet pour paris',
      'a che ora parte il prossimo treno',
      'hvad er klokken i tokyo',
      'preciso trocar o pneu do meu carro',
      'jak se dostanu na nádraží',
    ],
  },
]

/** All texts of one side with key mashing mixed in, in a fixed order. None of them is near an intent by design. */
export function authoredNegatives(side: 'train' | 'calibration', seed: number): IntentRow[] {
  const random = seededRandom(seed + (side === 'train' ? 0 : 1))
  const texts = FAMILIES.filter((family) => family.side === side).flatMap(({ patterns, fillers }) =>
    patterns.flatMap((pattern) => fillers.map((filler) => pattern.replace('*', filler))),
  )
  const mashed = Array.from({ length: side === 'train' ? 40 : 15 }, () => mashKeys(random))
  return [...texts, ...mashed].map((text) => ({ text, label: 'oos' }))
}

function mashKeys(random: () => number): string {
  const words = 1 + Math.floor(random() * 4)
  return Array.from({ length: words }, () => {
    const length = 3 + Math.floor(random() * 9)
    return Array.from({ length }, () => 'asdfghjklqwertzuiopyxcvbnm'[Math.floor(random() * 26)] ?? 'x').join('')
  }).join(' ')
}
