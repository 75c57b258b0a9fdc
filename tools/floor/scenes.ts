import { join } from 'node:path'
import { root } from '../sources.mjs'

/** What runs on every engine but one, and prints the same on all of them. */
export const SCENES: readonly { file: string; what: string; but: string }[] = [
  { file: join(root, 'tools/floor/exchange.ts'), what: 'the exchange of two machines', but: '' },
  {
    file: join(root, 'tools/floor/stream.ts'),
    what: 'a stream between two machines, with the options of TCP',
    // Its source and two machines with windows to be scaled are too much for the small one.
    but: 'QuickJS in 2 MiB, source',
  },
]
