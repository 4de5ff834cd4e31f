/** All contenders, in the order of the table. The mock is first: the others need it. */

import type { Contender } from './contender.ts'
import { direct } from './direct.ts'
import { nginx } from './nginx.ts'
import { node } from './node.ts'
import { portkey } from './portkey.ts'
import { sluice } from './sluice.ts'
import { workerd } from './workerd.ts'

export const CONTENDERS: readonly Contender[] = [direct, nginx, node, workerd, portkey, sluice]
