import { memoryCanaries } from '../../src/stores/memory/canary-store.ts'
import { describeCanaryStore } from './canary-store.ts'

const canaries = memoryCanaries({ now: () => 1000 })
let count = 0

describeCanaryStore('memory', () => canaries('org', `route ${count++}`))
