import { memoryCaches } from '../../src/stores/memory/reply-cache.ts'
import { describeReplyCache } from './reply-cache.ts'

let nowMs = 1_000_000
const caches = memoryCaches({ now: () => nowMs })
let count = 0

describeReplyCache('memory', {
  fresh: () => [caches('org', ['team', `team ${++count}`]), caches('org', ['team', `other ${count}`])],
  async pass(_, ms) {
    nowMs += ms
  },
})
