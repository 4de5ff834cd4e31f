/// <reference types="@cloudflare/vitest-plugin/types" />
import { env as bindings } from 'cloudflare:workers'
import type { Canary } from '../../src/stores/durable/canary.ts'
import { durableCanaries } from '../../src/stores/durable/durable-canaries.ts'
import { describeCanaryStore } from './canary-store.ts'

const env = bindings as unknown as { CANARY: DurableObjectNamespace<Canary> } // a binding of test/support/wrangler.test.toml
const canaries = durableCanaries(env.CANARY)
let count = 0

describeCanaryStore('Canary Durable Object', () => canaries('org', `route ${count++}`))
