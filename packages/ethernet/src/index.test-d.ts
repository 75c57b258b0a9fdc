// One accepted and one refused line a rule.
import type { Dev, Host, Link } from '@tiny/core'
import { type Ethernet, ethernet, neighbour } from './index.ts'
import { snap } from './snap.ts'

declare const h: Host
declare const dev: Dev
declare const line: Link
declare function onLink(l: Link): void

const e: Ethernet = ethernet(h, dev, { neighbours: 8, age: 60000 })
// @ts-expect-error an option that ethernet does not know
ethernet(h, dev, { neighbors: 8 })
// @ts-expect-error a Link has no need of it
ethernet(h, line)
// @ts-expect-error nor has what is one already
ethernet(h, e)

// It is a Link, over which IP goes.
onLink(e)
onLink(ethernet(h, snap(h, dev)))
// @ts-expect-error a Dev that receives RFC 1042 is still a Dev
onLink(snap(h, dev))
// @ts-expect-error RFC 1042 is a matter of devices
snap(h, e)

neighbour(e, new Uint8Array(4), new Uint8Array(6))
neighbour(e, new Uint8Array(4), null)
// @ts-expect-error addresses are octets
neighbour(e, '10.0.0.9', null)
// @ts-expect-error null forgets a neighbour, nothing else does
neighbour(e, new Uint8Array(4))
// @ts-expect-error a line has no neighbours
neighbour(line, new Uint8Array(4), null)
