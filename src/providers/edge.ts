/** The provider whose models run inside the worker itself. */

import type { LocalProvider } from './provider.ts'

export const edge: LocalProvider = { transport: 'local', name: 'edge', title: 'Edge models' }
