/** The provider list and the edge models as the compiler wants to know them. */

import type { KnownProviders } from '../../config/known-providers.ts'
import { edgeModelNames } from '../../edge/models.ts'
import { providers } from '../../providers/index.ts'

export const knownProviders: KnownProviders = providers.map((provider) =>
  provider.transport === 'local'
    ? { name: provider.name, local: true, selfHosted: false, needsBaseUrl: false, models: edgeModelNames }
    : {
        name: provider.name,
        local: false,
        selfHosted: provider.selfHosted,
        needsBaseUrl: provider.baseUrl === undefined,
        baseUrlExample: provider.baseUrlExample,
        secretName: provider.secretName,
      },
)
